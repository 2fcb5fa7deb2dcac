"""Forms about candidates: interview times, criteria, points, decisions; and what a learner adds to an application."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.reviewing import REFUSALS
from partners.candidates import FEEDBACK_LENGTH
from partners.models import CandidateProfile, InterviewSlot
from partners.models.candidates import MOST_CRITERIA, TOP_SCORE

_LINE = {"class": "in", "autocomplete": "off"}
MOST_IN_A_ROW = 20
LATEST = timedelta(days=366)


class SlotForm(forms.Form):
    """One time, or several one after the other on one day."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date", "class": "in"}))
    first = forms.TimeField(
        label=_("First talk begins at"), widget=forms.TimeInput(attrs={"type": "time", "class": "in"})
    )
    minutes = forms.IntegerField(
        label=_("Minutes for each talk"),
        min_value=5,
        max_value=480,
        initial=20,
        widget=forms.NumberInput(attrs={"class": "in", "inputmode": "numeric"}),
    )
    count = forms.IntegerField(
        label=_("How many times, one after the other?"),
        min_value=1,
        max_value=MOST_IN_A_ROW,
        initial=6,
        widget=forms.NumberInput(attrs={"class": "in", "inputmode": "numeric"}),
    )
    capacity = forms.IntegerField(
        label=_("How many candidates at once?"),
        min_value=1,
        max_value=50,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "in", "inputmode": "numeric"}),
    )
    way = forms.ChoiceField(label=_("How do you meet?"), choices=InterviewSlot.Way.choices, widget=forms.RadioSelect)
    place = forms.CharField(
        label=_("Where?"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=_LINE),
        help_text=_("Street, door, whom to ask for. Not needed by phone."),
    )

    def clean(self):
        """Times that lie ahead, on one day; a place where one meets."""
        data = super().clean()
        if data.get("way") == InterviewSlot.Way.ON_SITE and not data.get("place"):
            self.add_error("place", gettext("Say where, so that everybody finds it."))
        if data.get("day") and data["day"] > timezone.localdate() + LATEST:
            self.add_error("day", gettext("Choose a day within a year."))
        elif {"day", "first", "minutes", "count"} <= data.keys():
            first = timezone.make_aware(datetime.combine(data["day"], data["first"]))
            last = first + timedelta(minutes=data["minutes"] * data["count"])
            if first <= timezone.now():
                self.add_error("day", gettext("This time has passed. Choose one that lies ahead."))
            elif timezone.localdate(last - timedelta(minutes=1)) != data["day"]:
                self.add_error("count", gettext("The last talk would be on the next day. Enter fewer times."))
        return data

    @property
    def offered(self):
        """What interviews.offer is told."""
        data = self.cleaned_data
        first = timezone.make_aware(datetime.combine(data["day"], data["first"]))
        starts = [first + timedelta(minutes=data["minutes"] * number) for number in range(data["count"])]
        return {"starts": starts} | {name: data[name] for name in ("minutes", "way", "place", "capacity")}


class CriteriaForm(forms.Form):
    """Up to six criteria, each with its weight; empty ones are left out."""

    def __init__(self, *args, criteria=(), **kwargs):
        super().__init__(*args, **kwargs)
        known = [(one.name, one.weight) for one in criteria]
        weights = [(number, str(number)) for number in range(1, 11)]
        for number in range(1, MOST_CRITERIA + 1):
            name, weight = known[number - 1] if number <= len(known) else ("", 1)
            asked = {"n": number}
            self.fields[f"name{number}"] = forms.CharField(
                label=_("Criterion %(n)d") % asked,
                max_length=40,
                required=number == 1,
                initial=name,
                widget=forms.TextInput(attrs=_LINE),
                error_messages={"required": _("Name at least one criterion.")},
            )
            self.fields[f"weight{number}"] = forms.TypedChoiceField(
                label=_("Weight of criterion %(n)d") % asked,
                choices=weights,
                coerce=int,
                initial=weight,
                required=False,
                empty_value=1,
            )

    @property
    def rows(self):
        """(name, weight) of those that were named."""
        data = self.cleaned_data
        pairs = [(data.get(f"name{n}"), data.get(f"weight{n}") or 1) for n in range(1, MOST_CRITERIA + 1)]
        return [pair for pair in pairs if pair[0]]


class ScoreForm(forms.Form):
    """Points by each criterion; what is left empty is not scored (yet)."""

    def __init__(self, *args, criteria=(), mine=None, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", _("not yet")), *((number, str(number)) for number in range(TOP_SCORE + 1))]
        for one in criteria:
            self.fields[f"c{one.pk}"] = forms.TypedChoiceField(
                label=_("%(name)s (weight %(weight)d)") % {"name": one.name, "weight": one.weight},
                choices=choices,
                coerce=int,
                required=False,
                empty_value=None,
                initial=(mine or {}).get(one.pk, ""),
            )

    @property
    def points(self):
        """Points by the key of the criterion."""
        return {int(name[1:]): value for name, value in self.cleaned_data.items() if value is not None}


class NoteForm(forms.Form):
    """A note for colleagues."""

    text = forms.CharField(
        label=_("Note for your colleagues"),
        max_length=1000,
        widget=forms.Textarea(attrs={"class": "in", "rows": 3}),
        help_text=_(
            "Members of your enterprise read it. The learner is not shown it, but has a right to a copy of all that is "
            "kept about them: write nothing that you would not say to them."
        ),
    )


class DecideForm(forms.Form):
    """What the learner is told with a decision."""

    feedback = forms.CharField(
        label=_("Feedback to the learner"),
        max_length=FEEDBACK_LENGTH,
        widget=forms.Textarea(attrs={"class": "in", "rows": 4}),
        help_text=_("What was good, what was missing, what helps next time. The learner reads it."),
        error_messages={"required": _("Write a sentence of feedback: the learner reads it.")},
    )


class RefuseForm(DecideForm):
    """A refusal has a listed reason, too."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[(reason.value, reason.label) for reason in REFUSALS],
        widget=forms.RadioSelect,
    )
    field_order = ["reason", "feedback"]


class SlotOffForm(forms.Form):
    """Why a time is cancelled."""

    note = forms.CharField(
        label=_("Why?"),
        max_length=200,
        widget=forms.TextInput(attrs=_LINE),
        help_text=_("Those who booked it read it."),
        error_messages={"required": _("Say why in one sentence: those who booked it read it.")},
    )


class ProfileForm(forms.ModelForm):
    """The highest school that was finished."""

    class Meta:
        model = CandidateProfile
        fields = ["schooling"]
        labels = {"schooling": _("Highest school finished")}
        widgets = {"schooling": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["schooling"].choices = CandidateProfile.Schooling.choices
        self.fields["schooling"].required = True
        self.fields["schooling"].error_messages["required"] = _("Choose one.")


class PaperForm(forms.Form):
    """One certificate or paper to show."""

    title = forms.CharField(
        label=_("What is it?"),
        max_length=60,
        widget=forms.TextInput(attrs=_LINE),
        help_text=_("For example: care certificate, level 5. No identity card and no household book."),
    )
    file = forms.FileField(
        label=_("Photo or PDF"),
        widget=forms.ClearableFileInput(
            attrs={"class": "in", "accept": "image/jpeg,image/png,image/webp,application/pdf"}
        ),
        help_text=_("At most 5 MB."),
    )
