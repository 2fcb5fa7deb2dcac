"""The words for an intake, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from courses import describe
from courses.describe import Seats
from courses.eligibility import Rules
from courses.models import Intake, Term
from tests import factories

# Monday, 2026-11-23, 10:00 in Asia/Shanghai.
MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)


def at(days, hour=19):
    """That many days after MONDAY, at this hour in Asia/Shanghai."""
    return MONDAY + timedelta(days=days, hours=hour - 10)


def made(**fields):
    """An intake that is not stored, open from yesterday until in ten days."""
    return Intake(**{"status": "published", "opens_at": at(-1), "closes_at": at(10), "term": Term()} | fields)


@pytest.mark.parametrize(
    ("days", "chinese", "english"),
    [
        (0, "2026年11月23日 周一（今天）", "Mon 23 Nov 2026 (today)"),
        (1, "2026年11月24日 周二（明天）", "Tue 24 Nov 2026 (tomorrow)"),
        (2, "2026年11月25日 周三（本周三）", "Wed 25 Nov 2026 (this Wed)"),
        (7, "2026年11月30日 周一（下周一）", "Mon 30 Nov 2026 (next Mon)"),
        (8, "2026年12月1日 周二", "Tue 1 Dec 2026"),
        (-1, "2026年11月22日 周日", "Sun 22 Nov 2026"),
    ],
)
def test_days(days, chinese, english):
    assert describe.day(at(days), now=MONDAY) == chinese
    with translation.override("en"):
        assert describe.day(at(days), now=MONDAY) == english


def test_a_day_is_the_day_in_shanghai():
    late = datetime(2026, 11, 23, 17, tzinfo=UTC)  # 1:00 on the 24th
    assert describe.day(late, now=MONDAY).startswith("2026年11月24日 周二")


def test_when_says_first_meeting_weekdays_and_number():
    intake = made(
        starts_at=at(9), first_ends_at=at(9) + timedelta(minutes=90), weekdays=0b101, meeting_count=12, ends_at=at(60)
    )
    assert describe.when(intake, now=MONDAY) == "2026年12月2日 周三 19:00-20:30起，周一、周三，共 12 次"
    with translation.override("en"):
        assert describe.when(intake, now=MONDAY) == "Wed 2 Dec 2026 19:00-20:30 and on, Mon, Wed, 12 meetings"


def test_when_of_a_single_meeting():
    intake = made(starts_at=at(1), first_ends_at=at(1, 20), ends_at=at(1, 20), weekdays=0b10, meeting_count=1)
    assert describe.when(intake, now=MONDAY) == "2026年11月24日 周二 19:00-20:00（明天）"


def test_when_of_workdays_and_without_dates():
    assert describe.weekdays_in_words(0b0011111) == "周一至周五"
    assert describe.when(made()) == "时间待定"


@pytest.mark.parametrize(
    ("youngest", "oldest", "words"),
    [
        (12, 48, "1 岁至 4 岁"),
        (36, 83, "3 岁至 6 岁"),
        (None, 119, "9 岁以下（含）"),
        (720, None, "60 岁以上"),
        (None, 144, "12 岁以下（含）"),
        (18, 30, "1 岁 6 个月至 2 岁 6 个月"),
        (6, 11, "6 个月至 11 个月"),
        (None, None, ""),
    ],
)
def test_ages(youngest, oldest, words):
    assert describe.ages(youngest, oldest) == words


def test_who_may_join():
    assert describe.who(made()) == "人人可报"
    assert describe.who(made(min_age=660, min_age_women=600)) == "女 50 岁以上，男 55 岁以上"


@pytest.mark.django_db
def test_who_may_join_names_the_counties():
    factories.district("232722", "塔河县")
    factories.district("232721", "呼玛县")
    words = describe.who(made(min_age=720, residents_of=["232721", "232722"]))
    assert words == "60 岁以上，呼玛县、塔河县居民"


def test_money():
    assert [describe.yuan(fen) for fen in (0, 12000, 12050, 123456700)] == ["免费", "¥120", "¥120.50", "¥1,234,567"]


@pytest.mark.parametrize(
    ("fields", "seats", "key", "seats_said", "until"),
    [
        ({}, Seats(20, 14), "open", "还剩 6 个名额（共 20 个）", "截至 2026年12月3日 周四 19:00"),
        ({}, Seats(20, 20, 3), "full", "已满，3 人候补", "截至 2026年12月3日 周四 19:00"),
        (
            {"opens_at": at(2, 9)},
            Seats(20),
            "soon",
            "还剩 20 个名额（共 20 个）",
            "2026年11月25日 周三 09:00（本周三）起",
        ),
        ({"closes_at": at(-2)}, Seats(20, 5), "closed", "共 20 个名额", "已截止于 2026年11月21日 周六 19:00"),
        ({"ends_at": at(-1)}, Seats(20, 5), "over", "共 20 个名额", "已截止于 2026年12月3日 周四 19:00"),
        ({"status": "cancelled", "status_note": "教师生病"}, Seats(20), "cancelled", "共 20 个名额", "教师生病"),
    ],
)
def test_state_seats_and_until(fields, seats, key, seats_said, until):
    intake = made(**fields)
    state = describe.standing(intake, seats=seats, now=MONDAY)
    said = (describe.seats_in_words(seats, state.key), describe.until(intake, state.key, now=MONDAY))
    assert (state.key, *said) == (key, seats_said, until)


def test_a_closed_class_is_closed_at_the_very_second():
    intake = made(closes_at=MONDAY)
    assert describe.standing(intake, seats=Seats(1), now=MONDAY).key == "closed"
    assert describe.standing(intake, seats=Seats(1), now=MONDAY - timedelta(microseconds=1)).key == "open"


@pytest.mark.django_db
def test_the_rules_are_said_before():
    intake = factories.intake(minimum=8, withdraw_hours=24, offer_hours=12, fee=12000, needs_identity=True)
    intake.term.learner_limit = 3
    said = " ".join(f"{subject}：{sentence}" for subject, sentence in describe.rules(Rules.of(intake)))
    for words in (
        "人人可报",
        "先报先得",
        "12 小时",
        "¥120",
        "您可以自己退出",
        "满 8 人开班",
        "最多报 3 门课",
        "身份证",
    ):
        assert words in said
    assert describe.moment(timezone.localtime(intake.starts_at - timedelta(hours=24))) in said


@pytest.mark.django_db
def test_two_sentences_on_attendance_have_a_space_between_them_in_english_only():
    told = Rules.of(factories.intake(attendance_percent=60, absence_limit=3))
    for language, joint in (("zh-hans", "。连续"), ("en", "class. After")):
        with translation.override(language):
            assert joint in dict(describe.rules(told))[str(describe._("Attendance"))]
