"""今日: what waits for this person, on the home of the admin. Each figure leads to the list that it counts."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import TaskState

from courses import life
from courses.applying.states import ApplicationState
from courses.life import Waits
from courses.models import (
    AdmissionRound,
    Appeal,
    Cohort,
    FeeProof,
    Intake,
    PathwayApplication,
    PathwayStudent,
    RuleException,
)
from courses.progression.stages import Stage

_MEETINGS = 12


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, and where the list is. `urgent` ones should be none."""

    count: int
    label: str
    url: str
    urgent: bool = False


def figures(account):
    """What waits for this account; none for what it may not do. One query each."""
    found = []
    if account.has_perm("courses.change_intake"):
        mine = Intake.objects.staffed_by(account)
        for what in Waits:
            count = life.waiting(mine, what).count()
            found.append(Figure(count, _words(what), _list_of(what), what == Waits.FREE_SEATS))
    found += _rounds(account)
    found += _proofs(account)
    found += _applications(account)
    found += _reviews(account) + _exceptions(account)
    found += _progression(account)
    pages = TaskState.objects.reviewable_by(account).count()
    if pages:
        found.append(Figure(pages, _("pages wait for your approval"), reverse("wagtailadmin_reports:workflow_tasks")))
    return [figure for figure in found if figure.count]


def _rounds(account):
    """Rounds in which applications are closed and the list, the seed or the draw is still to come."""
    if not account.has_perm("courses.change_admissionround"):
        return []
    now = timezone.now()
    mine = AdmissionRound.objects.staffed_by(account).to_draw(now)
    url = f"{reverse('admission_round:index')}?waits=draw"
    late = mine.filter(results_at__lte=now).count()
    return [
        Figure(late, _("admission rounds are drawn later than was promised"), url, True),
        Figure(mine.count() - late, _("admission rounds are closed and to be drawn"), url),
    ]


def _progression(account):
    """Learners whose papers are due soon, for the school; learners to decide on, for the college."""
    if not account.has_perm("courses.change_cohort"):
        return []
    due = Cohort.objects.collected_by(account).due_soon().count()
    deciding = PathwayStudent.objects.filter(cohort__in=Cohort.objects.decided_by(account), stage=Stage.ELIGIBLE)
    url = reverse("cohort:index")
    return [
        Figure(due, _("cohorts have papers for progression due within 30 days"), f"{url}?waits=papers"),
        Figure(deciding.count(), _("learners in progression wait for the college"), f"{url}?waits=decision"),
    ]


def _proofs(account):
    """Proofs for a lower fee that wait to be checked: seats are held meanwhile."""
    if not account.has_perm("courses.change_enrollment"):
        return []
    waiting = FeeProof.objects.staffed_by(account).waiting().count()
    return [Figure(waiting, _("proofs for a lower fee are to be checked"), reverse("proof_list"))]


def _applications(account):
    """Applications to pathways that wait to be checked."""
    if not account.has_perm("courses.change_pathwayapplication"):
        return []
    waiting = PathwayApplication.objects.staffed_by(account).filter(state=ApplicationState.SUBMITTED).count()
    url = f"{reverse('pathway_application:index')}?waiting=all"
    return [Figure(waiting, _("applications to pathways wait to be checked"), url)]


def _reviews(account):
    """Reviews that wait for an answer; those past the promised day apart, and urgent."""
    if not account.has_perm("courses.change_appeal"):
        return []
    mine, url = Appeal.objects.staffed_by(account), reverse("appeal:index")
    late, waiting = mine.overdue().count(), mine.open().count()
    return [
        Figure(late, _("reviews should have been answered by now"), f"{url}?overdue=true", True),
        Figure(waiting - late, _("reviews wait for an answer"), f"{url}?state=open"),
    ]


def _exceptions(account):
    """Exceptions that others ask for, and that wait for this person."""
    if not account.has_perm("courses.change_ruleexception"):
        return []
    waiting = RuleException.objects.staffed_by(account).open().exclude(asked_by=account)
    url = f"{reverse('exception:index')}?state=asked"
    return [Figure(waiting.count(), _("exceptions wait for a second person"), url)]


def _words(what):
    return {
        Waits.OPENING: _("classes open for enrollment within a week"),
        Waits.DECISION: _("classes are under their minimum: go or no-go"),
        Waits.OFFERS: _("classes with offers that expire today"),
        Waits.FREE_SEATS: _("classes with a free seat although somebody waits"),
        Waits.REVIEWS: _("classes with applications to decide"),
        Waits.TODAY: _("classes meet today"),
    }[what]


def _list_of(what):
    if what == Waits.DECISION:
        return reverse("intake:decisions")
    return f"{reverse('intake:index')}?waits={what}"


class TodayPanel(Component):
    """The first panel of the home."""

    name = "today"
    template_name = "courses/admin/today.html"
    order = 10

    def get_context_data(self, parent_context):
        """Figures, and today's meetings with the way to their attendance."""
        account = parent_context["request"].user
        meetings = life.meetings_today(Intake.objects.attended_by(account))
        return {
            "figures": figures(account),
            "meetings": meetings[:_MEETINGS],
            "may_attend": account.has_perm("courses.change_attendance"),
            "works_on_classes": account.has_perm("courses.change_intake"),
        }
