"""Where a learner went to junior middle school: asked where seats are kept for a school, or for those of a county."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import facts
from courses.models import JuniorSchool, SchoolRecord, SeatPool

NEED = "junior_school"
_NONE = "none"


def school_of(learner):
    """The learner's junior middle school, or None where it is not known or not one of the list."""
    record = getattr(learner, "school_record", None)
    return record and record.junior_school


def matters_in(intakes):
    """Whether seats of any of these intakes are kept for graduates of certain schools."""
    pools = SeatPool.objects.filter(intake__in=intakes)
    return pools.exclude(sending_school=None, sending_district=None).exists()


def read_with(pools):
    """What to read of enrollments together with their learners, so that `school_of` asks nothing more."""
    return ["learner__school_record__junior_school"] if any(pool.asks_for_school for pool in pools) else []


def suppose(learner, school):
    """Let the learner be one of this school (None: of another), in memory only: as far as it was typed."""
    learner.school_record = SchoolRecord(junior_school=school)


def keep(learner, school):
    """Keep what was said; numbers and scores of an application stay with it."""
    said = {"junior_school": school} | ({"other_school": ""} if school else {})
    learner.school_record = SchoolRecord.objects.update_or_create(learner=learner, defaults=said)[0]


class SchoolField(forms.ChoiceField):
    """A school of the list, by county. Cleans to a JuniorSchool, False for "none of these", None for no answer."""

    def __init__(self, **kwargs):
        super().__init__(
            label=_("Junior middle school"),
            help_text=_("Some seats are kept for the graduates of certain schools."),
            widget=forms.Select(attrs={"class": "in"}),
            error_messages={"required": _("Choose the school, or “none of these”.")},
            **kwargs,
        )
        self.choices = _choices

    def clean(self, value):
        """The answer."""
        key = super().clean(value)
        return {"": None, _NONE: False}[key] if key in ("", _NONE) else JuniorSchool.objects.get(pk=key)


def _choices():
    counties = {}
    for school in JuniorSchool.objects.select_related("district"):
        counties.setdefault(school.district.name, []).append((str(school.pk), school.name))
    return [("", gettext("Choose")), *counties.items(), (_NONE, gettext("None of these"))]


class _School(facts.Fact):
    name = NEED

    def is_known(self, learner):
        return hasattr(learner, "school_record")

    def fields(self):
        return {NEED: SchoolField()}

    def keep(self, learner, data):
        keep(learner, data[NEED] or None)


facts.register(_School())
