"""The screens of a member: what waits, what is shared, calendars, requests, hours; of the website and of the admin."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from courses import tables
from partners.alliance import calendars, hours, sharing
from partners.alliance.forms import HoursForm, ReasonForm, RequestFilter, ResourceForm, TimeForm
from partners.models import SharedResource, ShareRequest
from partners.moves import PartnerError
from partners.states import ShareState

PER_PAGE = 20
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def waiting_for(member):
    """The requests that a member has to answer, and those whose hours it has to confirm: (answer, confirm)."""
    given = _with_names(ShareRequest.objects.filter(resource__owner=member).exclude(member=member))
    answer = given.filter(state=ShareState.ASKED).order_by("starts_at")
    return answer, given.filter(state=ShareState.APPROVED, ends_at__lt=timezone.now()).order_by("starts_at")


def _with_names(requests):
    return requests.select_related(
        *("resource__owner__institution", "resource__owner__enterprise", "member__institution", "member__enterprise")
    )


def _resources():
    return SharedResource.objects.select_related("owner__institution__district", "owner__enterprise__district")


@require_GET
def home(request, desk):
    """What waits, what is shared, what was asked for."""
    answer, confirm = waiting_for(desk.member)
    mine = _with_names(desk.member.requests.exclude(resource__owner=desk.member))
    context = {
        "answer": answer,
        "confirm": confirm,
        "resources": desk.member.resources.all(),
        "mine": mine.filter(state__in=[ShareState.ASKED, ShareState.APPROVED]).order_by("starts_at")[:PER_PAGE],
    }
    return desk.render(request, "home.html", context)


@require_GET
def find(request, desk):
    """What other members share."""
    found = _resources().offered().exclude(owner=desk.member)
    kind = request.GET.get("kind", "")
    if kind in SharedResource.Kind.values:
        found = found.filter(kind=kind)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "kinds": SharedResource.Kind.choices, "kind": kind}
    return desk.render(request, "find.html", context)


@require_GET
def requests(request, desk):
    """All requests that concern the member, the latest first."""
    form = RequestFilter(request.GET)
    form.is_valid()
    found = _with_names(ShareRequest.objects.concerning(desk.member))
    if state := form.cleaned_data.get("state"):
        found = found.filter(state=state)
    side = form.cleaned_data.get("side")
    if side:
        found = found.filter(resource__owner=desk.member) if side == "given" else found.filter(member=desk.member)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return desk.render(request, "requests.html", {"page": page, "form": form, "narrowed": bool(state or side)})


@get_or_post
def resource(request, desk, resource):
    """One resource: facts, a week of its calendar, and the form that asks for it or keeps it for oneself."""
    found = get_object_or_404(_resources().readable_by(desk.member), pk=resource)
    is_own = found.owner_id == desk.member.pk
    form = TimeForm(request.POST or None, prefix="time")
    if request.method == "POST" and form.is_valid():
        try:
            made = _take_down(found, desk, is_own, form, request.user)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            told = _("The time is yours.") if is_own else _("Asked. The owner answers, and you are told.")
            messages.success(request, told)
            return redirect(desk.url("request", made.pk))
    monday = _week_asked(request)
    context = {
        "resource": found,
        "is_own": is_own,
        "form": form,
        "days": calendars.week(found, monday),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "calendar": calendars.address_of(found, member=desk.member, account=request.user),
    }
    return desk.render(request, "resource.html", context)


def _take_down(resource, desk, is_own, form, by):
    if is_own:
        return sharing.keep(resource, by=by, **form.fields_given)
    return sharing.ask(resource, member=desk.member, by=by, **form.fields_given)


def _week_asked(request):
    """The Monday of the week in the address; of this one when there is none that can be read."""
    today = timezone.localdate()
    try:
        day = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        day = today
    return calendars.monday_of(day if abs((day - today).days) < 800 else today)


@get_or_post
def edit(request, desk, resource=None):
    """Share something new, or change what is shared."""
    row = get_object_or_404(desk.member.resources, pk=resource) if resource else None
    form = ResourceForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        kept = SharedResource.objects.get(pk=row.pk) if row else None
        try:
            made = sharing.offer(desk.member, by=request.user, resource=kept, **form.cleaned_data)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("Saved."))
            return redirect(desk.url("resource", made.pk))
    return desk.render(request, "edit.html", {"form": form, "resource": row})


@get_or_post
def withdraw(request, desk, resource):
    """Share it no more, asked once; or share it again."""
    row = get_object_or_404(desk.member.resources.select_related("owner"), pk=resource)
    if request.method == "POST":
        act = sharing.withdraw if row.withdrawn_at is None else sharing.offer_again
        if _do(request, lambda: act(row, by=request.user)):
            messages.success(request, _("Saved."))
        return redirect(desk.url("resource", row.pk))
    waiting = row.requests.filter(state=ShareState.ASKED).count()
    standing = row.requests.filter(state=ShareState.APPROVED, ends_at__gt=timezone.now()).count()
    return desk.render(request, "withdraw.html", {"resource": row, "waiting": waiting, "standing": standing})


def _do(request, act):
    """Whether it worked; else say why not."""
    try:
        act()
    except PartnerError as refused:
        for text in refused.messages:
            messages.error(request, text)
        return False
    return True


@get_or_post
def one_request(request, desk, request_pk):
    """One request: what is asked, what can be done about it, what happened."""
    found = get_object_or_404(_with_names(ShareRequest.objects.concerning(desk.member)), pk=request_pk)
    act = request.POST.get("act", "")
    is_owner = found.resource.owner_id == desk.member.pk
    forms = {
        "reason": ReasonForm(request.POST if act in ("decline", "cancel") else None, auto_id="why_%s"),
        "hours": HoursForm(
            request.POST if act == "confirm" else None, initial={"hours": f"{sharing.most_hours(found):g}"}
        ),
    }
    if request.method == "POST" and _acted(request, found, act, forms):
        return redirect(desk.url("request", found.pk))
    context = {
        "one": found,
        "has_calendar": SharedResource.objects.readable_by(desk.member).filter(pk=found.resource_id).exists(),
        "history": found.history.order_by("pk"),
    }
    may = _open_acts(found, is_owner) if desk.may_write else {}
    return desk.render(request, "request.html", context | forms | may)


def _open_acts(found, is_owner):
    """What can be done about a request now by one of its sides."""
    asked, approved = found.state == ShareState.ASKED, found.state == ShareState.APPROVED
    return {
        "may_answer": asked and is_owner,
        "may_confirm": approved and is_owner and not found.is_own and found.is_over,
        "may_cancel": sharing.may_cancel(found, is_owner=is_owner) and not (asked and is_owner),
        "is_too_late": asked and found.is_over,
        "taken": asked and sharing.is_taken(found),
    }


def _acted(request, found, act, forms):
    """Whether the act of a form was done; a form with mistakes is shown again."""
    by = request.user
    if act == "approve":
        done = _do(request, lambda: sharing.approve(found, by=by))
    elif act in ("decline", "cancel"):
        if not forms["reason"].is_valid():
            return False
        process = sharing.decline if act == "decline" else sharing.cancel
        done = _do(request, lambda: process(found, reason=forms["reason"].cleaned_data["reason"], by=by))
    elif act == "confirm":
        if not forms["hours"].is_valid():
            return False
        done = _do(request, lambda: sharing.confirm(found, hours=forms["hours"].cleaned_data["hours"], by=by))
    else:
        return True
    if done:
        messages.success(request, _("Done. The other side is told."))
    return True


@require_GET
def hours_table(request, desk):
    """Hours given and received by every member, by year."""
    given, years = request.GET.get("year", ""), hours.years()
    year = _year_of(given, years)
    figures = hours.figures(year)
    lines = [
        (
            row.label,
            figures.bar(row),
            list(zip([one.label for one in figures.columns], figures.cells(row), strict=True)),
        )
        for row in figures.rows
    ]
    context = {"figures": figures, "lines": lines, "year": year, "years": years, "unknown": given and not year}
    return desk.render(request, "hours.html", context)


@require_GET
def hours_download(request, desk, file_format):
    """The same table as a file; a year without hours has none."""
    given = request.GET.get("year", "")
    year = _year_of(given, hours.years())
    if file_format not in tables.FORMATS or (given and not year):
        raise Http404
    return tables.download(f"alliance-hours-{year or 'all'}", hours.as_table(year), file_format=file_format)


def _year_of(given, years):
    """The year in the address, one of those that have hours; None for all of them."""
    return next((year for year in years if str(year) == given), None)
