"""A place in a pathway is accepted by the guardian while the learner is a minor: five years are decided here."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.learners import is_minor
from courses import enrollment as process
from courses.progression.steps import is_pathway
from courses.states import State


def asks_guardian(enrollment):
    """Whether this offer is accepted by a guardian."""
    offered = enrollment.state == State.OFFERED and is_pathway(enrollment.intake)
    return offered and is_minor(enrollment.learner.birth_date)


class GuardianForm(forms.Form):
    """Who the guardian is, where it is not known yet, and the statement; nothing is ticked before."""

    name = forms.CharField(
        label=gettext_lazy("Guardian's name"), max_length=60, widget=forms.TextInput(attrs={"class": "in"})
    )
    agrees = forms.BooleanField(
        error_messages={"required": gettext_lazy("Tick the statement to accept the place, or decline it.")}
    )

    def __init__(self, *args, learner, **kwargs):
        super().__init__(*args, **kwargs)
        self.learner = learner
        if learner.guardian_name:
            del self.fields["name"]
        words = _("I am the guardian of %(learner)s, and I accept this place.")
        if learner.guardian_name:
            words = _("I am %(guardian)s, the guardian of %(learner)s, and I accept this place.")
        self.fields["agrees"].label = words % {"guardian": learner.guardian_name, "learner": learner.name}

    @property
    def guardian(self):
        """The name, as kept or as typed."""
        return self.learner.guardian_name or self.cleaned_data["name"]


def accept(enrollment, *, by, guardian):
    """Accept the offered place; the history keeps which guardian did, through which account, and when."""
    note = _("Accepted by the guardian: %(name)s") % {"name": guardian}
    return process.confirm(enrollment, by=by, note=note)
