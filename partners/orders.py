"""A training order as the enterprise handles it: begun, saved as typed, submitted, taken back, copied, closed.

Each function is one transaction; nothing else writes a state. What staff decide: reviews.py.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction

from courses.enrollment import cancel_intake
from courses.models import Intake
from partners import matching, messages
from partners.answers import FIELDS, LIVE_FIELDS, Answers, changed_between
from partners.candidacy import changing_all_of
from partners.models import OrderEvent, Submission, TrainingOrder
from partners.models.enterprises import WRITERS
from partners.moves import MoveRefused, PartnerError, changing, lock_enterprise, move, record
from partners.program_making import closing_of
from partners.states import LIVE, OrderState
from partners.working_days import working_days_after

Act = OrderEvent.Act
# What is asked anew in a copy: the days have passed, and the declaration is for each order.
_NOT_COPIED = ("closes_on", "starts_on", "ends_on", "work_on")


class NotAllowed(PartnerError):
    """The account may not write for this enterprise, or not any more."""


class NotReady(PartnerError):
    """An answer is lacking or not valid, or a hard rule stops the order."""


def _require_writer(enterprise, account):
    if not enterprise.members.filter(account=account, role__in=WRITERS).exists():
        raise NotAllowed(_("Your role in this enterprise is to read. Ask an owner."))


@transaction.atomic
def begin(enterprise, *, by, copy_of=None):
    """Begin an order, empty or with the answers of another one of the same enterprise. Returns the draft."""
    enterprise = lock_enterprise(enterprise.pk)
    _require_writer(enterprise, by)
    typed = {"contact_name": enterprise.contact_name, "contact_phone": enterprise.contact_phone}
    if copy_of is not None:
        if copy_of.enterprise_id != enterprise.pk:
            raise NotAllowed(_("Only an order of your own enterprise can be copied."))
        typed = {name: value for name, value in copy_of.typed.items() if name not in _NOT_COPIED}
    order = TrainingOrder.objects.create(enterprise=enterprise, typed=typed, copied_from=copy_of)
    record(order, Act.BEGUN, by=by, to_state=OrderState.DRAFT)
    return order


def save(order, *, typed, by):
    """Keep answers as they were typed, finished or not. Returns the order."""
    with changing(order) as fresh:
        _require_writer(fresh.enterprise, by)
        if not fresh.is_editable:
            raise MoveRefused(_("The order is %(state)s and cannot be changed.") % {"state": fresh.get_state_display()})
        known = {name: value for name, value in typed.items() if name in FIELDS}
        fresh.typed, fresh.saved_at = fresh.typed | known, timezone.now()
        fresh.save(update_fields=["typed", "saved_at"])
    return fresh


def submit(order, *, by):
    """Submit the order for review: whole, allowed by every hard rule, of a verified enterprise. Returns the order.

    What is submitted is kept as it was (Submission). Raises NotReady with all that stands in the way.
    """
    with transaction.atomic():
        enterprise = lock_enterprise(order.enterprise_id)
        with changing(order) as fresh:
            _require_writer(enterprise, by)
            fresh.enterprise = enterprise
            answers = Answers.of(fresh)
            _require_ready(enterprise, answers)
            number = fresh.submissions.count() + 1
            submission = Submission.objects.create(
                order=fresh, number=number, typed=fresh.typed, employees=enterprise.employees, by=by
            )
            now = timezone.now()
            due = working_days_after(timezone.localdate(), answers.limits.review_days)
            times = {"submitted_at": now, "review_due_on": due, "first_approval_by": None}
            fields = answers.as_columns() | times
            event = move(fresh, OrderState.SUBMITTED, act=Act.SUBMITTED, by=by, fields=fields, submission=submission)
            fresh.majors.set(answers.valid["majors"])
            messages.tell_order(fresh, "order_received", event=event)
    return fresh


def _require_ready(enterprise, answers):
    if not enterprise.is_verified:
        raise NotReady(_("Your enterprise is not verified yet. You can submit as soon as it is."))
    if answers.stops:
        raise NotReady(*answers.stops)
    if not answers.may_submit:
        raise NotReady(_("Some sections are not finished."))


def withdraw(order, *, reason, by):
    """Take an order back before it is approved, for good. `reason` is kept."""
    with changing(order) as fresh:
        _require_writer(fresh.enterprise, by)
        move(fresh, OrderState.WITHDRAWN, act=Act.WITHDRAWN, by=by, note=_required(reason))
    return fresh


def close(order, *, reason, by, by_staff=False):
    """Close a live order for good; both sides read the reason. Enterprises close their own, staff any.

    The gates and pools of its classes come first, as in every act that cancels learners or decides on them.
    """
    with changing_all_of(order), changing(order) as fresh:
        if not by_staff:
            _require_writer(fresh.enterprise, by)
        before = fresh.state
        event = move(fresh, OrderState.CLOSED, act=Act.CLOSED, by=by, note=_required(reason))
        _let_go(fresh, before, by, reason.strip())
        messages.tell_order(fresh, "order_closed", event=event, comment=reason)
    return fresh


def _let_go(order, before, by, reason):
    """Whoever counts on a closed order is told: the school that was asked, and learners who applied or have a seat.

    The public page is taken down. A training that has begun is the school's: it goes on, or its class is cancelled
    there.
    """
    page = getattr(order, "page", None)
    if page and page.live:
        # Whoever may close the order takes the page down with it, whatever they may do with pages otherwise.
        UnpublishPageAction(page, user=by).execute(skip_permission_checks=True)
    matching.release(order, by=by, reason=reason)
    if before != OrderState.TRAINING:
        for intake in Intake.objects.filter(program__orderprogrampage__order=order).exclude(status="cancelled"):
            cancel_intake(intake, by=by, note=reason)


def _required(reason):
    if not reason.strip():
        raise PartnerError(_("Say why in one sentence."))
    return reason.strip()


def change_live(order, *, typed, by):
    """Change dates and contact of a live order; everything else stands as approved. `typed` was valid in LiveForm.

    Its class takes applications until the new last day, too, unless the school has set a day of its own.
    """
    with changing_all_of(order), changing(order) as fresh:
        _require_writer(fresh.enterprise, by)
        if fresh.state not in LIVE:
            raise MoveRefused(_("The order is %(state)s and cannot be changed.") % {"state": fresh.get_state_display()})
        after = fresh.typed | {name: str(typed[name]) for name in LIVE_FIELDS if name in typed}
        changed = {name: [fresh.typed.get(name, ""), after[name]] for name in changed_between(fresh.typed, after)}
        if changed:
            fresh.typed, closed_on = after, fresh.closes_on
            columns = [name for name in ("closes_on", "starts_on", "ends_on") if name in typed]
            for name in columns:
                setattr(fresh, name, typed[name])
            fresh.save(update_fields=["typed", *columns])
            record(fresh, Act.CHANGED, by=by, changed=changed)
            if fresh.closes_on != closed_on:
                _carry_closing(fresh, closed_on)
    return fresh


def _carry_closing(order, before):
    for intake in Intake.objects.filter(program__orderprogrampage__order=order).exclude(status="cancelled"):
        if intake.closes_at is None or timezone.localdate(intake.closes_at) != before:
            continue
        intake.closes_at = closing_of(order)
        if intake.starts_at and intake.closes_at >= intake.starts_at:
            text = _("The class begins on %(day)s. Choose an earlier last day to apply, or ask the school first.")
            raise PartnerError(text % {"day": f"{timezone.localtime(intake.starts_at):%Y-%m-%d}"})
        try:
            intake.clean()
        except ValidationError as wrong:
            raise PartnerError(*wrong.messages) from None
        intake.save(update_fields=["closes_at"])  # Saved, not updated: pages listen and are made anew.
