"""What staff do with a submitted application: keep an unfinished review, return it field by field, confirm it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.applying import messages, sending
from courses.applying.answers import Answers, changed_between
from courses.applying.applications import ApplicationError, State, changing, move
from courses.models import ApplicationEvent, IdentityReveal, PathwayApplication, SchoolRecord

Act = ApplicationEvent.Act
TIME_TO_CORRECT = timedelta(days=3)
_REVIEWED = (State.SUBMITTED, State.VERIFIED)


def keep(application, *, by, remarks, note=""):
    """Keep an unfinished review; it is first in the reviewer's queue. Somebody else's is not overwritten."""
    with changing(application) as fresh:
        _require_waiting(fresh, by)
        fresh.reviewer, fresh.draft_remarks, fresh.draft_note = by, _known(fresh, remarks, by), note
        fresh.save(update_fields=["reviewer", "draft_remarks", "draft_note"])


def take_over(application, *, by):
    """Take over a review that a colleague has begun and cannot finish; what they wrote is kept.

    What a receiving school has begun can speak of choices, so the sending one does not take it over.
    """
    with changing(application) as fresh:
        if fresh.state not in _REVIEWED:
            raise ApplicationError(_("This application does not wait to be checked any more."))
        if not may_take_over(fresh, by):
            raise ApplicationError(_("The receiving school is checking this application."))
        fresh.reviewer = by
        fresh.save(update_fields=["reviewer"])


def may_take_over(application, account):
    """Whether a review that somebody has begun can become this account's."""
    if application.reviewer is None or not sending.only_sends(application, account):
        return True
    return sending.only_sends(application, application.reviewer)


def give_back(application, *, number, by, remarks, note="", until=None):
    """Return it to the family: `remarks` say for each field what to mend, until a stated moment. Returns it.

    `number` is that of the submission that was read; `until` None: as the rules of the round say.
    """
    with changing(application) as fresh:
        known = _known(fresh, remarks, by)
        if not known and not note.strip():
            raise ApplicationError(_("Say what must be mended, beside the field or in the comment."))
        _require_read(fresh, number, by)
        if fresh.round.draws.filter(frozen_at__isnull=False).exists():
            raise ApplicationError(_("The list of this round is closed: nothing in an application counts any more."))
        until = until or correct_until(fresh)
        if until <= timezone.now():
            raise ApplicationError(_("The moment until which it can be mended has passed. Choose a later one."))
        fresh.correct_until = until
        _clear_review(fresh)
        fields = [*_REVIEW, "correct_until"]
        told = {"school": sending.school_of_staff(fresh, by), "remarks": known, "note": note}
        event = move(fresh, State.RETURNED, act=Act.RETURNED, by=by, fields=fields, **told)
        messages.tell(fresh, "returned", occasion=event.pk, until=until, remarks=lambda: _in_words(fresh, known, note))
        return fresh


def correct_until(application):
    """Until when a returned application can be mended: the stated date, or three days after the window or today."""
    round = application.round
    stated = Answers(application, application.sent).rules.correct_until
    if stated and stated > timezone.now():
        return stated
    return max(round.closes_at, timezone.now()) + TIME_TO_CORRECT


def verify(application, *, number, by, note=""):
    """Confirm what was read: it counts in the round. Returns the application."""
    with changing(application) as fresh:
        _require_read(fresh, number, by)
        if fresh.state != State.SUBMITTED:
            raise ApplicationError(_("This application does not wait to be checked any more."))
        _clear_review(fresh)
        told = {"school": sending.school_of_staff(fresh, by), "note": note}
        move(fresh, State.VERIFIED, act=Act.VERIFIED, by=by, fields=_REVIEW, **told)
        messages.tell(fresh, "verified", occasion=fresh.number)
        return fresh


@transaction.atomic
def reveal(application, *, by, purpose, note=""):
    """Record that staff look at the whole numbers of an application: identity, candidate and student number."""
    enrollment = application.entry.enrollments.order_by("pk").first()
    IdentityReveal.objects.create(learner=application.learner, enrollment=enrollment, by=by, purpose=purpose, note=note)
    state = application.state
    ApplicationEvent.objects.create(
        application=application, act=Act.REVEALED, by=by, from_state=state, to_state=state, note=note
    )


_REVIEW = ["reviewer", "draft_remarks", "draft_note"]


def _clear_review(fresh):
    fresh.reviewer, fresh.draft_remarks, fresh.draft_note = None, {}, ""


def _require_waiting(fresh, by):
    if fresh.state not in _REVIEWED:
        raise ApplicationError(_("This application does not wait to be checked any more."))
    if fresh.reviewer_id and fresh.reviewer_id != by.pk:
        raise ApplicationError(
            _("%(who)s has begun to check this application. Take it over first if they cannot finish.")
            % {"who": fresh.reviewer}
        )


def _require_read(fresh, number, by):
    _require_waiting(fresh, by)
    if fresh.number != number:
        raise ApplicationError(_("It was submitted anew since you opened it. Please read it again."))


def _known(fresh, remarks, by):
    """The remarks about questions that there are, and that who writes them reads."""
    shown = sending.rows_for(by, Answers(fresh, fresh.sent))
    names = {name for _section, rows in shown for name, _label, _words in rows}
    return {name: text.strip() for name, text in remarks.items() if name in names and text.strip()}


def _in_words(application, remarks, note):
    """All remarks in one sentence or two, in the active language."""
    answers = Answers(application, application.sent)
    parts = [f"{answers.label_of(name)}：{text}" for name, text in remarks.items()]
    return _("; ").join(filter(None, [*parts, note.strip()]))


def asked_for(application):
    """What staff last asked to mend, while it is to be mended: the event, or None."""
    if application.state != State.RETURNED:
        return None
    return application.history.filter(act=Act.RETURNED).last()


def still_to_mend(application):
    """The names of what staff last asked to mend and what still stands as it was sent."""
    event = asked_for(application)
    if event is None:
        return []
    changed = {*changed_between(application.sent, application.typed)}
    if "documents" in changed:  # Another proof may be all that bonus items needed.
        changed.add("bonus")
    return [name for name in event.remarks if name not in changed]


def what_changed(application):
    """Between the last two submissions: {name: words before}; empty for a first one."""
    if application.number < 2:
        return {}
    before = Answers(application, application.sent_before)
    names = changed_between(application.sent_before, application.sent)
    return {name: before.words(name, masked=True) for name in names}


def differences(application):
    """(subject, typed, official) where the family's scores are not the official ones, in the order of the round."""
    record = SchoolRecord.objects.filter(learner=application.learner_id).first()
    if record is None:
        return []
    typed, official = record.typed_scores, record.official_scores
    both = [name for name in application.round.subjects if name in typed and name in official]
    return [(name, typed[name], official[name]) for name in both if typed[name] != official[name]]


def next_in_queue(account, *, after=None):
    """The application that the reviewer sees next, or None."""
    waiting = PathwayApplication.objects.staffed_by(account).filter(state=State.SUBMITTED).queue(account)
    return waiting.exclude(pk=after.pk if after else None).first()
