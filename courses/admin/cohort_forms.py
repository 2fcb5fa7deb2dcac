"""The form of a cohort's criteria, and the forms of what staff decide about one learner on the way."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList

from courses.progression.stages import DECIDED, EXITS, FAILING, LEAVING, Stage, Why

_BEFORE = (Stage.ADMITTED, Stage.YEAR_1, Stage.YEAR_2, Stage.YEAR_3, Stage.LEFT)
# What may change while progression is under way: only more time.
_STILL_OPEN = {"papers_by", "reminder_days"}


class CriteriaForm(WagtailAdminModelForm):
    """Weights make 100; once progression is under way only the last day moves, and only to a later one."""

    @property
    def is_under_way(self):
        """Whether anybody of the cohort takes part in progression, or has."""
        return self.instance.pk and self.instance.students.exclude(stage__in=_BEFORE).exists()

    def clean(self):
        """Both rules, each beside its field."""
        data = super().clean()
        if self.is_under_way:
            self._require_unchanged(data)
        parts = self.formsets.get("parts")
        rows = [form.cleaned_data for form in parts.forms if form.is_valid() and form.cleaned_data] if parts else []
        kept = [row for row in rows if not row.get("DELETE")]
        total = sum(row.get("weight") or 0 for row in kept)
        if kept and total != 100:
            self.add_error(None, _("The weights of the parts make %(n)d %%, not 100.") % {"n": total})
        if kept and data.get("pass_mark") is None:
            self.add_error("pass_mark", _("With parts of a score there is a pass mark."))
        if data.get("pass_mark") is not None and not kept:
            self.add_error("pass_mark", _("A pass mark needs at least one part of the score."))
        return data

    def _require_unchanged(self, data):
        changed = [name for name in self.changed_data if name not in _STILL_OPEN]
        parts = self.formsets.get("parts")
        if changed or (parts and parts.has_changed()):
            text = _("Progression is under way: the criteria were told and stay. Only the last day may become later.")
            self.add_error(None, text)
        before, after = self.initial.get("papers_by"), data.get("papers_by")
        if before and (after is None or after < before):
            self.add_error("papers_by", _("Families were told %(day)s: it may become later only.") % {"day": before})


CRITERIA = ObjectList(
    [
        MultiFieldPanel(
            [
                FieldPanel("pass_mark"),
                InlinePanel("parts", heading=gettext_lazy("parts of the score"), label=gettext_lazy("part")),
            ],
            heading=gettext_lazy("Score"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("certificates"),
                FieldPanel("prizes"),
                FieldRowPanel([FieldPanel("medical_required"), FieldPanel("record_required")]),
            ],
            heading=gettext_lazy("What else is asked"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("papers_by"), FieldPanel("reminder_days")])],
            heading=pgettext_lazy("progression", "Papers"),
        ),
    ],
    base_form_class=CriteriaForm,
)


def _choices(values):
    return [("", "—"), *((value, Why(value).label) for value in values)]


class DecideForm(forms.Form):
    """What the college decides about one learner."""

    result = forms.ChoiceField(
        label=gettext_lazy("result"),
        choices=[(stage, stage.label) for stage in DECIDED],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("reason"),
        required=False,
        choices=_choices(FAILING),
        help_text=gettext_lazy("Only where progression is not passed."),
    )
    note = forms.CharField(
        label=gettext_lazy("note"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The family reads it. Needed where you decide otherwise than the criteria propose."),
    )


class AgainForm(forms.Form):
    """Why a decision is looked at again."""

    note = forms.CharField(
        label=gettext_lazy("why"), max_length=200, help_text=gettext_lazy("The family reads this sentence.")
    )


class LeaveForm(forms.Form):
    """Why, and where to, somebody leaves."""

    reason = forms.ChoiceField(label=gettext_lazy("reason"), choices=_choices(LEAVING))
    note = forms.CharField(
        label=gettext_lazy("note"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The family reads this sentence."),
    )

    def __init__(self, *args, stage=None, **kwargs):
        super().__init__(*args, **kwargs)
        if stage == Stage.FAILED:
            self.fields["reason"].choices = _choices(EXITS)
