"""Interviews: times offered, booked, changed, cancelled by either side, remembered, and never overbooked."""

from collections import Counter
from contextlib import nullcontext
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError
from django.utils import timezone
from icalendar import Calendar

from courses import seats
from courses.models import Review
from notifications.models import Message
from partners import candidates, interview_calendars, interviews
from partners.candidacy import CandidateError
from partners.interviews import InterviewError, SlotFull
from partners.models import Interview, InterviewSlot, Role
from partners.own_candidacy import Own
from tests import factories
from tests.partners import making


def fresh(row):
    row.refresh_from_db()
    return row


def said_to(account):
    return list(Message.objects.filter(account=account).order_by("pk").values_list("kind", flat=True))


def begin(slot):
    """Let the time of a slot have come."""
    now = timezone.now()
    InterviewSlot.objects.filter(pk=slot.pk).update(
        starts_at=now - timedelta(minutes=5), change_until=now - timedelta(days=1)
    )
    return fresh(slot)


@pytest.mark.django_db
class TestOneAfterTheOther:
    """A story at a time."""

    def test_times_are_offered_and_those_without_one_are_told_once(self):
        page = making.order_program()
        one, two = making.candidate(page), making.candidate(page)
        owner = making.owner_of(page.order.enterprise)
        start = timezone.now() + timedelta(days=3)
        starts = [start, start + timedelta(minutes=20), start]

        made = interviews.offer(page.order, starts=starts, minutes=20, way="phone", capacity=1, by=owner)

        assert [one.starts_at for one in made] == [start, start + timedelta(minutes=20)]
        assert said_to(one.enrollment.account).count("interview_offered") == 1
        interviews.book(two, slot=made[0], by=two.enrollment.account)
        making.slot(page.order, days=4)
        assert said_to(one.enrollment.account).count("interview_offered") == 2
        assert said_to(two.enrollment.account).count("interview_offered") == 1

    def test_what_cannot_be_offered(self):
        page = making.order_program()
        viewer = making.member(page.order.enterprise, Role.VIEWER)
        owner = making.owner_of(page.order.enterprise)
        ahead = [timezone.now() + timedelta(days=1)]
        good = {"starts": ahead, "minutes": 20, "way": "phone", "capacity": 1, "by": owner}
        wrong = ({"by": viewer}, {"by": factories.account()}, {"starts": []}, {"way": "on_site"})
        for change in (*wrong, {"starts": [timezone.now() - timedelta(hours=1)]}):
            with pytest.raises(CandidateError):
                interviews.offer(page.order, **good | change)
        assert not InterviewSlot.objects.exists()

    def test_booking_changing_and_cancelling_until_the_moment_told(self):
        page = making.order_program()
        one = making.candidate(page)
        by, owner = one.enrollment.account, making.owner_of(page.order.enterprise)
        first, second = making.slot(page.order, days=3), making.slot(page.order, days=4)

        made = interviews.book(one, slot=first, by=by)
        again = interviews.book(one, slot=first, by=by)
        interviews.book(one, slot=second, by=by)

        assert made == again
        assert (fresh(first).booked, fresh(second).booked) == (0, 1)
        review = fresh(one.enrollment.review)
        assert (review.step, review.interview_at) == (Review.Step.INVITED, second.starts_at)
        assert said_to(by)[-1] == "interview_booked"
        interviews.call_off(one, by=by)
        assert fresh(second).booked == 0
        assert fresh(review).step == Review.Step.SHORTLISTED
        assert said_to(owner)[-1] == "interview_freed"
        interviews.book(one, slot=first, by=by)
        InterviewSlot.objects.update(change_until=timezone.now() - timedelta(minutes=1))
        for act in (partial(interviews.call_off, one, by=by), partial(interviews.book, one, slot=second, by=by)):
            with pytest.raises(InterviewError):
                act()
        assert (fresh(first).booked, fresh(second).booked) == (1, 0)

    def test_a_full_time_leaves_the_old_one_as_it_was(self):
        page = making.order_program()
        one, two = making.candidate(page), making.candidate(page)
        full, other = making.slot(page.order, days=3), making.slot(page.order, days=4)
        interviews.book(one, slot=full, by=one.enrollment.account)
        interviews.book(two, slot=other, by=two.enrollment.account)

        with pytest.raises(SlotFull):
            interviews.book(two, slot=full, by=two.enrollment.account)

        assert (fresh(full).booked, fresh(other).booked) == (1, 1)
        assert two.interviews.get().state == Interview.State.BOOKED

    def test_nobody_books_at_another_order_or_after_the_decision(self):
        page = making.order_program()
        one, elsewhere = making.candidate(page), making.slot(making.order_program().order)
        slot = making.slot(page.order)
        with pytest.raises(SlotFull):
            interviews.book(one, slot=elsewhere, by=one.enrollment.account)
        interviews.book(one, slot=slot, by=one.enrollment.account)
        candidates.refuse(one, feedback="这次人多。", by=making.owner_of(page.order.enterprise))
        assert fresh(slot).booked == 0
        with pytest.raises(InterviewError):
            interviews.book(one, slot=slot, by=one.enrollment.account)

    def test_the_enterprise_cancels_a_time_and_those_in_it_choose_again(self):
        page = making.order_program()
        one, two = making.candidate(page), making.candidate(page)
        slot, owner = making.slot(page.order, capacity=2), making.owner_of(page.order.enterprise)
        for each in (one, two):
            interviews.book(each, slot=slot, by=each.enrollment.account)
        with pytest.raises(CandidateError):
            interviews.cancel_slot(slot, note="下雪。", by=making.member(page.order.enterprise, Role.VIEWER))
        with pytest.raises(InterviewError):
            interviews.cancel_slot(slot, note=" ", by=owner)

        assert interviews.cancel_slot(slot, note="那天大雪封路。", by=owner) == 2

        assert fresh(slot).booked == 0
        assert "那天大雪封路" in Message.objects.filter(account=one.enrollment.account).last().body
        with pytest.raises(InterviewError):
            interviews.cancel_slot(slot, note="再来一次。", by=owner)
        with pytest.raises(SlotFull):
            interviews.book(one, slot=slot, by=one.enrollment.account)
        interviews.book(one, slot=making.slot(page.order, days=5), by=one.enrollment.account)

    def test_who_came_is_said_once_it_has_begun_and_who_did_not_may_book_again(self):
        page = making.order_program()
        one = making.candidate(page)
        slot, owner = making.slot(page.order), making.owner_of(page.order.enterprise)
        made = interviews.book(one, slot=slot, by=one.enrollment.account)
        with pytest.raises(InterviewError):
            interviews.record_attendance(made, came=True, by=owner)
        begin(slot)

        interviews.record_attendance(made, came=False, by=owner)

        assert list(one.history.values_list("act", flat=True)) == ["shared", "booked", "no_show"]
        interviews.book(one, slot=making.slot(page.order, days=5), by=one.enrollment.account)

    def test_whoever_was_met_is_asked_for_no_further_time(self):
        page = making.order_program()
        one = making.candidate(page)
        slot, owner = making.slot(page.order), making.owner_of(page.order.enterprise)
        made = interviews.book(one, slot=slot, by=one.enrollment.account)
        begin(slot)
        interviews.record_attendance(made, came=True, by=owner)
        later = making.slot(page.order, days=5)
        assert Own(one.enrollment).days == []
        with pytest.raises(InterviewError):
            interviews.book(one, slot=later, by=one.enrollment.account)

    def test_both_sides_are_reminded_once_the_day_before(self):
        page = making.order_program()
        one = making.candidate(page)
        slot, owner = making.slot(page.order, days=3), making.owner_of(page.order.enterprise)
        interviews.book(one, slot=slot, by=one.enrollment.account)
        interviews.remind()
        assert "interview_reminder" not in said_to(one.enrollment.account)

        for _ in range(2):
            interviews.remind(now=slot.starts_at - timedelta(hours=20))

        assert said_to(one.enrollment.account).count("interview_reminder") == 1
        assert said_to(owner).count("interview_tomorrow") == 1

    def test_calendar_files_for_both_sides(self):
        page = making.order_program()
        one = making.candidate(page)
        slot = making.slot(page.order)
        made = interviews.book(one, slot=slot, by=one.enrollment.account)

        (mine,) = Calendar.from_ical(interview_calendars.of_candidate(made)).walk("VEVENT")
        (theirs,) = Calendar.from_ical(interview_calendars.of_order(page.order)).walk("VEVENT")

        assert mine.decoded("dtstart") == slot.starts_at
        assert (str(mine["location"]), str(mine["status"])) == (slot.place, "CONFIRMED")
        assert one.enrollment.learner.name not in theirs.to_ical().decode()
        assert "1" in str(theirs["summary"])
        interviews.cancel_slot(slot, note="改天。", by=making.owner_of(page.order.enterprise))
        (gone,) = Calendar.from_ical(interview_calendars.of_candidate(fresh(made))).walk("VEVENT")
        assert str(gone["status"]) == "CANCELLED"
        assert gone["uid"] == mine["uid"]

    def test_the_database_itself_holds_the_limits(self):
        page = making.order_program()
        one = making.candidate(page)
        slot = making.slot(page.order)
        interviews.book(one, slot=slot, by=one.enrollment.account)
        with pytest.raises(IntegrityError):
            InterviewSlot.objects.filter(pk=slot.pk).update(booked=2)

    def test_one_candidate_has_one_interview_ahead(self):
        page = making.order_program()
        one = making.candidate(page)
        interviews.book(one, slot=making.slot(page.order), by=one.enrollment.account)
        with pytest.raises(IntegrityError):
            Interview.objects.create(candidate=one, slot=making.slot(page.order, days=4))


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    """Threads stand for processes: the gate is taken away, what is left are the locks and checks of the database."""

    @pytest.fixture
    def at_once(self, together, monkeypatch):
        """Do these acts at the same moment; how they ended, by name."""
        monkeypatch.setattr(seats, "gate", lambda intake_id: nullcontext())

        def run(*acts):
            outcomes = together(lambda act: act(), acts)
            assert not [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, CandidateError)]
            return Counter(type(one).__name__ for one in outcomes)

        return run

    def test_the_last_place_is_booked_once_and_nobody_sits_twice(self, at_once):
        page = making.order_program()
        people = [making.candidate(page) for _ in range(4)]
        slot, other = making.slot(page.order, capacity=2), making.slot(page.order, days=4, capacity=1)

        ended = at_once(*[partial(interviews.book, one, slot=slot, by=one.enrollment.account) for one in people])

        assert ended == {"Interview": 2, "SlotFull": 2}
        assert fresh(slot).booked == slot.interviews.filter(state="booked").count() == 2
        one = people[0]
        acts = [partial(interviews.book, one, slot=each, by=one.enrollment.account) for each in (slot, other, slot)]
        at_once(*acts)
        assert one.interviews.filter(state="booked").count() <= 1
        for each in (slot, other):
            assert fresh(each).booked == each.interviews.filter(state="booked").count()

    def test_a_time_cancelled_while_it_is_booked_and_a_decision_while_it_is_cancelled(self, at_once):
        page = making.order_program(seats=1)
        one, two = making.candidate(page), making.candidate(page)
        slot, owner = making.slot(page.order, capacity=2), making.owner_of(page.order.enterprise)
        interviews.book(one, slot=slot, by=one.enrollment.account)

        at_once(
            partial(interviews.cancel_slot, slot, note="大雪封路。", by=owner),
            partial(interviews.book, two, slot=slot, by=two.enrollment.account),
            partial(candidates.accept, one, feedback="欢迎。", by=owner),
            partial(candidates.accept, two, feedback="欢迎。", by=owner),
        )

        assert fresh(slot).booked == slot.interviews.filter(state="booked").count() == 0
        assert page.intake.pools.get().seats_taken == 1
        assert [fresh(one).decision, fresh(two).decision].count("accept") == 1
