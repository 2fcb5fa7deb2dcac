"""The draw itself: from the closed list and the seed to the published result, once and for all."""

from collections import Counter

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.draws import verify
from courses.draws.freezing import DrawError
from courses.models import AdmissionRound, Draw, DrawDocument, DrawOutcome, Enrollment
from courses.states import State

Kind = DrawOutcome.Kind
_AT_ONCE = 2000  # rows in one INSERT


def try_out(draw):
    """What the draw would give, as counts: {"tickets", "members", "seats", "free", "lines"}. Nothing is kept."""
    entries, result = _computed(draw)
    total = sum(pool["seats"] for pools in entries["intakes"].values() for pool in pools)
    members = sum(len(ticket["members"]) for ticket in entries["tickets"])
    by_intake = Counter(intake for intake, _pool, _choice in result["seats"].values())
    return {
        "tickets": len(entries["tickets"]),
        "ranked": len(result["order"]),
        "members": members,
        "seats": len(result["seats"]),
        "free": total - len(result["seats"]),
        "without": members - len(result["seats"]),
        "intakes": [
            {
                "code": code,
                "seats": sum(pool["seats"] for pool in pools),
                "given": by_intake[code],
                "waiting": len(result["lines"][code]),
            }
            for code, pools in entries["intakes"].items()
        ],
    }


def _computed(draw):
    if not draw.seeded_at:
        raise DrawError(_("The seed is not fixed yet."))
    entries = draw.document(DrawDocument.Kind.LIST)
    return entries, verify.share_out(entries, draw.seed)


def carry_out(draw, *, by):
    """Draw: keep the result and what it gives to every choice, all or nothing; returns the draw.

    Drawing twice does the same as once. Seats are given in a second step, in the background (admitting.py).
    """
    with transaction.atomic():
        draw = Draw.objects.select_for_update(of=("self",)).select_related("round").get(pk=draw.pk)
        if draw.drawn_at:
            return draw
        if Draw.objects.filter(replaces=draw).exists():
            raise DrawError(_("This draw was replaced by another one."))
        entries, result = _computed(draw)
        DrawDocument.of(draw, DrawDocument.Kind.RESULT, result)
        for rows in _portions(_outcomes(draw, entries, result)):
            DrawOutcome.objects.bulk_create(rows)
        draw.drawn_at, draw.drawn_by, draw.touched_at = timezone.now(), by, timezone.now()
        draw.save(update_fields=["drawn_at", "drawn_by", "touched_at"])
    return draw


def _portions(rows):
    portion = []
    for row in rows:
        portion.append(row)
        if len(portion) == _AT_ONCE:
            yield portion
            portion = []
    yield portion


def _outcomes(draw, entries, result):
    """What every choice that waits for this draw gets."""
    positions = {ticket: place for place, (ticket, _number) in enumerate(result["order"], 1)}
    tickets = {member["member"]: ticket for ticket in entries["tickets"] for member in ticket["members"]}
    lines = {
        intake: {member: place for place, member in enumerate(line, 1)} for intake, line in result["lines"].items()
    }
    pools = {member["member"]: member["pools"] for ticket in entries["tickets"] for member in ticket["members"]}
    rows = Enrollment.objects.filter(entry__round=draw.round_id, state=State.SUBMITTED).order_by("pk")
    for pk, reference, code in rows.values_list("pk", "entry__reference", "intake__code").iterator():
        ticket = tickets.get(reference)
        place = positions.get(ticket["ticket"]) if ticket else None
        outcome = DrawOutcome(draw=draw, enrollment_id=pk, entry=reference, position=place)
        seat, line = result["seats"].get(reference), lines.get(code, {}).get(reference)
        if ticket is None:
            outcome.kind = Kind.EARLIER_ROUND
        elif ticket["rank"] is None:
            outcome.kind = Kind.SCORE_TOO_LOW
        elif seat and seat[0] == code:
            outcome.kind, outcome.pool_id = Kind.SEAT, int(seat[1])
        elif seat:
            outcome.kind = Kind.OTHER_CHOICE
        elif line:
            outcome.kind, outcome.line, outcome.pool_id = Kind.LINE, line, int(pools[reference][code][0])
        else:
            outcome.kind = Kind.RULES_NOT_MET
        yield outcome


def replace(draw, *, by, why):
    """Put a new draw of the same round in this one's place, which stays public; returns the new one.

    For a mistake found in the closed list. Possible until the seed is fixed: after that, whoever repeats a draw could
    know both results, and what is wrong is put right by an appeal. Raises DrawError.
    """
    if not why.strip():
        raise DrawError(_("Say why the draw is repeated: everybody reads it."))
    with transaction.atomic():
        draw = Draw.objects.select_for_update(of=("self",)).select_related("round").get(pk=draw.pk)
        if draw.seeded_at:
            raise DrawError(_("The seed is fixed, and the result stands. What is wrong is put right by an appeal."))
        if not draw.frozen_at:
            raise DrawError(_("The list of entries is not closed yet."))
        if draw.round.seed_source == AdmissionRound.SeedSource.COMMITTED:
            raise DrawError(_("A number of this site can be announced only before applications close."))
        found = Draw.objects.filter(replaces=draw).first()
        return found or Draw.objects.create(round=draw.round, replaces=draw, why=why.strip())
