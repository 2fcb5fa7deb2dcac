"""What the text of a cell means: dates, times, weekdays, ages, money. Each function raises CellError with words."""

import re
from datetime import datetime, time
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
_TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p")
_WIDE = str.maketrans("０１２３４５６７８９：，；－—–～~", "0123456789:,;-----")
_HAN_DAYS = "一二三四五六日"
_LATIN_DAYS = {
    name: number
    for number, names in enumerate(
        ("mon monday", "tue tues tuesday", "wed wednesday", "thu thur thurs thursday", "fri friday",
         "sat saturday", "sun sunday")
    )
    for name in names.split()
}  # fmt: skip
_HAN_RUN = re.compile(r"(?:周|星期|礼拜)?([一二三四五六日天]+)")
_FREE = {"免费", "free", "无", "0"}


class CellError(ValueError):
    """A cell whose text cannot be understood; the message says how to mend it."""


def narrow(text):
    """Full-width digits and signs, as Chinese input methods make them, as plain ones."""
    return text.translate(_WIDE)


def parse_date(text, formats=()):
    """A date, in the mapping's formats or the usual ones."""
    plain = narrow(text).strip()
    for form in (*formats, *_DATES):
        try:
            return datetime.strptime(plain, form).date()
        except ValueError:
            continue
    raise CellError(_("“%(text)s” is not a date. Write it like 2026-03-04.") % {"text": text})


def parse_moment(text, formats=()):
    """A date, and the time of day where one follows it, else None."""
    day, _space, rest = text.strip().rpartition(" ")
    if day and ":" in narrow(rest):
        return parse_date(day, formats), parse_time(rest)
    return parse_date(text, formats), None


def parse_dates(text, separator, formats=()):
    """Two dates in one cell: the first and the last day."""
    separator = separator or ("至" if "至" in text else " - ")
    parts = [part for part in text.split(separator) if part.strip()]
    if len(parts) != 2:
        raise CellError(
            _("“%(text)s” should be two dates with “%(separator)s” between them.")
            % {"text": text, "separator": separator.strip()}
        )
    return parse_date(parts[0], formats), parse_date(parts[1], formats)


def parse_time(text):
    """A time of day."""
    plain = narrow(text).strip()
    for form in _TIMES:
        try:
            return datetime.strptime(plain, form).time()
        except ValueError:
            continue
    raise CellError(_("“%(text)s” is not a time of day. Write it like 19:30.") % {"text": text})


def parse_hours(text, separator):
    """Two times in one cell, like 19:00-20:30."""
    parts = narrow(text).split(narrow(separator))
    if len(parts) != 2:
        raise CellError(_("“%(text)s” should be two times, like 19:00-20:30.") % {"text": text})
    return parse_time(parts[0]), parse_time(parts[1])


def clock(hour, minute):
    """A time of day from an hour and a minute that stand in two cells."""
    hours, minutes = parse_number(hour), parse_number(minute or "0")
    if hours > 23 or minutes > 59:
        raise CellError(_("%(hour)s:%(minute)s is not a time of day.") % {"hour": hour, "minute": minute})
    return time(hours, minutes)


def parse_weekdays(text):
    """Numbers of weekdays, 0 is Monday, from “Mon, Wed”, “周一、周三”, “一三” or “1 3”."""
    days = set()
    for part in re.split(r"[,，、;；/\s和]+", narrow(text).strip()):
        if part:
            days |= _weekday(part)
    if not days:
        raise CellError(_("No weekday is given. Write for example 周一、周三 or Mon, Wed."))
    return sorted(days)


def _weekday(part):
    if run := _HAN_RUN.fullmatch(part):
        return {_HAN_DAYS.index("日" if sign == "天" else sign) for sign in run[1]}
    if part in "1234567" and len(part) == 1:
        return {int(part) - 1}
    if part.lower().rstrip(".") in _LATIN_DAYS:
        return {_LATIN_DAYS[part.lower().rstrip(".")]}
    raise CellError(_("“%(text)s” is not a weekday. Write for example 周一、周三 or Mon, Wed.") % {"text": part})


def parse_number(text):
    """A whole number that is not negative."""
    plain = narrow(text).strip()
    if not plain.isdecimal():
        raise CellError(_("“%(text)s” is not a whole number.") % {"text": text})
    return int(plain)


def parse_age(text, unit):
    """An age in months; “72 months” and “6岁” say their unit themselves, else it is the mapping's."""
    plain = narrow(text).strip()
    found = re.fullmatch(r"(\d+)\s*(岁|周岁|years?|个月|月|months?)?", plain)
    if not found:
        raise CellError(_("“%(text)s” is not an age. Write a whole number.") % {"text": text})
    number, own = int(found[1]), found[2]
    in_months = own in ("个月", "月", "month", "months") if own else unit == "months"
    months = number if in_months else number * 12
    if months > 150 * 12:
        raise CellError(_("“%(text)s” is too old to be an age; are these months instead of years?") % {"text": text})
    return months


def parse_fee(text, unit):
    """An amount in fen, from “120”, “¥120.50”, “120元” or “免费”."""
    plain = narrow(text).strip().lower()
    if plain in _FREE:
        return 0
    try:
        amount = Decimal(plain.lstrip("¥￥").rstrip("元").replace(",", "").strip())
    except InvalidOperation:
        amount = Decimal(-1)
    fen = amount if unit == "fen" else amount * 100
    if not amount.is_finite() or amount < 0 or fen != int(fen):
        raise CellError(_("“%(text)s” is not an amount of money. Write it like 120 or 120.50.") % {"text": text})
    return int(fen)


def parse_status(text):
    """Draft or published."""
    words = {"草稿": "draft", "draft": "draft", "发布": "published", "已发布": "published", "published": "published"}
    try:
        return words[text.strip().lower()]
    except KeyError:
        raise CellError(_("“%(text)s” is not a status: write 发布 or 草稿.") % {"text": text}) from None
