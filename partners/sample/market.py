"""What the demand board counts in the sample: orders of two years before, majors taught for three, two decisions."""

from datetime import date, timedelta

from django.utils import timezone

from courses.models import Major, MajorOffer
from institutions.models import Institution
from partners.demand import deciding
from partners.models import MajorDecision, TrainingOrder
from partners.states import OrderState

_FOOD = ("6-01-06-00@2022", "果蔬加工工", "690101@2021@secondary")
_FOREST = ("3-02-03-06@2022", "森林消防员", "610204@2021@secondary")
_LODGING = ("4-14-06-02@2022", "民宿管家", "740101@2021@secondary")
# Enterprise, work, posts two years ago, a year ago, now, and pay.
_ASKED = [
    ("blueberry", _FOOD, (6, 8, 9), 4000),
    ("mushroom", _FOOD, (3, 4, 6), 3800),
    ("herbs", _FOOD, (2, 4, 5), 3900),
    ("fire", _FOREST, (12, 10, 9), 4600),
    ("wood", _FOREST, (2, 3, 3), 4200),
    ("ski", _FOREST, (2, 2, 3), 4300),
    ("inn", _LODGING, (2, 2, 3), 3900),
    ("ski", _LODGING, (4, 6, 8), 4200),
    ("herbs", _LODGING, (1, 2, 2), 3700),
]
_SCHOOL, _NORTH = "兴安林区职业技术学校（示例）", "北极星中等职业学校（示例）"
# School, major, and of each of the three years: seats, newcomers, graduates, of them at work in the trade.
_TAUGHT = [
    (_SCHOOL, "690101", ((30, 22, 12, 9), (30, 26, 13, 10), (30, 28, 14, 11))),
    (_SCHOOL, "610204", ((45, 40, 38, 20), (45, 36, 37, 17), (45, 30, 36, 15))),
    (_NORTH, "740101", ((40, 30, 14, 9), (40, 33, 15, 10), (40, 35, 16, 11))),
]
_SUMMARY = (
    "到岗后由师傅带教三个月，学成后直接上岗，工资按月发放，缴纳社会保险，食宿由企业安排，适合愿意留在林区工作的本地人。"
)


def load(enterprises, *, order, staff):
    """Orders by key of the enterprise, made with `order(enterprise, row, staff)`; what schools teach; decisions."""
    last = (timezone.localdate() + timedelta(days=45)).year
    for number, (key, work, posts, pay) in enumerate(_ASKED):
        for back, count in zip((2, 1, 0), posts, strict=True):
            made = order(enterprises[key], _row(work, count, pay - 150 * back), staff)
            if back:
                _end(made, date(last - back, 3 + number % 3 * 3, 1))
    for school, code, years in _TAUGHT:
        institution = Institution.objects.get(name=school)
        major = Major.objects.get(code=code, edition="2021", level="secondary")
        for back, (seats, enrolled, graduates, placed) in zip((2, 1, 0), years, strict=True):
            told = {"seats": seats, "enrolled": enrolled, "graduates": graduates, "placed": placed}
            MajorOffer.objects.update_or_create(institution=institution, major=major, year=last - back, defaults=told)
    _decide(staff)


def _row(work, posts, pay):
    occupation, title, majors = work
    return {
        "title": title,
        "occupation": occupation,
        "majors": majors,
        "summary": _SUMMARY,
        "on_site": "no",
        "posts": posts,
        "same": 60,
        "pay": [0, pay, pay],
        "state": "approved",
    }


def _end(order, began):
    """Let an order of an earlier year be over."""
    TrainingOrder.objects.filter(pk=order.pk).update(
        state=OrderState.FULFILLED,
        closes_on=began - timedelta(days=20),
        starts_on=began,
        ends_on=began + timedelta(days=120),
        submitted_at=timezone.now() - (timezone.localdate() - began) - timedelta(days=60),
    )


def _decide(staff):
    """One suggestion is accepted, one dismissed; the others wait."""
    told = [
        ("690101", True, "明年春季增加一个班，实训室已经协调好。"),
        ("610204", False, "防火期用人波动大，先看一年再定。"),
    ]
    for code, accepted, reason in told:
        major = Major.objects.get(code=code, edition="2021", level="secondary")
        advice = deciding.suggestion_of(major).advice
        deciding.decide(major, advice=advice, accepted=accepted, reason=reason, by=staff)


def decisions():
    """The decisions of the sample, for whoever takes it away: about majors that its schools teach."""
    return MajorDecision.objects.filter(major__offers__institution__name__endswith="（示例）")
