"""Interviews: the enterprise offers times, candidates book one, change or cancel it; who came is recorded.

A place in a slot is taken by one guarded update, which the database's own check repeats: two who tap at the same moment
cannot both get the last one. All that touches a candidate runs under the locks of its intake (courses.moves).
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import reviewing
from courses.describe import moment
from partners import candidate_messages as messages
from partners.candidacy import CandidateError, changing, changing_all_of, record, require_writer, with_all
from partners.models import Candidate, CandidateEvent, Interview, InterviewSlot, PartnerSettings

Act = CandidateEvent.Act
MOST_SLOTS = 40  # in one act
MOST_BOOKINGS = 8  # of one candidate: whoever changes more often talks to the school


class InterviewError(CandidateError):
    """The time cannot be offered, booked or changed (any more)."""


class SlotFull(InterviewError):
    """Somebody else took the last place a moment ago, or the time is over or cancelled."""


@transaction.atomic
def offer(order, *, starts, minutes, way, capacity, by, place=""):
    """Offer times (`starts`) of one length; candidates without an interview are told once. Returns the slots."""
    require_writer(order, by)
    if not order.is_live:
        raise InterviewError(
            _("The order is %(state)s: no interviews any more.") % {"state": order.get_state_display()}
        )
    now = timezone.now()
    if not starts or min(starts) <= now:
        raise InterviewError(_("Choose times that lie ahead."))
    if len(starts) > MOST_SLOTS:
        raise InterviewError(_("At most %(n)d times in one act.") % {"n": MOST_SLOTS})
    if way == InterviewSlot.Way.ON_SITE and not place.strip():
        raise InterviewError(_("Say where, so that everybody finds it."))
    hours = (PartnerSettings.objects.first() or PartnerSettings()).interview_change_hours
    told = {"minutes": minutes, "way": way, "place": place.strip(), "capacity": capacity, "by": by}
    made = [
        InterviewSlot.objects.create(
            order=order, starts_at=at, change_until=max(now, at - timedelta(hours=hours)), changed_at=now, **told
        )
        for at in sorted(set(starts))
    ]
    for candidate in _unbooked(order):
        messages.tell_learner(candidate, "interview_offered", occasion=f"offered:{made[-1].pk}")
    return made


def _unbooked(order):
    """Those who are to book a time: shared, undecided, with no interview ahead or behind."""
    waiting = order.candidates.filter(taken_back_at=None, ended_at=None, decision="").with_interview()
    return with_all(waiting.filter(is_booked=False, was_met=False))


def was_met(candidate):
    """Whether an interview took place."""
    return candidate.interviews.filter(state=Interview.State.HELD).exists()


def book(candidate, *, slot, by):
    """Book a time; whoever has one changes to this one, until the moment told. Returns the interview.

    Raises SlotFull or InterviewError, and then everything is as it was.
    """
    with changing(candidate) as fresh:
        if not fresh.is_open:
            raise InterviewError(_("There is no interview to book: it was decided, or is no longer shared."))
        if fresh.order.enterprise.is_suspended:
            raise InterviewError(_("No interviews can be booked with this enterprise now. Please ask the school."))
        if was_met(fresh):
            raise InterviewError(_("The interview took place. The enterprise decides next, and you get a message."))
        standing = _ahead(fresh)
        if standing is not None and standing.slot_id == slot.pk:
            return standing
        _require_changeable(standing)
        if fresh.interviews.count() >= MOST_BOOKINGS:
            raise InterviewError(_("You have changed the time very often. Please ring the school."))
        release(fresh, off=False)
        taken = fresh.order.slots.bookable().filter(pk=slot.pk).update(booked=F("booked") + 1)
        if not taken:
            raise SlotFull(_("This time was taken a moment ago. Choose another one; yours is as it was."))
        made = Interview.objects.create(candidate=fresh, slot=slot)
        made.slot.refresh_from_db()
        reviewing.invite(fresh.enrollment, by=by, at=made.slot.starts_at, place=made.slot.where, quiet=True)
        event = record(fresh, Act.BOOKED, by=by)
        messages.tell_learner(fresh, "interview_booked", occasion=event.pk, slot=made.slot)
        messages.tell_enterprise(fresh.order, "interview_taken", occasion=event.pk, slot=made.slot)
    return made


def call_off(candidate, *, by):
    """Cancel one's interview until the moment told; the place is free for others, and one may book again."""
    with changing(candidate) as fresh:
        standing = _ahead(fresh)
        if standing is None:
            raise InterviewError(_("There is no interview to cancel."))
        _require_changeable(standing)
        release(fresh, off=False)
        reviewing.set_back(fresh.enrollment)
        event = record(fresh, Act.CALLED_OFF, by=by)
        messages.tell_learner(fresh, "interview_called_off", occasion=event.pk, slot=standing.slot)
        messages.tell_enterprise(fresh.order, "interview_freed", occasion=event.pk, slot=standing.slot)


def _ahead(candidate):
    return candidate.interviews.filter(state=Interview.State.BOOKED).select_related("slot").first()


def may_change(interview):
    """Whether the candidate may still change or cancel it."""
    return interview.state == Interview.State.BOOKED and timezone.now() < interview.slot.change_until


def _require_changeable(interview):
    if interview is not None and not may_change(interview):
        raise InterviewError(
            _("Changing online was possible until %(until)s. Please ring the school.")
            % {"until": moment(interview.slot.change_until)}
        )


def release(candidate, *, off):
    """Give back the place that a candidate booked, inside the caller's locks; `off`: the enterprise's doing."""
    now = timezone.now()
    standing = _ahead(candidate)
    if standing is None:
        return
    if standing.slot.starts_at <= now:
        # It is no longer undone; a decision that follows it says that it took place.
        if not off:
            return
        state = Interview.State.HELD
    else:
        state = Interview.State.SLOT_OFF if off else Interview.State.CALLED_OFF
        InterviewSlot.objects.filter(pk=standing.slot_id, booked__gt=0).update(booked=F("booked") - 1, changed_at=now)
    Interview.objects.filter(pk=standing.pk).update(state=state, changed_at=now)


def cancel_slot(slot, *, note, by):
    """Cancel a time: whoever had booked it is told why, and books another one. Returns how many those are."""
    note = " ".join(note.split())[:200]
    with changing_all_of(slot.order):
        require_writer(slot.order, by, also_suspended=True)
        if not note:
            raise InterviewError(_("Say why in one sentence: those who booked it read it."))
        standing = InterviewSlot.objects.filter(pk=slot.pk, cancelled_at=None, starts_at__gt=timezone.now())
        if not standing.update(cancelled_at=timezone.now(), cancel_note=note, changed_at=timezone.now()):
            raise InterviewError(_("This time is over or was cancelled already."))
        booked = Candidate.objects.filter(interviews__slot=slot, interviews__state=Interview.State.BOOKED)
        booked = list(with_all(booked))
        for candidate in booked:
            release(candidate, off=True)
            reviewing.set_back(candidate.enrollment)
            event = record(candidate, Act.SLOT_OFF, by=by, note=note)
            told = {"slot": slot, "comment": note}
            messages.tell_learner(candidate, "interview_slot_off", occasion=event.pk, **told)
    return len(booked)


def record_attendance(interview, *, came, by):
    """Say who came, once the interview has begun; it can be said again as long as nothing is decided."""
    with changing(interview.candidate) as fresh:
        require_writer(fresh.order, by)
        row = Interview.objects.select_related("slot").get(pk=interview.pk, candidate=fresh)
        wanted = Interview.State.HELD if came else Interview.State.NO_SHOW
        known = (Interview.State.BOOKED, Interview.State.HELD, Interview.State.NO_SHOW)
        if row.state not in known or not row.slot.is_over:
            raise InterviewError(_("This can be said once the interview has begun."))
        if not fresh.is_open:
            raise InterviewError(_("It was decided already."))
        if row.state != wanted:
            row.state, row.changed_at = wanted, timezone.now()
            row.save(update_fields=["state", "changed_at"])
            record(fresh, Act.HELD if came else Act.NO_SHOW, by=by)
            if not came:
                # They may book once more while nothing is decided.
                reviewing.set_back(fresh.enrollment)
    return row


def remind(now=None):
    """Remind of interviews within a day, candidates and the enterprise; each is told once, however often this runs."""
    now = now or timezone.now()
    soon = InterviewSlot.objects.filter(starts_at__gt=now, starts_at__lte=now + timedelta(days=1), cancelled_at=None)
    for slot in soon.filter(booked__gt=0).select_related("order__enterprise"):
        booked = Interview.objects.filter(slot=slot, state=Interview.State.BOOKED)
        for candidate in with_all(Candidate.objects.filter(interviews__in=booked)):
            messages.tell_learner(candidate, "interview_reminder", occasion=f"reminder:{slot.pk}", slot=slot)
        messages.tell_enterprise(slot.order, "interview_tomorrow", occasion=f"reminder:{slot.pk}", slot=slot)
