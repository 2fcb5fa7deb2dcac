"""Enrolling: the stories of courses/enrollment.py, one act each. Those of the waitlist: test_waitlist.py."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from courses import enrollment as process
from courses.messages import remind_of_first_meetings
from courses.models import Enrollment, HistoryEntry, Intake
from courses.states import Reason, State
from notifications.models import Message
from tests.courses.invariants import assert_invariants
from tests.factories import account, district, enroll, intake, learner, term

pytestmark = pytest.mark.django_db


def test_a_free_seat_is_the_learners_at_once():
    course = intake(seats=1)

    made = enroll(course)

    assert made.state == State.ENROLLED
    assert [entry.to_state for entry in made.history.all()] == ["submitted", "enrolled"]
    assert course.pools.get().seats_taken == 1
    message = Message.objects.get()
    assert (message.account, message.kind) == (made.account, "enrollment_enrolled")
    assert made.reference in message.body
    assert_invariants()


def test_a_person_has_one_live_enrollment_in_an_intake_whichever_account_acts():
    course = intake()
    mother = learner()
    mother.set_document("resident", "11010519491231002X")
    mother.save()
    same_person = learner()
    same_person.set_document("resident", "11010519491231002x")
    same_person.save()
    made = enroll(course, mother)

    with pytest.raises(process.AlreadyEnrolled) as refused:
        enroll(course, same_person)

    assert refused.value.enrollment == made
    assert Enrollment.objects.count() == 1
    assert_invariants()


def test_the_same_form_sent_again_after_withdrawing_does_not_enroll_again():
    course = intake()
    who = learner()
    made = enroll(course, who, form_key="a" * 32)
    process.withdraw(made, by=who.account)

    with pytest.raises(process.AlreadyEnrolled) as refused:
        enroll(course, who, form_key="a" * 32)

    assert refused.value.enrollment == made
    assert enroll(course, who, form_key="b" * 32).state == State.ENROLLED
    assert_invariants()


def test_every_rule_that_speaks_against_a_learner_is_told_at_once():
    tahe = district()
    course = intake(min_age=60 * 12, residents_of=[tahe.code])
    who = learner(birth_date=date(timezone.localdate().year - 30, 1, 1), lives_elsewhere=True)

    with pytest.raises(process.NotEligible) as refused:
        enroll(course, who)

    assert len(refused.value.messages) == 2
    assert "60" in refused.value.messages[0]
    assert tahe.name in refused.value.messages[1]
    assert Enrollment.objects.count() == 0


@pytest.mark.parametrize(
    ("sex", "age", "fits"),
    [("f", 50, True), ("m", 50, False), ("m", 55, True), ("f", 49, False), ("m", 70, True), ("m", 71, False)],
)
def test_age_bands_may_differ_by_sex(sex, age, fits):
    course = intake(min_age=55 * 12, max_age=70 * 12, min_age_women=50 * 12, max_age_women=70 * 12)
    day = timezone.localtime(course.starts_at).date()
    who = learner(sex=sex, birth_date=date(day.year - age, day.month, min(day.day, 28)))

    result = process.check(intake=course, learner=who, pools=list(course.pools.all()))

    assert result.ok is fits, result


def test_missing_facts_are_asked_for_before_a_seat_is_taken():
    course = intake(min_age=18 * 12, needs_identity=True)

    with pytest.raises(process.DataMissing) as refused:
        enroll(course)

    assert refused.value.missing == {"birth_date", "identity"}
    assert course.pools.get().seats_taken == 0


def test_a_term_has_a_limit_of_courses_per_learner():
    autumn = term(learner_limit=1)
    one, two = intake(term=autumn), intake(term=autumn, starts_in=timedelta(days=15))
    who = learner()
    enroll(one, who)

    with pytest.raises(process.NotEligible) as refused:
        enroll(two, who)

    assert one.program.title in refused.value.messages[0]


def test_classes_at_the_same_time_clash_unless_one_only_waits():
    monday, same_hour = intake(seats=1), intake()
    enroll(monday)
    who = learner()
    waiting = enroll(monday, who)
    assert waiting.state == State.WAITLISTED

    assert enroll(same_hour, who).state == State.ENROLLED

    other = learner()
    enroll(same_hour, other)
    with pytest.raises(process.NotEligible):
        enroll(intake(), other)


def test_the_most_specific_pool_is_tried_first():
    tahe = district()
    course = intake(pools=[{"name": "公开", "capacity": 1}, {"name": "塔河", "capacity": 1, "district": tahe}])
    local, second_local, stranger = (
        enroll(course, learner(district=tahe)),
        enroll(course, learner(district=tahe)),
        enroll(course, learner(lives_elsewhere=True)),
    )

    assert [made.pool.name for made in (local, second_local)] == ["塔河", "公开"]
    assert stranger.state == State.WAITLISTED
    assert_invariants()


def test_nobody_gets_a_seat_that_is_kept_for_others():
    tahe = district()
    course = intake(pools=[{"name": "塔河", "capacity": 5, "district": tahe}])

    with pytest.raises(process.NotEligible) as refused:
        enroll(course, learner(lives_elsewhere=True))

    assert tahe.name in refused.value.messages[0]


def test_withdrawing_is_possible_until_the_moment_told_at_enrollment():
    course = intake(starts_in=timedelta(hours=10), withdraw_hours=24)
    seated = enroll(course)

    with pytest.raises(process.MoveRefused):
        process.withdraw(seated, by=seated.account)

    waiting = enroll(intake(seats=0, starts_in=timedelta(hours=10), withdraw_hours=24))
    process.withdraw(waiting, by=waiting.account)
    assert_invariants()


def test_nobody_enrolls_before_after_or_in_a_cancelled_class():
    now = timezone.now()
    early = intake(opens_at=now + timedelta(hours=1), closes_at=now + timedelta(hours=2))
    late = intake(opens_at=now - timedelta(hours=2), closes_at=now - timedelta(hours=1))
    cancelled = intake(status=Intake.Status.CANCELLED)

    for course in (early, late, cancelled):
        with pytest.raises(process.NotOpen):
            enroll(course)


def test_cancelling_a_class_tells_everyone_in_it_and_in_line():
    course = intake(seats=1)
    seated, waiting = enroll(course), enroll(course)

    process.cancel_intake(course, by=account(), note="教师生病")

    assert {made.state for made in Enrollment.objects.all()} == {State.CANCELLED}
    assert {made.account for made in Message.objects.filter(kind="enrollment_cancelled")} == {
        seated.account,
        waiting.account,
    }
    assert "教师生病" in Message.objects.filter(kind="enrollment_cancelled").first().body
    assert_invariants()


def test_everyone_is_reminded_once_on_the_day_before_the_class_begins():
    soon, later = enroll(intake(starts_in=timedelta(hours=20))), enroll(intake(starts_in=timedelta(days=3)))

    remind_of_first_meetings()
    remind_of_first_meetings()

    message = Message.objects.get(kind="first_meeting_reminder")
    assert message.account == soon.account != later.account
    assert soon.reference in message.body


def test_every_move_outside_the_table_is_refused():
    made = enroll(intake())
    process.withdraw(made, by=made.account)

    for act in (process.confirm, process.decline, process.withdraw, process.complete):
        with pytest.raises(process.MoveRefused):
            act(made, by=made.account)
    with pytest.raises(process.MoveRefused):
        process.cancel(made, by=made.account, reason=Reason.WRONG_DATA)

    assert made.history.count() == 3


def test_history_is_never_changed_or_removed():
    entry = enroll(intake()).history.first()

    for act in (
        entry.save,
        entry.delete,
        HistoryEntry.objects.all().delete,
        lambda: HistoryEntry.objects.update(note=""),
    ):
        with pytest.raises(TypeError):
            act()


def test_enrolling_takes_a_fixed_number_of_queries(django_assert_num_queries):
    course = intake()
    who = learner()

    # savepoint, person, intake, pools, others, seat, enrollment, history, message, savepoint
    with django_assert_num_queries(10):
        enroll(course, who)
