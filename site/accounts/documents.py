"""Identity documents: what a number must look like, and what a resident number says of its holder."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from accounts.models import Learner


def clean_number(document_type, text):
    """The number as it is kept: no spaces, upper case.

    Raises `ValidationError` that says which part is wrong, never the number itself.
    """
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if document_type == Learner.DocumentType.RESIDENT:
        _check_resident(number)
    elif not re.fullmatch(r"[A-Z0-9]{5,20}", number):
        raise ValidationError(_("Enter 5 to 20 letters and digits, as on the document."), code="number")
    return number


def _check_resident(number):
    """GB 11643: 17 digits and a check character, with a real birth date.

    The first six digits are not checked: counties have been renumbered, and people keep the number of their birth.
    """
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise ValidationError(
            _("A resident identity number has 18 characters: 17 digits, then a digit or X. Count them again."),
            code="length",
        )
    try:
        born = ric.get_birth_date(number)
    except InvalidComponent:
        born = None
    if born is None or born > timezone.localdate():
        raise ValidationError(
            _("Digits 7 to 14 are the birth date, and this one does not exist. Compare them with the card."),
            code="date",
        )
    if ric.calc_check_digit(number) != number[-1]:
        raise ValidationError(
            _("The number is not right: a digit is wrong or two are swapped. Compare it with the card."),
            code="checksum",
        )


def birth_date_of(number):
    """The birth date in a valid resident number."""
    return ric.get_birth_date(number)


def sex_of(number):
    """The sex in a valid resident number: the 17th digit is odd for men."""
    return Learner.Sex.MALE if int(number[16]) % 2 else Learner.Sex.FEMALE
