"""An order as its enterprise writes and follows it: task list, sections, check, preview, copy, the end."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partners import orders
from partners.answers import BY_KEY, SECTIONS, Answers, label_of
from partners.choosing import choose
from partners.moves import PartnerError
from partners.order_forms import DeclareForm, LiveForm, ReasonForm
from partners.states import OrderState
from partners.timeline import steps
from partners.views.access import enterprise_of, members_only, order_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@members_only
@require_POST
def new(request, pk):
    """Begin an order and go to its task list."""
    enterprise = enterprise_of(request, pk, write=True)
    return redirect("order", orders.begin(enterprise, by=request.user).reference)


@members_only
@require_POST
def copy(request, reference):
    """Begin an order with the answers of this one."""
    order = order_of(request, reference, write=True)
    made = orders.begin(order.enterprise, by=request.user, copy_of=order)
    messages.success(request, _("Copied. Enter the new dates, look through the rest, submit."))
    return redirect("order", made.reference)


@members_only
@require_GET
def show(request, reference):
    """The task list while it is written; afterwards where it stands, what was said, what can be done."""
    order = order_of(request, reference)
    answers = Answers.of(order)
    context = {"order": order, "answers": answers, "asked": asked_for(order)}
    if order.is_editable:
        return render(request, "partners/order_tasks.html", context)
    context["steps"] = steps(order)
    context["end"] = order.history.filter(to_state=order.state).exclude(note="").last()
    return render(request, "partners/order.html", context)


def asked_for(order):
    """What staff last asked to change, while it is to be changed: (event, [(label, address, remark)]), or None."""
    if order.state != OrderState.CHANGES_REQUESTED:
        return None
    event = order.history.filter(to_state=OrderState.CHANGES_REQUESTED).last()
    return event, [(label_of(name), _address(order, name), text) for name, text in event.remarks.items()]


def _address(order, name):
    section = next(one for one in SECTIONS if name in one.names)
    return reverse("order_section", args=[order.reference, section.key]) + f"#id_{name}"


@members_only
@get_or_post
def section(request, reference, section):
    """One section: what is typed is kept whatever it is; what is wrong or against a rule is said at once."""
    order, task = order_of(request, reference), BY_KEY.get(section)
    if task is None:
        raise Http404
    if not order.is_editable:
        return redirect("order", reference)
    if request.method == "POST":
        order = order_of(request, reference, write=True)
    if task.key in ("occupation", "majors"):
        return choose(request, order, task)
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").replace("\0", "").strip() for name in task.names}
        order = _with_role_of(order, orders.save(order, typed=typed, by=request.user))
        answers = Answers.of(order)
        fine = answers.forms[task.key].is_valid() and not answers.stops_in(task)
        if fine or "later" in request.POST:
            return redirect("order", reference)
    return _show_section(request, order, task)


def _with_role_of(old, new):
    new.role, new.may_write, new.may_own = old.role, old.may_write, old.may_own
    return new


def _show_section(request, order, task):
    answers = Answers.of(order)
    form = answers.forms[task.key]
    if not task.is_begun(order.typed):
        form = task.form(initial=order.typed, limits=answers.limits)  # Nobody is told off before the first answer.
    for stop in answers.stops_in(task):
        form.add_error(stop.field, str(stop))
    asked = asked_for(order)
    remarks = asked[0].remarks if asked else {}
    notes = [(label_of(name), remarks[name]) for name in task.names if name in remarks]
    context = {"order": order, "task": task, "form": form, "notes": notes, "saved": request.method == "POST"}
    return render(request, "partners/order_section.html", context)


@members_only
@get_or_post
def check(request, reference):
    """Check your answers, declare, submit."""
    order = order_of(request, reference, write=True)
    if not order.is_editable:
        return redirect("order", reference)
    form = DeclareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            orders.submit(order, by=request.user)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            return redirect(f"{reverse('order', args=[reference])}?done=1")
    return render(request, "partners/order_check.html", {"order": order, "answers": Answers.of(order), "form": form})


@members_only
@require_GET
def preview(request, reference):
    """The order as learners will see it."""
    order = order_of(request, reference)
    answers = Answers.of(order)
    words = {name: answers.words(name) for task in SECTIONS for name in task.names}
    return render(request, "partners/order_preview.html", {"order": order, "words": words, "answers": answers})


@members_only
@get_or_post
def dates(request, reference):
    """What may still change in a live order."""
    order = order_of(request, reference, write=True)
    if not order.is_live:
        return redirect("order", reference)
    form = LiveForm(request.POST or None, initial=order.typed)
    if request.method == "POST" and form.is_valid():
        try:
            orders.change_live(order, typed=form.cleaned_data, by=request.user)
        except PartnerError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("Saved."))
            return redirect("order", reference)
    return render(request, "partners/order_dates.html", {"order": order, "form": form})


@members_only
@get_or_post
def end(request, reference):
    """Take it back before it is approved, close it afterwards: for good, with a reason."""
    order = order_of(request, reference, write=True)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = orders.close if order.is_live else orders.withdraw
        try:
            act(order, reason=form.cleaned_data["reason"], by=request.user)
        except PartnerError as refused:
            for text in refused.messages:
                messages.error(request, text)
        return redirect("order", reference)
    return render(request, "partners/order_end.html", {"order": order, "form": form, "consequences": _ends(order)})


def _ends(order):
    yield _("It is final: it cannot be opened again. A copy can be submitted as a new order.")
    if order.is_live:
        yield _("Nobody can apply any more.")
    yield _("The reason is kept, and the bureau reads it.")
