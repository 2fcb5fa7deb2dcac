"""What the screens of an order's candidates are made of: the list by step, scores, notes, history, slots by day."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from partners.candidate_view import EXPORT, Step, row_of, views
from partners.models import Candidate


@dataclass(frozen=True)
class Said:
    """A note or an event, as members read it: when, who, what."""

    at: datetime
    who: str
    text: str
    what: str = ""


@dataclass(frozen=True)
class ScoreRow:
    """A criterion with its weight, one's own points and the mean of all who scored; None where nobody has."""

    name: str
    weight: int
    mine: int | None
    mean: float | None
    count: int


def of_order(order, account):
    """The open candidates of an order as the account may read them."""
    return views(Candidate.objects.of(account).filter(order=order))


def of_enterprise(enterprise, account):
    """The open candidates of all orders of an enterprise as the account may read them, order by order."""
    return views(Candidate.objects.of(account).filter(order__enterprise=enterprise).order_by("order_id", "pk"))


def by_step(found):
    """(step, its words, its candidates) in the order of the list; those with a score first, the best at the top."""
    ranked = sorted(found, key=lambda one: (-(one.score if one.score is not None else -1), one.shared_at))
    return [(step.value, step.label, [one for one in ranked if one.step == step]) for step in Step]


def one_of(order, account, reference):
    """One candidate of an order: the row for acts and its view for pages, or (None, None)."""
    row = Candidate.objects.of(account).filter(order=order, enrollment__reference=reference).first()
    if row is None:
        return None, None
    return row, views(Candidate.objects.filter(pk=row.pk))[0]


def scores_of(row, account):
    """The criteria of the order with what was given."""
    given = list(row.scores.all())
    rows = []
    for criterion in row.order.criteria.all():
        points = {one.by_id: one.points for one in given if one.criterion_id == criterion.pk}
        mean = round(sum(points.values()) / len(points), 1) if points else None
        rows.append(ScoreRow(criterion.name, criterion.weight, points.get(account.pk), mean, len(points)))
    return rows


def notes_of(row):
    """The notes of the enterprise, the newest first."""
    return [Said(one.at, str(one.by), one.text) for one in row.notes.select_related("by").order_by("-pk")]


def history_of(row):
    """What happened, the newest first. The school's people are not named: it is the school that acts."""
    members = set(row.order.enterprise.members.values_list("account", flat=True))
    events = row.history.select_related("by").order_by("-pk")
    return [
        Said(one.at, str(one.by) if one.by_id in members else "", one.note, str(one.get_act_display()))
        for one in events
    ]


def slots_by_day(order, account):
    """What lies ahead and what is over, each (day, [(slot, its candidates)]); what is over begins with the last day."""
    slots = order.slots.filter(Q(cancelled_at=None) | Q(starts_at__gt=timezone.now())).order_by("starts_at", "pk")
    people = {}
    for one in of_order(order, account):
        if one.interview is not None:
            people.setdefault(one.interview.slot, []).append(one)
    days = {}
    for slot in slots:
        days.setdefault(timezone.localdate(slot.starts_at), []).append((slot, people.get(slot.pk, [])))
    today = timezone.localdate()
    ahead = [(day, rows) for day, rows in days.items() if day >= today]
    return ahead, [(day, rows) for day, rows in days.items() if day < today][::-1]


def table(found):
    """The rows of the table of candidates, its heading first: the allowed fields only."""
    return [[str(heading) for heading in EXPORT.values()], *(row_of(one) for one in found)]
