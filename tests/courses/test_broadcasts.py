"""Staff write to many: to their own people only, once each, whatever dies in between."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from courses import broadcasts, enrollment
from courses.models import Broadcast
from courses.states import State
from institutions import roles
from notifications import choices, delivery
from notifications.models import Message, Topic
from tests import factories
from tests.courses.broadcasting import class_of, composed, said, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    factories.website()
    call_command("make_groups", verbosity=0)
    return factories.institution()


def test_a_class_is_told_once_each(school):
    course = class_of(school)
    other = class_of(school)
    by = staff(roles.OFFICER, school)
    done = broadcasts.start(composed(by, intake=course.pk, states=["enrolled"]))
    done.refresh_from_db()
    assert (done.state, done.people, done.done, done.total) == (Broadcast.State.DONE, 3, 3, 3)
    names = {one.learner.name for one in course.enrollments.all()}
    assert {message.body for message in said()} == {f"您好，{name}：请带杯子。" for name in names}
    assert all(message.institution == school for message in said())
    assert not Message.objects.filter(kind=broadcasts.KIND, account__in=other.enrollments.values("account")).exists()


def test_the_same_form_twice_is_one_message(school):
    by, course = staff(roles.OFFICER, school), class_of(school)
    first = broadcasts.start(composed(by, intake=course.pk))
    assert broadcasts.start(composed(by, intake=course.pk)) == first
    assert len(said()) == 3


def test_without_placeholders_a_family_reads_it_once(school):
    by, course = staff(roles.OFFICER, school), class_of(school, people=0)
    family = factories.account()
    for _ in range(3):
        factories.enroll(course, factories.learner(of=family))
    plain = composed(by, body="请带杯子。", intake=course.pk)
    assert broadcasts.estimate(plain).people == 1
    broadcasts.start(plain)
    assert len(said()) == 1
    personal = composed(by, intake=course.pk, form_key="2")
    assert broadcasts.estimate(personal).people == 3


def test_only_people_of_ones_own_institutions_whatever_is_asked_for(school):
    foreign = class_of(factories.institution())
    by = staff(roles.MANAGER, school)
    keys = list(foreign.enrollments.values_list("pk", flat=True))
    for wanted in ({"intake": foreign.pk}, {"enrollments": keys}, {"states": ["enrolled"]}, {}):
        assert not broadcasts.audience(by, wanted).exists()


def test_by_state_term_and_institution(school):
    course = class_of(school)
    left = course.enrollments.first()
    enrollment.withdraw(left, by=left.account)
    by = staff(roles.OFFICER, school, factories.institution())
    assert set(broadcasts.audience(by, {"states": ["withdrawn"]})) == {left}
    assert broadcasts.audience(by, {"institution": school.pk, "states": ["enrolled"]}).count() == 2
    assert broadcasts.audience(by, {"term": course.term_id}).count() == 3
    assert not broadcasts.audience(by, {"term": factories.term().pk}).exists()


def test_the_count_knows_who_switched_it_off_and_what_it_costs(school):
    course = class_of(school, people=2)
    off = factories.enroll(course).account
    choices.refuse(off, Topic.NEWS)
    factories.enroll(course, factories.learner(of=factories.account(phone=None, email="li@example.cn")))
    by = staff(roles.OFFICER, school)
    counted = broadcasts.estimate(composed(by, body="字" * 120, intake=course.pk))
    assert (counted.people, counted.sms, counted.emails, counted.inbox_only) == (4, 2, 1, 1)
    assert counted.sms_parts == 2 * 4  # 120 characters and two links.
    assert counted.cost == "¥0.40"
    assert counted.is_exact


def test_a_large_audience_is_estimated(school, monkeypatch):
    monkeypatch.setattr(broadcasts, "COUNTED", 2)
    by, course = staff(roles.OFFICER, school), class_of(school, people=6)
    counted = broadcasts.estimate(composed(by, intake=course.pk))
    assert (counted.people, counted.sms, counted.is_exact) == (6, 6, False)


def test_who_switched_it_off_reads_it_in_the_inbox_only(school, sms):
    by, course = staff(roles.OFFICER, school), class_of(school, people=2)
    choices.refuse(course.enrollments.first().account, Topic.NEWS)
    delivery.deliver_due()
    sms.clear()
    broadcasts.start(composed(by, intake=course.pk))
    delivery.deliver_due()
    assert len(said()) == 2
    assert len(sms) == 1


@pytest.fixture
def killed(monkeypatch):
    """A function that makes the worker die at its nth batch: after the messages, before the commit."""
    write = broadcasts.write

    def at_batch(number):
        left = [number]

        def dying(messages):
            write(messages)
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt

        monkeypatch.setattr(broadcasts, "write", dying)
        return lambda: monkeypatch.setattr(broadcasts, "write", write)

    monkeypatch.setattr(broadcasts, "BATCH", 2)
    monkeypatch.setattr(type(broadcasts.send), "enqueue", lambda self, *args: None)
    return at_batch


def test_a_worker_that_dies_leaves_whole_batches_and_the_next_goes_on(school, killed):
    by, course = staff(roles.OFFICER, school), class_of(school, people=7)
    kept = broadcasts.start(composed(by, intake=course.pk))
    for number in (2, 1, 2):
        revive = killed(number)
        with pytest.raises(KeyboardInterrupt):
            broadcasts.send.func(kept.pk)
        kept.refresh_from_db()
        assert kept.state == Broadcast.State.SENDING
        assert len(said()) == kept.done
        revive()
    broadcasts.send.func(kept.pk)
    kept.refresh_from_db()
    assert (kept.state, kept.done) == (Broadcast.State.DONE, 7)
    assert len(said()) == len({message.account_id for message in said()}) == 7


def test_what_is_left_behind_is_found_and_sent_once(school, killed, monkeypatch):
    by, course = staff(roles.OFFICER, school), class_of(school)
    kept = broadcasts.start(composed(by, intake=course.pk))
    asked = []
    monkeypatch.setattr(type(broadcasts.send), "enqueue", lambda self, pk: asked.append(pk))
    now = timezone.now()
    assert broadcasts.resume_left_behind(now) == 0
    later = now + broadcasts.LEFT_BEHIND + timedelta(seconds=5)
    assert broadcasts.resume_left_behind(later) == 1
    assert broadcasts.resume_left_behind(later) == 0
    assert asked == [kept.pk]


def test_even_from_the_start_again_nobody_is_told_twice(school):
    by, course = staff(roles.OFFICER, school), class_of(school)
    kept = broadcasts.start(composed(by, intake=course.pk))
    Broadcast.objects.update(state=Broadcast.State.SENDING, cursor=0, done=0)
    broadcasts.send.func(kept.pk)
    assert len(said()) == 3


def test_stopped_and_gone_on(school, killed):
    by, course = staff(roles.OFFICER, school), class_of(school, people=5)
    kept = broadcasts.start(composed(by, intake=course.pk))
    assert broadcasts._send_batch(kept.pk)
    assert broadcasts.stop(kept)
    assert not broadcasts._send_batch(kept.pk)
    assert len(said()) == 2
    assert broadcasts.go_on(kept)
    broadcasts.send.func(kept.pk)
    assert len(said()) == 5
    assert not broadcasts.stop(kept)


def test_who_enrolls_after_it_was_confirmed_is_not_meant(school, killed):
    by, course = staff(roles.OFFICER, school), class_of(school)
    kept = broadcasts.start(composed(by, intake=course.pk))
    factories.enroll(course)
    broadcasts.send.func(kept.pk)
    assert len(said()) == 3


def test_who_left_meanwhile_is_not_told(school, killed):
    by, course = staff(roles.OFFICER, school), class_of(school)
    kept = broadcasts.start(composed(by, intake=course.pk, states=["enrolled"]))
    left = course.enrollments.first()
    enrollment.withdraw(left, by=left.account)
    broadcasts.send.func(kept.pk)
    assert left.account not in [message.account for message in said()]


_SLOWLY = """
import time, django
django.setup()
from courses import broadcasts
broadcasts.BATCH = 2
write = broadcasts.write
def slow(messages):
    write(messages)
    time.sleep(0.2)
broadcasts.write = slow
broadcasts.send.func({pk})
"""


@pytest.mark.django_db(transaction=True)
def test_killed_without_a_word(school, killed, process_environment):
    by, course = staff(roles.OFFICER, school), class_of(school, people=14)
    kept = broadcasts.start(composed(by, intake=course.pk))
    path = {"PYTHONPATH": f"{settings.BASE_DIR}{os.pathsep}{settings.BASE_DIR / 'site'}"}
    command = [sys.executable, "-c", _SLOWLY.format(pk=kept.pk)]
    worker = subprocess.Popen(command, env=process_environment | path)
    try:
        ends = time.monotonic() + 60
        while len(said()) < 4 and time.monotonic() < ends:
            time.sleep(0.05)
    finally:
        worker.kill()
        worker.wait()
    kept.refresh_from_db()
    assert kept.state == Broadcast.State.SENDING
    assert 4 <= len(said()) == kept.done < 14
    broadcasts.send.func(kept.pk)
    kept.refresh_from_db()
    assert (len(said()), kept.done, kept.state) == (14, 14, Broadcast.State.DONE)


@pytest.mark.django_db(transaction=True)
def test_several_workers_say_it_once(together, school, monkeypatch):
    monkeypatch.setattr(broadcasts, "BATCH", 2)
    by, course = staff(roles.OFFICER, school), class_of(school, people=9)
    with monkeypatch.context() as patch:
        patch.setattr(type(broadcasts.send), "enqueue", lambda self, *args: None)
        kept = broadcasts.start(composed(by, intake=course.pk))
    outcomes = together(lambda _: broadcasts.send.func(kept.pk), range(3))
    assert [one for one in outcomes if one] == []
    kept.refresh_from_db()
    assert (len(said()), kept.done, kept.state) == (9, 9, Broadcast.State.DONE)


def test_what_became_of_it(school):
    by, course = staff(roles.OFFICER, school), class_of(school, people=2)
    delivery.deliver_due()
    kept = broadcasts.start(composed(by, intake=course.pk))
    written, states = broadcasts.arrived(kept)
    assert (written, [count for _label, count in states]) == (2, [2, 0, 0, 0])
    delivery.deliver_due()
    assert [count for _label, count in broadcasts.arrived(kept)[1]] == [0, 2, 0, 0]


def test_english_readers(school):
    by, course = staff(roles.OFFICER, school), class_of(school, people=1)
    factories.enroll(course, factories.learner(of=factories.account(language="en")))
    english = composed(by, intake=course.pk)
    english.title_en, english.body_en = "Notice", "Bring a cup, {name}."
    broadcasts.start(english)
    assert sorted(message.title for message in said()) == ["Notice", "通知"]


def test_numbers_of_queries_for_a_batch(school, django_assert_max_num_queries, killed, monkeypatch):
    monkeypatch.setattr(broadcasts, "BATCH", 200)
    by, course = staff(roles.OFFICER, school), class_of(school, people=20)
    kept = broadcasts.start(composed(by, intake=course.pk, states=[State.ENROLLED]))
    with django_assert_max_num_queries(8):
        assert broadcasts._send_batch(kept.pk)
