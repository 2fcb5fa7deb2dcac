"""Forms of the enrollment journey."""

from django import forms
from django.template.defaultfilters import linebreaksbr
from django.utils.translation import gettext_lazy as _

from accounts import consent
from accounts.models import Consent
from courses.states import LEARNER_REASONS

CONDITION = "condition-"


class CheckForm(forms.Form):
    """Check your answers: one unticked box for each consent that is still lacking for this learner.

    `text` is for those who decide, where a class is filled by review; `proof` is for a lower fee.
    `form_key` is drawn when the form is shown, so that the same form sent again enrolls once.
    """

    text = forms.CharField(
        label=_("What speaks for you?"),
        max_length=1000,
        required=False,
        help_text=_("What you have learned or done already, and why you would like to come. Papers: bring them along."),
        widget=forms.Textarea(attrs={"class": "in", "rows": 5}),
    )
    proof = forms.CharField(
        label=_("Can you show one of these? Then you pay less"),
        max_length=60,
        required=False,
        widget=forms.Select(attrs={"class": "in"}),
        help_text=_("You pay nothing until the school has checked it; the seat is held meanwhile."),
    )
    form_key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args, learner, **kwargs):
        super().__init__(*args, **kwargs)
        self.learner = learner
        if not consent.has(learner.account, Consent.Purpose.ENROLLMENT, learner=learner):
            self.fields["consent"] = consent.ConsentField(Consent.Purpose.ENROLLMENT)

    def offer_proofs(self, names):
        """Ask for one of these proofs, or not at all."""
        if not names:
            del self.fields["proof"]
        else:
            self.fields["proof"].widget.choices = [("", _("No")), *((name, name) for name in names)]

    def ask_conditions(self, conditions):
        """One unticked box for each condition. The name holds the mark of its text: another text is asked anew."""
        for one in conditions:
            self.fields[f"{CONDITION}{one.mark}"] = forms.BooleanField(
                label=_("I have read and accept this: %(title)s") % {"title": one.title},
                help_text=linebreaksbr(one.text, autoescape=True),
                error_messages={
                    "required": _("Read “%(title)s” and tick the box; without it you cannot apply.")
                    % {"title": one.title}
                },
            )

        if conditions and self.is_bound:
            self.full_clean()

    @property
    def acknowledged(self):
        """The marks of the conditions that were ticked, whatever has become of their texts since."""
        return [name.removeprefix(CONDITION) for name in self.data if name.startswith(CONDITION)]

    def give_consents(self):
        """Record what was agreed to."""
        if "consent" in self.fields:
            consent.give(self.learner.account, Consent.Purpose.ENROLLMENT, learner=self.learner)


class LeavingForm(forms.Form):
    """Why somebody leaves a class, if they like to say: it helps the school, and changes nothing."""

    reason = forms.ChoiceField(
        label=_("Why? (you need not say)"),
        required=False,
        choices=[("", _("I prefer not to say")), *((reason.value, reason.label) for reason in LEARNER_REASONS)],
        widget=forms.Select(attrs={"class": "in"}),
    )
    note = forms.CharField(
        label=_("In your own words (optional)"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )
