"""The resident's side: asking for a review of a decision and reading the answer; rating a completed class."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses.answering import appeals, ratings
from courses.answering.documents import response_of
from courses.answering.forms import AppealForm, RatingForm
from courses.models import AnswerSettings, Appeal, AppealFile, Enrollment, Rating
from courses.moves import EnrollmentError

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _mine(request, reference):
    mine = Enrollment.objects.of(request.user).select_related("intake__program__institution", "learner")
    return get_object_or_404(mine, reference=reference)


@login_required
@never_cache
@_get_or_post
def enrollment_appeal(request, reference):
    """Ask for a review of the last decision; where one was asked for, how it stands."""
    enrollment = _mine(request, reference)
    decision = appeals.open_decision(enrollment)
    asked = list(Appeal.objects.of(request.user).filter(enrollment=enrollment).prefetch_related("files"))
    if decision is None and not asked:
        raise Http404
    form = AppealForm(request.POST or None, request.FILES or None) if decision else None
    if request.method == "POST" and form and form.is_valid():
        return _ask(request, enrollment, form)
    context = {"enrollment": enrollment, "decision": decision, "asked": asked, "form": form}
    context["settings"] = AnswerSettings.now()
    return render(request, "courses/appeal.html", context)


def _ask(request, enrollment, form):
    try:
        appeals.ask(enrollment, by=request.user, **form.cleaned_data)
    except EnrollmentError as refused:
        for message in refused.messages:
            messages.error(request, message)
        return redirect("enrollment_detail", enrollment.reference)
    return redirect("enrollment_appeal", enrollment.reference)


@login_required
@never_cache
@require_GET
def appeal_file(request, reference, pk):
    """A document of one's own."""
    mine = AppealFile.objects.filter(appeal__account=request.user, appeal__enrollment__reference=reference)
    return response_of(get_object_or_404(mine, pk=pk))


@login_required
@never_cache
@_get_or_post
def enrollment_rating(request, reference):
    """Rate a class that was completed, or change what one said."""
    enrollment = _mine(request, reference)
    last = ratings.until(enrollment)
    if last is None:
        raise Http404
    said = Rating.objects.filter(enrollment=enrollment).first()
    initial = {"stars": said.stars, "word": said.word} if said else {}
    form = RatingForm(request.POST or None, initial=initial) if timezone.now() < last else None
    if request.method == "POST" and form and form.is_valid():
        ratings.rate(enrollment, **form.cleaned_data)
        messages.success(request, _("Thank you. Your rating counts."))
        return redirect("enrollment_detail", enrollment.reference)
    context = {"enrollment": enrollment, "form": form, "said": said, "until": last}
    return render(request, "courses/rating.html", context)
