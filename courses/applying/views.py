"""The family's way through an application: for whom → agree → task list → one question a screen → check → done."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms import LearnerForm
from accounts.learners import keep
from accounts.models import Learner
from courses import entering
from courses.applying import applications, rules, verifying
from courses.applying.access import application_of, family_only
from courses.applying.answers import BY_KEY, Answers
from courses.applying.forms import BeginForm, DeclareForm, LearnerSection, WithdrawForm
from courses.applying.interest import is_for_interest
from courses.applying.states import ApplicationState
from courses.applying.timeline import has_result, steps
from courses.models import ApplicationRules, Intake, Interest, JuniorSchool, PathwayApplication, PathwayPage
from courses.moves import EnrollmentError
from courses.states import State

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def pathway_intake(pk):
    """A published intake of a pathway, or 404."""
    intakes = Intake.objects.published().filter(program__in=PathwayPage.objects.values("pk"))
    return get_object_or_404(intakes.select_related("program__institution", "round__institution", "term"), pk=pk)


@login_required
@never_cache
@require_GET
def pathway_apply(request, intake_id):
    """Screen 1: for whom? Each of the account's learners, with what is there already."""
    intake = pathway_intake(intake_id)
    if not is_for_interest(intake) and intake.round_id is None:
        return redirect("enroll", intake.pk)
    learners = list(Learner.objects.of(request.user))
    there = _there(intake, learners)
    if not learners and intake.is_open():
        return redirect("pathway_learner", intake.pk)
    people = [(learner, there.get(learner.pk)) for learner in learners]
    return render(request, "courses/applying/who.html", {"intake": intake, "people": people, "open": _is_open(intake)})


def _is_open(intake):
    return intake.is_open() if is_for_interest(intake) else intake.round.is_open()


def _there(intake, learners):
    """What the learners have here already, by the learner's key: an address."""
    if is_for_interest(intake):
        found = Interest.objects.live().filter(intake=intake, learner__in=learners)
        return {one.learner_id: reverse("interest_detail", args=[one.pk]) for one in found}
    found = PathwayApplication.objects.live().filter(round=intake.round_id, learner__in=learners)
    return {one.learner_id: reverse("application_detail", args=[one.reference]) for one in found}


@login_required
@never_cache
@get_or_post
def pathway_learner(request, intake_id):
    """Screen 1 for a newcomer, or for one more learner."""
    intake = pathway_intake(intake_id)
    if not _is_open(intake):
        return redirect("pathway_apply", intake.pk)
    form = LearnerForm(request.POST or None, account=request.user, needs={"birth_date"})
    if request.method == "POST":
        learner = keep(form)
        if learner:
            return redirect(_next_name(intake), intake.pk, learner.pk)
    return render(request, "courses/applying/learner.html", {"intake": intake, "form": form})


def _next_name(intake):
    return "pathway_interest_register" if is_for_interest(intake) else "pathway_begin"


@family_only
@get_or_post
def pathway_begin(request, intake_id, learner_id):
    """Screen 2: the rules, what will be asked, the consents; then the task list."""
    learner = get_object_or_404(Learner.objects.of(request.user), pk=learner_id)
    intake = pathway_intake(intake_id)
    if intake.round_id is None:
        raise Http404
    there = PathwayApplication.objects.live().of(request.user).filter(round=intake.round, learner=learner).first()
    if there:
        return redirect("application_detail", there.reference)
    form = BeginForm(request.POST if request.method == "POST" else None, learner=learner)
    if request.method == "POST" and form.is_valid():
        form.give_consents()
        try:
            made = applications.begin(round=intake.round, learner=learner, by=request.user, first=intake)
        except EnrollmentError as refused:
            form.add_error(None, refused.messages)
        else:
            return redirect("application_detail", made.reference)
    context = {"intake": intake, "round": intake.round, "learner": learner, "form": form}
    context |= {"own_rules": list(rules.in_words(ApplicationRules.of_round(intake.round))), "open": _is_open(intake)}
    context["rules"] = rules.of_sharing([intake])
    return render(request, "courses/applying/begin.html", context)


@family_only
@require_GET
def detail(request, reference):
    """The task list while it is written or to be mended; else where it stands, and what comes next."""
    application = application_of(request, reference)
    editable = application.is_editable()
    answers = Answers(application)
    context = {"application": application, "round": application.round, "answers": answers, "editable": editable}
    writing = application.state in (ApplicationState.DRAFT, ApplicationState.RETURNED) or "change" in request.GET
    if editable and writing:
        context |= {"asked": _asked(application, answers), "tasks": _tasks(application, answers)}
        return render(request, "courses/applying/tasks.html", context)
    context |= {"steps": steps(application), "rows": _choices(application), "result": has_result(application)}
    context |= {"differences": verifying.differences(application), "done": "done" in request.GET}
    context["history"] = _history(application, answers)
    return render(request, "courses/applying/application.html", context)


def _tasks(application, answers):
    """The tasks that are shown; the choices are fixed after applications closed."""
    fixed = application.entry_id and not application.round.is_open()
    tasks = answers.tasks(to_mend=verifying.still_to_mend(application))
    return [(one, standing) for one, standing in tasks if not (fixed and one.key == "choices")]


def _choices(application):
    """The choices and what became of them, in order."""
    if application.entry_id is None:
        return []
    rows = application.entry.enrollments.select_related("intake__program__institution").order_by("choice", "pk")
    return list(rows.exclude(state=State.WITHDRAWN, pool=None))


def _asked(application, answers):
    """What staff asked to mend: (event, [(label, address, remark)]), or None."""
    event = verifying.asked_for(application)
    if event is None:
        return None
    found = []
    for name, text in event.remarks.items():
        section = answers.section_of(name)
        address = section and reverse("application_section", args=[application.reference, section.key]) + f"#id_{name}"
        found.append((answers.label_of(name), address or "", text))
    return event, found


def _history(application, answers):
    """(event, labels of what changed) of each act that the family may know of."""
    events = application.history.exclude(act="revealed")
    return [(event, [answers.label_of(name) for name in event.changed]) for event in events]


@family_only
@get_or_post
def section(request, reference, section):
    """One question a screen: what is typed is kept whatever it is; what is wrong is said at once."""
    application, task = application_of(request, reference), BY_KEY.get(section)
    answers = Answers(application)
    if task is None or task not in answers.sections:
        raise Http404
    if not application.is_editable():
        return redirect("application_detail", reference)
    if task.form is None:
        return _learner(request, application, answers)
    if request.method == "POST":
        application = _keep(request, application, answers, task)
        answers = Answers(application)
        if answers.standing(task) == "done" or "later" in request.POST:
            return redirect(f"{reverse('application_detail', args=[reference])}?change=1")
    return _show(request, application, answers, task, answers.form_of(task))


def _keep(request, application, answers, task):
    """Keep what was typed in one screen."""
    typed = {}
    for name in answers.names(task):
        if name == "bonus":
            typed[name] = [kind for kind in answers.rules.bonus_kinds if kind in request.POST.getlist(name)]
        else:
            typed[name] = request.POST.get(name, "").replace("\0", "").strip()[:200]
    return applications.save(application, typed=typed, section=task.key)


def _learner(request, application, answers):
    """The learner's own facts: they belong to the learner, and are kept there once they are right."""
    learner, kept = application.learner, application.typed.get("learner")
    options = {"account": request.user, "needs": answers.needs, "instance": learner}
    data = request.POST if request.method == "POST" else kept
    form = LearnerSection(data or None, **options)
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in form.fields if not name.startswith("consent")}
        application = applications.save(application, typed={"learner": typed})
        if keep(form):
            applications.save(application, typed={"learner": {}}, section="learner")
            return redirect(f"{reverse('application_detail', args=[application.reference])}?change=1")
        if "later" in request.POST:
            return redirect(f"{reverse('application_detail', args=[application.reference])}?change=1")
    return _show(request, application, answers, BY_KEY["learner"], form)


def _show(request, application, answers, task, form):
    event = verifying.asked_for(application)
    remarks = event.remarks if event else {}
    names = [name for section, rows in answers.rows(masked=True) if section.key == task.key for name, *_rest in rows]
    context = {
        "application": application,
        "task": task,
        "form": form,
        "notes": [(answers.label_of(name), remarks[name]) for name in names if name in remarks],
        "saved": request.method == "POST",
        "schools": JuniorSchool.objects.values_list("name", flat=True) if task.key == "school" else (),
        "documents": answers.documents if task.key == "bonus" else (),
        "offered": answers.offered if task.key == "choices" else (),
    }
    return render(request, "courses/applying/section.html", context)


@family_only
@get_or_post
def check(request, reference):
    """All answers with the way to change each, the rules, the declaration; then submit."""
    application = application_of(request, reference)
    if not application.is_editable():
        return redirect("application_detail", reference)
    answers = Answers(application)
    form = DeclareForm(request.POST if request.method == "POST" else None, learner=application.learner)
    if request.method == "POST" and form.is_valid():
        form.give_consents()
        try:
            applications.submit(application, by=request.user)
        except entering.AlreadyEntered:
            form.add_error(None, _("This person takes part through another account already. Ring the school."))
        except applications.NothingChanged:
            return redirect("application_detail", reference)
        except EnrollmentError as refused:
            form.add_error(None, refused.messages)
        else:
            return redirect(f"{reverse('application_detail', args=[reference])}?done=1")
    context = {"application": application, "round": application.round, "answers": answers, "form": form}
    context |= {"rows": answers.rows(), "own_rules": list(rules.in_words(answers.rules))}
    context["rules"] = rules.of_sharing(answers.chosen)
    return render(request, "courses/applying/check.html", context)


@family_only
@get_or_post
def withdraw(request, reference):
    """Take it back: the consequences first, then one button."""
    application = application_of(request, reference)
    if not application.is_live or not (application.round.is_open() or application.entry_id is None):
        return redirect("application_detail", reference)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            applications.withdraw(application, by=request.user, note=form.cleaned_data["note"])
        except EnrollmentError as refused:
            for text in refused.messages:
                messages.error(request, text)
        return redirect("application_detail", reference)
    return render(request, "courses/applying/withdraw.html", {"application": application, "form": form})
