"""Interview times of an order as the enterprise handles them: the list by day, offers, cancelling, a calendar file."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from partners import candidate_lists as lists
from partners import interview_calendars, interviews
from partners.candidate_forms import SlotForm, SlotOffForm
from partners.moves import PartnerError
from partners.views.access import members_only, order_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@members_only
@get_or_post
def show(request, reference):
    """Who comes when, by day; owners and recruiters offer times below."""
    order = order_of(request, reference, write=request.method == "POST")
    form = SlotForm(request.POST or None, initial={"place": order.typed.get("place", "")})
    if request.method == "POST" and form.is_valid():
        try:
            made = interviews.offer(order, by=request.user, **form.offered)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            text = ngettext("%(n)d time is offered.", "%(n)d times are offered.", len(made)) % {"n": len(made)}
            messages.success(request, " ".join([text, _("Candidates without a time are told.")]))
            return redirect("interview_slots", reference)
    ahead, past = lists.slots_by_day(order, request.user)
    may_offer = order.may_write and order.is_live and not order.enterprise.is_suspended
    context = {"order": order, "form": form, "ahead": ahead, "past": past, "may_offer": may_offer}
    return render(request, "partners/candidates/slots.html", context)


@members_only
@get_or_post
def cancel(request, reference, slot):
    """Cancel a time: asked once, with the reason that those who booked it read."""
    order = order_of(request, reference, write=True)
    row = get_object_or_404(order.slots, pk=slot)
    form = SlotOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = interviews.cancel_slot(row, by=request.user, **form.cleaned_data)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            told = ngettext("%(n)d candidate is told.", "%(n)d candidates are told.", count) % {"n": count}
            messages.success(request, " ".join([_("The time is cancelled."), *([told] if count else [])]))
            return redirect("interview_slots", reference)
    consequences = [_("Whoever booked it is told why, and chooses another time."), _("It cannot be offered again.")]
    context = {"order": order, "slot": row, "form": form, "consequences": consequences}
    return render(request, "partners/candidates/slot_cancel.html", context)


@members_only
@require_GET
def calendar(request, reference):
    """All times of the order as a calendar file, without names."""
    order = order_of(request, reference)
    response = HttpResponse(interview_calendars.of_order(order), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{order.reference}.ics"'
    return response
