"""The learner's side of an order program: what the enterprise sees, what one adds, the interview."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.keys import is_key
from courses.models import Enrollment
from partners import candidate_papers, candidates, interview_calendars, interviews, own_candidacy
from partners.candidate_forms import PaperForm, ProfileForm
from partners.models import CandidateProfile, InterviewSlot
from partners.moves import PartnerError
from partners.views.enterprises import give_out

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def learners_only(view):
    """For whoever is signed in, and never kept by anybody."""
    return login_required(never_cache(view))


def _mine(request, reference):
    """An application of the account for an order program, as own_candidacy.Own; else 404."""
    mine = Enrollment.objects.of(request.user).filter(intake__program__orderprogrampage__isnull=False)
    related = "intake__program__orderprogrampage__order__enterprise", "learner", "candidate"
    return own_candidacy.Own(get_object_or_404(mine.select_related(*related), reference=reference))


@learners_only
@require_GET
def show(request, reference):
    """Where it stands: the time booked or those to choose from, and what the enterprise can see."""
    own = _mine(request, reference)
    return render(request, "partners/interviews/show.html", {"own": own})


@learners_only
@require_POST
def book(request, reference):
    """Book the time that was chosen, or change to it."""
    own = _mine(request, reference)
    key = request.POST.get("slot", "")
    slot = InterviewSlot.objects.filter(order=own.order, pk=key).first() if is_key(key) else None
    if own.candidate is None or slot is None:
        messages.error(request, _("Choose a time."))
        return redirect("interview", reference)
    act = lambda: interviews.book(own.candidate, slot=slot, by=request.user)  # noqa: E731
    return _act(request, reference, act, _("Your interview is booked."))


def _act(request, reference, act, text):
    try:
        act()
    except PartnerError as refused:
        for one in refused.messages:
            messages.error(request, one)
    else:
        messages.success(request, text)
    return redirect("interview", reference)


@learners_only
@get_or_post
def cancel(request, reference):
    """Cancel the interview: asked once."""
    own = _mine(request, reference)
    if own.booked is None:
        return redirect("interview", reference)
    if request.method == "POST":
        act = lambda: interviews.call_off(own.candidate, by=request.user)  # noqa: E731
        return _act(request, reference, act, _("The interview is cancelled. You can choose another time."))
    consequences = [_("Your time goes to others."), _("You stay a candidate, and can choose another time.")]
    return render(request, "partners/interviews/cancel.html", {"own": own, "consequences": consequences})


@learners_only
@require_GET
def calendar(request, reference):
    """The interview as a calendar file."""
    own = _mine(request, reference)
    interview = own.last_interview
    if interview is None:
        return redirect("interview", reference)
    response = HttpResponse(interview_calendars.of_candidate(interview), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="interview.ics"'
    return response


@learners_only
@get_or_post
def about(request, reference):
    """Add schooling and papers, as long as nothing is decided."""
    own = _mine(request, reference)
    if not own.may_add:
        return redirect("interview", reference)
    profile = CandidateProfile.objects.filter(enrollment=own.enrollment).first()
    adds = "title" in request.POST
    sent = request.method == "POST"
    form = ProfileForm(request.POST if sent and not adds else None, instance=profile)
    paper_form = PaperForm(request.POST if adds else None, request.FILES if adds else None)
    if sent and _keep(own, form, paper_form, adds):
        messages.success(request, _("Saved."))
        return redirect("interview_about", reference)
    context = {"own": own, "profile_form": form, "paper_form": paper_form, "form": paper_form if adds else form}
    return render(request, "partners/interviews/about.html", context)


def _keep(own, form, paper_form, adds):
    """Whether it was kept; else the form says why not."""
    asked = paper_form if adds else form
    if not asked.is_valid():
        return False
    try:
        if adds:
            data = paper_form.cleaned_data
            candidate_papers.add(own.enrollment, upload=data["file"], title=data["title"])
        else:
            candidate_papers.set_schooling(own.enrollment, schooling=form.cleaned_data["schooling"])
    except ValidationError as wrong:
        asked.add_error("file", wrong)
    except PartnerError as refused:
        asked.add_error(None, refused.messages)
    return not asked.errors


@learners_only
@require_GET
def paper(request, reference, sheet):
    """One's own paper."""
    return give_out(get_object_or_404(_mine(request, reference).enrollment.candidate_papers, pk=sheet))


@learners_only
@require_POST
def remove_paper(request, reference, sheet):
    """Take a paper away."""
    own = _mine(request, reference)
    row = get_object_or_404(own.enrollment.candidate_papers, pk=sheet)
    try:
        candidate_papers.remove(row)
    except PartnerError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("interview_about", reference)


@learners_only
@get_or_post
def unshare(request, reference):
    """Take the consent back: the enterprise sees nothing of the application any more."""
    own = _mine(request, reference)
    if not own.is_shared or not own.candidate.is_open:
        return redirect("interview", reference)
    if request.method == "POST":
        act = lambda: candidates.take_back(own.candidate, by=request.user)  # noqa: E731
        return _act(request, reference, act, _("The enterprise no longer sees your application."))
    consequences = [
        _("The enterprise sees nothing of the application any more, and an interview is cancelled."),
        _("The application stays with the school, but the enterprise cannot choose you."),
    ]
    return render(request, "partners/interviews/unshare.html", {"own": own, "consequences": consequences})
