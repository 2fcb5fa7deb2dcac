"""The tables that an enterprise can take away (exports.py), for its members."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from courses import tables
from partners import exports
from partners.views.access import enterprise_of, members_only


@members_only
@require_GET
def show_list(request, pk):
    """What there is."""
    context = {"enterprise": enterprise_of(request, pk), "exports": exports.exports()}
    return render(request, "partners/downloads.html", context)


@members_only
@require_GET
def give(request, pk, key, file_format):
    """One table as a file."""
    enterprise, export = enterprise_of(request, pk), exports.get(key)
    if export is None or file_format not in tables.FORMATS:
        raise Http404
    rows = export.rows(enterprise, request.user)
    return tables.download(f"{key}-{timezone.localdate()}", rows, file_format=file_format)
