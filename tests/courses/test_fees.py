"""What a class costs somebody, and what comes back: computed from what was told, in fen, with the working."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from courses import fees, refunding
from courses.eligibility import Rules, told
from courses.models import FeeReduction, RefundPolicy, RefundStep
from tests.factories import district, enroll, institution, intake, learner, program

pytestmark = pytest.mark.django_db
Kind = FeeReduction.Kind


def paid_class(*reductions, **fields):
    """A class of ¥120 and ¥30 for materials, with these reductions."""
    made = intake(**{"fee": 12000, "materials_fee": 3000} | fields)
    for reduction in reductions:
        FeeReduction.objects.create(intake=made, **reduction)
    return made


def due(made, who, **options):
    """What is due of this learner."""
    return told(made, made.pools.all(), who, **options)["due"]


def test_a_free_class_has_no_bill():
    kept = told(made := intake(), made.pools.all(), learner())
    assert (kept["due"], kept["terms"]["bill"], kept["terms"]["refunds"]) == (0, None, None)


@pytest.mark.parametrize(
    ("reduction", "who", "wanted"),
    [
        ({"kind": Kind.AGE, "percent": 50, "min_age": 720}, {"birth_date": date(1950, 1, 1)}, 9000),
        ({"kind": Kind.AGE, "percent": 50, "min_age": 720}, {"birth_date": date(2000, 1, 1)}, 15000),
        ({"kind": Kind.AGE, "percent": 50, "min_age": 720}, {}, 15000),
        ({"kind": Kind.AGE, "percent": 100, "min_age": 720}, {"birth_date": date(1950, 1, 1)}, 3000),
        (
            {"kind": Kind.AGE, "percent": 100, "min_age": 720, "with_materials": True},
            {"birth_date": date(1950, 1, 1)},
            0,
        ),
    ],
)
def test_a_reduction_holds_for_whom_it_is_for(reduction, who, wanted):
    assert due(paid_class(reduction), learner(**who)) == wanted


def test_residents_pay_less_and_others_do_not():
    made = paid_class({"kind": Kind.RESIDENTS, "percent": 10, "district": district()})
    assert (due(made, learner(district=district())), due(made, learner(lives_elsewhere=True))) == (13800, 15000)


def test_a_proof_counts_when_it_was_seen():
    made = paid_class({"kind": Kind.PROOF, "percent": 80, "proof": "低保证"})
    assert (due(made, learner()), due(made, learner(), proof="低保证"), due(made, learner(), proof="别的")) == (
        *(15000, 5400, 15000),
    )


def test_the_second_learner_of_an_account_pays_less():
    made = paid_class({"kind": Kind.SEVERAL, "percent": 20})
    first = learner()
    second = learner(of=first.account)
    assert due(made, second) == 15000
    enroll(intake(program=program(institution=made.program.institution)), first)
    assert due(made, second) == 12600
    assert due(made, first) == 15000, "a person is not another learner"
    enroll(intake(program=program(institution=institution())), learner(of=made.pools.all() and second.account))
    assert due(made, learner(of=second.account)) == 12600


def test_the_greatest_of_several_reductions_counts_and_they_are_not_added():
    made = paid_class(
        {"kind": Kind.AGE, "percent": 30, "min_age": 720},
        {"kind": Kind.RESIDENTS, "percent": 40, "district": district()},
    )
    kept = told(made, made.pools.all(), learner(birth_date=date(1950, 1, 1), district=district()))["terms"]["bill"]
    assert (kept["due"], len(kept["lines"])) == (10200, 3)
    assert [line.amount for line in fees.lines(kept)] == ["¥120", "¥30", "-¥48"]


def test_a_part_of_a_fen_is_the_learners():
    made = paid_class({"kind": Kind.AGE, "percent": 33, "min_age": 720}, fee=10, materials_fee=0)
    assert due(made, learner(birth_date=date(1950, 1, 1))) == 6


def test_what_a_reduction_asks_about_is_asked_for():
    made = paid_class({"kind": Kind.AGE, "percent": 50, "min_age": 720})
    assert fees.facts_needed(made) == {"birth_date"}
    made.fee = made.materials_fee = 0
    assert fees.facts_needed(made) == set()


def test_the_bill_that_was_told_does_not_change_with_the_class():
    made = paid_class()
    kept = enroll(made)
    type(made).objects.filter(pk=made.pk).update(fee=99999)
    kept.refresh_from_db()
    assert (kept.due, Rules.from_terms(kept.terms).bill["due"]) == (15000, 15000)


# --- Refunds ------------------------------------------------------------------------------------------------

BILL = {"course": 12000, "materials": 3000, "due": 15000, "lines": []}
START = timezone.now().replace(microsecond=0)


def come_back(*, days=0, hours=0, steps=refunding.DEFAULT_STEPS, paid=15000, meetings=12, bill=BILL):
    """What comes back so long after the first meeting (below zero: before it)."""
    beginnings = [START + timedelta(weeks=week) for week in range(meetings)]
    policy = {"steps": list(steps), "starts_at": START.isoformat() if meetings else None}
    now = START + timedelta(days=days, hours=hours)
    return refunding.work_out(policy, bill, paid=paid, meetings=beginnings, now=now).amount


@pytest.mark.parametrize(
    ("when", "wanted"),
    [
        ({"days": -8}, 15000),
        ({"days": -7, "hours": -1}, 15000),
        ({"days": -7}, 14400),  # 95% of 120, and the materials
        ({"hours": -1}, 14400),
        ({}, 11000),  # The first meeting begins: eleven twelfths, and no materials.
        ({"days": 8}, 10000),
        ({"days": 14}, 0),  # The third meeting begins.
        ({"days": 400}, 0),
    ],
)
def test_the_steps_hold_one_after_the_other(when, wanted):
    assert come_back(**when) == wanted


def test_never_more_than_what_is_there():
    assert come_back(days=-30, paid=500) == 500


def test_without_meetings_everything_comes_back():
    assert come_back(meetings=0) == 15000


def test_without_steps_only_materials_come_back_and_only_before_the_class():
    assert (come_back(days=-30, steps=()), come_back(days=1, steps=())) == (3000, 0)


def test_a_postponed_class_gives_more_time_and_an_earlier_one_not_less():
    policy = {"steps": list(refunding.DEFAULT_STEPS), "starts_at": START.isoformat()}
    later = [START + timedelta(days=30)]
    now = START - timedelta(hours=1)
    assert refunding.work_out(policy, BILL, paid=15000, meetings=later, now=now).amount == 15000
    earlier = [START - timedelta(days=1)]
    assert refunding.work_out(policy, BILL, paid=15000, meetings=earlier, now=now).amount == 14400


def test_a_share_of_the_meetings_may_be_cut_once_more():
    steps = [{"until": "meetings", "number": 9, "percent": 50, "by_meetings": True}]
    assert come_back(days=1, steps=steps) == 5500


def test_the_policy_of_the_class_goes_before_that_of_the_institution_and_that_before_ours():
    made = paid_class()
    assert refunding.policy_of(made)["steps"] == list(refunding.DEFAULT_STEPS)
    common = RefundPolicy.objects.create(institution=made.program.institution, name="通用", is_default=True)
    RefundStep.objects.create(policy=common, until="days", number=3, percent=80)
    assert [step["percent"] for step in refunding.policy_of(made)["steps"]] == [80]
    made.refund_policy = RefundPolicy.objects.create(institution=made.program.institution, name="不退")
    assert refunding.policy_of(made)["steps"] == []


def test_the_working_can_be_followed():
    policy = {"steps": list(refunding.DEFAULT_STEPS), "starts_at": START.isoformat()}
    beginnings = [START + timedelta(weeks=week) for week in range(4)]
    working = refunding.work_out(policy, BILL, paid=15000, meetings=beginnings, now=START + timedelta(days=1))
    assert "¥120 × " in working.lines[0]
    assert working.lines[0].endswith(" = ¥90")
