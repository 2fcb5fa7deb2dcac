"""Sample rounds of admission: a lottery that is open, one that is closed and ready to be drawn, a ranking, a review.

Each shares out seats of classes of its own, next month's classes of courses that are there; the learners apply through
the engine, as they would on the site.
"""

import random
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count
from django.utils import timezone

from accounts.models import Learner
from courses import enrollment, entering, marks, reviewing, rounds, seats
from courses.eligibility import Rules, needs, objections, qualifies
from courses.models import AdmissionRound, CommunityCoursePage, Entry, EntryChange, Intake, SeatPool
from courses.sample.dates import code_letters, term_of
from courses.sample.people import OWN_PHONES
from courses.schedule import generate, reschedule
from courses.states import Reason
from institutions.models import Institution

_OPEN, _CLOSED, _RANKED = "冬季班摇号（示例）", "新春手工班摇号（示例）", "技能提高班择优录取（示例）"
# Sign-ins that meet a round on their page: (name, how many choices).
_STORIES = [("李春梅", 3), ("王秀芝", 2)]


def load(learners, *, staff):
    """Make the rounds and let learners apply; `staff` is the account that decides where people decide."""
    rng = random.Random("rounds")  # noqa: S311 - chance for looks, not for secrets
    institution = (
        Institution.objects.filter(programs__communitycoursepage__is_sample=True)
        .annotate(n=Count("programs"))
        .order_by("-n", "pk")[0]
    )
    pages = CommunityCoursePage.objects.filter(institution=institution, is_sample=True).order_by("slug")
    courses = [page for page in pages if not page.intakes.exclude(min_age=None, max_age=None).exists()]
    people = [learner for learner in learners if learner.age_in_months(timezone.localdate()) >= 16 * 12]
    now = timezone.now().replace(second=0, microsecond=0)
    own = Learner.objects.filter(name__in=dict(_STORIES), account__phone__in=OWN_PHONES).select_related("account")
    _lottery(institution, courses[:4], people, rng, now)
    for learner in own:
        _apply(AdmissionRound.objects.get(name=_OPEN), learner, rng, dict(_STORIES)[learner.name])
    _closed_lottery(institution, courses[:3], people, rng, now)
    _ranking(institution, courses[4:6] or courses[:2], people, rng, now)
    _review(courses[-1], people, rng, now, staff)


def _round(institution, name, now, **fields):
    starts = timezone.localdate(now) + timedelta(days=30)
    fields = {"opens_at": _at(now, -3, 8), "closes_at": _at(now, 6, 17)} | fields
    return AdmissionRound.objects.create(
        name=name,
        institution=institution,
        term=term_of(starts),
        status=AdmissionRound.Status.PUBLISHED,
        results_at=_at(now, 9, 10),
        **fields,
    )


def _at(now, days, hour):
    """An hour of the day that many days from now."""
    return timezone.make_aware(datetime.combine(timezone.localdate(now) + timedelta(days=days), time(hour)))


def _share_out(round, courses, *, capacity, label):
    """A class of each course, with seats kept first for newcomers in the first of them."""
    made = []
    for number, page in enumerate(courses):
        seats_kept = capacity // 3 if number == 0 else 0
        intake = _class(page, round, label, number, now=round.opens_at)
        if seats_kept:
            released = round.results_at + timedelta(days=3)
            SeatPool.objects.create(
                intake=intake, name="新学员优先", capacity=seats_kept, newcomers="institution", released_at=released
            )
        SeatPool.objects.create(intake=intake, name="面向所有人", capacity=capacity - seats_kept)
        made.append(intake)
    rounds.share_out(round, made)
    return made


def _class(page, round, label, number, *, now):
    first = timezone.localdate() + timedelta(days=30)
    term = round.term if round else term_of(first)
    intake = Intake.objects.create(
        program=page,
        term=term,
        code=f"{code_letters(term)}-Y{Intake.objects.count() + 1:03}",
        label=label,
        status=Intake.Status.PUBLISHED,
        opens_at=now,
        closes_at=timezone.make_aware(datetime.combine(first, time(8))),
        district=page.institution.district,
        place="社区学院二楼教室",
        teacher="于老师",
    )
    hours = time(9 + number % 4 * 3), time(10 + number % 4 * 3, 30)
    weekday = number % 5
    meetings = generate(weekdays=[weekday], start=hours[0], end=hours[1], first_day=first, count=8, holidays=())
    reschedule(intake, meetings)
    return intake


def _lottery(institution, courses, people, rng, now):
    """Open for six days more, three choices, newcomers first in one class."""
    round = _round(institution, _OPEN, now)
    _share_out(round, courses, capacity=8, label="冬季摇号班")
    for learner in rng.sample(people, min(24, len(people))):
        _apply(round, learner, rng, rng.randint(1, 3))


def _closed_lottery(institution, courses, people, rng, now):
    """Closed a moment ago, with two that share a ticket: ready to be drawn."""
    round = _round(institution, _CLOSED, now, waitlist_order="fewest_seats")
    intakes = _share_out(round, courses, capacity=4, label="新春班")
    for learner in rng.sample(people, min(20, len(people))):
        _apply(round, learner, rng, rng.randint(1, 3))
    families = {}
    for learner in people:
        families.setdefault(learner.account_id, []).append(learner)
    pair = next((family[:2] for family in families.values() if len(family) > 1), None)
    if pair and not Entry.objects.filter(round=round, person__in=[one.person for one in pair]).exists():
        _try(round, pair, intakes[:2], together=True)
    _close(round)


def _ranking(institution, courses, people, rng, now):
    """Closed a moment ago, marks entered; the results come in some days."""
    fields = {"rule": "ranked", "rank_by": ["语文+数学", "数学"], "minimum_score": Decimal(100), "choices": 2}
    round = _round(institution, _RANKED, now, **fields)
    _share_out(round, courses, capacity=5, label="提高班")
    for learner in rng.sample(people, min(16, len(people))):
        _apply(round, learner, rng, rng.randint(1, 2))
    lines = [",".join([marks.REFERENCE, marks.NAME, "语文", "数学"])]
    for entry in round.entries.select_related("learner"):
        lines.append(f"{entry.reference},{entry.learner.name},{rng.randint(45, 100)},{rng.randint(40, 100)}")
    marks.enter(round, "\n".join(lines).encode(), name="marks.csv")
    _close(round)


def _review(page, people, rng, now, staff):
    """Six who applied: one invited, one on the shortlist, one with an offer, one refused."""
    intake = _class(page, None, "面谈录取班", 2, now=now - timedelta(days=3))
    intake.admission_rule = Intake.AdmissionRule.REVIEW
    intake.save()
    SeatPool.objects.create(intake=intake, name="面向所有人", capacity=3)
    texts = ("学过两年，想再提高。", "退休后第一次学，很想来。", "在家自己练了半年。", "", "")
    made = []
    for learner in rng.sample(people, len(people)):
        if len(made) < len(texts):
            made += _enroll(intake, learner, texts[len(made)])
    reviewing.shortlist(made[0], by=staff)
    reviewing.invite(made[1], by=staff, at=_at(now, 4, 10), place="社区学院 203 室")
    reviewing.admit(made[2], by=staff)
    reviewing.refuse(made[3], by=staff, reason=Reason.OTHERS_FIT_BETTER)


def _enroll(intake, learner, text):
    try:
        return [enrollment.submit(intake=intake, learner=learner, by=learner.account, text=text)]
    except enrollment.EnrollmentError:
        return []


def _apply(round, learner, rng, count):
    """The learner lists so many classes that they may join, the sought-after ones first."""
    fit = [intake for intake in entering.published_intakes(round) if _may_join(intake, learner)]
    wished = sorted(fit, key=lambda intake: rng.random() + intake.pk % 3 * 0.3)[: min(count, round.choices)]
    _try(round, [learner], wished)


def _may_join(intake, learner):
    rules, pools = Rules.of(intake), seats.most_specific_first(intake.pools.all())
    return not (needs(intake, pools) or objections(rules, learner)) and any(
        qualifies(pool, learner, rules.on) for pool in pools
    )


def _try(round, learners, intakes, **options):
    """Apply, where no other class of the learner's stands against it."""
    try:
        entering.apply(round=round, learners=learners, choices=intakes, by=learners[0].account, **options)
    except entering.EnrollmentError:
        return


def _close(round):
    """Let the window end now."""
    round.closes_at = timezone.now()
    round.opens_at = round.closes_at - timedelta(days=9)
    round.save()
    rounds.share_out(round, list(round.intakes.all()))


def remove(accounts, institutions):
    """Take entries and rounds away; their enrollments and intakes are gone already."""
    entries = Entry.objects.filter(round__institution__in=institutions) | Entry.objects.filter(account__in=accounts)
    # Past the manager, which refuses: the changes go together with the sample people they are about.
    changes = EntryChange.objects.filter(entry__in=entries)
    changes._raw_delete(changes.db)
    entries.delete()
    mine = AdmissionRound.objects.filter(institution__in=institutions)
    mine.exclude(supplementary_to=None).delete()
    mine.delete()
