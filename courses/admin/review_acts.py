"""The acts of those who decide where a class is filled by review, as acts on enrollments (enrollment_acts.py)."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput

from courses import bulk
from courses.reviewing import REFUSALS
from courses.states import State


def review_acts(act, plain_form):
    """The acts, made with the classes `Act` and `PlainForm` of the module that shows them."""

    class InviteForm(plain_form):
        """When and where."""

        at = forms.DateTimeField(label=_("time of the interview"), widget=AdminDateTimeInput)
        place = forms.CharField(label=_("place"), max_length=120, required=False)

        def clean_at(self):
            """In the future; as text, for a worker may do it."""
            at = self.cleaned_data["at"]
            if at <= timezone.now():
                raise forms.ValidationError(_("The interview must be in the future."))
            return at.isoformat()

    class NoteForm(plain_form):
        """A sentence for the history."""

        note = forms.CharField(
            label=_("note"), max_length=200, required=False, help_text=_("Stands in the history; the learner reads it.")
        )

    class RefuseForm(NoteForm):
        """Why; the learner reads it."""

        reason = forms.ChoiceField(label=_("reason"), choices=[(reason.value, reason.label) for reason in REFUSALS])
        field_order = ["reason", "note"]

    rows = (
        (
            "shortlist",
            _("Put on the shortlist"),
            "tick",
            _("They are told that you would like to meet them."),
            plain_form,
        ),
        (
            "invite",
            _("Invite to an interview"),
            "date",
            _("They are told time and place. Do it again to change them."),
            InviteForm,
        ),
        (
            "admit",
            _("Offer a seat"),
            "check",
            _("They get a message and have to confirm in time. Never more than there are seats."),
            NoteForm,
        ),
        (
            "wait",
            _("Put in the waitlist"),
            "time",
            _("They wait in the order of applications; a seat that is free is offered to the first at once."),
            NoteForm,
        ),
        (
            "refuse",
            _("Do not admit"),
            "cross",
            _("They are told the reason, and may ask for a review of the decision."),
            RefuseForm,
        ),
    )
    return [
        act(name, label, icon, (State.SUBMITTED,), consequence, bulk.ACTS[name], form, name == "refuse", is_review=True)
        for name, label, icon, consequence, form in rows
    ]
