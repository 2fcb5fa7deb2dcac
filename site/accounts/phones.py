"""Mainland mobile numbers: how people write them, how they are kept (11 digits) and shown (138 1234 5678)."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_MOBILE = re.compile(r"1[3-9]\d{9}")
_SEPARATORS = re.compile(r"[\s\-()·.]")
PHONE_MESSAGE = _("Enter an 11-digit mobile number, for example 138 1234 5678.")


def find_phone(text):
    """The 11 digits of a mobile number, or None. Accepts spaces, hyphens, full-width digits, +86 and 0086."""
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text or ""))
    digits = re.sub(r"^(\+?86|0086)(?=1\d{10}$)", "", digits)
    return digits if _MOBILE.fullmatch(digits) else None


def clean_phone(text):
    """The 11 digits of a mobile number.

    Raises `ValidationError` with a sentence that says how to mend it.
    """
    phone = find_phone(text)
    if phone is None:
        raise ValidationError(PHONE_MESSAGE, code="phone")
    return phone


def show_phone(phone):
    """Group the digits as people read them out: 138 1234 5678."""
    phone = phone or ""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}" if len(phone) == 11 and phone.isdecimal() else phone
