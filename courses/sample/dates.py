"""When things are, seen from today: terms by season, holidays, and the window of each shape of intake.

The shapes are what a visitor should meet: `open`, `closing` (soon), `nearly_full`, `full`, `upcoming`, `running`,
`finished`, `cancelled`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from courses.models import Holiday, Term
from courses.schedule import generate

# First month of each season, its name and the letter in codes of intakes.
_SEASONS = {3: ("春季", "C"), 6: ("夏季", "X"), 9: ("秋季", "Q"), 12: ("冬季", "D")}
LEARNER_LIMIT = 5
# First day of the lunar year, where the calendar of the coming years needs it.
_LUNAR_NEW_YEAR = {
    2026: date(2026, 2, 17), 2027: date(2027, 2, 6), 2028: date(2028, 1, 26), 2029: date(2029, 2, 13),
    2030: date(2030, 2, 3), 2031: date(2031, 1, 23), 2032: date(2032, 2, 11),
}  # fmt: skip
_FIXED = (("元旦", (1, 1), 1), ("清明节", (4, 4), 3), ("劳动节", (5, 1), 5), ("国庆节", (10, 1), 7))


@dataclass(frozen=True)
class Window:
    """When an intake takes enrollments and meets; `meetings` are pairs of start and end."""

    opens_at: datetime
    closes_at: datetime
    meetings: list


def term_of(day):
    """The term (a season of three months) that contains a day; made when it is not there."""
    year, month = (day.year, 3 * (day.month // 3)) if day.month >= 3 else (day.year - 1, 12)
    first = date(year, month, 1)
    after = date(year + (month == 12), (month + 3 - 1) % 12 + 1, 1)
    last = after - timedelta(days=1)
    name = f"{year}年{_SEASONS[month][0]}学期"
    defaults = {"starts_on": first, "ends_on": last, "learner_limit": LEARNER_LIMIT}
    return Term.objects.get_or_create(name=name, defaults=defaults)[0]


def code_letters(term):
    """How codes of intakes in this term begin: 26Q for autumn 2026."""
    return f"{term.starts_on:%y}{_SEASONS[term.starts_on.month][1]}"


def load_holidays(today):
    """Public holidays of last year, this year and the next."""
    for year in range(today.year - 1, today.year + 2):
        days = [(f"{name} {year}", date(year, *start), length) for name, start, length in _FIXED]
        if year in _LUNAR_NEW_YEAR:
            days.append((f"春节 {year}", _LUNAR_NEW_YEAR[year] - timedelta(days=1), 8))
        for name, first, length in days:
            last = first + timedelta(days=length - 1)
            Holiday.objects.get_or_create(name=name, defaults={"starts_on": first, "ends_on": last})
    return list(Holiday.objects.all())


def window(shape, *, days, hours, times, holidays, rng):
    """The window and meetings of an intake of that shape. `hours` is "9:00-10:30", `times` the number of meetings."""
    today = timezone.localdate()
    first_day = today + timedelta(days=_days_until_start(shape, days, times, rng))
    start, end = (time(*map(int, part.split(":"))) for part in hours.split("-"))
    pattern = {"weekdays": days, "start": start, "end": end, "count": times, "holidays": holidays}
    meetings = generate(first_day=first_day, **pattern)
    while shape == "finished" and meetings[-1][1] > timezone.now():
        first_day -= timedelta(days=7)
        meetings = generate(first_day=first_day, **pattern)
    begins = timezone.localdate(meetings[0][0])
    opens, closes = _enrollment_days(shape, today, begins, rng)
    return Window(_at(opens, 9), _at(closes, 17), meetings)


def _days_until_start(shape, days, times, rng):
    weeks = -(-times // len(days))
    return {
        "open": lambda: rng.randint(11, 24),
        "nearly_full": lambda: rng.randint(9, 16),
        "full": lambda: rng.randint(9, 18),
        "closing": lambda: 4,
        "upcoming": lambda: rng.randint(21, 35),
        "cancelled": lambda: rng.randint(6, 14),
        # Well begun and not near its end, however short it is.
        "running": lambda: -min(rng.randint(14, 30), max(3, weeks * 7 // 2)),
        "finished": lambda: -7 * weeks - rng.randint(8, 20),
    }[shape]()


def _enrollment_days(shape, today, begins, rng):
    eve = begins - timedelta(days=1)
    if shape == "upcoming":
        return today + timedelta(days=rng.choice((3, 3, 3, 5, 8))), eve
    if shape == "closing":
        return today - timedelta(days=12), min(eve, today + timedelta(days=2))
    if shape in ("running", "finished"):
        return begins - timedelta(days=25), eve
    return today - timedelta(days=rng.randint(4, 12)), eve


def _at(day, hour):
    return timezone.make_aware(datetime.combine(day, time(hour)), timezone.get_default_timezone())
