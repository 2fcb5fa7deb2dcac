"""Interest in a pathway: may we apply? → for whom → agree → registered; then the official result."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Learner
from courses.applying import interest, rules
from courses.applying.access import family_only, interest_of
from courses.applying.forms import InterestForm, SelfCheckForm
from courses.applying.views import pathway_intake
from courses.models import ApplicationRules, Interest
from courses.moves import EnrollmentError

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _intake(pk):
    intake = pathway_intake(pk)
    if not interest.is_for_interest(intake):
        raise Http404
    return intake


@csrf_protect
@get_or_post
def self_check(request, intake_id):
    """May we apply? For everyone; nothing of the answers is kept, and nothing is promised."""
    intake = _intake(intake_id)
    own = ApplicationRules.of_intake(intake)
    form = SelfCheckForm(request.POST if request.method == "POST" else None, rules=own)
    context = {"intake": intake, "form": form, "rules": list(rules.in_words(own)), "open": intake.is_open()}
    context["count"] = interest.count(intake)
    if request.method == "POST" and form.is_valid():
        context |= {"checked": True, "objections": rules.self_check(own, form.cleaned_data)}
    return render(request, "courses/applying/interest.html", context)


@family_only
@get_or_post
def register(request, intake_id, learner_id):
    """What is kept and what it is for; then one button."""
    learner = get_object_or_404(Learner.objects.of(request.user), pk=learner_id)
    intake = _intake(intake_id)
    there = Interest.objects.live().of(request.user).filter(intake=intake, learner=learner).first()
    if there and there.candidate_number:
        return redirect("interest_detail", there.pk)
    form = InterestForm(request.POST if request.method == "POST" else None, learner=learner)
    if request.method == "POST" and form.is_valid():
        form.give_consents()
        number = form.cleaned_data["candidate_number"]
        try:
            made = interest.register(intake=intake, learner=learner, candidate_number=number)
        except EnrollmentError as refused:
            form.add_error(None, refused.messages)
        else:
            return redirect(f"{reverse('interest_detail', args=[made.pk])}?done=1")
    context = {"intake": intake, "learner": learner, "form": form, "open": intake.is_open()}
    return render(request, "courses/applying/interest_register.html", context)


@family_only
@require_GET
def detail(request, pk):
    """What was registered, where to apply, and the official result."""
    mine = interest_of(request, pk)
    context = {"interest": mine, "intake": mine.intake, "done": "done" in request.GET}
    return render(request, "courses/applying/interest_detail.html", context)


@family_only
@get_or_post
def withdraw(request, pk):
    """No longer interested: asked once."""
    mine = interest_of(request, pk)
    if request.method == "POST":
        interest.withdraw(mine)
        messages.success(request, _("The interest was taken back."))
        return redirect("interest_detail", mine.pk)
    return render(request, "courses/applying/interest_withdraw.html", {"interest": mine, "intake": mine.intake})
