"""Opening day: many processes at once, some killed at any point. The invariants hold (DESIGN §4: 1-3, 5, 7)."""

import random
import subprocess
import sys
import time

import pytest
from django.db.models import F

from courses import enrollment as process
from courses.models import Enrollment, SeatPool
from courses.states import SEATED, State
from tests.courses.invariants import assert_invariants
from tests.factories import account, intake, learner

pytestmark = pytest.mark.django_db(transaction=True)

PROCESSES = 4


@pytest.fixture
def rush(process_environment):
    """A function that starts processes, each with its own learners, and lets them begin together."""
    started = []

    def start(crews, intakes):
        for seed, crew in enumerate(crews):
            arguments = [",".join(str(row.pk) for row in rows) for rows in (crew, intakes)]
            command = [sys.executable, "-m", "tests.courses.rush", str(seed), *arguments]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            started.append(subprocess.Popen(command, env=process_environment, **pipes))
        for one in started:
            assert one.stdout.readline() == "ready\n"
        for one in started:
            one.stdin.write("go\n")
            one.stdin.flush()
        return started

    yield start
    for one in started:
        one.kill()
        one.wait()


def crews(count, size):
    """`count` crews of `size` learners."""
    return [[learner() for _ in range(size)] for _ in range(count)]


def test_many_processes_never_seat_one_too_many(rush):
    courses = [intake(seats=7), intake(seats=3, allow_clash=True)]

    running = rush(crews(PROCESSES, 10), courses)

    assert [one.wait(timeout=120) for one in running] == [0] * PROCESSES
    assert_invariants()
    assert not SeatPool.objects.filter(seats_taken__lt=F("capacity")).exists(), "40 wanted 7 and 3 seats"


def test_two_accounts_of_one_family_never_enroll_one_person_twice(rush):
    course = intake(seats=50)
    twins = []
    for _ in range(PROCESSES):
        mother = learner(of=account())
        mother.set_document("resident", "11010519491231002X")
        mother.save()
        twins.append([mother])

    for one in rush(twins, [course]):
        assert one.wait(timeout=60) == 0

    assert Enrollment.objects.live().count() <= 1
    assert_invariants()


def test_processes_killed_in_the_middle_lose_nothing(rush):
    courses = [intake(seats=5), intake(seats=20, allow_clash=True)]
    choose = random.Random(20261123)

    running = rush(crews(PROCESSES, 12), courses)
    for doomed in running[: PROCESSES // 2]:
        for _ in range(choose.randrange(3, 12)):
            doomed.stdout.readline()
        time.sleep(choose.random() / 50)
        doomed.kill()
    survivors = running[PROCESSES // 2 :]

    assert [one.wait(timeout=120) for one in survivors] == [0] * len(survivors)
    assert_invariants()
    late = learner()
    made = process.submit(intake=courses[0], learner=late, by=late.account)
    assert made.state in (State.WAITLISTED, *SEATED)
    assert_invariants()
