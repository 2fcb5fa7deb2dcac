"""Codes for made-up enterprises: well-formed, and such that no real enterprise can ever have one.

Two reasons each would suffice for: the region 000000 is no administrative division, and the organisation code inside
(GB 11714) has a wrong check character of its own, while that of the whole code (GB 32100) is right.
"""

from stdnum.cn import uscc

_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "0123456789X"


def organisation_check(body):
    """The check character of an organisation code's first eight characters (GB 11714)."""
    total = sum(int(letter, 36) * weight for letter, weight in zip(body, _WEIGHTS, strict=True))
    return _CHECKS[-total % 11]


def impossible_code(number):
    """The code of the sample enterprise of this number (0 to 999)."""
    body = f"XUELN{number:03}"
    right = organisation_check(body)
    wrong = next(letter for letter in _CHECKS if letter != right)
    code = f"91000000{body}{wrong}"
    return code + uscc.calc_check_digit(code)
