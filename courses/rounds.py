"""Making a round of admission: which intakes it shares out, what may still be changed, what must be right to publish.

The window and the rule of an intake in a round are those of the round, and it is public with it: `share_out`.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import AdmissionRound, Enrollment, Intake, SeatPool
from courses.states import LIVE, State

# What a learner was told when applying; with the first entry it is settled.
TOLD = (
    *("rule", "term", "choices", "first_choices_first", "waitlist_order", "last_seat"),
    *("rank_by", "minimum_score", "scores_shown", "seed_source", "excludes"),
)
_LONGEST_NAME = 40  # characters of a name to which more is added


def shareable(institutions, term, round=None, *, now=None):
    """The intakes of these institutions and this term that a round can share out.

    Those that are in it; those without a round in which nobody is; and the leftovers of a round whose draw is done:
    seats are free, nobody waits, and nobody waits for the draw.
    """
    now = now or timezone.now()
    live = Enrollment.objects.filter(intake=OuterRef("pk"), state__in=LIVE)
    unsettled = Enrollment.objects.filter(intake=OuterRef("pk"), state__in=(State.SUBMITTED, State.WAITLISTED))
    with_seats = Exists(SeatPool.objects.filter(intake=OuterRef("pk"), seats_taken__lt=F("capacity")))
    free = Q(round=None) & ~Exists(live)
    left = Q(round__isnull=False, round__closes_at__lte=now) & with_seats & ~Exists(unsettled) & Exists(live)
    mine = Q(round=round.pk) if round and round.pk else Q(pk__in=[])
    theirs = Q(program__institution__in=institutions, term=term, mode=Intake.Mode.ENROLL)
    intakes = Intake.objects.filter(mine | theirs & (free | left)).exclude(status=Intake.Status.CANCELLED)
    intakes = intakes.filter(Q(starts_at=None) | Q(starts_at__gt=now) | mine)
    return intakes.with_counts().select_related("program__institution", "round").order_by("starts_at", "pk")


def leftovers(round, *, now=None):
    """The intakes of a round whose draw is done that have free seats for a supplementary round."""
    return shareable(round.intakes.values("program__institution"), round.term, now=now).filter(round=round)


def supplementary(round, *, now=None):
    """A round, not yet saved, for the seats that this one left over: by the same rules, for a week from tomorrow."""
    opens_at = timezone.localtime(now).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    closes_at = opens_at + timedelta(days=7)
    return AdmissionRound(
        name=_("%(name)s, supplementary") % {"name": round.name[:_LONGEST_NAME]},
        institution=round.institution,
        opens_at=opens_at,
        closes_at=closes_at,
        results_at=closes_at + timedelta(days=1),
        holds_results=round.holds_results,
        **{name: getattr(round, name) for name in TOLD if name != "excludes"},
    )


@transaction.atomic
def share_out(round, intakes):
    """Let the round share out exactly these intakes; those taken off it become drafts without a rule of their own.

    An intake of an earlier round (leftover seats) makes this round supplementary to that one. A cancelled class stays
    in the round, cancelled.
    """
    keys = {intake.pk for intake in intakes}
    for intake in round.intakes.exclude(pk__in=keys).exclude(status=Intake.Status.CANCELLED):
        intake.round, intake.status = None, Intake.Status.DRAFT
        intake.admission_rule = Intake.AdmissionRule.FIRST_COME
        intake.save()
    for intake in Intake.objects.filter(pk__in=keys).select_related("round"):
        if intake.round_id not in (None, round.pk):
            round.supplementary_to = intake.round
            round.save(update_fields=["supplementary_to"])
        intake.round, intake.admission_rule = round, round.rule
        _follow(intake, round)
        intake.save()  # Saved, not updated: pages listen and are made anew.


def _follow(intake, round):
    """A class is public when its round is, and open as long: before, its page would offer what nobody can apply for.

    With people from an earlier round it stays public, in the window of that round.
    """
    published = round.status == AdmissionRound.Status.PUBLISHED
    seated = intake.enrollments.filter(state__in=LIVE).exists()
    if not seated:
        intake.status = Intake.Status.PUBLISHED if published else Intake.Status.DRAFT
    window = round.supplementary_to if seated and not published else round
    if window:
        intake.opens_at, intake.closes_at = window.opens_at, window.closes_at


def has_entries(round):
    """Whether anybody applied: from then on what was told stays."""
    return round.pk is not None and round.entries.exists()


def problems(round, intakes):
    """What stands in the way of publishing a round over these intakes, in sentences."""
    if not intakes:
        yield _("Choose the classes whose seats it shares out.")
    for intake in intakes:
        if not intake.program.live:
            yield _("The page of %(title)s is not published yet.") % {"title": intake.title}
        if intake.seats_total == 0:
            yield _("%(title)s has no seats.") % {"title": intake.title}
        if intake.starts_at is None:
            yield _("%(title)s has no meeting yet, so nobody knows when it takes place.") % {"title": intake.title}
        elif intake.starts_at <= round.results_at:
            yield _("%(title)s begins before the results are there.") % {"title": intake.title}
        for pool in intake.pools.all():
            if pool.released_at and pool.released_at < round.results_at:
                yield _("%(title)s: the seats of “%(pool)s” would go to everyone before the results are there.") % {
                    "title": intake.title,
                    "pool": pool.name,
                }


def demand(round):
    """How sought-after each class of a round is: intakes with `seats_total`, `first`, `listed` (live entries)."""
    live = Q(enrollments__entry__round=round.pk, enrollments__entry__withdrawn_at=None)
    live &= ~Q(enrollments__state=State.WITHDRAWN)
    counted = round.intakes.with_counts().select_related("program")
    first = Count("enrollments", filter=live & Q(enrollments__choice=1), distinct=True)
    return counted.annotate(first=first, listed=Count("enrollments", filter=live, distinct=True)).order_by("-first")
