"""The order's questions, in the sections of its task list. What is typed is kept even when it is not (yet) valid."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, ngettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.fields import PhoneField
from accounts.models import District
from courses.models import Major
from partners.models import Occupation, TrainingOrder

LONG = 4000
YES_NO = [("yes", pgettext_lazy("answer", "yes")), ("no", pgettext_lazy("answer", "no"))]
MOST_MAJORS = 12


def _line(label, *, longest=120, **options):
    return forms.CharField(
        label=label, max_length=longest, widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}), **options
    )


def _text(label, *, longest=LONG, rows=6, **options):
    options["widget"] = forms.Textarea(attrs={"class": "in", "rows": rows})
    return forms.CharField(label=label, max_length=longest, **options)


def _number(label, *, lowest=0, highest=1_000_000, **options):
    options["widget"] = forms.NumberInput(attrs={"class": "in", "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=lowest, max_value=highest, **options)


def _day(label, **options):
    options["widget"] = forms.DateInput(attrs={"type": "date", "class": "in"}, format="%Y-%m-%d")
    return forms.DateField(label=label, **options)


_MESSAGES = {
    "required": _("Please answer this."),
    "min_length": _("At least %(limit_value)d characters; there are %(show_value)d."),
    "max_length": _("At most %(limit_value)d characters; there are %(show_value)d."),
}


class SectionForm(forms.Form):
    """One section. Nothing is required by the browser: a draft is kept as typed, whatever is lacking."""

    use_required_attribute = False

    def __init__(self, *args, limits=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.limits = limits
        for field in self.fields.values():
            field.error_messages |= _MESSAGES


class JobForm(SectionForm):
    """What the work is, how many people, where."""

    title = _line(_("Title of the post"), longest=100, help_text=_("As you would say it: blueberry processing worker."))
    summary = _text(
        _("In short"),
        longest=350,
        rows=3,
        min_length=50,
        help_text=_("50 to 350 characters. Learners read this first: what one does, where, and what one earns."),
    )
    posts = _number(_("How many people do you need?"), lowest=1, highest=500)
    district = forms.ModelChoiceField(
        District.objects.filter(county=None),
        label=_("In which county or district will they work?"),
        empty_label=_("Choose"),
    )
    place = _line(_("Where exactly?"), help_text=_("Street and number, or how to find it."))
    duties = _text(_("What does one do all day?"), help_text=_("The work, the team, tools, indoors or outdoors."))


class OccupationForm(SectionForm):
    """The occupation in the national classification, by code and edition."""

    occupation = forms.CharField(label=_("Occupation"))

    def clean_occupation(self):
        """The row that the key names."""
        code, _at, edition = self.cleaned_data["occupation"].partition("@")
        found = Occupation.objects.filter(code=code, edition=edition).first()
        if found is None:
            raise forms.ValidationError(gettext("Choose an occupation from the list."))
        return found


class MajorsForm(SectionForm):
    """Majors that fit, by code, edition and level; none is an answer, too."""

    majors = forms.CharField(label=_("Majors that fit"), required=False)

    def clean_majors(self):
        """The rows that the keys name, in their order; keys that are no more in the catalog are an error."""
        keys = [key for key in self.cleaned_data["majors"].split() if key.count("@") == 2][:MOST_MAJORS]
        found = [Major.objects.filter(**dict(zip(MAJOR_KEY, key.split("@"), strict=True))).first() for key in keys]
        if None in found:
            raise forms.ValidationError(gettext("A major is no longer in the catalog. Take it out and choose again."))
        return found


MAJOR_KEY = ("code", "edition", "level")


def key_of(row):
    """How an occupation or a major is written among the answers: code and edition, for a major its level, too."""
    return "@".join(filter(None, [row.code, row.edition, getattr(row, "level", "")]))


class PeopleForm(SectionForm):
    """Who fits, and how they are chosen."""

    level = forms.ChoiceField(label=_("Who is meant?"), choices=TrainingOrder.Level.choices, widget=forms.RadioSelect)
    min_age = _number(
        _("From which age on?"), lowest=0, highest=60, help_text=_("16 or older; 18 for night work or dangerous work.")
    )
    skills = _text(_("What should they know or be able to do before?"), rows=4)
    certificates = _text(
        _("Which certificates do they need or get?"), rows=3, required=False, help_text=_("Leave it empty for none.")
    )
    selection = _text(
        _("How are they chosen?"),
        rows=4,
        help_text=_("For example: a talk of 20 minutes and a trial day. No sex, no age."),
    )


class DatesForm(SectionForm):
    """Until when one applies, when training and work begin."""

    closes_on = _day(_("Last day to apply"))
    starts_on = _day(_("First day of training"))
    ends_on = _day(_("Last day of training"))
    work_on = _day(_("First day at work afterwards"))

    def clean(self):
        """In their order, and with time enough to apply."""
        data = super().clean()
        closes, starts, ends, work = (data.get(name) for name in ("closes_on", "starts_on", "ends_on", "work_on"))
        self._check_closing(closes)
        if closes and starts and starts <= closes:
            self.add_error("starts_on", gettext("Training begins after the last day to apply. Choose a later day."))
        if starts and ends and ends < starts:
            self.add_error("ends_on", gettext("Training ends after it begins. Choose a later day."))
        if ends and work and work < starts:
            self.add_error("work_on", gettext("Work begins after training has begun. Choose a later day."))
        return data

    def _check_closing(self, closes):
        days = self.limits.days_to_close if self.limits else 7
        if closes and closes < timezone.localdate() + timedelta(days=days):
            text = ngettext_lazy(
                "Learners need at least %(n)d day to apply. Choose a later day.",
                "Learners need at least %(n)d days to apply. Choose a later day.",
                "n",
            )
            self.add_error("closes_on", text % {"n": days})


class PayForm(SectionForm):
    """Pay and conditions, as a learner must know them before signing."""

    on_site = forms.ChoiceField(
        label=_("Do learners work at your place before they have finished?"), choices=YES_NO, widget=forms.RadioSelect
    )
    pay_training = _number(
        _("Pay during that time (yuan a month)"),
        required=False,
        help_text=_("In money, every month. Empty if they do not."),
    )
    wage_of_post = _number(_("What do people in this post earn with you now (yuan a month)?"), lowest=1)
    pay_after = _number(_("Pay afterwards (yuan a month)"), lowest=1, help_text=_("What is promised, before bonuses."))
    hours = _line(_("Hours"), longest=200, help_text=_("Days and hours a week, shifts, rest days."))
    board = _line(_("Board and lodging"), longest=400, help_text=_("What there is, and what it costs."))
    insurance = _line(
        _("Insurance"),
        longest=400,
        help_text=_("Which, and who pays: accident and liability during training, then social."),
    )
    scholarship = _line(_("Scholarship or help"), longest=400, required=False)

    def clean(self):
        """Whoever lets learners work says what they pay."""
        data = super().clean()
        if data.get("on_site") == "yes" and data.get("pay_training") is None and "pay_training" not in self.errors:
            self.add_error("pay_training", gettext("Enter what learners earn while they work at your place."))
        return data


class TermsForm(SectionForm):
    """What binds the learner afterwards: shown before applying, and acknowledged one by one."""

    service_months = _number(
        _("For how many months must they stay?"), highest=60, help_text=_("0 if they are free to go.")
    )
    breach = _text(
        _("What if they leave earlier?"), rows=4, required=False, help_text=_("Exactly what follows, with amounts.")
    )
    confidentiality = _text(
        _("What must they keep secret?"), rows=3, required=False, help_text=_("Leave it empty if there is nothing.")
    )
    charges = forms.ChoiceField(
        label=_("Do learners pay anything, leave a deposit or hand over a document?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
    )

    def clean(self):
        """Whoever binds says what a breach means."""
        data = super().clean()
        if data.get("service_months") and not data.get("breach") and "breach" not in self.errors:
            self.add_error("breach", gettext("Say what follows when somebody leaves earlier. “Nothing” is an answer."))
        return data


class PartForm(SectionForm):
    """What the enterprise brings, how many learners it has already, whom one asks."""

    same_post_staff = _number(_("How many people work in this post with you now?"))
    interns_now = _number(_("How many learners are on placement with you now?"))
    contribution = _text(
        _("What do you bring to the training?"),
        rows=4,
        required=False,
        help_text=_("Courses, instructors, equipment, a place to practise."),
    )
    contact_name = _line(_("Whom may the school ask?"), longest=60)
    contact_phone = PhoneField(label=_("Their phone"))


class LiveForm(DatesForm):
    """What may still change once the order stands: dates and contact."""

    contact_name = _line(_("Whom may the school ask?"), longest=60)
    contact_phone = PhoneField(label=_("Their phone"))

    def _check_closing(self, closes):
        """A day that has not passed: the time to apply was long enough when it was approved."""
        if closes and closes < timezone.localdate() and "closes_on" in self.changed_data:
            self.add_error("closes_on", gettext("This day has passed. Choose a later one."))


class DeclareForm(forms.Form):
    """What the enterprise declares when it submits."""

    declared = forms.BooleanField(
        label=_(
            "All this is true. No learner works at our place before the agreement is signed by all, none in the first "
            "year of school, none through a paid agency, none in bars, clubs or other places of night entertainment."
        ),
        error_messages={"required": _("Tick this box to submit the order.")},
    )


class ReasonForm(forms.Form):
    """Why an order is taken back or closed."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"class": "in", "rows": 3}),
        help_text=_("Schools, learners and the bureau read it."),
        error_messages={"required": _("Say why in one sentence.")},
    )
