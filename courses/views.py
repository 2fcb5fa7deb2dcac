"""The resident's way: who → check → done, and afterwards "my page" with each enrollment's timeline."""

import secrets

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms import LearnerForm
from accounts.learners import keep
from accounts.models import Learner
from courses import beside, conditions, dues, fees, paying_views
from courses import enrollment as process
from courses.applying.cards import applications_of, interests_of
from courses.calendars import feed_url
from courses.cards import seats_of
from courses.describe import facts, rules
from courses.draws.owners import share_of
from courses.eligibility import Rules, needs
from courses.forms import CheckForm, LeavingForm
from courses.models import ClassMeeting, Enrollment, Entry, Intake
from courses.progression import accepting
from courses.seats import most_specific_first
from courses.states import State
from courses.timeline import steps

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _intake(pk):
    intakes = Intake.objects.published().select_related("program__institution", "term", "district")
    return get_object_or_404(intakes.prefetch_related("pools__district"), pk=pk)


def _facts(intake):
    return facts(intake, seats=seats_of([intake.pk])[intake.pk])


def _page(request, template, intake, **context):
    """A page of the journey: every one shows the class at a glance."""
    return render(request, f"courses/{template}.html", {"intake": intake, "facts": _facts(intake), **context})


@login_required
@never_cache
@require_GET
def enroll(request, intake_id):
    """Screen 1: for whom? Each learner with what speaks against it, before anything is asked."""
    intake = _intake(intake_id)
    if intake.mode == Intake.Mode.INTEREST:
        return redirect("pathway_interest", intake.pk)
    if intake.round_id:
        return redirect(f"{reverse('round_apply', args=[intake.round_id])}?first={intake.pk}")
    if not intake.is_open():
        return _page(request, "enroll_closed", intake)
    if request.GET.get("learner", "").isdecimal():
        return redirect("enroll_check", intake.pk, request.GET["learner"])
    pools = list(intake.pools.all())
    learners = list(Learner.objects.of(request.user))
    if not learners:
        return redirect("enroll_new", intake.pk)
    checks = [(learner, process.check(intake=intake, learner=learner, pools=pools)) for learner in learners]
    fit = [learner for learner, check in checks if not check.objections and not check.existing]
    return _page(request, "enroll", intake, checks=checks, first_fit=fit[0] if fit else None)


@login_required
@never_cache
@get_or_post
def enroll_new(request, intake_id):
    """Screen 1 for a newcomer, or for one more learner: only what this intake needs, each with its reason."""
    intake = _intake(intake_id)
    if not intake.is_open():
        return _page(request, "enroll_closed", intake)
    asked = needs(intake, intake.pools.all())
    form = LearnerForm(request.POST or None, account=request.user, needs=asked)
    if request.method == "POST":
        learner = keep(form)
        if learner:
            return redirect("enroll_check", intake.pk, learner.pk)
    return _page(request, "enroll_learner", intake, form=form)


@login_required
@never_cache
@get_or_post
def enroll_details(request, intake_id, learner_id):
    """Between the screens, only where something is missing: the facts that this intake needs of a kept learner."""
    intake = _intake(intake_id)
    learner = get_object_or_404(Learner.objects.of(request.user), pk=learner_id)
    result = process.check(intake=intake, learner=learner, pools=list(intake.pools.all()))
    if not result.missing:
        return redirect("enroll_check", intake.pk, learner.pk)
    form = LearnerForm(request.POST or None, account=request.user, needs=result.missing, rest=True, instance=learner)
    if request.method == "POST" and keep(form):
        return redirect("enroll_check", intake.pk, learner.pk)
    return _page(request, "enroll_learner", intake, form=form, learner=learner)


@login_required
@never_cache
@get_or_post
def enroll_check(request, intake_id, learner_id):
    """Screen 2: check your answers, agree, enroll."""
    learner = get_object_or_404(Learner.objects.of(request.user), pk=learner_id)
    learner.account = request.user  # The same row: neither the form nor the process asks for it again.
    form = CheckForm(request.POST or None, learner=learner, initial={"form_key": secrets.token_hex(16)})
    if request.method == "POST" and form.is_valid():
        # The process reads the intake as it is inside its transaction, and refuses what is not published.
        answer = _submit(request, Intake(pk=intake_id), learner, form)
        if answer:
            return answer
    intake = _intake(intake_id)
    if not intake.is_open():
        return _page(request, "enroll_closed", intake)
    result = process.check(intake=intake, learner=learner, pools=list(intake.pools.all()))
    if result.existing:
        return _to_existing(request, result.existing)
    if result.missing and not result.objections:
        return redirect("enroll_details", intake.pk, learner.pk)
    if intake.admission_rule != Intake.AdmissionRule.REVIEW:
        form.fields.pop("text")
    form.ask_conditions(conditions.conditions_of(intake))
    told = Rules.of(intake, most_specific_first(intake.pools.all()))
    kept = fees.bill_of(told, intake, learner)
    form.offer_proofs(fees.proofs_for(told, kept))
    bill = kept and {"lines": fees.lines(kept), "due": fees.money(kept["due"])}
    context = {"learner": learner, "form": form, "result": result, "rules": rules(told), "bill": bill}
    return _page(request, "enroll_check", intake, **context)


def _submit(request, intake, learner, form):
    """Where to go after enrolling, or after a refusal; None when the page must ask for something once more."""
    form.give_consents()
    try:
        enrollment = process.submit(
            intake=intake,
            learner=learner,
            by=request.user,
            form_key=form.cleaned_data["form_key"],
            text=form.cleaned_data["text"],
            proof=form.cleaned_data["proof"],
            acknowledged=form.acknowledged,
        )
    except process.AlreadyEnrolled as already:
        return _to_existing(request, already.enrollment)
    except Intake.DoesNotExist:
        raise Http404 from None
    except process.DataMissing:
        return redirect("enroll_details", intake.pk, learner.pk)
    except process.NotAcknowledged:
        return None
    except process.EnrollmentError as refused:
        for message in refused.messages:
            messages.error(request, message)
        return redirect("enroll", intake.pk)
    return redirect(f"{_address(enrollment)}?done=1")


def _to_existing(request, enrollment):
    """The enrollment that is there already; somebody else's (a relative's account) is only spoken of."""
    if enrollment.account_id == request.user.pk:
        return HttpResponseRedirect(_address(enrollment))
    messages.error(
        request,
        _("This person is already enrolled here through another account. Ask your family, or ring the school."),
    )
    return redirect("enroll", enrollment.intake_id)


def _address(enrollment):
    return redirect("enrollment_detail", enrollment.reference).url


def _mine(request, reference):
    mine = Enrollment.objects.of(request.user)
    related = "intake__program__institution", "intake__term", "intake__district", "learner", "pool"
    return get_object_or_404(mine.select_related(*related), reference=reference)


@login_required
@never_cache
@require_GET
def enrollment_detail(request, reference):
    """Screen 3 and ever after: the reference, what happened, what comes next, what can be done."""
    enrollment = _mine(request, reference)
    if enrollment.entry_id and enrollment.state == State.SUBMITTED:
        return redirect("entry_detail", enrollment.entry.reference)
    return _page(
        request,
        "enrollment_detail",
        enrollment.intake,
        enrollment=enrollment,
        steps=steps(enrollment, list(enrollment.history.all()), money=paying_views.money_steps(enrollment)),
        due=paying_views.due_of(enrollment),
        bill=paying_views.bill_of(enrollment),
        rules=rules(Rules.from_terms(enrollment.terms)),
        share=share_of(enrollment.entry) if enrollment.entry_id else None,
        boxes=beside.boxes_of(enrollment),
        may_withdraw=process.may_withdraw(enrollment),
        done="done" in request.GET,
    )


@login_required
@never_cache
@get_or_post
def enrollment_withdraw(request, reference):
    """Leave a class or a waitlist: the rule and the consequences first, then one button."""
    enrollment = _mine(request, reference)
    form = LeavingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = process.decline if enrollment.state == State.OFFERED else process.withdraw
        return _act(request, act, enrollment, **form.cleaned_data)
    return _page(
        request,
        "enrollment_withdraw",
        enrollment.intake,
        enrollment=enrollment,
        form=form,
        working=dues.what_comes_back(enrollment) if enrollment.state == State.ENROLLED else None,
        withdraw_until=Rules.from_terms(enrollment.terms).withdraw_until,
        may_withdraw=process.may_withdraw(enrollment),
    )


@login_required
@require_POST
def enrollment_confirm(request, reference):
    """Accept an offered seat; in a pathway the guardian of a minor does, on a page of their own."""
    enrollment = _mine(request, reference)
    if accepting.asks_guardian(enrollment):
        return redirect("enrollment_guardian", reference)
    return _act(request, process.confirm, enrollment)


def _act(request, act, enrollment, **told):
    """Do it, or say why not; the enrollment's page shows the result either way."""
    try:
        act(enrollment, by=request.user, **told)
    except process.EnrollmentError as refused:
        for message in refused.messages:
            messages.error(request, message)
    return HttpResponseRedirect(_address(enrollment))


@login_required
@never_cache
@require_GET
def my_page(request):
    """What needs the person now, the next meetings, and all enrollments: what lives, then the rest."""
    mine = Enrollment.objects.of(request.user).select_related("intake__program", "intake__district", "learner")
    now = timezone.now()
    live = list(mine.live().exclude(state=State.SUBMITTED, entry__isnull=False))
    context = {
        "needs": beside.needs_of(request.user),
        "links": beside.links_of(request.user),
        "offers": [one for one in live if one.state == State.OFFERED and one.offer_expires_at > now],
        "meetings": _next_meetings([one for one in live if one.state == State.ENROLLED], now),
        "live": live,
        "entries": _entries(request.user),
        "applications": applications_of(request.user),
        "interests": interests_of(request.user),
        "page": Paginator(mine.exclude(pk__in=[one.pk for one in live]).exclude(state=State.SUBMITTED), 10).get_page(
            request.GET.get("page")
        ),
        "feed_url": feed_url(request.user),
        "unread": request.user.messages.unread().count(),
    }
    return render(request, "courses/my_page.html", context)


def _entries(account):
    """The account's entries in rounds that are not drawn yet, each with its choices (`waiting`)."""
    waiting = Enrollment.objects.filter(state=State.SUBMITTED).select_related("intake__program").order_by("choice")
    mine = Entry.objects.of(account).live().filter(enrollments__state=State.SUBMITTED, application=None).distinct()
    mine = mine.select_related("round", "learner").order_by("-pk")
    return mine.prefetch_related(Prefetch("enrollments", waiting, to_attr="waiting"))


def _next_meetings(enrolled, now):
    """The next five meetings of these enrollments' classes, each with the names of those who go."""
    names = {}
    for enrollment in enrolled:
        names.setdefault(enrollment.intake_id, []).append(enrollment.learner.name)
    meetings = ClassMeeting.objects.filter(intake__in=names, ends_at__gt=now).select_related("intake__program")
    return [(meeting, names[meeting.intake_id]) for meeting in meetings.order_by("starts_at", "pk")[:5]]
