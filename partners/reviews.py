"""What staff do with a submitted order: keep an unfinished review, ask for changes, approve, reject.

Each function is one transaction. A large order needs two reviewers (PartnerSettings.second_review_from).
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from partners import messages
from partners.answers import FIELDS, Answers, changed_between
from partners.enterprises import settings
from partners.models import OrderEvent, ReviewDraft, TrainingOrder
from partners.moves import MoveRefused, PartnerError, changing, move, record
from partners.states import OrderState

Act = OrderEvent.Act


def keep(order, *, by, remarks, note="", private_note=""):
    """Keep an unfinished review; it is first in the reviewer's queue. Somebody else's is not overwritten."""
    with changing(order) as fresh:
        _require_waiting(fresh, by)
        values = {"remarks": _known(remarks), "note": note, "private_note": private_note, "saved_at": timezone.now()}
        draft, _made = ReviewDraft.objects.update_or_create(order=fresh, defaults=values | {"reviewer": by})
    return draft


def take_over(order, *, by):
    """Take over a review that a colleague has begun and cannot finish; what they wrote is kept."""
    with changing(order) as fresh:
        ReviewDraft.objects.filter(order=fresh).update(reviewer=by)


def request_changes(order, *, submission, by, remarks, note="", private_note=""):
    """Ask the enterprise to change something: `remarks` say for each field what. Returns the order."""
    if not _known(remarks) and not note:
        raise PartnerError(_("Say what must be changed, beside the field or in the comment."))
    with changing(order) as fresh:
        told = _told(fresh, submission, by, note, private_note) | {"remarks": _known(remarks)}
        event = move(fresh, OrderState.CHANGES_REQUESTED, act=Act.CHANGES, by=by, **told)
        messages.tell_order(fresh, "order_changes", event=event, comment=note)
    return fresh


def approve(order, *, submission, by, note="", private_note=""):
    """Approve the order; a large one needs the approval of a second person. Returns the order.

    `submission` is the number of what the reviewer read: nothing is approved that was changed meanwhile.
    """
    with changing(order) as fresh:
        told = _told(fresh, submission, by, note, private_note)
        if fresh.posts >= settings().second_review_from and fresh.first_approval_by_id is None:
            fresh.first_approval_by = by
            fresh.save(update_fields=["first_approval_by"])
            record(fresh, Act.FIRST_YES, by=by, **told)
            return fresh
        if fresh.first_approval_by_id == by.pk:
            raise PartnerError(_("You approved it already. A large order needs a second person."))
        fields = {"approved_at": timezone.now()}
        event = move(fresh, OrderState.APPROVED, act=Act.APPROVED, by=by, fields=fields, **told)
        messages.tell_order(fresh, "order_approved", event=event, comment=note)
    return fresh


def reject(order, *, submission, by, note, private_note=""):
    """Reject the order for good; `note` is the reason, which the enterprise reads. Returns the order."""
    if not note.strip():
        raise PartnerError(_("Say why: the enterprise reads it."))
    with changing(order) as fresh:
        told = _told(fresh, submission, by, note, private_note)
        event = move(fresh, OrderState.REJECTED, act=Act.REJECTED, by=by, **told)
        messages.tell_order(fresh, "order_rejected", event=event, comment=note)
    return fresh


def _told(fresh, number, by, note, private_note):
    """What goes into the history, once it is sure that the review is about what was submitted last."""
    _require_waiting(fresh, by)
    submission = fresh.submissions.order_by("-number").first()
    if submission is None or submission.number != number:
        raise MoveRefused(_("The order was submitted anew since you opened it. Please read it again."))
    ReviewDraft.objects.filter(order=fresh).delete()
    return {"submission": submission, "note": note, "private_note": private_note}


def _require_waiting(fresh, by):
    if fresh.state != OrderState.SUBMITTED:
        raise MoveRefused(_("This order does not wait for a review any more."))
    draft = ReviewDraft.objects.filter(order=fresh).select_related("reviewer").first()
    if draft and draft.reviewer_id != by.pk:
        raise MoveRefused(
            _("%(who)s has begun to review this order. Take it over first if they cannot finish.")
            % {"who": draft.reviewer}
        )


def _known(remarks):
    return {name: text.strip() for name, text in remarks.items() if name in FIELDS and text.strip()}


def what_changed(order):
    """Between the two last submissions: {name: words before}; empty for a first one."""
    last = list(order.submissions.order_by("-number")[:2])
    if len(last) < 2:
        return {}
    before = Answers(last[1].typed, employees=last[1].employees)
    return {name: before.words(name) for name in changed_between(last[1].typed, last[0].typed)}


def next_in_queue(account, *, after=None):
    """The order that the reviewer sees next, or None."""
    waiting = TrainingOrder.objects.reviewed_by(account).queue(account)
    return waiting.exclude(pk=after.pk if after else None).first()
