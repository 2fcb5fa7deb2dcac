"""The application's questions, one screen each. What is typed is kept even when it is not (yet) valid."""

from decimal import Decimal

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import consent, learners
from accounts.fields import PhoneField
from accounts.forms import LearnerForm
from accounts.models import Consent, District
from courses.entry_forms import ChoicesForm
from courses.models import JuniorSchool

PROVINCE, ELSEWHERE = "province", "elsewhere"
MOST_POINTS = Decimal(1000)
# Whatever is wrong with points, the same sentence mends it.
_WRONG_POINTS = ["invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits"]
_OLDEST = 10  # years between the exam and the graduation of whoever still applies


def _line(label, *, longest=60, **options):
    options.setdefault("error_messages", {"required": _("Please answer this.")})
    attrs = {"class": "in", "autocomplete": "off", "spellcheck": "false"}
    return forms.CharField(label=label, max_length=longest, widget=forms.TextInput(attrs=attrs), **options)


class SectionForm(forms.Form):
    """One screen. Nothing is required by the browser: a draft is kept as typed, whatever is lacking."""

    use_required_attribute = False

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, **kwargs)
        self.about = about


class LearnerSection(LearnerForm):
    """What the pathways must know of the learner; the guardian has a screen of their own."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, rest=True, **kwargs)
        for name in ("guardian_name", "guardian_phone", "consent_minor"):
            self.fields.pop(name, None)


class GuardianForm(SectionForm):
    """Who answers for a learner under 18."""

    RELATIONS = [
        ("mother", pgettext_lazy("guardian", "Mother")),
        ("father", pgettext_lazy("guardian", "Father")),
        ("grandparent", pgettext_lazy("guardian", "Grandparent")),
        ("other", pgettext_lazy("guardian", "Another guardian")),
    ]
    guardian_name = _line(_("Guardian's name"), help_text=_("As on the identity document."))
    guardian_phone = PhoneField(
        label=_("Guardian's mobile phone"),
        help_text=_("The school rings here when something has to be mended."),
        error_messages={"required": _("Enter the guardian's mobile number.")},
    )
    guardian_relation = forms.ChoiceField(
        label=_("What are you to the learner?"),
        choices=RELATIONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )


class SchoolForm(SectionForm):
    """The junior middle school and the numbers there."""

    candidate_number = _line(
        _("Candidate number"),
        longest=20,
        help_text=_("Of the exam, as on the admission card. Official scores are found by it."),
    )
    junior_school = _line(
        _("Junior middle school"), help_text=_("Type two characters of the name and choose from the list.")
    )
    school_unlisted = forms.BooleanField(label=_("The school is not in the list"), required=False)
    student_number = _line(
        _("Student number"), longest=30, required=False, help_text=_("As in the school's records. May be left out.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["junior_school"].widget.attrs["list"] = "junior-schools"

    def clean_candidate_number(self):
        """Digits and letters, without spaces."""
        number = "".join(self.cleaned_data["candidate_number"].split()).upper()
        if not (number.isascii() and number.isalnum()) or len(number) < 6:
            raise forms.ValidationError(
                gettext("A candidate number has at least 6 digits or letters. Copy it from the admission card.")
            )
        return number

    def clean(self):
        """A school of the list, unless the box says that it is not there."""
        data = super().clean()
        name = data.get("junior_school", "")
        self.school = JuniorSchool.objects.filter(name=name).first() if name else None
        if name and self.school is None and not data.get("school_unlisted"):
            text = gettext("“%(name)s” is not in the list. Choose a school of the list, or tick the box below it.")
            self.add_error("junior_school", text % {"name": name})
        return data


class OriginForm(SectionForm):
    """When the learner graduates, and where the household is registered."""

    graduation_year = forms.ChoiceField(
        label=_("In which year does the learner graduate from junior middle school?"),
        widget=forms.Select(attrs={"class": "in"}),
        error_messages={"required": _("Choose the year.")},
    )
    household = forms.ChoiceField(
        label=_("Where is the household registered?"),
        help_text=_("As in the household register (户口簿) of the learner."),
        widget=forms.Select(attrs={"class": "in"}),
        error_messages={"required": _("Choose the county, or one of the last two answers.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        year = self.about.rules.year
        years = [(str(one), str(one)) for one in range(year, year - _OLDEST, -1)]
        self.fields["graduation_year"].choices = [("", gettext("Choose")), *years]
        self.fields["household"].choices = [("", gettext("Choose")), *households()]


def households():
    """Where a household can be registered: a county, or one of two elsewheres."""
    counties = District.objects.filter(county=None).values_list("code", "name")
    return [
        *counties,
        (PROVINCE, gettext("Elsewhere in the province")),
        (ELSEWHERE, gettext("In another province")),
    ]


class ScoresForm(SectionForm):
    """Points by subject of the round, as on the slip; where there are none yet, they stay empty."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number, subject in enumerate(self.about.round.subjects):
            self.fields[f"score{number}"] = forms.DecimalField(
                label=subject,
                required=False,
                min_value=0,
                max_value=MOST_POINTS,
                max_digits=5,
                decimal_places=1,
                widget=forms.NumberInput(attrs={"class": "in in--short", "inputmode": "decimal", "step": "0.5"}),
                error_messages=dict.fromkeys(
                    _WRONG_POINTS, _("Points from 0 to %(most)d, as on the slip, like 98.5.") % {"most": MOST_POINTS}
                ),
            )

    @property
    def points(self):
        """{subject: points} of what was entered and is valid."""
        found = {}
        for number, subject in enumerate(self.about.round.subjects):
            value = self.cleaned_data.get(f"score{number}")
            if value is not None:
                found[subject] = int(value) if value == int(value) else float(value)
        return found


class BonusForm(SectionForm):
    """What gives bonus points, each with its proof."""

    bonus = forms.MultipleChoiceField(
        label=_("What of this is true for the learner?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick nothing where nothing fits. Each needs a proof."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bonus"].choices = [(kind, kind) for kind in self.about.rules.bonus_kinds]

    def clean_bonus(self):
        """A proof for each."""
        ticked = self.cleaned_data["bonus"]
        proven = {document.kind for document in self.about.documents}
        lacking = [kind for kind in ticked if kind not in proven]
        if lacking:
            raise forms.ValidationError(
                gettext("A proof is lacking: %(kinds)s. Add it below, or take the tick away.")
                % {"kinds": gettext(", ").join(lacking)}
            )
        return ticked


class WishesForm(ChoicesForm):
    """The pathways of the round in order."""

    use_required_attribute = False

    def __init__(self, *args, about, **kwargs):
        self.about = about
        fit = [one.intake for one in about.offered if not one.objections]
        super().__init__(*args, intakes=fit, count=min(about.round.choices, len(about.offered)), **kwargs)
        first = self.fields.get("choice1")
        if first:
            first.error_messages["required"] = gettext("Choose the pathway that you would like most.")

    @staticmethod
    def _in_short(intake):
        """Pathway and school: dates are the same for all."""
        return f"{intake.title} · {intake.program.institution.name}"


class DeclareForm(forms.Form):
    """Below all answers: the declaration, and the guardian's consent where it is lacking. Nothing is ticked."""

    use_required_attribute = False

    declared = forms.BooleanField(
        label=_(
            "All this is true and complete. I know that false answers lose the place, that admission is by the "
            "published rules, and that the passage to the college has an assessment of its own."
        ),
        error_messages={"required": _("Tick this box to submit the application.")},
    )

    def __init__(self, *args, learner, **kwargs):
        super().__init__(*args, **kwargs)
        self.learner = learner
        for name, purpose in consents_lacking(learner):
            self.fields[name] = consent.ConsentField(purpose)

    def give_consents(self):
        """Record what was agreed to."""
        give_consents(self.learner, self.cleaned_data)


class BeginForm(forms.Form):
    """Before anything is kept: what is agreed to."""

    use_required_attribute = False

    def __init__(self, *args, learner, **kwargs):
        super().__init__(*args, **kwargs)
        self.learner = learner
        for name, purpose in consents_lacking(learner):
            self.fields[name] = consent.ConsentField(purpose)

    def give_consents(self):
        """Record what was agreed to."""
        give_consents(self.learner, self.cleaned_data)


def consents_lacking(learner):
    """(field, purpose) of each consent without which nothing of this learner is kept here."""
    purposes = [("consent_enrollment", Consent.Purpose.ENROLLMENT)]
    if learners.is_minor(learner.birth_date):
        purposes.append(("consent_minor", Consent.Purpose.MINOR))
    return [(name, one) for name, one in purposes if not consent.has(learner.account, one, learner=learner)]


def give_consents(learner, data):
    """Record those that were ticked."""
    for name, purpose in consents_lacking(learner):
        if data.get(name):
            consent.give(learner.account, purpose, learner=learner)


class WithdrawForm(forms.Form):
    """Taking an application back; the words are for the history."""

    note = forms.CharField(
        label=_("A word for the history"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )


class InterestForm(BeginForm):
    """The candidate number, if it is known already, and what is agreed to."""

    candidate_number = _line(
        _("Candidate number"),
        longest=20,
        required=False,
        help_text=_("If you have it already: by it we find the official result and show it to you here."),
    )


class SelfCheckForm(forms.Form):
    """May we apply? The questions come from the rules of the intake; nothing of the answers is kept."""

    use_required_attribute = False
    YES_NO = [("yes", pgettext_lazy("answer", "yes")), ("no", pgettext_lazy("answer", "no"))]

    def __init__(self, *args, rules, **kwargs):
        super().__init__(*args, **kwargs)
        self.rules = rules
        graduation = [
            ("now", gettext("In %(year)d") % {"year": rules.year}),
            ("earlier", gettext("Before %(year)d") % {"year": rules.year}),
            ("no", gettext("Later, or not at all")),
        ]
        self.fields["graduation"] = _radio(gettext("When does the learner graduate?"), graduation)
        if rules.household != rules.Household.ANYWHERE:
            self.fields["household"] = forms.ChoiceField(
                label=gettext("Where is the household registered?"),
                choices=[("", gettext("Choose")), *households()],
                widget=forms.Select(attrs={"class": "in"}),
                error_messages={"required": gettext("Choose the county, or one of the last two answers.")},
            )
        if rules.minimum_score is not None:
            self.fields["score"] = forms.DecimalField(
                label=gettext("Total score of the exam"),
                required=False,
                min_value=0,
                help_text=gettext("Leave it empty if it is not known yet."),
                widget=forms.NumberInput(attrs={"class": "in in--short", "inputmode": "decimal", "step": "0.5"}),
            )
        for number, sentence in enumerate(rules.conditions):
            choices = [(key, capfirst(word)) for key, word in self.YES_NO]
            self.fields[f"condition{number}"] = _radio(sentence, choices)


def _radio(label, choices):
    messages = {"required": _("Choose an answer.")}
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=messages)
