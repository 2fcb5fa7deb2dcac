"""What figures are counted by: terms, institutions, places, ages, reasons ... Each an expression and its words."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import District
from courses.models import Category, Intake, Program, Term
from courses.reports.measures import WholeYears
from courses.states import Reason
from institutions.models import Institution

# Years of age from which a band begins; the last one is open.
AGE_BANDS = (0, 18, 35, 50, 60, 70, 80)
_PORTION = 10_000


@dataclass(frozen=True)
class Dimension:
    """One way to group. `expression(path)` groups rows whose class is at `path` ("" or "intake__" ...); `names(keys)`
    gives the words for the keys found; `ordered`: rows stand in the order of the names, else the greatest first.
    `fold` makes a key of what the database grouped by."""

    key: str
    label: str
    expression: Callable
    names: Callable
    ordered: bool = False
    fold: Callable = lambda value: value


def _named(model, *, order=()):
    """The names of rows of a model, in their order; there are few."""

    def names(keys):
        found = model.objects.filter(pk__in=[key for key in keys if key is not None])
        return {one.pk: str(one) for one in found.order_by(*order)}

    return names


def _portions(keys):
    """The keys in portions: no database takes a hundred thousand values in one question."""
    return (keys[start : start + _PORTION] for start in range(0, len(keys), _PORTION))


def _classes(keys):
    found = {}
    for portion in _portions(keys):
        rows = Intake.objects.filter(pk__in=portion).order_by()
        for pk, title, label, code in rows.values_list("pk", "program__title", "label", "code"):
            found[pk] = " ".join(filter(None, [title, label, f"({code})"]))
    return found


def _programs(keys):
    found = {}
    for portion in _portions(keys):
        found |= dict(Program.objects.filter(pk__in=portion).order_by().values_list("pk", "title"))
    return found


def _band(age):
    """The number of the age band, or None."""
    if age is None or age < 0:
        return None
    return max(number for number, first in enumerate(AGE_BANDS) if age >= first)


def _bands(keys):
    return {number: band_label(number) for number in range(len(AGE_BANDS))}


def band_label(number):
    """A band in words: under 18, 18 to 34, 80 and over."""
    first = AGE_BANDS[number]
    if number == 0:
        return _("under %(age)d") % {"age": AGE_BANDS[1]}
    if number == len(AGE_BANDS) - 1:
        return _("%(age)d and over") % {"age": first}
    return _("%(first)d to %(last)d") % {"first": first, "last": AGE_BANDS[number + 1] - 1}


def _age(path):
    """The learner's age on the day of the first meeting, as the rules of a class count it."""
    day = Coalesce(f"{path}starts_at", f"{path}closes_at")
    return WholeYears(F(f"{path.removesuffix('intake__')}learner__birth_date"), day)


TERM = Dimension(
    "term", gettext_lazy("term"), lambda path: F(f"{path}term"), _named(Term, order=["-starts_on"]), ordered=True
)
INSTITUTION = Dimension(
    "institution",
    gettext_lazy("institution"),
    lambda path: F(f"{path}program__institution"),
    _named(Institution, order=["name"]),
)
DISTRICT = Dimension(
    "district",
    gettext_lazy("county of the class"),
    lambda path: Coalesce(f"{path}district", f"{path}program__institution__district"),
    _named(District, order=["code"]),
)
RESIDENCE = Dimension(
    "residence",
    gettext_lazy("county where learners live"),
    lambda path: F(f"{path.removesuffix('intake__')}learner__district"),
    _named(District, order=["code"]),
)
AGE = Dimension("age", gettext_lazy("age band"), _age, _bands, ordered=True, fold=_band)
CATEGORY = Dimension(
    "category",
    gettext_lazy("category"),
    lambda path: F(f"{path}program__communitycoursepage__category"),
    _named(Category, order=["order", "pk"]),
)
PROGRAM = Dimension("program", gettext_lazy("program"), lambda path: F(f"{path}program"), _programs)
CLASS = Dimension("class", gettext_lazy("class"), lambda path: F(f"{path}pk"), _classes)
RULE = Dimension(
    "rule",
    gettext_lazy("admission rule"),
    lambda path: F(f"{path}admission_rule"),
    lambda keys: dict(Intake.AdmissionRule.choices),
)
REASON = Dimension(
    "reason",
    gettext_lazy("reason"),
    lambda path: F("reason"),
    lambda keys: {"": _("no reason told")} | {value: str(label) for value, label in Reason.choices},
)
