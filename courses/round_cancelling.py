"""Cancelling a whole round of admission before its draw: every choice ends, everyone is told, its classes are free."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses import moves
from courses.entry_messages import tell_entry
from courses.models import AdmissionRound, Enrollment, Intake
from courses.moves import EnrollmentError
from courses.states import LIVE, Reason, State


class CannotCancel(EnrollmentError):
    """The round is not one that can be cancelled (any more)."""


def may_cancel(round):
    """Whether people were told of the round, and it has not been drawn."""
    return round.status == AdmissionRound.Status.PUBLISHED and not round.draws.exclude(drawn_at=None).exists()


@transaction.atomic
def cancel(round, *, by, note):
    """Cancel a round; `note` says why, to everyone who applied and on its page. Returns how many entries took part.

    The order of locks is that of entering.py: the entries, then the round; whoever applies at this moment waits for the
    round and finds it closed. Raises CannotCancel once it was drawn. What there is of the draw (its fingerprint, a
    closed list) stays public.
    """
    entries = list(round.entries.live().select_for_update(of=("self",), no_key=True).order_by("pk"))
    round = AdmissionRound.objects.select_for_update().get(pk=round.pk)
    if not may_cancel(round):
        raise CannotCancel(_("Only a published round that was not drawn yet can be cancelled."))
    entries = list(round.entries.live().select_related("learner", "account", "round").order_by("pk"))
    round.status, round.status_note = AdmissionRound.Status.CANCELLED, note
    round.save(update_fields=["status", "status_note", "updated_at"])
    waiting = Enrollment.objects.filter(entry__round=round)
    moves.move_many(waiting, State.CANCELLED, reason=Reason.ROUND_CANCELLED, by=by, note=note)
    for entry in entries:
        tell_entry(entry, "cancelled", [], note=note)
    for intake in round.intakes.exclude(status=Intake.Status.CANCELLED).select_related("program"):
        _set_free(intake, round)
    return len(entries)


def stays_seated(intake):
    """Whether people have places in the class from an earlier round, whatever becomes of this one."""
    return intake.enrollments.filter(state__in=LIVE).exclude(state=State.SUBMITTED).exists()


def _set_free(intake, round):
    """A class with people from an earlier round goes back to that round; others become drafts, as before the round."""
    earlier = round.supplementary_to
    if stays_seated(intake) and earlier:
        intake.round, intake.opens_at, intake.closes_at = earlier, earlier.opens_at, earlier.closes_at
    elif not stays_seated(intake):
        intake.round, intake.status = None, Intake.Status.DRAFT
        intake.admission_rule = Intake.AdmissionRule.FIRST_COME
    intake.save()  # Saved, not updated: pages listen and are made anew.
