"""The forms of the alliance: what is shared, from when until when, why, how many hours."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from partners.models import SharedResource
from partners.states import ShareState

_HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]


def _times():
    return [("", "—"), *((f"{one:%H:%M}", f"{one:%H:%M}") for one in _HALF_HOURS)]


def _day(label, **options):
    widget = forms.DateInput(attrs={"type": "date", "class": "in"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


def _text(label, longest, rows=3, **options):
    return forms.CharField(
        label=label, max_length=longest, widget=forms.Textarea(attrs={"class": "in", "rows": rows}), **options
    )


class ResourceForm(forms.ModelForm):
    """What is shared. Times are chosen in half hours."""

    use_required_attribute = False

    class Meta:
        model = SharedResource
        fields = [
            *("kind", "name", "description", "place", "capacity", "terms", "opens_at", "closes_at", "weekends"),
        ]
        widgets = {
            "kind": forms.Select(attrs={"class": "in"}),
            "description": forms.Textarea(attrs={"class": "in", "rows": 3}),
            "terms": forms.Textarea(attrs={"class": "in", "rows": 3}),
            "opens_at": forms.Select(choices=_times(), attrs={"class": "in"}),
            "closes_at": forms.Select(choices=_times(), attrs={"class": "in"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("opens_at", "closes_at"):
            given = self.initial.get(name) or getattr(self.instance, name)
            self.initial[name] = given if isinstance(given, str) else f"{given:%H:%M}"

    def clean(self):
        """The end comes after the beginning."""
        given = super().clean()
        opens, closes = given.get("opens_at"), given.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", gettext("Choose a time after the first one."))
        return given


class TimeForm(forms.Form):
    """From when until when, and what for. Without a last day it is the same day."""

    use_required_attribute = False

    first_day = _day(pgettext_lazy("a request", "day"))
    first_time = forms.ChoiceField(
        label=pgettext_lazy("a request", "from"), choices=_times, widget=forms.Select(attrs={"class": "in"})
    )
    last_day = _day(_("last day"), required=False, help_text=_("Only when it is longer than one day."))
    last_time = forms.ChoiceField(
        label=pgettext_lazy("a request", "until"), choices=_times, widget=forms.Select(attrs={"class": "in"})
    )
    purpose = _text(_("purpose"), 200, rows=2, help_text=_("One sentence: which class, how many people."))

    @property
    def fields_given(self):
        """The arguments of a request."""
        given = self.cleaned_data
        last_day = given["last_day"] or given["first_day"]
        return {
            "starts_at": _moment(given["first_day"], given["first_time"]),
            "ends_at": _moment(last_day, given["last_time"]),
            "purpose": given["purpose"],
        }


def _moment(day, text):
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(text)))


class ReasonForm(forms.Form):
    """Why; the other side reads it."""

    use_required_attribute = False

    reason = _text(_("reason"), 500, help_text=_("The other side reads it."))


class HoursForm(forms.Form):
    """How many hours were really used."""

    use_required_attribute = False

    hours = forms.DecimalField(
        label=_("hours used"),
        min_value=0,
        max_digits=5,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"class": "in", "step": "0.5", "inputmode": "decimal"}),
    )


class RequestFilter(forms.Form):
    """What the list of requests is narrowed to."""

    side = forms.ChoiceField(
        label=_("direction"),
        required=False,
        choices=[("", _("both directions")), ("given", _("what others ask of us")), ("received", _("what we ask for"))],
        widget=forms.Select(attrs={"class": "in"}),
    )
    state = forms.ChoiceField(
        label=_("state"),
        required=False,
        choices=[("", _("all states")), *ShareState.choices],
        widget=forms.Select(attrs={"class": "in"}),
    )
