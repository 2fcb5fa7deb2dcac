"""Form fields of this room: a mobile number, a date typed in any usual way, a township under its county."""

import re
import unicodedata
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import District
from accounts.phones import clean_phone, show_phone

OLDEST_YEAR = 1880


class PhoneInput(forms.TextInput):
    """A text box that brings up the telephone keys."""

    input_type = "tel"

    def format_value(self, value):
        """Show a kept number in groups; what was typed stays as it was typed."""
        return show_phone(value) if value else ""


class PhoneField(forms.CharField):
    """A mainland mobile number; its value is 11 digits."""

    widget = PhoneInput(attrs={"class": "in in--phone", "autocomplete": "tel-national", "inputmode": "tel"})

    def clean(self, value):
        """The 11 digits, or empty where the field may be empty."""
        value = super().clean(value)
        return clean_phone(value) if value else ""


class BirthDateField(forms.DateField):
    """A birth date in one box, typed as 1959-03-12, 19590312, 1959.3.12 or 1959年3月12日.

    One box, because a calendar that opens at today is far from 1959 for a thumb.
    """

    widget = forms.TextInput(
        attrs={"class": "in in--phone", "autocomplete": "bday", "inputmode": "numeric", "placeholder": ""}
    )
    default_error_messages = {
        "invalid": _("Enter the date as year, month and day, for example 1959-03-12."),
        "future": _("The birth date lies in the future. Check the year."),
        "ancient": _("Check the year of the birth date."),
    }

    def prepare_value(self, value):
        """Show a kept date the way the hint writes it."""
        return value.isoformat() if isinstance(value, date) else value

    def to_python(self, value):
        """Read the date."""
        if value in self.empty_values or isinstance(value, date):
            return value or None
        text = unicodedata.normalize("NFKC", value).strip()
        match = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text) or re.fullmatch(
            r"(\d{4})\s*[-./年 ]\s*(\d{1,2})\s*[-./月 ]\s*(\d{1,2})\s*日?", text
        )
        try:
            born = date(*map(int, match.groups()))
        except (AttributeError, ValueError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if born > timezone.localdate():
            raise ValidationError(self.error_messages["future"], code="future")
        if born.year < OLDEST_YEAR:
            raise ValidationError(self.error_messages["ancient"], code="ancient")
        return born


class TownshipSelect(forms.Select):
    """Townships in groups by county. The page's script keeps those of the chosen county (`data-in`)."""

    def create_option(self, name, value, *args, **kwargs):
        """Tell the script to which county the option belongs."""
        option = super().create_option(name, value, *args, **kwargs)
        county = getattr(getattr(value, "instance", None), "county_id", None)
        if county:
            option["attrs"]["data-in"] = county
        return option


class _TownshipIterator(forms.models.ModelChoiceIterator):
    """The choices of `TownshipField`: an empty one, then a group for each county."""

    def __iter__(self):
        yield ("", self.field.empty_label)
        groups = {}
        for township in self.queryset.select_related("county"):
            groups.setdefault(township.county.name, []).append(self.choice(township))
        yield from groups.items()


class TownshipField(forms.ModelChoiceField):
    """One township, listed under its county so that it works without a script."""

    iterator = _TownshipIterator
    widget = TownshipSelect(attrs={"class": "in"})

    def __init__(self, **kwargs):
        super().__init__(queryset=District.objects.filter(county__isnull=False), **kwargs)


class CodeField(forms.CharField):
    """The six digits of a code, typed or pasted with spaces, or in full-width digits."""

    def __init__(self, *, label=None):
        super().__init__(
            label=label or _("Verification code"),
            max_length=20,
            error_messages={"required": _("Enter the six digits of the code.")},
            widget=forms.TextInput(
                attrs={"class": "in in--code", "inputmode": "numeric", "autocomplete": "one-time-code"}
            ),
        )

    def to_python(self, value):
        """Digits only."""
        return re.sub(r"\D", "", unicodedata.normalize("NFKC", super().to_python(value)))
