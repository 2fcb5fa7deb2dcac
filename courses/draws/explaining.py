"""A draw in words: where it stands, where its chance came from, and what it gave to one entry."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.describe import moment
from courses.draws import drand
from courses.draws.freezing import beacon_of
from courses.models import AdmissionRound, DrawOutcome

Source = AdmissionRound.SeedSource
Kind = DrawOutcome.Kind


@dataclass(frozen=True)
class Step:
    """One step of a draw: what it is, when it was done (None: still to come), and a sentence on it."""

    title: str
    at: object
    text: str


def steps(draw):
    """The steps of a draw in their order; times are aware datetimes."""
    round = draw.round
    return [
        Step(_("Applications close"), round.closes_at, ""),
        Step(
            _("The list of entries is closed and published"),
            draw.frozen_at,
            "" if draw.frozen_at else _("After that nobody can come in, go out or change."),
        ),
        Step(_("The seed is fixed"), draw.seeded_at, chance(draw)),
        Step(_("The draw takes place"), draw.drawn_at, _("The result follows from the list and the seed alone.")),
        *_held(draw),
        Step(
            _("Seats are offered, everybody is told"),
            draw.admitted_at,
            "" if draw.admitted_at else _("By %(moment)s.") % {"moment": moment(round.results_at)},
        ),
    ]


def _held(draw):
    """With a result that is held until its time: when it comes out, for families and the public at once."""
    round = draw.round
    if not round.holds_results:
        return []
    at = round.results_at if draw.is_out() else None
    return [Step(_("The result and the seed come out"), at, _("At %(at)s.") % {"at": moment(round.results_at)})]


def chance(draw):
    """Where the seed comes from, in words."""
    round = draw.round
    if round.seed_source == Source.WITNESSED:
        said = _("Digits on balls, drawn before witnesses and entered by two people apart from each other.")
        if not round.holds_results:
            return said
        return f"{said} " + _(
            "Whoever saw the balls can work out the result from the public list before it comes out; until then this"
            " site shows and tells it to nobody."
        )
    if round.seed_source == Source.COMMITTED:
        return _(
            "A number of this site, whose fingerprint was published before: %(fingerprint)s. This is the weaker way:"
            " one must trust that this site chose the number without knowing the entries."
        ) % {"fingerprint": draw.commitment}
    number = draw.beacon or beacon_of(round)
    return _("Beacon number %(number)d of drand (quicknet), which comes out on %(moment)s.") % {
        "number": number,
        "moment": moment(drand.time_of(number)),
    }


def explain(draw, reference):
    """What the draw gave to an entry, in sentences; none when it did not take part."""
    outcomes = list(
        draw.outcomes.filter(entry=reference)
        .select_related("enrollment__intake__program", "pool")
        .order_by("enrollment__choice", "pk")
    )
    if not outcomes:
        return []
    said = []
    if outcomes[0].position:
        taking_part = draw.outcomes.order_by("-position").values_list("position", flat=True)
        highest = taking_part.exclude(position=None).first()
        text = _("The ticket came to place %(place)d of %(all)d.")
        if draw.round.rule == AdmissionRound.Rule.RANKED:
            text = _("Place %(place)d of %(all)d by score.")
        said.append(text % {"place": outcomes[0].position, "all": highest})
    return said + [_sentence(outcome) for outcome in outcomes]


def _sentence(outcome):
    intake = outcome.enrollment.intake
    words = {
        Kind.SEAT: _("%(title)s: a seat (%(pool)s)."),
        Kind.LINE: _("%(title)s: all seats went to places before; number %(line)d in the waitlist of the draw."),
        Kind.OTHER_CHOICE: _("%(title)s: not needed, for a higher choice or another one gave a seat."),
        Kind.SCORE_TOO_LOW: _("%(title)s: no rank, for a mark is missing or the score is below the lowest one."),
        Kind.RULES_NOT_MET: _("%(title)s: the rules that were told at the application are not met."),
        Kind.EARLIER_ROUND: _("%(title)s: out, because of a seat from an earlier round."),
    }[outcome.kind]
    return words % {"title": intake.title, "pool": outcome.pool.name if outcome.pool else "", "line": outcome.line or 0}


def entries_in_order(draw):
    """(place, reference) of each entry of a draw, in its order; those without a place come last or first."""
    return draw.outcomes.order_by("position", "entry").values_list("position", "entry").distinct()


def in_short(draw, entries):
    """One row for each of these entries: (place, reference, what it got in one sentence)."""
    entries, given = list(entries), {}
    rows = draw.outcomes.filter(entry__in=[entry for _place, entry in entries])
    rows = rows.select_related("enrollment__intake__program", "pool").order_by("enrollment__choice", "pk")
    for outcome in rows:
        given.setdefault(outcome.entry, []).append(outcome)
    return [(place, entry, _shortly(given.get(entry, []))) for place, entry in entries]


def _shortly(outcomes):
    seat = next((outcome for outcome in outcomes if outcome.kind == Kind.SEAT), None)
    if seat:
        words = {"title": seat.enrollment.intake.title, "n": seat.enrollment.choice, "pool": seat.pool.name}
        return _("A seat: %(title)s (choice %(n)d, %(pool)s)") % words
    lines = [outcome for outcome in outcomes if outcome.line]
    if lines:
        places = [f"{outcome.enrollment.intake.title} {outcome.line}" for outcome in lines]
        return _("In the waitlist: %(places)s") % {"places": _("; ").join(places)}
    kinds = dict.fromkeys(str(outcome.get_kind_display()) for outcome in outcomes)
    return _("No seat: %(why)s") % {"why": _("; ").join(kinds)}


def counts(draw):
    """What each class gave: [(title, [(pool, seats given), ...], how many wait), ...], for the draw's page."""
    by_class = {}
    intake = "enrollment__intake"
    rows = draw.outcomes.filter(kind__in=(Kind.SEAT, Kind.LINE)).order_by(intake, "kind", "pool")
    rows = rows.values_list(f"{intake}__program__title", f"{intake}__code", "kind", "pool__name").annotate(Count("pk"))
    for title, code, kind, pool, n in rows:
        given, waiting = by_class.setdefault(code, (title, [], []))[1:]
        (given if kind == Kind.SEAT else waiting).append((pool, n))
    return [
        (f"{title} · {code}", given, sum(n for _pool, n in waiting))
        for code, (title, given, waiting) in by_class.items()
    ]


def summary(counts):
    """What trying a draw out shows, in one sentence."""
    return ngettext(
        "%(members)d learner with %(tickets)d tickets: %(seats)d get a seat, %(without)d do not, %(free)d seats stay"
        " free.",
        "%(members)d learners with %(tickets)d tickets: %(seats)d get a seat, %(without)d do not, %(free)d seats stay"
        " free.",
        counts["members"],
    ) % {name: counts[name] for name in ("members", "tickets", "seats", "without", "free")}
