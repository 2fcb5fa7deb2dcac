"""What this room keeps of a person: for which enterprises they act, and that they asked to."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import personal_data
from courses.models import Enrollment
from partners.models import Candidate, CandidateNote, CandidatePaper, CandidateProfile, Member, Role, Score


def export(account):
    """One record for each membership and each request."""
    return [
        {"enterprise": one.enterprise.name, "role": str(one.get_role_display()), "since": _moment(one.since)}
        for one in account.memberships.select_related("enterprise")
    ] + [
        {"enterprise": one.enterprise.name, "role": str(one.get_state_display()), "since": _moment(one.created_at)}
        for one in account.claims.select_related("enterprise")
    ]


def _moment(at):
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def obstacles(account, learner):
    """An enterprise whose only owner this is would be left without one."""
    if learner is not None:
        return []
    owned = account.memberships.filter(role=Role.OWNER).select_related("enterprise")
    return [
        _("You are the only owner of %(enterprise)s. Make somebody else an owner first.")
        % {"enterprise": one.enterprise}
        for one in owned
        if not Member.objects.filter(enterprise=one.enterprise, role=Role.OWNER).exclude(pk=one.pk).exists()
    ]


def consequences(account, learner):
    """What follows, and what stays."""
    if learner is not None or not account.memberships.exists():
        return []
    return [_("You no longer act for any enterprise. What you did in its orders stays in their history, without name.")]


def erase(account, learner):
    """Take the account out of all enterprises."""
    if learner is None:
        account.memberships.all().delete()
        account.claims.all().delete()


def export_candidates(account):
    """One record for each application that an enterprise saw, or for which something was added."""
    mine = Enrollment.objects.of(account).filter(
        Q(candidate__isnull=False) | Q(candidate_profile__isnull=False) | Q(candidate_papers__isnull=False)
    )
    mine = mine.select_related("candidate__order__enterprise", "candidate_profile", "learner").distinct()
    return [_candidate(row) for row in mine.prefetch_related("candidate_papers", "candidate__history")]


def _candidate(row):
    candidate, profile = getattr(row, "candidate", None), getattr(row, "candidate_profile", None)
    papers = [paper.title for paper in row.candidate_papers.all()]
    scores = candidate.scores.select_related("criterion") if candidate else ()
    return {
        "reference": row.reference,
        "learner": row.learner.name,
        "enterprise": candidate.order.enterprise.name if candidate else "",
        "schooling": str(profile.get_schooling_display()) if profile and profile.schooling else "",
        "papers": "; ".join(papers),
        "history": "; ".join(
            " ".join(filter(None, [_moment(event.at), str(event.get_act_display()), event.note]))
            for event in (candidate.history.all() if candidate else ())
        ),
        "scores": "; ".join(f"{one.criterion.name} {one.points}" for one in scores),
        "notes": "; ".join(candidate.notes.values_list("text", flat=True)) if candidate else "",
    }


def erase_candidates(account, learner):
    """Remove papers, schooling, points, notes, feedback; that one was shared and decided on stays, without a name."""
    mine = Enrollment.objects.of(account)
    keys = list((mine.filter(learner=learner) if learner else mine).values_list("pk", flat=True))
    for paper in CandidatePaper.objects.filter(enrollment__in=keys):
        paper.file.delete(save=False)
        paper.delete()
    CandidateProfile.objects.filter(enrollment__in=keys).delete()
    Score.objects.filter(candidate__enrollment__in=keys).delete()
    CandidateNote.objects.filter(candidate__enrollment__in=keys).delete()
    mine = Candidate.objects.filter(enrollment__in=keys)
    mine.filter(taken_back_at=None).update(taken_back_at=timezone.now())
    mine.exclude(feedback="").update(feedback="—")  # A decision has feedback, says the database.


def register():
    """Tell the room below about this part."""
    personal_data.register(
        "candidates",
        title=gettext_lazy("Applications shared with an enterprise"),
        labels={
            "reference": gettext_lazy("Reference"),
            "learner": gettext_lazy("Learner"),
            "enterprise": gettext_lazy("Enterprise"),
            "schooling": gettext_lazy("Schooling"),
            "papers": gettext_lazy("Papers"),
            "history": gettext_lazy("History"),
            "scores": gettext_lazy("Points"),
            "notes": gettext_lazy("Notes of the enterprise"),
        },
        export=export_candidates,
        erase=erase_candidates,
    )
    personal_data.register(
        "enterprises",
        title=gettext_lazy("Enterprises"),
        labels={
            "enterprise": gettext_lazy("Enterprise"),
            "role": gettext_lazy("Role"),
            "since": gettext_lazy("Since"),
        },
        export=export,
        obstacles=obstacles,
        consequences=consequences,
        erase=erase,
    )
