"""Choosing an intake by typing: a text box with a list of one's own open intakes, which works with a keyboard alone."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Intake

OFFERED_AT_MOST = 500


class TypingInput(forms.TextInput):
    """A text box with suggestions of the browser's own; `options` are (text, explanation)."""

    template_name = "courses/admin/typing_input.html"
    options = ()

    def get_context(self, name, value, attrs):
        """With the suggestions."""
        return super().get_context(name, value, attrs) | {"options": self.options}


class IntakeChoice(forms.CharField):
    """An intake, typed as title or code; its value is the Intake. `offer` says which may be chosen."""

    widget = TypingInput(attrs={"autocomplete": "off"})
    default_error_messages = {
        "unknown": gettext_lazy("No open class of your institutions is called so. Choose one from the list."),
        "several": gettext_lazy("Several classes fit: %(titles)s. Choose one from the list."),
    }

    def offer(self, intakes):
        """Offer these intakes (counted, with their programs)."""
        self.intakes = {_text(intake): intake for intake in intakes}
        self.widget.options = [(text, seats_in_words(intake)) for text, intake in self.intakes.items()]

    def prepare_value(self, value):
        """The words for an intake; what was typed as it is."""
        return _text(value) if isinstance(value, Intake) else value

    def clean(self, value):
        """The intake, or None where none need be chosen."""
        typed = super().clean(value)
        if not typed or typed in self.intakes:
            return self.intakes.get(typed)
        by_code = [intake for intake in self.intakes.values() if intake.code.lower() == typed.lower()]
        fitting = by_code or [intake for text, intake in self.intakes.items() if typed.lower() in text.lower()]
        if not fitting:
            raise forms.ValidationError(self.error_messages["unknown"])
        if len(fitting) > 1:
            titles = _(", ").join(_text(intake) for intake in fitting[:4])
            raise forms.ValidationError(self.error_messages["several"] % {"titles": titles})
        return fitting[0]


def open_intakes(account, *, now=None):
    """One's own intakes in which seats are still given, the next to begin first."""
    now = now or timezone.now()
    mine = Intake.objects.staffed_by(account).with_counts().select_related("program", "term")
    mine = mine.filter(status=Intake.Status.PUBLISHED, program__live=True, opens_at__lte=now)
    mine = mine.filter(admission_rule__in=(Intake.AdmissionRule.FIRST_COME, Intake.AdmissionRule.REVIEW))
    return [intake for intake in mine.order_by("starts_at", "pk")[:OFFERED_AT_MOST] if intake.offers_seats(now)]


def _text(intake):
    return f"{intake.title} {intake.code}"


def seats_in_words(intake):
    """How many seats are left, or how many wait; of a counted intake (`with_counts`)."""
    free = intake.seats_total - intake.seats_taken
    if free > 0:
        return _("%(free)d of %(total)d seats free") % {"free": free, "total": intake.seats_total}
    return _("full, %(n)d waiting") % {"n": intake.seats_waiting}
