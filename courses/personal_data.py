"""What this room keeps of a person: their enrollments with all history, and the address of their calendar."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import personal_data
from courses.models import CalendarFeed, Enrollment, EnrollmentNote, FeeProof, Review


def _mine(account, learner=None):
    mine = Enrollment.objects.of(account).select_related("intake__program", "learner")
    return mine.filter(learner=learner) if learner else mine


def export(account):
    """One record for each enrollment, with every change of its state and every attendance."""
    return [
        {
            "reference": enrollment.reference,
            "class": enrollment.intake.title,
            "learner": enrollment.learner.name,
            "state": str(enrollment.get_state_display()),
            "submitted": _moment(enrollment.submitted_at),
            "history": "; ".join(
                f"{_moment(entry.at)} {entry.get_to_state_display()}" for entry in enrollment.history.all()
            ),
            "attendance": "; ".join(
                f"{_moment(mark.meeting.starts_at)} {mark.get_mark_display()}" for mark in enrollment.attendance.all()
            ),
            "entry": _entry(enrollment),
            "written": enrollment.review.text if hasattr(enrollment, "review") else "",
            "way": _way(enrollment),
        }
        for enrollment in _mine(account)
        .select_related("entry", "review", "student")
        .prefetch_related("history", "attendance__meeting", "student__history", "student__collected")
    ]


def _entry(enrollment):
    """The entry in a round that an enrollment is a choice of, with its marks."""
    entry = enrollment.entry
    if entry is None:
        return ""
    marks = [f"{subject} {points}" for subject, points in entry.marks.items()]
    return "; ".join([f"{entry.reference} ({enrollment.choice})", *marks])


def _way(enrollment):
    """The way through a pathway: each stage with its reason, and what the school collected for progression."""
    student = getattr(enrollment, "student", None)
    if student is None:
        return ""
    stages = [
        " ".join(filter(None, [_moment(one.at), str(one.get_to_stage_display()), one.get_reason_display(), one.note]))
        for one in student.history.all()
    ]
    collected = [
        f"{one.name or one.get_kind_display()}: {'' if one.value is None else f'{one.value:g}'}"
        for one in student.collected.all()
    ]
    return "; ".join([*stages, *collected])


def _moment(at):
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def obstacles(account, learner):
    """Live enrollments stand in the way: a class counts on the learner, or others wait for the seat."""
    return [
        _("%(name)s is enrolled in %(title)s or waits for it. Withdraw first.")
        % {"name": enrollment.learner.name, "title": enrollment.intake.title}
        for enrollment in _mine(account, learner).live()
    ]


def consequences(account, learner):
    """What stays: rows of enrollments without a name, because the history of seats must stay whole."""
    count = _mine(account, learner).count()
    if not count:
        return []
    return [_("Past enrollments stay in the history of seats, without name, number or phone.")]


def erase(account, learner):
    """Remove what staff noted, papers shown for a lower fee, and the private calendar when the whole account goes.

    Enrollments name nobody once the learner is empty.
    """
    EnrollmentNote.objects.filter(enrollment__in=_mine(account, learner).values("pk")).delete()
    proofs = FeeProof.objects.filter(enrollment__in=_mine(account, learner).values("pk"))
    proofs.update(content=None, content_type="")
    Review.objects.filter(enrollment__in=_mine(account, learner).values("pk")).update(text="")
    if learner is None:
        CalendarFeed.objects.filter(account=account).delete()


def register():
    """Tell the room below about this part."""
    personal_data.register(
        "enrollments",
        title=gettext_lazy("Enrollments"),
        labels={
            "reference": gettext_lazy("Reference"),
            "class": gettext_lazy("Class"),
            "learner": gettext_lazy("Learner"),
            "state": gettext_lazy("State"),
            "submitted": gettext_lazy("Submitted"),
            "history": gettext_lazy("History"),
            "attendance": gettext_lazy("Attendance"),
            "entry": gettext_lazy("Entry in a round, its choice and marks"),
            "written": gettext_lazy("What was written for the school"),
            "way": gettext_lazy("Way through the pathway"),
        },
        export=export,
        obstacles=obstacles,
        consequences=consequences,
        erase=erase,
    )
