"""What an account is told on the way through a pathway. Nothing here promises anything: progression is assessed."""

from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.messages import say_about
from courses.progression.stages import Why
from courses.wording import ALWAYS
from notifications.texts import explain, register

explain(
    "missing",
    meaning=gettext_lazy("What is still missing for progression"),
    example=gettext_lazy("medical check; papers"),
)
explain("papers_by", meaning=gettext_lazy("Until when papers must be in"), example=gettext_lazy("12 March 2027"))
explain("why", meaning=gettext_lazy("Reason and note of a step"), example=gettext_lazy("a prize exempts"))

_TEXTS = {
    "progression_open": (
        gettext_lazy("Progression has begun: %(title)s"),
        gettext_lazy(
            "%(name)s now takes part in the progression to the college. It is assessed, nobody passes by themselves. "
            "What is needed and what is missing stands on the page of the enrollment. "
            "Papers must be in by %(papers_by)s."
        ),
        {"papers_by"},
    ),
    "progression_missing": (
        gettext_lazy("Still missing for progression: %(title)s"),
        gettext_lazy(
            "For %(name)s these are missing: %(missing)s. The last day is %(papers_by)s. "
            "What comes later is forfeited: %(name)s then does not pass progression. "
            "If something stands in the way, please ring the school now."
        ),
        {"missing", "papers_by"},
    ),
    "progression_passed": (
        gettext_lazy("Progression passed: %(title)s"),
        gettext_lazy(
            "%(name)s has passed the assessment. The list goes to the province; once it is approved, the college "
            "admits. %(why)s"
        ),
        set(),
    ),
    "progression_exempt": (
        gettext_lazy("Exempt from the assessment: %(title)s"),
        gettext_lazy(
            "%(name)s need not take the assessment. The list goes to the province; once it is approved, the college "
            "admits. %(why)s"
        ),
        set(),
    ),
    "progression_failed": (
        gettext_lazy("Progression not passed: %(title)s"),
        gettext_lazy(
            "%(name)s has not passed progression: %(why)s. The figures stand on the page of the enrollment, with the "
            "ways that are open now. If you think that it is wrong, please ring the school."
        ),
        {"why"},
    ),
    "progression_again": (
        gettext_lazy("The decision is looked at again: %(title)s"),
        gettext_lazy("The college looks at the progression of %(name)s once more: %(why)s."),
        set(),
    ),
    "progression_college": (
        gettext_lazy("Admitted at the college: %(title)s"),
        gettext_lazy(
            "The college has recorded %(name)s as admitted. Fees and student record are now those of the college."
        ),
        set(),
    ),
    "pathway_left": (
        gettext_lazy("Left the pathway: %(title)s"),
        gettext_lazy("%(name)s has left the pathway: %(why)s. Leaving is final. Reference %(reference)s."),
        {"why"},
    ),
}

for _kind, (_title, _body, _required) in _TEXTS.items():
    register(_kind, title=_title, body=_body, also={*ALWAYS, "missing", "papers_by", "why"}, required=_required)


def tell(student, kind, *, occasion, reason="", note="", missing=()):
    """Tell the account of a learner's enrollment; `occasion` names what is told, once."""
    enrollment, cohort = student.enrollment, student.cohort
    with translation.override(enrollment.account.language):
        said = {
            "missing": _(", ").join(str(one) for one in missing),
            "papers_by": date_format(cohort.papers_by, "DATE_FORMAT") if cohort.papers_by else "—",
            "why": _(", ").join(filter(None, [str(Why(reason).label) if reason else "", note])),
        }
        say_about(enrollment, kind, occasion=f"{kind}:{occasion}", **said)


def address(student):
    """The page of a learner's way."""
    return reverse("enrollment_progression", args=[student.enrollment.reference])
