"""From the last signature to a year at work: training, pay month by month, placements from both sides, the share."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from courses import attendance
from courses.attendance import AttendanceError
from notifications.models import Message
from partners import agreement_data, candidates, flags, order_outcomes, pay, placements, training
from partners.agreements import AgreementError
from partners.models import Agreement, AgreementEvent, AgreementFlag, PayReport, Placement
from partners.moves import PartnerError
from partners.states import OrderState
from tests import factories
from tests.partners import agreeing, making

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    """The refusals are read in the words of the code."""
    with translation.override("en"):
        yield


END, HALF_YEAR = Placement.Point.END, Placement.Point.MONTH_6
OURS, THEIRS = Placement.Side.ENTERPRISE, Placement.Side.LEARNER
AT_WORK = {"employed": True, "in_occupation": True, "monthly_pay": 4000}


def test_no_training_begins_without_all_signatures_and_each_missing_one_is_named():
    page = making.order_program()
    done, waiting = agreeing.in_force(page), agreeing.agreement(page)
    waiting = agreeing.sign(waiting, "learner")
    bare, undecided = agreeing.enrolled(page), making.candidate(page)
    candidates.accept(undecided, feedback="欢迎。", by=making.owner_of(page.order.enterprise))
    with pytest.raises(training.TrainingRefused) as refused:
        training.begin_training(page.order, by=done.manager)
    assert set(refused.value.messages) == {
        f"{waiting.enrollment.learner.name}: not signed by enterprise、school.",
        f"{bare.learner.name}: there is no agreement.",
        f"{undecided.enrollment.learner.name} has not confirmed the seat.",
    }
    page.order.refresh_from_db()
    assert page.order.state == OrderState.RECRUITING
    with pytest.raises(training.TrainingRefused, match="school"):
        training.begin_training(page.order, by=factories.account())


def test_attendance_is_taken_once_the_training_has_begun_and_the_enterprise_reads_the_share_only():
    page = making.order_program()
    one = agreeing.in_force(page)
    meeting = page.intake.meetings.first()
    type(meeting).objects.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(hours=2))
    meeting.refresh_from_db()
    with pytest.raises(AttendanceError, match="not begun"):
        attendance.take(meeting, {one.enrollment_id: "present"}, by=one.manager)
    training.begin_training(page.order, by=one.manager)
    attendance.take(meeting, {one.enrollment_id: "present"}, by=one.manager)
    moved_up = agreeing.enrolled(page)
    with pytest.raises(AttendanceError, match=moved_up.learner.name):
        attendance.take(meeting, {one.enrollment_id: "absent", moved_up.pk: "present"}, by=one.manager)
    page.order.refresh_from_db()
    (trainee,) = order_outcomes.trainees(page.order)
    assert trainee.attendance == 100


def test_pay_below_the_promise_is_flagged_and_the_learner_can_say_not_so():
    (one,) = agreeing.in_training(began=timedelta(days=75))
    owner, order = making.owner_of(one.order.enterprise), one.page.order
    months = pay.months_of(one)
    whole = months[1]
    assert whole in pay.months_due(order)
    assert pay.promised_for(one, whole) == 3300
    assert 0 < pay.promised_for(one, months[0]) <= 3300
    pay.report(order, month=whole, amounts={one.pk: 3000}, by=owner)
    flag = AgreementFlag.objects.get()
    assert (flag.kind, "3000" in flag.text) == ("below", True)
    report = PayReport.objects.get()
    pay.say_not_so(report, text="只发了2500", by=one.enrollment.account)
    assert set(AgreementFlag.objects.values_list("kind", flat=True)) == {"below", "not_so"}
    with pytest.raises(pay.PayError):
        pay.say_not_so(report, text="x", by=owner)
    pay.report(order, month=whole, amounts={one.pk: 3300}, by=owner)
    pay.report(order, month=whole, amounts={one.pk: 3300}, by=owner)  # The same again is no news.
    report.refresh_from_db()
    assert (report.amount, report.not_so) == (3300, "")
    assert AgreementEvent.objects.filter(act="pay").count() == 2
    assert Message.objects.filter(kind="pay_reported", account=one.enrollment.account).count() == 2
    waiting = AgreementFlag.objects.waiting().get()
    assert waiting.kind == "not_so"
    flags.settle(waiting, note="已补发", by=one.manager)
    assert not AgreementFlag.objects.waiting().exists()


def test_pay_is_refused_without_an_agreement_in_force_in_that_month_and_from_strangers():
    (one,) = agreeing.in_training()
    order, owner = one.page.order, making.owner_of(one.order.enterprise)
    month = pay.months_of(one)[0]
    other = agreeing.agreement()
    later = (one.order.ends_on + timedelta(days=200)).replace(day=1)
    for by in (
        making.member(order.enterprise, "viewer"),
        one.enrollment.account,
        making.owner_of(other.order.enterprise),
    ):
        with pytest.raises(pay.PayError):
            pay.report(order, month=month, amounts={one.pk: 3300}, by=by)
    for amounts, when in (({other.pk: 1}, month), ({one.pk: 3300}, later), ({one.pk: -1}, month)):
        with pytest.raises(pay.PayError):
            pay.report(order, month=when, amounts=amounts, by=owner)
    assert not PayReport.objects.exists()


def test_what_waits_is_read_in_as_many_queries_for_many_orders(django_assert_num_queries):
    first = agreeing.in_training(began=timedelta(days=75))[0]
    enterprise = first.order.enterprise
    with CaptureQueriesContext(connection) as once:
        few = list(order_outcomes.waits(enterprise))
    agreeing.in_training(making.order_program(order=making.approved(of=enterprise)), began=timedelta(days=75))
    enterprise = type(enterprise).objects.get(pk=enterprise.pk)
    with django_assert_num_queries(len(once)):
        many = list(order_outcomes.waits(enterprise))
    assert len(few) > 0
    assert len(many) == 2 * len(few)


def test_both_sides_say_where_one_works_and_what_differs_is_flagged():
    one, two = agreeing.in_training(ends=timedelta(days=-1), count=2)
    order, owner, learner = one.page.order, making.owner_of(one.order.enterprise), one.enrollment.account
    with pytest.raises(training.TrainingRefused, match="where they work"):
        training.fulfil(order, by=one.manager)
    gone = {"employed": False}
    placements.tell_many(order, point=END, answers={one.pk: AT_WORK, two.pk: gone}, by=owner)
    placements.tell(one, point=END, side=THEIRS, by=learner, employed=True, in_occupation=False)
    assert AgreementFlag.objects.get().kind == "differs"
    assert training.share(order) == (0, 6, 0)  # The learner says otherwise.
    placements.tell(one, point=END, side=THEIRS, by=learner, **AT_WORK | {"monthly_pay": 3900})
    assert not AgreementFlag.objects.waiting().exists()
    assert training.share(order) == (1, 6, 16)
    with pytest.raises(placements.PlacementError):
        placements.tell(one, point=HALF_YEAR, side=THEIRS, by=learner, **AT_WORK)
    with pytest.raises(placements.PlacementError):
        placements.tell(one, point=END, side=OURS, by=learner, **AT_WORK)
    with pytest.raises(AgreementError):
        placements.tell(agreeing.agreement(), point=END, side=THEIRS, by=learner, **AT_WORK)
    after = training.fulfil(order, by=one.manager)
    assert (after.state, after.history.last().note) == (OrderState.FULFILLED, "1 of 6 posts filled (16%).")
    heading, first, _second = order_outcomes.table(order)
    row = dict(zip(heading, first, strict=True))
    assert row["at the end of the training"] == "works there, in the occupation，¥4000"


def test_the_training_is_fulfilled_after_its_end_only():
    (one,) = agreeing.in_training()
    with pytest.raises(training.TrainingRefused, match="not ended"):
        training.fulfil(one.page.order, by=one.manager)


def test_both_sides_are_asked_when_it_is_due_once_and_again_after_two_weeks():
    (one,) = agreeing.in_training(ends=timedelta(days=-1), began=timedelta(days=70))
    today, owner = timezone.localdate(), making.owner_of(one.order.enterprise)
    for ahead in (0, 0, 3, 20, 21):
        placements.remind(today + timedelta(days=ahead))
    asked = Message.objects.filter(kind="placement_asked", account=one.enrollment.account)
    assert asked.count() == 2
    assert Message.objects.filter(kind="placements_due", account=owner).count() == 2
    assert Message.objects.filter(kind="pay_due", account=owner).count() == len(pay.months_of(one))
    placements.remind(today + timedelta(days=190))
    assert asked.count() == 3  # After six months.
    half_year = placements.due_on(one, HALF_YEAR)
    assert 180 <= (half_year - pay.span_of(one)[1]).days <= 184


def test_nobody_is_asked_whose_agreement_ended_during_the_training():
    (one,) = agreeing.in_training(ends=timedelta(days=-1))
    Agreement.objects.filter(pk=one.pk).update(state="terminated", ended_on=timezone.localdate() - timedelta(days=10))
    one = Agreement.objects.with_all().get(pk=one.pk)
    assert not placements.is_asked(one, END)
    with pytest.raises(PartnerError):
        placements.tell(one, point=END, side=THEIRS, by=one.enrollment.account, **AT_WORK)
    assert not list(placements.waiting_for(one.enrollment.account))


def test_what_is_kept_of_a_person_is_exported_and_stays_by_law_without_their_own_words():
    (one,) = agreeing.in_training(began=timedelta(days=75), ends=timedelta(days=-1))
    account, owner = one.enrollment.account, making.owner_of(one.order.enterprise)
    pay.report(one.page.order, month=pay.months_of(one)[1], amounts={one.pk: 3000}, by=owner)
    pay.say_not_so(PayReport.objects.get(), text="只发了2500", by=account)
    placements.tell(one, point=END, side=THEIRS, by=account, note="很累", **AT_WORK)

    (record,) = agreement_data.export(account)
    assert record["agreement"] == one.reference
    assert "只发了2500" in record["pay"]
    assert "很累" in record["work"]
    (signed,) = agreement_data.export(owner)
    assert one.enrollment.learner.name not in str(signed)
    assert agreement_data.obstacles(account, one.enrollment.learner)
    Agreement.objects.update(state="terminated", ended_on=timezone.localdate())
    assert agreement_data.obstacles(account, one.enrollment.learner) == []
    assert "kept" in agreement_data.consequences(account, one.enrollment.learner)[0]
    agreement_data.erase(account, one.enrollment.learner)
    assert "2500" not in str(agreement_data.export(account))
    assert "很累" not in str(agreement_data.export(account))
    assert Agreement.objects.count() == 1
