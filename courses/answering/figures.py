"""What is measured: days to a decision, decided on time, reviews upheld, satisfied learners. Counts only, no names.

`compute` looks over the year before a day; a daily job keeps the result, and the public page reads the newest, so that
nobody waits for the counting. Figures of fewer than five people are not shown.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from courses.models import Appeal, Enrollment, HistoryEntry, Rating, RuleException, Seal, ServiceFigures
from courses.states import State

PERIOD = timedelta(days=365)
FEWEST = 5  # people; below that a figure would speak of somebody
_AT_ONCE = timedelta(minutes=1)


@dataclass(frozen=True)
class Appeals:
    """How many reviews were asked for, how long they took, how often they were upheld. Shares in percent or None."""

    asked: int
    open: int
    overdue: int
    answered: int
    upheld: int
    on_time: int
    median_days: float | None

    @property
    def upheld_percent(self):
        """Of those answered."""
        return percent(self.upheld, self.answered)

    @property
    def on_time_percent(self):
        """Of those answered, and those that should have been."""
        return percent(self.on_time, self.answered + self.overdue)


def percent(part, whole):
    """A share in percent with one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def appeals(found, now=None):
    """The figures of these appeals, over the year before."""
    now = now or timezone.now()
    recent = found.filter(submitted_at__gt=now - PERIOD)
    answered = Q(decided_at__isnull=False)
    counts = recent.aggregate(
        asked=Count("pk"),
        open=Count("pk", filter=~answered),
        overdue=Count("pk", filter=~answered & Q(due_at__lt=now)),
        answered=Count("pk", filter=answered),
        upheld=Count("pk", filter=Q(state=Appeal.State.UPHELD)),
        on_time=Count("pk", filter=Q(decided_at__lte=F("due_at"))),
    )
    taken = _days(recent.filter(answered), F("decided_at") - F("submitted_at"))
    return Appeals(median_days=_median(taken, counts["answered"]), **counts)


def compute(now=None):
    """All figures of the year before, as plain values for ServiceFigures."""
    now = now or timezone.now()
    found = appeals(Appeal.objects.all(), now)
    ratings = Rating.objects.filter(given_at__gt=now - PERIOD).aggregate(
        n=Count("pk"), satisfied=Count("pk", filter=Q(stars__gte=Rating.SATISFIED))
    )
    return {
        "decision": _decisions(now),
        "on_time": _on_time(now, found),
        "appeals": {"asked": found.asked, "answered": found.answered, "upheld": found.upheld_percent},
        "satisfaction": {"n": ratings["n"], "percent": percent(ratings["satisfied"], ratings["n"])},
        "exceptions": dict(_exceptions(now)),
        "history": {"rows": Seal.objects.aggregate(n=Sum("count"))["n"] or 0},
    }


def _exceptions(now):
    """How many were approved, by their listed reason."""
    approved = RuleException.objects.filter(state=RuleException.State.APPROVED, decided_at__gt=now - PERIOD)
    return approved.order_by().values_list("why").annotate(n=Count("pk"))


def _decisions(now):
    """Days from arriving to the first decision: the median of those not decided at once, and the share that was."""
    recent = Enrollment.objects.filter(submitted_at__gt=now - PERIOD).annotate(decided=_first_decision())
    decided = recent.filter(decided__isnull=False)
    taken = _days(decided, F("decided") - F("submitted_at"))
    total = decided.count()
    waited = taken.filter(taken__gt=_AT_ONCE)
    count = waited.count()
    return {"n": total, "at_once": percent(total - count, total), "waited": count, "days": _median(waited, count)}


def _on_time(now, found):
    """Of all that was promised for a day (results of rounds, answers to reviews): how much was there by then."""
    promised = Enrollment.objects.filter(
        entry__isnull=False, entry__round__results_at__gt=now - PERIOD, entry__round__results_at__lt=now
    ).exclude(state=State.WITHDRAWN)
    kept = promised.annotate(decided=_first_decision()).filter(decided__lte=F("entry__round__results_at"))
    n = promised.count() + found.answered + found.overdue
    return {"n": n, "percent": percent(kept.count() + found.on_time, n)}


def _first_decision():
    first = HistoryEntry.objects.filter(enrollment=OuterRef("pk"), from_state=State.SUBMITTED).order_by("pk")
    return Subquery(first.values("at")[:1])


def _days(rows, difference):
    return rows.annotate(taken=ExpressionWrapper(difference, output_field=DurationField())).order_by()


def _median(rows, count):
    """The median of `taken` in days with one decimal: read at its place in the order, not over all rows."""
    if not count:
        return None
    middle = rows.order_by("taken").values_list("taken", flat=True)[count // 2]
    return round(middle.total_seconds() / 86400, 1)


def keep(now=None):
    """Compute today's figures and keep them; a second time today does it again."""
    today = timezone.localdate(now)
    return ServiceFigures.objects.update_or_create(day=today, defaults={"data": compute(now)})[0]


def newest():
    """The newest figures; computed now where none were kept yet."""
    return ServiceFigures.objects.order_by("-day").first() or keep()
