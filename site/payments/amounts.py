"""Amounts are whole fen everywhere; people read yuan."""


def yuan(fen):
    """An amount for people: 3050 is ¥30.50, and -100 is -¥1.00."""
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_SMALL_UNITS, _LARGE_UNITS = ("", "拾", "佰", "仟"), ("", "万", "亿")


def in_capitals(fen):
    """An amount as Chinese receipts write it, which nobody can alter: 12050 is 壹佰贰拾元伍角整."""
    yuan_part, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    words = f"{_whole(yuan_part)}元" if yuan_part else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif rest and yuan_part:
        words += "零"
    words += f"{_DIGITS[rest]}分" if rest else "整"
    return words if fen else "零元整"


def _whole(number):
    """A whole number in capital digits, four digits at a time."""
    words, gap = "", False
    for place in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + _SMALL_UNITS[place % 4]
        gap = not digit
        if place % 4 == 0 and number // 10**place % 10**4:
            words += _LARGE_UNITS[place // 4]
    return words
