"""Forms of taking part in a round: the choices in order, and the check before applying."""

from django import forms
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts import consent
from accounts.models import Consent
from courses import describe

_APART, _TOGETHER = "apart", "together"


class ChoicesForm(forms.Form):
    """One list for each choice, the first is the favourite: it works with a keyboard, on a phone and without scripts.

    `intakes` are those that all of the learners may choose. With two learners it also asks whether they share a ticket.
    """

    def __init__(self, *args, intakes, count, pair=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.intakes = {str(intake.pk): intake for intake in intakes}
        options = [(key, self._in_short(intake)) for key, intake in self.intakes.items()]
        self.names = [f"choice{number}" for number in range(1, count + 1)]
        for number, name in enumerate(self.names, 1):
            empty = gettext("Choose") if number == 1 else gettext("No further choice")
            self.fields[name] = forms.ChoiceField(
                label=_ordinal(number),
                required=number == 1,
                choices=[("", empty), *options],
                widget=forms.Select(attrs={"class": "in"}),
                error_messages={"required": gettext("Choose the class that you would like most.")},
            )
        if pair:
            self.fields["together"] = forms.ChoiceField(
                label=gettext("How shall the two be drawn?"),
                initial=_APART,
                choices=[
                    (_APART, gettext("Each for themselves, with a ticket each")),
                    (_TOGETHER, gettext("Together: one ticket, both get a seat in the same class or neither")),
                ],
                widget=forms.RadioSelect,
            )

    @staticmethod
    def _in_short(intake):
        start = describe.moment(intake.starts_at) if intake.starts_at else gettext("Dates to be announced")
        return f"{intake.title} · {start}"

    def clean(self):
        """Each class once; what stands in later lists moves up where one was left empty."""
        data, seen = super().clean(), {}
        for name in self.names:
            key = data.get(name)
            if key and key in seen:
                text = gettext("%(title)s is your %(choice)s already. Choose another class here, or none.")
                first = str(_ordinal(seen[key])).lower()
                self.add_error(name, text % {"title": self.intakes[key].title, "choice": first})
            elif key:
                seen[key] = len(seen) + 1
        self.chosen = [self.intakes[key] for key in seen]
        return data

    @property
    def together(self):
        """Whether the two share a ticket."""
        return self.cleaned_data.get("together") == _TOGETHER


def _ordinal(number):
    """What the list of that choice is called."""
    names = (
        pgettext("choice in a round", "First choice"),
        pgettext("choice in a round", "Second choice"),
        pgettext("choice in a round", "Third choice"),
        pgettext("choice in a round", "Fourth choice"),
        pgettext("choice in a round", "Fifth choice"),
    )
    return names[number - 1] if number <= len(names) else gettext("Choice %(n)d") % {"n": number}


class ApplyForm(forms.Form):
    """Check and apply: one unticked box for each learner whose consent is lacking."""

    def __init__(self, *args, learners, **kwargs):
        super().__init__(*args, **kwargs)
        self.learners = learners
        for learner in learners:
            if not consent.has(learner.account, Consent.Purpose.ENROLLMENT, learner=learner):
                field = consent.ConsentField(Consent.Purpose.ENROLLMENT)
                field.label = f"{learner.name}：{field.label}" if len(learners) > 1 else field.label
                self.fields[f"consent{learner.pk}"] = field

    def give_consents(self):
        """Record what was agreed to."""
        for learner in self.learners:
            if f"consent{learner.pk}" in self.fields:
                consent.give(learner.account, Consent.Purpose.ENROLLMENT, learner=learner)


class WithdrawForm(forms.Form):
    """Leaving a round; the words are for the history."""

    note = forms.CharField(
        label=_("A word for the history"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )
