"""Reading an order's answers: what is typed, what of it is valid, which rule stops it, and how it reads in words."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.phones import show_phone
from courses.models import Major
from partners import order_forms as forms
from partners.models import Occupation, PartnerSettings
from partners.rules import stops


@dataclass(frozen=True)
class Section:
    """A task of the list: its name in addresses, its title, its questions."""

    key: str
    title: str
    form: type

    @property
    def names(self):
        """The names of its questions."""
        return list(self.form.base_fields)

    def is_begun(self, typed):
        """Whether somebody has answered in it, be it with nothing."""
        return any(name in typed for name in self.names if name not in _KNOWN)


SECTIONS = [
    Section("job", gettext_lazy("The work"), forms.JobForm),
    Section("occupation", gettext_lazy("Occupation"), forms.OccupationForm),
    Section("people", gettext_lazy("Who fits"), forms.PeopleForm),
    Section("majors", gettext_lazy("Majors that fit"), forms.MajorsForm),
    Section("dates", gettext_lazy("Dates"), forms.DatesForm),
    Section("pay", gettext_lazy("Pay and conditions"), forms.PayForm),
    Section("terms", gettext_lazy("Terms that bind"), forms.TermsForm),
    Section("part", gettext_lazy("Your part and contact"), forms.PartForm),
]
BY_KEY = {section.key: section for section in SECTIONS}
FIELDS = [name for section in SECTIONS for name in section.names]
# Dates and contact may change when the order is live.
LIVE_FIELDS = ("closes_on", "starts_on", "ends_on", "work_on", "contact_name", "contact_phone")
_MONEY = {"pay_training", "wage_of_post", "pay_after"}
# A new order knows these from its enterprise (orders.begin): by them alone nothing has been answered yet.
_KNOWN = ("contact_name", "contact_phone")


def section_of(name):
    """The section that asks a question."""
    return next(section for section in SECTIONS if name in section.names)


def label_of(name):
    """A question in words."""
    return section_of(name).form.base_fields[name].label


class Answers:
    """The answers in one dictionary of what was typed, judged by the forms and the hard rules.

    `employees` is the enterprise's number of people at that time.
    """

    def __init__(self, typed, *, employees, limits=None):
        self.typed, self.employees = typed, employees
        self.limits = limits or PartnerSettings.objects.first() or PartnerSettings()

    @classmethod
    def of(cls, order):
        """Those of an order as it stands."""
        return cls(order.typed, employees=order.enterprise.employees)

    @cached_property
    def forms(self):
        """The forms of all sections, filled in, by the section's key."""
        return {section.key: section.form(self.typed, limits=self.limits) for section in SECTIONS}

    @cached_property
    def valid(self):
        """The valid answers by name."""
        return {name: value for form in self.forms.values() for name, value in _clean(form)}

    @cached_property
    def stops(self):
        """The hard rules that they break."""
        return stops(self.valid, employees=self.employees, limits=self.limits)

    @property
    def may_submit(self):
        """Whether everything is answered and no rule stops it."""
        return not self.stops and all(form.is_valid() for form in self.forms.values())

    def stops_in(self, section):
        """The broken rules that a section can mend."""
        return [stop for stop in self.stops if stop.field in section.names]

    def tasks(self):
        """The sections as tasks: (section, "stopped" | "done" | "begun" | "empty")."""
        return [(section, self._standing(section)) for section in SECTIONS]

    @property
    def open_tasks(self):
        """The sections that are still to be worked on, in their order; majors may be left out."""
        found = [(section, standing) for section, standing in self.tasks() if standing != "done"]
        return [section for section, standing in found if standing != "empty" or section.key != "majors"]

    @property
    def broken(self):
        """The broken rules with the section that mends each: (section, stop)."""
        return [(section_of(stop.field), stop) for stop in self.stops]

    def _standing(self, section):
        if self.stops_in(section):
            return "stopped"
        # Majors may be left out: the task is done when it was looked at.
        if not section.is_begun(self.typed):
            return "empty"
        return "done" if self.forms[section.key].is_valid() else "begun"

    def words(self, name):
        """An answer as people read it; empty when there is none, and as typed when it is not valid."""
        value = self.valid.get(name)
        if value in (None, "", []):
            return "" if value == [] else str(self.typed.get(name) or "")
        if name in _MONEY:
            return f"¥{value}"
        if name == "contact_phone":
            return show_phone(value)
        if name == "service_months":
            return _("%(n)d months") % {"n": value} if value else _("none")
        if isinstance(value, list):
            return "\n".join(str(one) for one in value)
        field = section_of(name).form.base_fields[name]
        choices = dict(getattr(field, "choices", ())) if isinstance(value, str) else {}
        if hasattr(value, "year"):
            return date_format(value)
        return str(choices.get(value, value))

    def rows(self):
        """All sections with their answers: (section, [(name, label, words)])."""
        return [(section, [(name, label_of(name), self.words(name)) for name in section.names]) for section in SECTIONS]

    def as_columns(self):
        """The columns of the order that are written when it is submitted."""
        valid = self.valid
        names = ("title", "occupation", "level", "posts", "district", "closes_on", "starts_on", "ends_on", "pay_after")
        columns = {name: valid[name] for name in names}
        return columns | {"pay_training": valid["pay_training"] if valid["on_site"] == "yes" else None}


def _clean(form):
    form.is_valid()
    return [(name, value) for name, value in form.cleaned_data.items() if name not in form.errors]


def changed_between(before, after):
    """The names of the questions whose typed answers differ between two dictionaries."""
    return [name for name in FIELDS if (before.get(name) or "") != (after.get(name) or "")]


def rows_of(typed):
    """The occupation and majors that typed answers name, for the pages that choose them."""
    occupation, majors = typed.get("occupation", ""), (typed.get("majors") or "").split()
    code, _at, edition = occupation.partition("@")
    chosen = [
        Major.objects.filter(**dict(zip(forms.MAJOR_KEY, key.split("@"), strict=False))).first() for key in majors
    ]
    return Occupation.objects.filter(code=code, edition=edition).first(), [one for one in chosen if one]
