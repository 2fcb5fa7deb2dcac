"""The alliance: who belongs to it, asking, lending, using; no half hour is lent twice, whoever is faster."""

import itertools
import random
import time
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Account
from institutions import roles
from notifications.models import Message
from partners import enterprises
from partners.alliance import calendars, hours, sharing
from partners.models import AllianceMember, BookedSlot, SharedResource, ShareEvent, ShareRequest
from partners.moves import PartnerError
from partners.states import SHARE_MOVES, ShareState, may_move
from tests import factories
from tests.courses.staff_screens import staff
from tests.partners import making
from tests.partners.sharing_stories import actor, asked, fast, lie, member, resource, span

pytestmark = pytest.mark.django_db


def test_a_request_is_asked_approved_used_and_counted():
    room = resource()
    owner, borrower = room.owner, member()

    request = asked(room, by_member=borrower)
    sharing.approve(request, by=actor(owner))
    lie(request, begins=-3, ends=-1)
    sharing.confirm(request, hours=Decimal("1.5"), by=actor(owner))

    request.refresh_from_db()
    assert (request.state, request.hours) == (ShareState.USED, Decimal("1.5"))
    assert list(request.history.values_list("act", flat=True)) == ["asked", "approved", "used"]
    values = {row.label: row.values for row in hours.figures(None).rows}
    assert values[str(owner)] == {"given": 1.5, "lent": 1, "received": 0, "borrowed": 0}
    assert values[str(borrower)] == {"given": 0, "lent": 0, "received": 1.5, "borrowed": 1}
    assert set(Message.objects.filter(kind__startswith="alliance").values_list("kind", "account")) == {
        ("alliance_asked", actor(owner).pk),
        ("alliance_approved", actor(borrower).pk),
        ("alliance_used", actor(borrower).pk),
    }


def test_what_is_approved_is_taken_until_it_is_cancelled():
    room = resource()
    first, second = asked(room, **span("09:00", "11:00")), asked(room, **span("10:30", "12:00"))
    beside = asked(room, **span("11:00", "12:00"))
    by = actor(room.owner)
    sharing.approve(first, by=by)

    with pytest.raises(sharing.Taken):
        sharing.approve(second, by=by)
    sharing.approve(beside, by=by)
    with pytest.raises(sharing.Taken):
        asked(room, **span("08:00", "09:30"))
    for one in (first, beside):
        sharing.cancel(one, reason="房间要修", by=by)
    sharing.approve(second, by=by)

    assert BookedSlot.objects.count() == 3
    assert {one.request_id for one in BookedSlot.objects.all()} == {second.pk}
    second.refresh_from_db()
    assert second.state == ShareState.APPROVED


WRONG_TIMES = [
    span("09:10", "11:00"),
    span("11:00", "09:00"),
    span("09:00", "09:00"),
    span("07:30", "09:00"),
    span("16:00", "17:30"),
    span("09:00", "11:00", days=-1),
    span("09:00", "11:00", days=400),
    span("09:00", "11:00", days=2, last_days=20),
    span("09:00", "07:00", days=2, last_days=4),
]


@pytest.mark.parametrize("when", WRONG_TIMES)
def test_times_that_cannot_be_lent(when):
    with pytest.raises(PartnerError):
        asked(resource(), **when)
    assert not ShareRequest.objects.exists()


def test_weekends_only_where_they_are_offered():
    days = next(n for n in range(1, 8) if (timezone.localdate() + timedelta(days=n)).weekday() == 5)
    with pytest.raises(PartnerError):
        asked(resource(weekends=False), **span(days=days))
    assert asked(resource(), **span(days=days, last_days=days + 1))
    # From Friday to Monday, and to Tuesday: the weekend lies between.
    for last in (days + 2, days + 3):
        with pytest.raises(PartnerError):
            asked(resource(weekends=False), **span(days=days - 1, last_days=last))


def test_what_has_begun_is_given_back_by_its_owner_only_and_what_is_over_by_nobody():
    room, borrower = resource(), member()
    owner, by = actor(room.owner), actor(borrower)
    running, over = (asked(room, by_member=borrower, **span(days=days)) for days in (3, 4))
    unanswered = asked(room, by_member=borrower, **span(days=5))
    for one in (running, over):
        sharing.approve(one, by=owner)
    lie(running, begins=-1, ends=1)
    for one in (over, unanswered):
        lie(one, begins=-3, ends=-1)

    for one, who in ((running, by), (over, by), (over, owner)):
        with pytest.raises(PartnerError):
            sharing.cancel(one, reason="不来了", by=who)
    with pytest.raises(PartnerError):
        sharing.approve(unanswered, by=owner)
    with pytest.raises(PartnerError):
        sharing.confirm(running, hours=Decimal(1), by=owner)
    sharing.cancel(running, reason="设备坏了", by=owner)
    sharing.cancel(unanswered, reason="没用上", by=by)
    sharing.confirm(over, hours=Decimal(2), by=owner)

    states = [ShareRequest.objects.get(pk=one.pk).state for one in (running, over, unanswered)]
    assert states == ["cancelled", "used", "cancelled"]


def test_only_those_who_act_for_a_member_decide():
    room, borrower = resource(), member()
    request = asked(room, by_member=borrower)
    owner, viewer = actor(room.owner), making.member(room.owner.enterprise, "viewer")
    for stranger in (actor(borrower), viewer, factories.account(), actor(member())):
        for act in (sharing.approve, lambda one, by: sharing.decline(one, reason="不", by=by)):
            with pytest.raises(sharing.NotAllowed):
                act(request, by=stranger)
    with pytest.raises(sharing.NotAllowed):
        sharing.cancel(request, reason="不", by=viewer)
    with pytest.raises(PartnerError):
        sharing.decline(request, reason=" ", by=owner)
    with pytest.raises(PartnerError):
        sharing.ask(room, member=room.owner, by=owner, purpose="自己用", **span())
    with pytest.raises(sharing.NotAllowed):
        sharing.offer(borrower, by=actor(borrower), resource=room, name="抢来的")
    enterprises.suspend(borrower.enterprise, by=factories.account(), note="停")
    suspended = AllianceMember.objects.get(pk=borrower.pk)
    with pytest.raises(sharing.NotAllowed):
        sharing.ask(room, member=suspended, by=actor(borrower), purpose="x", **span())
    its_own = resource(suspended)
    assert its_own not in SharedResource.objects.offered()
    with pytest.raises(PartnerError):
        sharing.ask(its_own, member=room.owner, by=owner, purpose="x", **span())


@pytest.mark.parametrize(
    "end", ["removed", "suspended", "left", "owner left", "owner suspended", "withdrawn", "closed"]
)
def test_the_address_of_a_calendar_ends_with_the_right_to_read_it(client, end):
    room, reader = resource(), member()
    sharing.approve(asked(room, by_member=reader), by=actor(room.owner))
    viewer = making.member(reader.enterprise, "viewer")
    address = calendars.address_of(room, member=reader, account=viewer)
    assert client.get(address).content.count(b"BEGIN:VEVENT") == 1
    assert client.get(address.replace(".ics", "x.ics")).status_code == 404

    by = factories.account()
    acts = {
        "removed": lambda: reader.enterprise.members.filter(account=viewer).delete(),
        "suspended": lambda: enterprises.suspend(reader.enterprise, by=by, note="停"),
        "left": lambda: sharing.leave(reader, by=by),
        "owner left": lambda: sharing.leave(room.owner, by=by),
        "owner suspended": lambda: enterprises.suspend(room.owner.enterprise, by=by, note="停"),
        "withdrawn": lambda: sharing.withdraw(room, by=actor(room.owner)),
        "closed": lambda: Account.objects.filter(pk=viewer.pk).update(is_active=False),
    }
    acts[end]()

    assert client.get(address).status_code == 404


def test_staff_act_for_their_own_institution_only(settings):
    factories.website()
    roles.make_groups()
    ours, theirs = member(factories.institution()), member(factories.institution())
    manager, teacher = staff(roles.MANAGER, ours.institution), staff(roles.TEACHER, ours.institution)
    room = resource(ours)

    request = asked(room)
    assert Message.objects.get(kind="alliance_asked").account == manager
    for other in (teacher, staff(roles.MANAGER, theirs.institution)):
        with pytest.raises(sharing.NotAllowed):
            sharing.approve(request, by=other)
    sharing.approve(request, by=manager)


def test_the_owner_keeps_a_time_and_it_is_nobodys_hours():
    room = resource()
    kept = sharing.keep(room, purpose="检修", by=actor(room.owner), **span())
    assert kept.state == ShareState.APPROVED
    with pytest.raises(sharing.Taken):
        asked(room)
    with pytest.raises(PartnerError):
        sharing.confirm(kept, hours=Decimal(2), by=actor(room.owner))


def test_hours_are_at_most_what_was_lent():
    room = resource()
    request = asked(room)
    by = actor(room.owner)
    sharing.approve(request, by=by)
    for soon in (True, False):
        with pytest.raises(PartnerError):
            sharing.confirm(request, hours=Decimal("2") if soon else Decimal("2.5"), by=by)
        lie(request, begins=-5, ends=-3)
    request.refresh_from_db()
    assert request.state == ShareState.APPROVED


def test_withdrawing_declines_what_waits_and_leaves_what_stands():
    room = resource()
    by = actor(room.owner)
    stands, waits = asked(room), asked(room, **span(days=5))
    sharing.approve(stands, by=by)
    sharing.withdraw(room, by=by)
    room.refresh_from_db()
    assert [ShareRequest.objects.get(pk=one.pk).state for one in (stands, waits)] == ["approved", "declined"]
    with pytest.raises(PartnerError):
        asked(room, **span(days=6))
    sharing.offer_again(room, by=by)
    assert asked(room, **span(days=6))


def test_who_leaves_keeps_its_hours_and_nothing_else():
    room = resource()
    borrower = member()
    stands, mine = asked(room, by_member=borrower), asked(resource(borrower), by_member=room.owner)
    sharing.approve(stands, by=actor(room.owner))
    lie(mine, begins=-3, ends=-1)

    sharing.leave(borrower, by=factories.account())

    assert {ShareRequest.objects.get(pk=one.pk).state for one in (stands, mine)} == {"cancelled"}
    assert not BookedSlot.objects.exists()
    assert Message.objects.filter(kind="alliance_cancelled", account=actor(room.owner)).count() == 2
    gone = AllianceMember.objects.get(pk=borrower.pk)
    with pytest.raises(sharing.NotAllowed):
        asked(room, by_member=gone)
    with pytest.raises(PartnerError):
        sharing.leave(gone, by=factories.account())
    assert member(borrower.enterprise)


def test_the_database_keeps_the_rules():
    firm, school = making.enterprise(), factories.institution()
    member(firm)
    for fields in ({}, {"enterprise": firm, "institution": school}, {"enterprise": firm}):
        with pytest.raises(ValidationError):
            AllianceMember(**fields).full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            AllianceMember.objects.create(**fields)
    room = resource()
    request = fast(room, member())
    BookedSlot.objects.create(resource=room, request=request, slot=7)
    with pytest.raises(IntegrityError), transaction.atomic():
        BookedSlot.objects.create(resource=room, request=fast(room, member()), slot=7)
    with pytest.raises(IntegrityError), transaction.atomic():
        ShareRequest.objects.filter(pk=request.pk).update(hours=3)
    with pytest.raises(TypeError):
        ShareEvent.objects.update(note="改")


def test_a_week_says_what_is_taken_and_what_is_free():
    room = resource()
    request = asked(room, **span("09:00", "11:30"))
    sharing.approve(request, by=actor(room.owner))
    day = timezone.localtime(request.starts_at).date()

    week = calendars.week(room, calendars.monday_of(day))

    found = next(one for one in week if one.day == day)
    spoken = [(f"{first:%H:%M}", f"{last:%H:%M}") for first, last in found.free]
    assert spoken == [("08:00", "09:00"), ("11:30", "17:00")]
    assert [one for _first, _last, one in found.taken] == [request]
    text = calendars.as_file(room).decode()
    assert text.count("BEGIN:VEVENT") == 1
    assert "护理班实训" not in text


def test_random_acts_follow_the_table_and_never_overlap():
    choose = random.Random(7)
    room = resource()
    by, borrower = actor(room.owner), member()
    requests = [fast(room, borrower, **span(f"{8 + n % 6:02}:00", f"{10 + n % 6:02}:00")) for n in range(12)]
    acts = {
        "approved": lambda one: sharing.approve(one, by=by),
        "declined": lambda one: sharing.decline(one, reason="不", by=by),
        "cancelled": lambda one: sharing.cancel(one, reason="不", by=by),
        "used": lambda one: sharing.confirm(one, hours=Decimal(1), by=by),
    }
    done = Counter()
    for _ in range(120):
        one, target = choose.choice(requests), choose.choice(list(acts))
        before = ShareRequest.objects.get(pk=one.pk).state
        try:
            acts[target](one)
        except PartnerError:
            after = ShareRequest.objects.get(pk=one.pk).state
            assert after == before
        else:
            assert may_move(SHARE_MOVES, before, target)
            done[target] += 1
        approved = ShareRequest.objects.filter(state="approved").order_by("starts_at")
        spans = [(row.starts_at, row.ends_at) for row in approved]
        assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
        assert BookedSlot.objects.count() == sum(len(row.slots) for row in approved)
    assert {"approved", "declined", "cancelled"} <= set(done)


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_lend_it_once(together, monkeypatch):
    tell = sharing.messages.tell

    def tell_slowly(*args, **kwargs):
        tell(*args, **kwargs)
        time.sleep(0.03)

    monkeypatch.setattr(sharing.messages, "tell", tell_slowly)
    room = resource()
    by = actor(room.owner)
    spans = [("09:00", "11:00"), ("10:00", "12:00"), ("08:00", "17:00"), ("10:30", "11:30"), ("09:30", "10:30")]
    requests = [fast(room, member(), **span(*one)) for one in spans]

    outcomes = together(lambda one: sharing.approve(one, by=by), requests)

    assert all(not isinstance(one, Exception) or isinstance(one, sharing.Taken) for one in outcomes), outcomes
    approved = list(ShareRequest.objects.filter(state="approved").order_by("starts_at"))
    assert approved
    assert all(one.ends_at <= two.starts_at for one, two in itertools.pairwise(approved))
    assert BookedSlot.objects.count() == sum(len(one.slots) for one in approved)


@pytest.mark.django_db(transaction=True)
def test_one_request_approved_and_cancelled_at_once_ends_in_one_state(together):
    room = resource()
    request = fast(room, member())
    by, borrower = actor(room.owner), actor(request.member)
    acts = [lambda: sharing.approve(request, by=by), lambda: sharing.cancel(request, reason="不", by=borrower)]

    together(lambda act: act(), acts)

    request.refresh_from_db()
    assert request.state == ShareState.CANCELLED
    assert not BookedSlot.objects.exists()
