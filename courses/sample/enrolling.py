"""Sample enrollments: residents enroll through the engine, as they would on the site, then time is set back.

`STORIES` are those of the people one can sign in as; everybody else is chosen by chance, but always the same.
"""

import random

from accounts.learners import missing
from courses import enrollment as engine
from courses.eligibility import Rules, needs, objections, qualifies
from courses.models import Enrollment
from courses.sample import paying
from courses.states import SEATED, Reason, State

# (learner, course, label of the intake); the late ones come when the class is full, and wait.
STORIES = [
    ("李春梅", "ice-lanterns", "周三晚班"),
    ("李春梅", "first-aid", "上月班"),
    ("李春梅", "erhu-basics", "周六下午班"),
    ("王秀芝", "paper-cutting", "周三上午班"),
    ("王秀芝", "elder-home-care", "周日上午班"),
    ("陈小树", "kids-science", "周日下午班"),
    ("张立军", "live-commerce", "周末班"),
]
LATE_STORIES = [
    ("陈小树", "kids-ski", "周六下午班"),
    ("张立军", "chinese-baking", "周三晚班"),
    ("张立军", "adult-ski-basics", "周日上午班"),
]
_WITHDRAWN = ("李春梅", "erhu-basics")
_CHILD = 14 * 12  # months
_DESK_SHARE = 0.15


def fill(planned, *, learners, people, staff):
    """Bring learners into one planned intake, up to what its shape says, and let happen what happens to it.

    `learners` are the residents, `people` those of the sign-ins by name, `staff` the account that acts at the desk.
    """
    intake = planned.intake
    rng = random.Random(intake.code)  # noqa: S311 - chance for looks, not for secrets
    if planned.shape != "upcoming":
        _enroll_stories(STORIES, intake, people, staff)
        wanted, waiting = _how_many(planned, rng)
        late = sum(pair[1:] == _key(intake) for pair in LATE_STORIES)
        candidates = iter(_candidates(intake, learners, rng))
        _enroll(intake, candidates, wanted, 0, rng, staff)
        _enroll_stories(LATE_STORIES, intake, people, staff)
        _enroll(intake, candidates, wanted, max(0, waiting - late), rng, staff)
    if intake.closes_at != planned.closes_at:
        intake.closes_at = planned.closes_at
        intake.save(update_fields=["closes_at", "updated_at"])
    _let_happen(planned, rng, staff)


def _key(intake):
    return intake.program.slug, intake.label


def _enroll_stories(stories, intake, people, staff):
    rng = random.Random(f"stories {intake.code}")  # noqa: S311 - chance for looks, not for secrets
    for name, slug, label in stories:
        if (slug, label) == _key(intake):
            learner = people[name]
            made = engine.submit(intake=intake, learner=learner, by=learner.account)
            paying.pay(made, staff=staff, rng=rng)
            if (name, slug) == _WITHDRAWN:
                paying.pay_out(engine.withdraw(made, by=learner.account), staff=staff)


def _how_many(planned, rng):
    """How many seats are taken in the end, and how many people wait."""
    seats = sum(pool.capacity for pool in planned.intake.pools.all())
    return {
        "open": (round(seats * rng.uniform(0.15, 0.5)), 0),
        "closing": (round(seats * rng.uniform(0.5, 0.8)), 0),
        "nearly_full": (seats - rng.randint(1, 3), 0),
        "full": (seats, rng.randint(2, 9)),
        "running": (round(seats * rng.uniform(0.5, 0.9)), 0),
        "finished": (round(seats * rng.uniform(0.3, 0.7)), 0),
        "cancelled": (rng.randint(3, 5), 0),
    }[planned.shape]


def _candidates(intake, learners, rng):
    """Residents who may join, those who live near more often first."""
    rules, pools = Rules.of(intake), list(intake.pools.all())
    needed = needs(intake, pools)

    def may_join(learner):
        # A class without an age rule would take children too; they mostly come to those made for them.
        if learner.age_in_months(rules.on) < _CHILD and intake.min_age is None:
            return False
        return not (objections(rules, learner) or missing(learner, needed)) and any(
            qualifies(pool, learner, rules.on) for pool in pools
        )

    chosen = [learner for learner in learners if may_join(learner)]
    near = {learner.pk: rng.random() + (0 if learner.district_id == intake.district_id else 0.7) for learner in chosen}
    return sorted(chosen, key=lambda learner: near[learner.pk])


def _enroll(intake, candidates, wanted, waiting, rng, staff):
    """Submit one after the other until `wanted` have seats and `waiting` more wait, or nobody is left."""
    states = list(intake.enrollments.live().values_list("state", flat=True))
    seated, in_line = sum(state in SEATED for state in states), states.count(State.WAITLISTED)
    target = in_line + waiting
    while seated < wanted or in_line < target:
        learner = next(candidates, None)
        if learner is None:
            return
        made = _submit(intake, learner, rng, staff)
        seated += made is not None and made.state in SEATED
        in_line += made is not None and made.state == State.WAITLISTED


def _submit(intake, learner, rng, staff):
    """One enrollment, at the desk now and then; None when another class of the learner's stands against it."""
    at_desk = rng.random() < _DESK_SHARE
    try:
        made = engine.submit(
            intake=intake,
            learner=learner,
            by=staff if at_desk else learner.account,
            channel=Enrollment.Channel.DESK if at_desk else Enrollment.Channel.WEB,
        )
    except (engine.NotEligible, engine.AlreadyEnrolled):
        return None
    paying.pay(made, staff=staff, rng=rng)
    return made


def _let_happen(planned, rng, staff):
    """Classes that ended are completed, cancelled ones cancelled, and somewhere somebody gives up a seat."""
    intake = planned.intake
    enrolled = list(intake.enrollments.filter(state=State.ENROLLED).exclude(learner__name="李春梅").order_by("pk"))
    if planned.shape == "finished":
        for number, enrollment in enumerate(intake.enrollments.filter(state=State.ENROLLED).order_by("pk")):
            if number == 1:
                engine.cancel(enrollment, by=staff, reason=Reason.ABSENT)
            else:
                engine.complete(enrollment, by=staff)
    elif planned.shape == "cancelled":
        engine.cancel_intake(intake, by=staff, note=planned.why)
    elif planned.offer or (planned.shape == "open" and len(enrolled) > 4 and rng.random() < 0.3):
        # With a waitlist, this brings the first in line an offer.
        engine.withdraw(enrolled[-1], by=enrolled[-1].account)
