"""Whatever people try in whatever order: the states follow the table, and the history tells all of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from home.models import HomePage
from partners import matching, orders, program_making, reviews
from partners.models import OrderProgramIndexPage, OrderProgramPage
from partners.moves import PartnerError
from partners.states import EDITABLE, LIVE, ORDER_MOVES, OrderState, may_move
from tests import factories
from tests.partners import making

ACTS = (
    *("save", "submit", "changes", "approve", "approve_other", "reject", "withdraw", "close", "dates", "suspend"),
    *("ask", "accept", "decline", "unask", "make", "publish"),
)
# Half of the stories begin where learners can soon apply, so that the later states are reached often.
BEGINNINGS = ((), ("submit", "approve"), ("submit", "approve", "ask", "accept", "make"))


class World:
    """One order, its owner, two reviewers."""

    def __init__(self, posts):
        self.order = making.order(posts=posts, on_site="no")
        self.owner = making.owner_of(self.order.enterprise)
        self.staff, self.other = factories.account(), factories.account()
        self.school = factories.institution(kind="secondary")
        factories.term()
        factories.website()
        if not OrderProgramIndexPage.objects.exists():
            index = OrderProgramIndexPage(title="订单班", slug="order-programs")
            HomePage.objects.first().add_child(instance=index)

    def act(self, name):
        """Try one act; whether it was done."""
        number = self.order.submissions.count()
        told = {"submission": number, "by": self.staff}
        acts = {
            "save": lambda: orders.save(self.order, typed={"title": "新标题"}, by=self.owner),
            "submit": lambda: orders.submit(self.order, by=self.owner),
            "changes": lambda: reviews.request_changes(self.order, remarks={}, note="改", **told),
            "approve": lambda: reviews.approve(self.order, **told),
            "approve_other": lambda: reviews.approve(self.order, submission=number, by=self.other),
            "reject": lambda: reviews.reject(self.order, note="不行", **told),
            "withdraw": lambda: orders.withdraw(self.order, reason="不要了", by=self.owner),
            "close": lambda: orders.close(self.order, reason="停产", by=self.owner),
            "dates": lambda: orders.change_live(self.order, typed={"contact_name": "李"}, by=self.owner),
            "ask": lambda: matching.ask(self.order, self.school, by=self.staff),
            "accept": lambda: matching.accept(self._request(), by=self.staff, plan=self._plan()),
            "decline": lambda: matching.decline(self._request(), by=self.staff, reason="没有师资"),
            "unask": lambda: matching.withdraw(self._request(), by=self.staff, reason="换一所"),
            "make": lambda: program_making.make_program(self._request(), by=self.staff),
            "publish": self._publish,
            "suspend": lambda: orders.close(self.order, reason="违规", by=self.staff, by_staff=True),
        }
        try:
            acts[name]()
        except PartnerError:
            return False
        return True

    def _request(self):
        found = matching.standing(self.order)
        if found is None:
            raise PartnerError("No school is asked.")
        return found

    def _plan(self):
        order = self.order
        return {"seats": order.posts, "first_day": order.starts_on, "last_day": order.ends_on, "curriculum": "实操"}

    def _publish(self):
        page = OrderProgramPage.objects.filter(order=self.order).first()
        if page is None:
            raise PartnerError("There is no page.")
        page.get_latest_revision().publish()


@pytest.mark.django_db
class TestSequences(TestCase):
    """Generated acts on one order."""

    @settings(max_examples=25, deadline=None)
    @given(
        some.sampled_from(["6", "30"]), some.sampled_from(BEGINNINGS), some.lists(some.sampled_from(ACTS), max_size=12)
    )
    def test_states_follow_the_table(self, posts, beginning, acts):
        world, path = World(posts), [OrderState.DRAFT]
        for name in (*beginning, *acts):
            before = world.order.state
            done = world.act(name)
            world.order.refresh_from_db()
            after = world.order.state
            assert after == before or (done and may_move(ORDER_MOVES, before, after)), (name, before, after)
            if after != before:
                path.append(after)
            if name == "save":
                assert done == (before in EDITABLE)
            if name == "dates":
                assert done == (before in LIVE)
        moves = [one for one in world.order.history.all() if one.from_state != one.to_state]
        assert [one.to_state for one in moves] == path
        assert all(one.note for one in moves if one.to_state in ("rejected", "withdrawn", "closed"))
        assert world.order.requests.standing().count() <= 1
        assert (world.order.state in LIVE) == (world.order.approved_at is not None) or path[-1] == "closed"


def test_every_state_is_in_the_table():
    reached = set().union(*ORDER_MOVES.values())
    assert reached == set(OrderState)
