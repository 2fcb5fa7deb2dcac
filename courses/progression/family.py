"""The way through a pathway as its family sees it: on my page, beside the enrollment, and as a checklist of its own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses import beside
from courses.describe import day, one_after_another
from courses.models import Enrollment, PathwayStudent
from courses.moves import EnrollmentError
from courses.progression import accepting
from courses.progression.assessing import standing_of
from courses.progression.stages import DECIDED, Stage
from courses.progression.steps import is_pathway
from courses.progression.texts import address
from courses.timeline import Step

_RELATED = "cohort__pathway__institution", "cohort__pathway__college", "enrollment__learner"


def _student(enrollment):
    """The learner on the way of an enrollment, or None; no query where it is no pathway."""
    if not is_pathway(enrollment.intake):
        return None
    return PathwayStudent.objects.select_related(*_RELATED).filter(enrollment=enrollment).first()


def needs(account):
    """What a family must still hand in while progression is under way."""
    students = PathwayStudent.objects.of(account).filter(stage=Stage.ELIGIBLE).select_related(*_RELATED)
    for student in students:
        standing = standing_of(student)
        if standing.missing:
            names = _(", ").join(str(one.label) for one in standing.missing)
            text = _("Still missing: %(names)s.") % {"names": names}
            if student.cohort.papers_by:
                last = _("The last day is %(day)s; what comes later is forfeited.")
                text = one_after_another([text, last % {"day": day(student.cohort.papers_by)}])
            title = _("Progression of %(name)s") % {"name": student.enrollment.learner.name}
            until = student.cohort.papers_until
            yield beside.Need(title, text, address(student), _("See the checklist"), until)


def steps(enrollment):
    """Past stages, and where the learner stands in place of "all meetings are over"."""
    student = _student(enrollment)
    if student is None:
        return []
    past = [entry for entry in student.history.all() if entry.to_stage not in (Stage.ADMITTED, Stage.LEFT)]
    found = [Step("done", entry.get_to_stage_display(), _why(entry), entry.at) for entry in past]
    if student.stage not in (Stage.GRADUATED, Stage.LEFT) and past:
        last = found.pop()
        found.append(Step("now", last.title, last.text, last.at))
    return found


def boxes(enrollment):
    """From the third year on: what progression asks, and a link to the checklist."""
    student = _student(enrollment)
    if student is None:
        return []
    if student.stage in (Stage.ADMITTED, Stage.YEAR_1, Stage.YEAR_2, Stage.GRADUATED):
        return []
    link = ((_("See the checklist"), address(student)),)
    if student.stage in (Stage.YEAR_3, Stage.ELIGIBLE):
        standing = standing_of(student)
        count = len(standing.missing)
        text = _("Progression to the college is assessed. Still missing: %(n)d.") % {"n": count}
        if student.cohort.papers_by:
            text += " " + _("Last day: %(day)s.") % {"day": date_format(student.cohort.papers_by, "DATE_FORMAT")}
        return [beside.Box(_("Progression"), text, link, kind="warn" if count else "info")]
    last = student.history.last()
    text = " ".join(filter(None, [str(student.get_stage_display()), _why(last)]))
    return [beside.Box(_("Progression") if student.stage in DECIDED else _("The pathway"), text, link)]


def _why(entry):
    return _(", ").join(filter(None, [str(entry.get_reason_display()) if entry.reason else "", entry.note]))


@login_required
@never_cache
@require_safe
def checklist(request, reference):
    """What is there, what is missing, until when, what happens otherwise; later the result with its reason."""
    mine = Enrollment.objects.of(request.user).select_related("intake__program")
    enrollment = get_object_or_404(mine, reference=reference)
    student = get_object_or_404(PathwayStudent.objects.select_related(*_RELATED), enrollment=enrollment)
    standing = standing_of(student)
    lacking = {one.key for one in standing.missing}
    decision = student.history.filter(to_stage__in=DECIDED).last() if student.stage != Stage.ELIGIBLE else None
    late = student.cohort.papers_until is not None and timezone.now() >= student.cohort.papers_until
    return render(
        request,
        "courses/pathways/checklist.html",
        {
            "enrollment": enrollment,
            "student": student,
            "cohort": student.cohort,
            "standing": standing,
            "items": [(one, standing.words(one), one.key in lacking) for one in standing.asked],
            "decision": decision,
            "why": decision and _why(decision),
            "has_failed": student.stage == Stage.FAILED,
            "late": late,
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guardian(request, reference):
    """The guardian of a minor accepts the place: who, what it means, one box that nobody ticked before."""
    related = "intake__program__institution", "learner"
    enrollment = get_object_or_404(Enrollment.objects.of(request.user).select_related(*related), reference=reference)
    if not accepting.asks_guardian(enrollment):
        return redirect("enrollment_detail", reference)
    typed = request.POST if request.method == "POST" else None
    form = accepting.GuardianForm(typed, learner=enrollment.learner)
    if request.method == "POST" and form.is_valid():
        try:
            accepting.accept(enrollment, by=request.user, guardian=form.guardian)
        except EnrollmentError as refused:
            for message in refused.messages:
                messages.error(request, message)
        return redirect("enrollment_detail", reference)
    context = {"enrollment": enrollment, "pathway": enrollment.intake.program.pathwaypage, "form": form}
    return render(request, "courses/pathways/guardian.html", context)


def register():
    """Let the pages of enrollments and my page show it."""
    beside.register(needs=needs, steps=steps, boxes=boxes)
