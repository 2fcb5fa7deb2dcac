"""Proofs of an application: added, looked at and taken away by the family."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courses.applying import documents
from courses.applying.access import application_of, family_only
from courses.applying.answers import Answers
from courses.moves import EnrollmentError


@family_only
@require_POST
def add(request, reference):
    """Add a proof; what is wrong with it is said on the screen of the bonus items."""
    application = application_of(request, reference)
    kinds, kind = Answers(application).rules.bonus_kinds, request.POST.get("kind", "")
    upload = request.FILES.get("file")
    if kind not in kinds:
        raise Http404
    if upload is None:
        messages.error(request, _("Choose a file first."))
    else:
        _add(request, application, upload, kind)
    return redirect(reverse("application_section", args=[reference, "bonus"]))


def _add(request, application, upload, kind):
    try:
        documents.add(application, upload=upload, kind=kind)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    except EnrollmentError as refused:
        for text in refused.messages:
            messages.error(request, text)
    else:
        messages.success(request, _("The proof was added."))


@family_only
@require_GET
def show(request, reference, pk):
    """The file itself, for the family."""
    application = application_of(request, reference)
    return documents.response_of(get_object_or_404(application.documents, pk=pk))


@family_only
@require_POST
def remove(request, reference, pk):
    """Take a proof away."""
    application = application_of(request, reference)
    document = get_object_or_404(application.documents.select_related("application"), pk=pk)
    try:
        documents.remove(document)
    except EnrollmentError as refused:
        for text in refused.messages:
            messages.error(request, text)
    return redirect(reverse("application_section", args=[reference, "bonus"]))
