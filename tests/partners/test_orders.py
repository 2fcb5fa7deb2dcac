"""An order from the first word to its end: drafts, hard stops, submission, what staff and enterprise may do with it."""

import pytest
from django.utils import timezone

from partners import enterprises, orders, reviews
from partners.answers import Answers
from partners.models import PartnerSettings, Role
from partners.moves import MoveRefused, PartnerError
from partners.states import OrderState
from tests import factories
from tests.partners import making

pytestmark = pytest.mark.django_db


def stopped_by(**typed):
    """The fields at which rules stop an order with these answers."""
    return [stop.field for stop in Answers(making.answers(**typed), employees=200).stops]


def test_a_draft_is_kept_as_typed_however_wrong():
    order = making.order(posts="viele", closes_on="bald", title="x" * 300)

    order.refresh_from_db()
    assert (order.typed["posts"], order.typed["closes_on"], len(order.typed["title"])) == ("viele", "bald", 300)
    with pytest.raises(orders.NotReady):
        orders.submit(order, by=making.owner_of(order.enterprise))


def test_a_whole_order_is_submitted_and_told():
    order = making.submitted()

    owner = making.owner_of(order.enterprise)
    assert (order.state, order.posts, order.title) == (OrderState.SUBMITTED, 6, "蓝莓加工工")
    assert order.submissions.get().typed == order.typed
    assert order.review_due_on > timezone.localdate()
    assert owner.messages.filter(kind="order_received").count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"min_age": "15"}, "min_age"),
        ({"charges": "yes"}, "charges"),
        ({"pay_after": "1749"}, "pay_after"),
        ({"pay_training": "3199"}, "pay_training"),
        ({"posts": "21", "same_post_staff": "400"}, "posts"),
        ({"posts": "16", "interns_now": "5", "same_post_staff": "400"}, "posts"),
        ({"posts": "9", "same_post_staff": "44"}, "same_post_staff"),
        ({"skills": "仅限男，能吃苦"}, "skills"),
        ({"selection": "要求三十五岁以下，五官端正"}, "selection"),
        ({"duties": "35周岁以下优先"}, "duties"),
        ({"breach": "入职交押金五百元"}, "breach"),
        ({"summary": "Ｗomen only。" + "一" * 50}, "summary"),
    ],
)
def test_hard_rules_stop_an_order(typed, field):
    assert field in stopped_by(**typed)
    order = making.order(**typed)
    with pytest.raises(orders.NotReady):
        orders.submit(order, by=making.owner_of(order.enterprise))


@pytest.mark.parametrize(
    "typed",
    [
        {"min_age": "16"},
        {"pay_after": "1750"},
        {"pay_training": "3200"},
        {"posts": "20", "same_post_staff": "100"},
        {"skills": "性别不限，不限男性女性，年龄不限"},
        {"breach": "不收押金，不扣押身份证；严禁收取培训费"},
        {"on_site": "no", "pay_training": "", "posts": "190"},
        {"duties": "照顾70岁老人的起居"},
    ],
)
def test_what_keeps_the_rules_is_not_stopped(typed):
    assert stopped_by(**typed) == []


def test_every_stop_quotes_its_rule_and_says_what_would_do():
    stop = Answers(making.answers(pay_training="2000"), employees=200).stops[0]

    assert "80" in stop.rule
    assert "3200" in stop.mend


def test_staff_set_the_limits():
    PartnerSettings.objects.create(lowest_wage=2000, share_of_staff=50, share_of_post=100)

    assert stopped_by(pay_after="1999") == ["pay_after"]
    assert stopped_by(posts="40", same_post_staff="40") == []


def test_only_a_verified_enterprise_submits():
    order = making.order(of=making.enterprise(verified=False))

    with pytest.raises(orders.NotReady):
        orders.submit(order, by=making.owner_of(order.enterprise))
    enterprises.verify(order.enterprise, by=factories.account())
    assert orders.submit(order, by=making.owner_of(order.enterprise)).state == OrderState.SUBMITTED


def test_a_viewer_and_a_stranger_write_nothing():
    order = making.order()
    viewer = making.member(order.enterprise, Role.VIEWER)

    for account in (viewer, factories.account()):
        for act in (orders.submit, lambda order, by: orders.save(order, typed={"title": "y"}, by=by)):
            with pytest.raises(orders.NotAllowed):
                act(order, by=account)


def test_changes_are_asked_field_by_field_and_the_next_review_sees_what_changed():
    order, staff = making.submitted(), factories.account()
    owner = making.owner_of(order.enterprise)

    order = reviews.request_changes(order, submission=1, by=staff, remarks={"pay_after": "请写明税前。", "x": "no"})
    assert order.state == OrderState.CHANGES_REQUESTED
    assert order.history.last().remarks == {"pay_after": "请写明税前。"}
    assert owner.messages.filter(kind="order_changes").exists()
    order = orders.save(order, typed={"pay_after": "4200"}, by=owner)
    order = orders.submit(order, by=owner)

    assert reviews.what_changed(order) == {"pay_after": "¥4000"}
    assert order.pay_after == 4200
    assert [one.typed["pay_after"] for one in order.submissions.all()] == ["4000", "4200"]


def test_nothing_is_approved_that_the_reviewer_did_not_read():
    order = making.submitted()
    owner = making.owner_of(order.enterprise)
    reviews.request_changes(order, submission=1, by=factories.account(), remarks={}, note="改一下")
    orders.submit(order, by=owner)

    with pytest.raises(MoveRefused):
        reviews.approve(order, submission=1, by=factories.account())


def test_a_large_order_needs_a_second_person():
    order = making.submitted(posts="30", on_site="no")
    first, second = factories.account(), factories.account()

    assert reviews.approve(order, submission=1, by=first).state == OrderState.SUBMITTED
    with pytest.raises(PartnerError):
        reviews.approve(order, submission=1, by=first)
    assert reviews.approve(order, submission=1, by=second).state == OrderState.APPROVED


def test_the_first_approval_is_void_when_the_order_changes():
    order = making.submitted(posts="30", on_site="no")
    owner, staff = making.owner_of(order.enterprise), factories.account()
    reviews.approve(order, submission=1, by=staff)
    reviews.request_changes(order, submission=1, by=factories.account(), remarks={}, note="改一下")

    order = orders.submit(order, by=owner)

    assert order.first_approval_by is None


def test_rejecting_needs_a_reason_that_the_enterprise_reads():
    order = making.submitted()

    with pytest.raises(PartnerError):
        reviews.reject(order, submission=1, by=factories.account(), note=" ")
    order = reviews.reject(order, submission=1, by=factories.account(), note="岗位不存在", private_note="电话无人接")

    said = making.owner_of(order.enterprise).messages.get(kind="order_rejected")
    assert "岗位不存在" in said.body
    assert "电话" not in said.body


def test_the_queue_begins_with_what_one_has_begun_then_the_oldest():
    staff = factories.account(is_superuser=True)
    old, middle, new = (making.submitted() for _ in range(3))
    reviews.keep(new, by=staff, remarks={"title": "短一点"})

    queue = type(old).objects.reviewed_by(staff).queue(staff)

    assert list(queue) == [new, old, middle]
    assert reviews.next_in_queue(staff, after=new) == old


def test_a_colleagues_unfinished_review_is_taken_over_first():
    order, first, second = making.submitted(), factories.account(), factories.account()
    reviews.keep(order, by=first, remarks={"title": "短一点"})

    with pytest.raises(MoveRefused):
        reviews.approve(order, submission=1, by=second)
    reviews.take_over(order, by=second)
    assert order.review_draft.remarks == {"title": "短一点"}
    assert reviews.approve(order, submission=1, by=second).state == OrderState.APPROVED


def test_when_live_only_dates_and_contact_change():
    order = making.approved()
    owner = making.owner_of(order.enterprise)

    with pytest.raises(MoveRefused):
        orders.save(order, typed={"pay_after": "1"}, by=owner)
    later = order.closes_on + timezone.timedelta(days=5)
    order = orders.change_live(order, typed={"closes_on": later, "pay_after": 1}, by=owner)

    assert (order.closes_on, order.pay_after, order.typed["pay_after"]) == (later, 4000, "4000")
    assert list(order.history.last().changed) == ["closes_on"]


def test_closing_is_final_and_needs_a_reason():
    order = making.approved()
    owner = making.owner_of(order.enterprise)

    with pytest.raises(PartnerError):
        orders.close(order, reason="", by=owner)
    order = orders.close(order, reason="工厂停产", by=owner)

    assert order.state == OrderState.CLOSED
    for act in (lambda: orders.submit(order, by=owner), lambda: orders.close(order, reason="x", by=owner)):
        with pytest.raises(PartnerError):
            act()


def test_a_copy_asks_for_the_dates_again():
    order = making.approved()
    owner = making.owner_of(order.enterprise)

    copy = orders.begin(order.enterprise, by=owner, copy_of=order)

    assert copy.typed["title"] == order.typed["title"]
    assert "closes_on" not in copy.typed
    assert copy.copied_from == order
    with pytest.raises(orders.NotAllowed):
        orders.begin(making.enterprise(owner=owner), by=owner, copy_of=order)
