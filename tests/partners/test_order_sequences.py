"""Whatever people try in whatever order: the states follow the table, and the history tells all of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from partners import orders, reviews
from partners.moves import PartnerError
from partners.states import EDITABLE, LIVE, ORDER_MOVES, OrderState, may_move
from tests import factories
from tests.partners import making

ACTS = ("save", "submit", "changes", "approve", "approve_other", "reject", "withdraw", "close", "dates", "suspend")


class World:
    """One order, its owner, two reviewers."""

    def __init__(self, posts):
        self.order = making.order(posts=posts, on_site="no")
        self.owner = making.owner_of(self.order.enterprise)
        self.staff, self.other = factories.account(), factories.account()

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
            "suspend": lambda: orders.close(self.order, reason="违规", by=self.staff, by_staff=True),
        }
        try:
            acts[name]()
        except PartnerError:
            return False
        return True


@pytest.mark.django_db
class TestSequences(TestCase):
    """Generated acts on one order."""

    @settings(max_examples=25, deadline=None)
    @given(some.sampled_from(["6", "30"]), some.lists(some.sampled_from(ACTS), max_size=12))
    def test_states_follow_the_table(self, posts, acts):
        world, path = World(posts), [OrderState.DRAFT]
        for name in acts:
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
        assert (world.order.state in LIVE) == (world.order.approved_at is not None) or path[-1] == "closed"


def test_every_state_is_in_the_table():
    reached = set().union(*ORDER_MOVES.values())
    assert reached == set(OrderState)
