"""From an approved order to a program that learners can apply to: proposed, asked, planned, made, published."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses import enrollment
from courses.conditions import conditions_of
from courses.models import Enrollment, MajorOffer
from courses.states import State
from home.models import HomePage
from institutions import roles
from institutions.models import Staff
from notifications.models import Message
from partners import matching, orders, program_making
from partners.models import MatchRequest, OccupationMajor, OrderProgramIndexPage
from partners.moves import MoveRefused, PartnerError
from partners.states import MatchState, OrderState
from partners.wagtail_hooks import figures
from tests import factories
from tests.partners import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return factories.account(is_staff=True, is_superuser=True)


@pytest.fixture
def listing():
    factories.website()
    index = OrderProgramIndexPage(title="订单班", slug="order-programs")
    return HomePage.objects.first().add_child(instance=index)


def school(**fields):
    return factories.institution(kind="secondary", **fields)


def offer(institution, major, *, seats=40, enrolled=10, graduates=30, placed=20, year=2026):
    counts = {"seats": seats, "enrolled": enrolled, "graduates": graduates, "placed": placed}
    return MajorOffer.objects.create(institution=institution, major=major, year=year, **counts)


def plan(order, **fields):
    first = order.starts_on
    return {
        "seats": order.posts,
        "first_day": first,
        "last_day": first + timedelta(days=90),
        "place": "实训楼",
        "curriculum": "食品卫生，二十课时\n分级与包装，四十课时",
        "teachers": "王老师",
        "contributions": "两名带教师傅",
    } | fields


def accepted(order, staff, institution=None, **fields):
    request = matching.ask(order, institution or school(), by=staff)
    return matching.accept(request, by=staff, plan=plan(order, **fields))


def test_schools_are_proposed_by_reasons_that_can_be_read(staff):
    order = making.approved()
    named, mapped, other = factories.major(), factories.major(), factories.major()
    order.majors.set([named])
    OccupationMajor.objects.create(occupation=order.occupation, major=mapped)
    near, far, full = school(), school(district=factories.district("232721", "呼玛县")), school()
    offer(near, named)
    offer(near, named, year=2024, seats=400, enrolled=0)
    offer(far, mapped)
    offer(full, named, seats=10, enrolled=10, graduates=0, placed=0)
    offer(school(), other)
    found = matching.proposals(order)
    assert [one.institution for one in found] == [near, far, full]
    assert found[0].free == 30
    assert found[0].points == matching.NAMED + matching.MOST_PLACED + matching.SAME_COUNTY + matching.ROOM_FOR_ALL
    assert any("20" in reason and "30" in reason for reason in found[0].reasons)
    assert len(found[1].reasons) == 3


def test_a_college_is_not_proposed_for_learners_of_secondary_schools():
    order = making.approved(level="secondary")
    major = factories.major()
    order.majors.set([major])
    offer(factories.institution(kind="college"), major)
    assert matching.proposals(order) == []


def test_asked_accepted_made_published_and_open_for_learners(staff, listing):
    order, institution = making.approved(), school()
    factories.term()
    manager = factories.account(is_staff=True)
    roles.make_groups()
    manager.groups.add(Group.objects.get(name=roles.MANAGER))
    Staff.objects.create(account=manager, institution=institution)
    request = matching.ask(order, institution, by=staff, note="请在本周答复。")
    assert Message.objects.filter(account=manager, kind="match_asked").count() == 1
    request = matching.accept(request, by=manager, plan=plan(order, seats=order.posts - 1))
    page = program_making.make_program(request, by=staff)
    assert program_making.make_program(request, by=staff).pk == page.pk
    order.refresh_from_db()
    intake = page.intakes.get()
    assert (order.state, page.live, intake.admission_rule) == (OrderState.MATCHED, False, "review")
    assert intake.pools.get().capacity == order.posts - 1
    assert timezone.localdate(intake.closes_at) == order.closes_on
    assert timezone.localdate(intake.starts_at) == order.starts_on
    page.get_latest_revision().publish(user=staff)
    order.refresh_from_db()
    assert order.state == OrderState.RECRUITING
    acts = list(order.history.values_list("act", flat=True))
    assert acts[-4:] == ["asked", "accepted", "matched", "recruiting"]
    owner = making.owner_of(order.enterprise)
    told = set(Message.objects.filter(account=owner).values_list("kind", flat=True))
    assert {"order_school", "order_matched", "order_recruiting"} <= told
    day = order.closes_on + timedelta(days=3)
    orders.change_live(order, typed={"closes_on": day}, by=owner)
    intake.refresh_from_db()
    assert timezone.localdate(intake.closes_at) == day
    with pytest.raises(PartnerError):  # The class would have begun.
        orders.change_live(order, typed={"closes_on": order.starts_on, "starts_on": day + timedelta(90)}, by=owner)
    order.refresh_from_db()
    assert order.closes_on == day


def test_each_side_reads_on_its_home_what_it_does_next(staff):
    order, institution = making.approved(), school()
    manager = factories.account(is_staff=True)
    Staff.objects.create(account=manager, institution=institution)
    roles.make_groups()
    manager.groups.add(Group.objects.get(name=roles.MANAGER))

    def waiting(account):
        return {address.split("/cms/")[1] for count, _words, address, _urgent in figures(account) if count}

    assert "training_order/?state=approved" in waiting(staff)
    request = matching.ask(order, institution, by=staff)
    assert "match_request/?state=asked" in waiting(manager)
    assert "training_order/?state=approved" not in waiting(staff)
    matching.accept(request, by=manager, plan=plan(order))
    assert "match_request/?state=asked" not in waiting(manager)
    assert "match_request/?state=accepted" in waiting(staff)


def test_one_school_at_a_time(staff):
    order = making.approved()
    first = matching.ask(order, school(), by=staff)
    with pytest.raises(PartnerError):
        matching.ask(order, school(), by=staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchRequest.objects.create(order=order, institution=school(), asked_by=staff, answer_by=timezone.localdate())
    matching.decline(first, by=staff, reason="没有师资")
    second = matching.ask(order, school(), by=staff)
    matching.withdraw(second, by=staff, reason="企业改了计划")
    with pytest.raises(MoveRefused):
        matching.accept(second, by=staff, plan=plan(order))
    third = matching.ask(order, school(), by=staff)
    matching.accept(third, by=staff, plan=plan(order))
    states = list(order.requests.order_by("pk").values_list("state", flat=True))
    assert states == [MatchState.DECLINED, MatchState.WITHDRAWN, MatchState.ACCEPTED]


def test_two_answers_at_once_count_as_one(together, transactional_db):
    order = making.approved()
    staff = factories.account(is_staff=True, is_superuser=True)
    request = matching.ask(order, school(), by=staff)
    acts = [
        lambda: matching.accept(request, by=staff, plan=plan(order)),
        lambda: matching.decline(request, by=staff, reason="没有师资"),
    ]
    outcomes = together(lambda act: act(), acts)
    assert sum(isinstance(one, MoveRefused) for one in outcomes) == 1
    request.refresh_from_db()
    assert request.state in (MatchState.ACCEPTED, MatchState.DECLINED)


def test_a_plan_never_has_more_seats_than_the_order_has_posts(staff):
    order = making.approved()
    request = matching.ask(order, school(), by=staff)
    with pytest.raises(PartnerError):
        matching.accept(request, by=staff, plan=plan(order, seats=order.posts + 1))
    request.refresh_from_db()
    assert request.state == MatchState.ASKED


def test_a_program_whose_time_to_apply_has_passed_is_not_made(staff, listing):
    order = making.approved()
    request = accepted(order, staff)
    days = {"closes_on": request.first_day, "starts_on": request.first_day + timedelta(days=1)}
    for closes in (days, {"closes_on": timezone.localdate() - timedelta(days=1)}):
        type(order).objects.filter(pk=order.pk).update(**closes)
        with pytest.raises(PartnerError):
            program_making.make_program(request, by=staff)
    order.refresh_from_db()
    assert order.state == OrderState.APPROVED


def test_closing_an_order_lets_go_of_the_school_and_of_whoever_applied(staff):
    waiting = making.approved()
    asked = matching.ask(waiting, school(), by=staff)
    orders.close(waiting, reason="订单取消", by=staff, by_staff=True)
    asked.refresh_from_db()
    assert asked.state == MatchState.WITHDRAWN
    page = making.order_program()
    type(page.order).objects.filter(pk=page.order.pk).update(state=OrderState.RECRUITING)
    applied = making.apply(page)
    orders.close(page.order, reason="工厂停产", by=staff, by_staff=True)
    applied.refresh_from_db()
    assert applied.state == State.CANCELLED
    assert Message.objects.filter(account=applied.account, kind="enrollment_cancelled").exists()


def test_every_condition_is_acknowledged_and_kept_word_for_word():
    page = making.order_program()
    who = factories.learner(birth_date="2000-01-01")
    conditions = conditions_of(page.intake)
    assert [one.key for one in conditions] == ["pay_training", "pay_after", "service", "breach", "sharing"]
    marks = [one.mark for one in conditions]
    with pytest.raises(enrollment.NotAcknowledged) as refused:
        enrollment.submit(intake=page.intake, learner=who, by=who.account, acknowledged=marks[:-1])
    assert [one.key for one in refused.value.conditions] == ["sharing"]
    assert not Enrollment.objects.exists()
    page.order.typed["breach"] = "提前离开的，退还培训补贴 500 元。"
    page.order.save()
    with pytest.raises(enrollment.NotAcknowledged) as refused:
        enrollment.submit(intake=page.intake, learner=who, by=who.account, acknowledged=marks)
    assert [one.key for one in refused.value.conditions] == ["breach"]
    marks = [one.mark for one in conditions_of(page.intake)]
    made = enrollment.submit(intake=page.intake, learner=who, by=who.account, acknowledged=marks)
    kept = {one["key"]: one["text"] for one in made.terms["acknowledged"]}
    assert kept["breach"] == "提前离开的，退还培训补贴 500 元。"
