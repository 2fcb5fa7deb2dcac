"""How long a text message is: networks carry it in parts, and each part is paid for."""

from dataclasses import dataclass
from decimal import Decimal

# GSM 03.38: the characters that take one seventh-bit place, and those that take two. Any other makes the whole message
# UCS-2, two bytes for each UTF-16 unit.
_GSM_ONE = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWO = frozenset("\f^{}\\[~]|€")
GSM_SINGLE, GSM_PART = 160, 153
UCS2_SINGLE, UCS2_PART = 70, 67


@dataclass(frozen=True)
class Length:
    """What a text takes: `units` of its encoding, and `parts`."""

    units: int
    parts: int
    is_gsm: bool

    def cost(self, price):
        """In fen, at this price of a part (in fen)."""
        return Decimal(price) * self.parts


def measure(text):
    """The length of a text. A character that takes two places is never split between two parts."""
    is_gsm = all(character in _GSM_ONE or character in _GSM_TWO for character in text)
    sizes = [_size(character, is_gsm) for character in text]
    single, part = (GSM_SINGLE, GSM_PART) if is_gsm else (UCS2_SINGLE, UCS2_PART)
    total = sum(sizes)
    if total <= single:
        return Length(total, 1 if text else 0, is_gsm)
    parts, used = 1, 0
    for size in sizes:
        if used + size > part:
            parts, used = parts + 1, 0
        used += size
    return Length(total, parts, is_gsm)


def _size(character, is_gsm):
    if is_gsm:
        return 2 if character in _GSM_TWO else 1
    return 2 if ord(character) > 0xFFFF else 1
