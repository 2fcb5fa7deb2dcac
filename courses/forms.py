"""Forms of the enrollment journey."""

from django import forms

from accounts import consent
from accounts.models import Consent


class CheckForm(forms.Form):
    """Check your answers: one unticked box for each consent that is still lacking for this learner.

    `form_key` is drawn when the form is shown, so that the same form sent again enrolls once.
    """

    form_key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args, learner, **kwargs):
        super().__init__(*args, **kwargs)
        self.learner = learner
        if not consent.has(learner.account, Consent.Purpose.ENROLLMENT, learner=learner):
            self.fields["consent"] = consent.ConsentField(Consent.Purpose.ENROLLMENT)

    def give_consents(self):
        """Record what was agreed to."""
        if "consent" in self.fields:
            consent.give(self.learner.account, Consent.Purpose.ENROLLMENT, learner=self.learner)
