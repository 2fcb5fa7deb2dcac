"""Taking part in a round of admission: applying, changing the choices and withdrawing, until the window closes.

No seat is taken here, so a rush on opening day is harmless: whoever comes last has the same chance. Each function is
one transaction. The order of locks: the persons' learner rows by person, their entries, and last the row of the round,
held for the moment of the commit: whoever freezes the list of entries (draws/) locks that row too, so that no entry
comes in late.
"""

from contextlib import contextmanager

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import moves, seats
from courses.eligibility import told
from courses.enrollment import DataMissing, NotEligible, NotOpen, check, live_enrollments, lock_person
from courses.entry_messages import tell_entry
from courses.models import AdmissionRound, Enrollment, Entry, EntryChange, HistoryEntry, Intake, PathwayPage
from courses.moves import EnrollmentError, MoveRefused
from courses.states import SEATED, Reason, State


class AlreadyEntered(EnrollmentError):
    """The person takes part in this round already."""

    def __init__(self, entry):
        super().__init__(_("This person takes part in this round already."))
        self.entry = entry


class WrongChoices(EnrollmentError):
    """The list of choices is not one that can be made in this round."""


def published_intakes(round):
    """The intakes that can be chosen in a round, in the order in which they are shown."""
    shown = round.intakes.filter(status=Intake.Status.PUBLISHED, program__live=True)
    related = "program__institution", "term", "district"
    return shown.select_related(*related).prefetch_related("pools__district").order_by("starts_at", "pk")


def excluded_people(round):
    """The `person` keys of those who have a seat from an earlier round that shuts them out of this one."""
    seated = Enrollment.objects.filter(entry__round__in=round.excludes.all(), state__in=SEATED)
    return seated.values_list("person", flat=True)


def check_choice(*, round, intake, learner, others=None, entry=None):
    """Check one learner against one class of a round, as enrollment.check does; their own entry does not count."""
    others = live_enrollments(learner.person) if others is None else others
    others = [other for other in others if entry is None or other.entry_id != entry.pk]
    intake.round = round
    result = check(intake=intake, learner=learner, pools=seats.most_specific_first(intake.pools.all()), others=others)
    if excluded_people(round).filter(person=learner.person).exists():
        result.objections.append(_("%(name)s has a seat from an earlier round already.") % {"name": learner.name})
    return result


def apply(*, round, learners, choices, by, together=False, channel=Enrollment.Channel.WEB, quiet=False):
    """Enter these learners with these choices (intakes, in order), all or none; returns their entries in order.

    `together` binds two learners: they share one ticket. `quiet`: the caller tells them.

    Raises NotOpen, WrongChoices, NotEligible, DataMissing, or
    AlreadyEntered with the entry that is there.
    """
    with transaction.atomic():
        locked = {learner.pk: lock_person(learner) for learner in sorted(learners, key=lambda one: one.person)}
        learners = [locked[learner.pk] for learner in learners]
        round = AdmissionRound.objects.select_related("term").get(pk=round.pk)
        intakes = _chosen(round, choices)
        if channel == Enrollment.Channel.DESK and PathwayPage.objects.filter(intakes__in=intakes).exists():
            raise WrongChoices(_("One takes part in this round by an application that the family writes on the site."))
        if together and len(learners) != 2:
            raise WrongChoices(_("A ticket can be shared by two."))
        entries = [_enter(round, learner, intakes, by, channel) for learner in learners]
        if together:
            _bind(entries)
        for entry in entries:
            _record(entry, intakes, by)
            if not quiet:
                tell_entry(entry, "applied", intakes)
        _hold_open(round)
        return entries


def _enter(round, learner, intakes, by, channel):
    there = Entry.objects.live().filter(round=round, person=learner.person).first()
    if there:
        raise AlreadyEntered(there)
    entry = Entry(round=round, learner=learner, account_id=learner.account_id, person=learner.person)
    entry.save(force_insert=True)
    _add_choices(entry, dict(enumerate(intakes, 1)), by, channel)
    return entry


def _add_choices(entry, numbered, by, channel):
    """Add choices {number: intake} to an entry, after checking each."""
    others, objections = live_enrollments(entry.person), []
    for intake in numbered.values():
        result = check_choice(round=entry.round, intake=intake, learner=entry.learner, others=others, entry=entry)
        if result.missing:
            raise DataMissing(result.missing)
        if result.existing:
            objections.append(_("%(title)s: already enrolled or in the waitlist.") % {"title": intake.title})
        objections += [f"{intake.title}：{objection}" for objection in result.objections]
    if objections:
        raise NotEligible(*dict.fromkeys(objections))
    rows = [_choice(entry, number, intake, channel) for number, intake in numbered.items()]
    for row in rows:
        row.save(force_insert=True)
    HistoryEntry.objects.bulk_create(HistoryEntry(enrollment=row, by=by, to_state=State.SUBMITTED) for row in rows)


def _choice(entry, number, intake, channel):
    pools = seats.most_specific_first(intake.pools.all())
    return Enrollment(
        intake=intake,
        learner=entry.learner,
        account_id=entry.account_id,
        person=entry.person,
        entry=entry,
        choice=number,
        channel=channel,
        **told(intake, pools, entry.learner),
    )


def _bind(entries):
    """One ticket for these entries: the reference of the first names it."""
    for entry in entries:
        entry.bound_to = entries[0].reference
        entry.save(update_fields=["bound_to"])


def change(entry, *, choices, by, quiet=False):
    """Put other choices, or another order, in place of an entry's; who shares its ticket changes with it.

    Returns the changed entries. Raises what `apply` raises.
    """
    with _changing(entry) as (round, entries):
        intakes = _chosen(round, choices)
        for one in entries:
            _set_choices(one, intakes, by)
            _record(one, intakes, by)
            if not quiet:
                tell_entry(one, "changed", intakes)
        return entries


def _set_choices(entry, intakes, by):
    kept = {row.intake_id: row for row in submitted(entry)}
    for row in kept.values():
        if row.intake_id not in {intake.pk for intake in intakes}:
            moves.move(row, State.WITHDRAWN, by=by, reason=Reason.CHANGED_CHOICE, quiet=True)
    numbered = dict(enumerate(intakes, 1))
    for number, intake in numbered.items():
        if intake.pk in kept:
            Enrollment.objects.filter(pk=kept[intake.pk].pk).update(choice=number)
    added = {number: intake for number, intake in numbered.items() if intake.pk not in kept}
    _add_choices(entry, added, by, Enrollment.Channel.WEB)


def withdraw(entry, *, by, note="", quiet=False):
    """Take an entry out of the round. Who shared its ticket stays in the round, with the ticket for themselves."""
    with _changing(entry) as (_round, entries):
        entry = next(one for one in entries if one.pk == entry.pk)
        for row in submitted(entry):
            moves.move(row, State.WITHDRAWN, by=by, quiet=True)
        entry.withdrawn_at, entry.bound_to = timezone.now(), ""
        entry.save(update_fields=["withdrawn_at", "bound_to"])
        _record(entry, [], by, note)
        if not quiet:
            tell_entry(entry, "withdrawn", [])
        left = [one for one in entries if one.pk != entry.pk]
        if len(left) == 1:
            left[0].bound_to = ""
            left[0].save(update_fields=["bound_to"])
            _record(left[0], [row.intake for row in submitted(left[0])], by, note)
        return entry


def submitted(entry):
    """The choices of an entry that still wait for the draw, in order."""
    rows = entry.enrollments.filter(state=State.SUBMITTED).select_related("intake__program", "account", "learner")
    return list(rows.order_by("choice"))


def group_of(entry):
    """The entry with those that share its ticket, the first first."""
    if not entry.bound_to:
        return [entry]
    return list(Entry.objects.live().filter(round=entry.round_id, bound_to=entry.bound_to).select_related("learner"))


@contextmanager
def _changing(entry):
    """The transaction in which an entry and those that share its ticket are changed: (round, entries), locked."""
    with transaction.atomic():
        group = group_of(entry)
        for one in sorted(group, key=lambda one: one.person):
            lock_person(one.learner)
        rows = Entry.objects.select_related("round__term", "account", "learner__account")
        rows = rows.filter(pk__in=[one.pk for one in group])
        entries = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
        if not any(one.pk == entry.pk and one.is_live for one in entries):
            raise MoveRefused(_("This entry was withdrawn."))
        yield entries[0].round, entries
        _hold_open(entries[0].round)


def _chosen(round, choices):
    """The intakes behind these choices, as they are now: each of the round, each once, not too many."""
    keys = [choice.pk for choice in choices]
    if not keys:
        raise WrongChoices(_("Choose at least one class."))
    if len(keys) != len(set(keys)):
        raise WrongChoices(_("Choose each class only once."))
    if len(keys) > round.choices:
        raise WrongChoices(_("You can list at most %(n)d classes.") % {"n": round.choices})
    found = {intake.pk: intake for intake in published_intakes(round).filter(pk__in=keys)}
    if len(found) < len(keys):
        raise WrongChoices(_("One of the classes can no longer be chosen in this round."))
    return [found[key] for key in keys]


def _hold_open(round):
    """Lock the round for the rest of the transaction, and refuse when its window is not open at this moment."""
    round = AdmissionRound.objects.select_for_update(no_key=True).get(pk=round.pk)
    if round.is_open():
        return
    if round.status == AdmissionRound.Status.PUBLISHED and timezone.now() < round.opens_at:
        raise NotOpen(_("Applications for this round have not opened yet."))
    raise NotOpen(_("Applications for this round are closed."))


def _record(entry, intakes, by, note=""):
    choices = [intake.pk for intake in intakes]
    EntryChange.objects.create(entry=entry, by=by, choices=choices, bound_to=entry.bound_to, note=note)


def end_other_choices(entry=None):
    """End what is left of the choices of those who have a certain seat from the same entry; returns how many."""
    seated = Enrollment.objects.filter(entry=OuterRef("entry"), state__in=(State.ENROLLED, State.COMPLETED))
    rest = Enrollment.objects.filter(state__in=(State.WAITLISTED, State.OFFERED), entry__isnull=False)
    rest = rest.filter(entry=entry) if entry else rest
    ended = 0
    for row in rest.filter(Exists(seated)).order_by("pk"):
        with moves.changing(row) as fresh:
            if fresh.state == State.WAITLISTED:
                moves.move(fresh, State.NOT_ADMITTED, by=None, reason=Reason.OTHER_CHOICE)
            elif fresh.state == State.OFFERED:
                moves.move(fresh, State.DECLINED, by=None, reason=Reason.OTHER_CHOICE)
                moves.offer_free_seats(fresh.intake)
            ended += 1
    return ended
