"""Closing the list of entries, before there is a seed: what is drawn from is published and can no longer change."""

import json
from collections import Counter, defaultdict
from datetime import timedelta
from functools import lru_cache

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import schools, seats
from courses.draws import drand, verify
from courses.draws.marks import commitment, ranks
from courses.eligibility import Rules, known_in, objections, qualifies
from courses.entering import excluded_people
from courses.models import AdmissionRound, Draw, DrawDocument, Enrollment, Intake
from courses.moves import EnrollmentError
from courses.states import SEATED, State

# From closing to the beacon that decides: time to close the list and to publish it.
BEACON_AFTER_CLOSING = timedelta(hours=1)
BEACON_AFTER_FREEZING = timedelta(minutes=10)

# What other processes do just before the list of a round is closed, called with the round: they may raise DrawError.
before_closing = []


class DrawError(EnrollmentError):
    """A step of a draw that cannot be done (yet); says why."""


def announce(round):
    """The current draw of a round; made now when there is none yet."""
    current = round.draws.current().first()
    return current or Draw.objects.get_or_create(round=round, replaces=None)[0]


def announce_all():
    """Announce the draw of every published round, so that its fingerprint stands there before the list closes."""
    waiting = AdmissionRound.objects.filter(status=AdmissionRound.Status.PUBLISHED, draws=None)
    for round in waiting:
        announce(round)


def may_freeze(round, now=None):
    """Whether the list of entries of a published round can be closed."""
    return (now or timezone.now()) >= round.closes_at


def freeze(round, *, by):
    """Close the list of entries of a round and publish it; returns the draw. Closing twice does the same as once.

    Raises DrawError while applications are open. Applying, changing and withdrawing lock the round's row last, and look
    at the clock then: nothing can come in after this transaction has read the entries.
    """
    with transaction.atomic():
        if may_freeze(round):
            # Before the round is locked: they lock entries, which come first in the order of locks.
            for prepare in before_closing:
                prepare(round)
        round = AdmissionRound.objects.select_for_update(of=("self",)).select_related("term").get(pk=round.pk)
        if round.status != AdmissionRound.Status.PUBLISHED:
            raise DrawError(_("Only a published round is drawn."))
        now = timezone.now()
        if not may_freeze(round, now):
            raise DrawError(_("Applications are still open."))
        draw = announce(round)
        if draw.frozen_at:
            return draw
        if round.seed_source == AdmissionRound.SeedSource.COMMITTED and draw.created_at >= round.closes_at:
            raise DrawError(
                _("The number of this site was not announced before applications closed. Choose another way.")
            )
        DrawDocument.of(draw, DrawDocument.Kind.LIST, list_of(draw, round))
        draw.frozen_at, draw.frozen_by = now, by
        if round.seed_source == AdmissionRound.SeedSource.DRAND:
            draw.beacon = beacon_of(round, now)
        draw.save(update_fields=["frozen_at", "frozen_by", "beacon"])
        return draw


def beacon_of(round, frozen_at=None):
    """The number of the beacon that decides: an hour after applications close, and always after the list is public."""
    moment = round.closes_at + BEACON_AFTER_CLOSING
    return drand.first_at(max(moment, frozen_at + BEACON_AFTER_FREEZING) if frozen_at else moment)


def list_of(draw, round):
    """The list of entries as it is published (the format is verify.py's): references only, nothing of a person."""
    intakes = {
        intake.pk: intake
        for intake in round.intakes.filter(status=Intake.Status.PUBLISHED).select_related("program", "term")
    }
    pools = {pk: seats.most_specific_first(intake.pools.order_by("pk")) for pk, intake in intakes.items()}
    members = _members(round, intakes, pools)
    entries = [member.entry for member in members.values()]
    places = ranks(round, entries)
    return {
        "format": verify.FORMAT,
        "draw": draw.reference,
        "round": round.name,
        "rule": round.rule,
        "first_choices_first": round.first_choices_first,
        "waitlist_order": round.waitlist_order,
        "last_seat": round.last_seat,
        "intakes": {
            intakes[pk].code: [{"pool": str(pool.pk), "name": pool.name, "seats": pool.free} for pool in own]
            for pk, own in pools.items()
        },
        "tickets": [_ticket(draw, round, group, places) for group in _tickets(members)],
    }


class _Member:
    """One entry with its choices: codes of intakes in order, and the pools of each that it qualifies for."""

    def __init__(self, entry, won):
        self.entry, self.won, self.choices, self.pools = entry, won, [], {}


def _members(round, intakes, pools):
    """The entries that take part, by key, in the order of their references (not of arrival: it plays no part)."""
    out = set(excluded_people(round))
    school = schools.read_with(pool for own in pools.values() for pool in own)
    live = round.entries.live().exclude(person__in=out).select_related("learner", *school).order_by("reference")
    won = _seats_won(round)
    members = {entry.pk: _Member(entry, won[entry.person]) for entry in live}
    people = [member.entry.person for member in members.values()]
    known = {pool.pk: known_in(pool, people) for own in pools.values() for pool in own if pool.newcomers}
    rows = Enrollment.objects.filter(entry__round=round, state=State.SUBMITTED, intake__in=intakes)
    rows = rows.annotate(told=Cast("terms", TextField())).order_by("choice", "pk")
    for entry_id, intake_id, terms in rows.values_list("entry", "intake", "told").iterator():
        member = members.get(entry_id)
        if member:
            code = intakes[intake_id].code
            member.choices.append(code)
            member.pools[code] = _pools_for(member.entry.learner, terms, pools[intake_id], known)
    return {key: member for key, member in members.items() if member.choices}


def _pools_for(learner, terms, pools, known):
    """The pools of an intake that a learner qualifies for by the rules that they were told, most specific first."""
    rules = _rules(terms)
    if learner.erased_at or objections(rules, learner):
        return []
    return [str(pool.pk) for pool in pools if qualifies(pool, learner, rules.on, known=known.get(pool.pk))]


@lru_cache(maxsize=1024)  # Most people were told the same of a class.
def _rules(terms):
    return Rules.from_terms(json.loads(terms))


def _seats_won(round):
    """How many seats of the round's term each person has."""
    seated = Enrollment.objects.filter(intake__term=round.term_id, state__in=SEATED, person__in=_people(round))
    return Counter(seated.values_list("person", flat=True))


def _people(round):
    return round.entries.live().values("person")


def _tickets(members):
    """The members of each ticket, in the order of the tickets' references."""
    tickets = defaultdict(list)
    for member in members.values():
        tickets[member.entry.bound_to or member.entry.reference].append(member)
    return [(name, tickets[name]) for name in sorted(tickets)]


def _ticket(draw, round, group, places):
    name, members = group
    # Who shares a ticket has the same choices, unless staff took one away from one of them.
    choices = [code for code in members[0].choices if all(code in member.pools for member in members)]
    row = {
        "ticket": name,
        "choices": choices,
        "members": [
            {
                "member": member.entry.reference,
                "pools": {code: member.pools[code] for code in choices},
                # How many seats somebody has is nobody's business where it decides nothing.
                "won": member.won if round.waitlist_order == AdmissionRound.WaitlistOrder.FEWEST_SEATS else 0,
            }
            for member in members
        ],
        # One who cannot be ranked takes the ticket with them; of two ranks the lower one counts.
        "rank": _worst([places[member.entry.pk] for member in members]),
    }
    if round.rule == AdmissionRound.Rule.RANKED:
        for member, shown in zip(members, row["members"], strict=True):
            shown |= commitment(draw, round, member.entry)
    return row


def _worst(places):
    return None if None in places else max(places)
