"""What is kept of a person in applications, interest and school records: export, erasure, and how long."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import personal_data
from courses.applying.answers import Answers
from courses.applying.applications import forget
from courses.applying.states import ApplicationState
from courses.models import ApplicationDocument, Interest, PathwayApplication, SchoolRecord

# Drafts are given up; papers and answers have served when the year is over; what is admitted lives in the enrollment.
DRAFT_KEPT = timedelta(days=60)
ANSWERS_KEPT = timedelta(days=400)


def _mine(model, account, learner=None):
    mine = model.objects.filter(learner__account=account)
    return mine.filter(learner=learner) if learner else mine


def export(account):
    """One record for each application, interest and school record."""
    records = []
    for one in _mine(PathwayApplication, account).select_related("round__term", "learner", "account", "entry"):
        said = _said(one)
        records.append(_record(one.round.name, one, str(one.get_state_display()), one.created_at, said))
    for one in _mine(Interest, account).select_related("intake__program", "learner"):
        said = "; ".join(filter(None, [one.candidate_number, one.admitted_to]))
        records.append(_record(one.intake.title, one, str(one.get_outcome_display()), one.created_at, said))
    for one in _mine(SchoolRecord, account).select_related("learner", "junior_school"):
        scores = "; ".join(f"{subject} {points}" for subject, points in one.scores.items())
        school = str(one.junior_school or one.other_school)
        said = "; ".join(filter(None, [school, one.candidate_number, one.student_number, scores]))
        records.append(_record(_("School record"), one, "", one.official_at, said))
    return records


def _said(application):
    if not application.answers:
        return ""
    rows = [row for _section, own in Answers(application).rows() for row in own]
    proofs = application.documents.values_list("name", flat=True)
    return "; ".join([*(f"{label}: {words}" for _name, label, words in rows if words), *proofs])


def _record(what, one, state, at, said):
    day = f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
    return {"what": what, "learner": one.learner.name, "state": state, "since": day, "said": said}


def obstacles(account, learner):
    """Live applications stand in the way through their entry, which says so itself."""
    return []


def consequences(account, learner):
    """What goes and what stays."""
    if not _mine(PathwayApplication, account, learner).exists():
        return []
    return [_("Answers and proofs of applications are erased. That there was one stays, without name.")]


def erase(account, learner):
    """Remove answers, proofs, numbers and scores; the history names nobody."""
    for application in _mine(PathwayApplication, account, learner):
        forget(application)
    _mine(Interest, account, learner).update(
        candidate_number="", candidate_key="", admitted_to="", withdrawn_at=timezone.now()
    )
    _mine(SchoolRecord, account, learner).delete()


def forget_old(now=None):
    """Erase what has served: drafts long after the round, answers and proofs over a year after it; a daily job."""
    now = now or timezone.now()
    old = PathwayApplication.objects.exclude(answers="")
    drafts = old.filter(state=ApplicationState.DRAFT, round__closes_at__lt=now - DRAFT_KEPT)
    rest = old.filter(round__results_at__lt=now - ANSWERS_KEPT)
    for application in [*drafts, *rest]:
        forget(application)
    ApplicationDocument.objects.filter(application__answers="").delete()
    Interest.objects.filter(intake__closes_at__lt=now - ANSWERS_KEPT).exclude(candidate_number="").update(
        candidate_number="", candidate_key=""
    )


def register():
    """Tell the room below about this part."""
    personal_data.register(
        "applications",
        title=gettext_lazy("Applications to pathways and interest"),
        labels={
            "what": gettext_lazy("What"),
            "learner": gettext_lazy("Learner"),
            "state": gettext_lazy("State"),
            "since": gettext_lazy("Since"),
            "said": gettext_lazy("What was entered"),
        },
        export=export,
        obstacles=obstacles,
        consequences=consequences,
        erase=erase,
    )
