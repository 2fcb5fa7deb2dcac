"""Reading an application's answers: what is typed, what of it is valid, which rule stops it, how it reads in words."""

from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import learners
from accounts.models import District, mask_number
from accounts.phones import show_phone
from courses import entering, schools
from courses.applying import forms, rules
from courses.eligibility import needs
from courses.models import ApplicationRules, Intake


@dataclass(frozen=True)
class Section:
    """A task of the list: its name in addresses, its title, its screen (None: the learner's)."""

    key: str
    title: str
    form: type | None
    hint: str = ""


SECTIONS = [
    Section("learner", gettext_lazy("The learner"), None),
    Section("guardian", gettext_lazy("The guardian"), forms.GuardianForm),
    Section("school", gettext_lazy("Junior middle school and numbers"), forms.SchoolForm),
    Section("origin", gettext_lazy("Graduation and household registration"), forms.OriginForm),
    Section("scores", gettext_lazy("Scores"), forms.ScoresForm),
    Section("bonus", gettext_lazy("Bonus items"), forms.BonusForm),
    Section("choices", gettext_lazy("Choices in order"), forms.WishesForm),
]
BY_KEY = {section.key: section for section in SECTIONS}
# Told whole to the family, masked for staff until they ask to see them.
NUMBERS = ("candidate_number", "student_number")


@dataclass(frozen=True)
class Offered:
    """A pathway of the round with what speaks against this learner."""

    intake: Intake
    objections: list


class Answers:
    """The answers of an application in one dictionary of what was typed, judged by the forms and the rules.

    `typed` None: those that stand in the form; else those of a submission.
    """

    def __init__(self, application, typed=None):
        self.application, self.round, self.learner = application, application.round, application.learner
        self.typed = application.typed if typed is None else typed

    @cached_property
    def rules(self):
        """Those of the round."""
        return ApplicationRules.of_round(self.round)

    @cached_property
    def documents(self):
        """The proofs that belong to these answers, without their content."""
        keys = self.typed.get("documents") or []
        return list(self.application.documents.defer("content").filter(pk__in=keys))

    @cached_property
    def intakes(self):
        """The pathways of the round."""
        return list(entering.published_intakes(self.round))

    @cached_property
    def offered(self):
        """Each pathway with what speaks against the learner."""
        entry = self.application.entry
        school, found = forms.SchoolForm(self._data(), about=self), []
        if school.is_valid():
            schools.suppose(self.learner, school.school)
        for intake in self.intakes:
            check = entering.check_choice(round=self.round, intake=intake, learner=self.learner, entry=entry)
            objections = list(check.objections)
            if check.existing:
                objections.append(_("Already enrolled here or in the waitlist."))
            found.append(Offered(intake, objections))
        return found

    @cached_property
    def needs(self):
        """What must be known of the learner for any pathway of the round; the school has a screen of its own."""
        asked = {"birth_date"}.union(*(needs(intake, intake.pools.all()) for intake in self.intakes))
        return asked - {schools.NEED}

    @property
    def lacking(self):
        """What of it is not known yet; the guardian has a screen of their own."""
        return learners.missing(self.learner, self.needs) - {"guardian"}

    @cached_property
    def is_minor(self):
        """Whether a guardian answers for the learner."""
        return learners.is_minor(self.learner.birth_date)

    @cached_property
    def sections(self):
        """The screens of this application: no guardian of an adult, no bonus items where there are none."""
        left_out = set() if self.is_minor or self.learner.birth_date is None else {"guardian"}
        left_out |= set() if self.rules.bonus_kinds else {"bonus"}
        left_out |= set() if self.round.subjects else {"scores"}
        return [section for section in SECTIONS if section.key not in left_out]

    @cached_property
    def forms(self):
        """The forms of all screens, filled in, by the section's key."""
        return {one.key: one.form(self._data(), about=self) for one in self.sections if one.form}

    def _data(self):
        return _Data(self.typed)

    def form_of(self, section):
        """The form of one screen; before the first answer nobody is told off."""
        if self.is_begun(section):
            form = self.forms[section.key]
            self._add_stops(section, form)
            return form
        return section.form(about=self, initial=self._initial(section))

    def _initial(self, section):
        """What the account and earlier forms have told already."""
        if section.key == "choices":  # The pathway from whose page the family came.
            return {"choice1": self.typed.get("choice1")}
        if section.key != "guardian":
            return {}
        account = self.application.account
        return {
            "guardian_name": self.learner.guardian_name or account.name,
            "guardian_phone": self.learner.guardian_phone or account.phone,
        }

    def names(self, section):
        """The names of a screen's questions."""
        return list(self.forms[section.key].fields) if section.form else ["learner"]

    def is_begun(self, section):
        """Whether the screen was ever sent."""
        return section.form is not None and section.key in self.typed.get("seen", [])

    def stops(self):
        """(section, name, sentence) of each rule that answers break."""
        origin = self.forms["origin"]
        origin.is_valid()
        year, household = origin.cleaned_data.get("graduation_year"), origin.cleaned_data.get("household")
        if year and (text := rules.graduation_objection(self.rules, int(year))):
            yield BY_KEY["origin"], "graduation_year", text
        if household and (text := rules.household_objection(self.rules, household)):
            yield BY_KEY["origin"], "household", text

    def _add_stops(self, section, form):
        form.is_valid()
        for where, name, text in self.stops():
            if where.key == section.key:
                form.add_error(name, text)

    def standing(self, section):
        """Where a task stands: stopped, done, begun or empty."""
        if section.form is None:
            return "done" if not self.lacking else "begun"
        if section.key == "choices" and self.application.entry_id and not self.round.is_open():
            return "done"  # Fixed since applications closed, whatever became of a pathway.
        if not self.is_begun(section):
            return "empty"
        if any(where.key == section.key for where, _name, _text in self.stops()):
            return "stopped"
        return "done" if self.forms[section.key].is_valid() else "begun"

    def tasks(self, *, to_mend=()):
        """The sections with where they stand; "asked" where a question of it, by its name, is to be mended."""
        asked = {section.key for section in map(self.section_of, to_mend) if section and section.form}
        standings = [(section, self.standing(section)) for section in self.sections]
        return [(one, "asked" if one.key in asked and now == "done" else now) for one, now in standings]

    @property
    def may_submit(self):
        """Whether everything is answered and no rule stops it."""
        return all(standing == "done" for _section, standing in self.tasks())

    @cached_property
    def valid(self):
        """The valid answers by name."""
        found = {}
        for form in self.forms.values():
            form.is_valid()
            found |= {name: value for name, value in form.cleaned_data.items() if name not in form.errors}
        return found

    @property
    def chosen(self):
        """The intakes of the valid choices, in order."""
        form = self.forms["choices"]
        return form.chosen if form.is_valid() else []

    @property
    def points(self):
        """The valid points by subject."""
        form = self.forms.get("scores")
        if form is None:
            return {}
        form.is_valid()
        return form.points

    # --- In words ---------------------------------------------------------------------------------------

    def rows(self, *, masked=False):
        """All sections with their answers: (section, [(name, label, words)])."""
        found = []
        for section in self.sections:
            if section.form is None:
                found.append((section, self._learner_rows(masked)))
                continue
            fields = self.forms[section.key].fields
            rows = [(name, str(field.label), self.words(name, masked=masked)) for name, field in fields.items()]
            found.append((section, [row for row in rows if row[0] != "school_unlisted"]))
        return found

    def _learner_rows(self, masked):
        learner = self.learner
        rows = [("name", _("Name"), learner.name)]
        if learner.birth_date:
            rows.append(("birth_date", _("Birth date"), learner.birth_date.isoformat()))
        if learner.sex:
            rows.append(("sex", _("Sex"), str(learner.get_sex_display())))
        if learner.document_number:
            number = learner.masked_number if masked else learner.document_number
            rows.append(("document_number", _("Document number"), number))
        if learner.residence:
            rows.append(("district", _("Residence"), learner.residence))
        return rows

    def words(self, name, *, masked=False):
        """An answer as people read it; empty when there is none, and as typed when it is not valid."""
        typed = self.typed.get(name)
        if name.startswith("choice"):
            return next((one.title for one in self.intakes if str(one.pk) == str(typed)), "")
        value = self.valid.get(name)
        if value in (None, "", []):
            value = typed or ""
        if name in NUMBERS and masked:
            return mask_number(str(value))
        if name == "guardian_phone":
            return show_phone(str(value))
        if name == "guardian_relation":
            return str(dict(forms.GuardianForm.RELATIONS).get(value, value))
        if name == "household":
            return dict(forms.households()).get(value, value)
        if isinstance(value, list):
            return "\n".join(str(one) for one in value)
        return str(value)

    def label_of(self, name):
        """A question in words."""
        for section, rows in self.rows(masked=True):
            for own, label, _words in rows:
                if own == name:
                    return label
            if name in (section.key, "documents") and section.key in (name, "bonus"):
                return str(section.title)
        return name

    def section_of(self, name):
        """The screen that asks a question, or None."""
        for section, rows in self.rows(masked=True):
            if any(own == name for own, _label, _words in rows):
                return section
        return None

    def household_district(self):
        """The county of the household registration, or None."""
        return District.objects.filter(pk=self.valid.get("household", ""), county=None).first()


class _Data(dict):
    """What was typed, as forms read it: a field of several answers asks for a list."""

    def getlist(self, name):
        """The several answers of one question."""
        value = self.get(name, [])
        return value if isinstance(value, list) else [value]


def changed_between(before, after):
    """The names of the questions whose typed answers differ between two dictionaries."""
    names = dict.fromkeys([*before, *after])
    return [name for name in names if name != "seen" and (before.get(name) or "") != (after.get(name) or "")]
