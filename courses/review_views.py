"""The applicant's side of papers for a review: add, look at, take away; only one's own."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses import review_papers as papers
from courses import uploads
from courses.applying.documents import response_of
from courses.models import Enrollment
from courses.moves import EnrollmentError


class PaperForm(forms.Form):
    """One paper to show."""

    title = forms.CharField(
        label=gettext_lazy("What is it?"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
        help_text=gettext_lazy("For example: care certificate, level 5. No identity card and no household book."),
    )
    file = forms.FileField(
        label=gettext_lazy("Photo or PDF"),
        widget=forms.ClearableFileInput(attrs={"class": "in", "accept": uploads.ACCEPT}),
        help_text=gettext_lazy("A photo of at most 8 MB, or a PDF of at most 3 MB."),
    )

    def keep(self, enrollment):
        """Whether it was kept; else the form says why not."""
        if not self.is_valid():
            return False
        data = self.cleaned_data
        try:
            papers.add(enrollment, upload=data["file"], title=data["title"])
        except ValidationError as wrong:
            self.add_error("file", wrong)
        except EnrollmentError as refused:
            self.add_error(None, refused.messages)
        return not self.errors


def _mine(request, reference):
    mine = Enrollment.objects.of(request.user).select_related("intake__program__communitycoursepage", "learner")
    enrollment = get_object_or_404(mine, reference=reference)
    if not papers.are_asked(enrollment):
        raise Http404
    return enrollment


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_papers(request, reference):
    """The papers of an enrollment, and one more until it is decided."""
    enrollment = _mine(request, reference)
    sent = request.method == "POST"
    form = PaperForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.keep(enrollment):
        messages.success(request, _("The paper was added. The school sees it."))
        return redirect("review_papers", reference)
    kept = list(enrollment.review_papers.defer("content"))
    may_change = papers.may_change(enrollment)
    context = {"enrollment": enrollment, "papers": kept, "form": form, "may_change": may_change, "most": papers.MOST}
    context["may_add"] = may_change and (len(kept) < papers.MOST or form.errors)
    return render(request, "courses/review_papers.html", context)


@login_required
@never_cache
@require_GET
def review_paper(request, reference, pk):
    """One's own paper."""
    return response_of(get_object_or_404(_mine(request, reference).review_papers, pk=pk))


@login_required
@never_cache
@require_POST
def review_paper_remove(request, reference, pk):
    """Take a paper away."""
    paper = get_object_or_404(_mine(request, reference).review_papers.defer("content"), pk=pk)
    try:
        papers.remove(paper)
    except EnrollmentError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The paper was removed. The school no longer sees it."))
    return redirect("review_papers", reference)
