"""A place in a pathway is accepted by the guardian while the learner is a minor: five years are decided here."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.learners import is_minor
from courses import enrollment as process
from courses import paying
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


class StatedAtTheDesk(forms.Form):
    """What staff say when the guardian states it in person: who, and that it is on paper."""

    guardian = forms.CharField(
        label=gettext_lazy("guardian who accepts the place"),
        max_length=60,
        help_text=gettext_lazy("The learner is under 18: the guardian states in person that the place is accepted."),
    )
    on_paper = forms.BooleanField(
        label=gettext_lazy("The guardian stated it here and signed it on paper; the school keeps the paper."),
        error_messages={"required": gettext_lazy("Without the signed statement the place cannot be confirmed.")},
    )


def _stated(enrollment, data):
    """The sentence for the history: what the guardian stated at the desk; empty where none is asked for."""
    if not (is_pathway(enrollment.intake) and is_minor(enrollment.learner.birth_date)):
        return ""
    if not (data.get("guardian") and data.get("on_paper")):
        raise GuardianAsked
    return _("Accepted by the guardian in person, on paper: %(name)s") % {"name": data["guardian"]}


class GuardianAsked(process.EnrollmentError):
    """Staff cannot accept a place for a minor without the guardian's statement."""

    def __init__(self):
        super().__init__(
            _("The guardian has to accept this place: on the site, or in person at the desk, one learner at a time.")
        )


def confirm_at_desk(enrollment, *, by, data):
    """Staff confirm an offer; `data` holds what StatedAtTheDesk asks. Raises GuardianAsked without it."""
    return process.confirm(enrollment, by=by, note=_stated(enrollment, data))


def waive_at_desk(enrollment, *, by, data):
    """Staff waive the fee, which makes the seat certain: the same statement is asked for."""
    note = "；".join(filter(None, [_stated(enrollment, data), data["note"]]))
    return paying.waive(enrollment, by=by, reason=data["reason"], note=note[:200])


def accept(enrollment, *, by, guardian):
    """Accept the offered place; the history keeps which guardian did, through which account, and when."""
    note = _("Accepted by the guardian: %(name)s") % {"name": guardian}
    return process.confirm(enrollment, by=by, note=note)
