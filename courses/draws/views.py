"""The public pages of draws: what was drawn, from what, with which result, and how anyone can repeat it."""

import csv
from itertools import chain
from pathlib import Path

from django.core.cache import caches
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.draws import explaining, seeding, verify
from courses.models import Draw, DrawDocument

_ON_A_PAGE = 20
_YEAR = 365 * 24 * 3600


def _draws():
    return Draw.objects.public().select_related("round__institution", "round__term", "replaces", "replaced_by")


@never_cache
@require_safe
def draw_list(request):
    """All draws, the newest first; replaced ones stay."""
    page = Paginator(_draws(), 20).get_page(request.GET.get("page"))
    return render(request, "courses/draws/list.html", {"page": page})


@never_cache
@require_safe
def draw_page(request, reference):
    """One draw: its steps, its files, its result, and the place of one entry in words."""
    draw = get_object_or_404(_draws(), reference=reference)
    files = {document.kind: document for document in draw.documents.defer("content")}
    is_out = draw.is_out()
    asked = request.GET.get("entry", "").strip().upper() if is_out else ""
    entries = explaining.entries_in_order(draw) if is_out else draw.outcomes.none()
    page = _Entries(entries, _ON_A_PAGE, draw=draw).get_page(request.GET.get("page"))
    context = {
        "draw": draw,
        "round": draw.round,
        "steps": explaining.steps(draw),
        "list_file": files.get(DrawDocument.Kind.LIST),
        "is_out": is_out,
        "result_file": files.get(DrawDocument.Kind.RESULT) if is_out else None,
        "differing": seeding.differing(draw),
        "asked": asked,
        "explained": explaining.explain(draw, asked) if asked else [],
        "counts": explaining.counts(draw) if is_out else [],
        "page": page,
        "rows": explaining.in_short(draw, page),
    }
    return render(request, "courses/draws/draw.html", context)


class _Entries(Paginator):
    """The entries of a draw; a drawn one never changes, so they are counted once."""

    def __init__(self, *args, draw, **kwargs):
        super().__init__(*args, **kwargs)
        self._draw = draw

    @cached_property
    def count(self):
        """How many there are."""
        if not self._draw.is_out():
            return 0
        return caches["pages"].get_or_set(f"draw-entries:{self._draw.pk}", self.object_list.count, 3600)


@require_safe
def draw_file(request, reference, kind):
    """The list of entries or the result, as its SHA-256 was taken: these very bytes."""
    shown = Draw.objects.public() if kind == DrawDocument.Kind.LIST else Draw.objects.public().out()
    document = DrawDocument.objects.filter(draw__in=shown, draw__reference=reference, kind=kind).first()
    if document is None:
        raise Http404
    return _download(document.raw(), "application/json", f"{reference}-{kind}.json")


@require_safe
def draw_table(request, reference):
    """The result as a table (CSV), one row for each choice of each entry."""
    draw = get_object_or_404(_draws().out(), reference=reference)
    writer = csv.writer(_Echo())
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    content = chain(["\ufeff"], map(writer.writerow, _rows(draw)))
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{draw.reference}.csv"'
    return response


def _rows(draw):
    yield _("Place in the draw"), _("Entry"), _("Choice"), _("Class"), _("Outcome"), _("Seat pool"), _("Waitlist")
    for outcome in draw.outcomes.select_related("enrollment__intake", "pool").iterator():
        enrollment, seated = outcome.enrollment, outcome.pool and not outcome.line
        pool = outcome.pool.name if seated else ""
        place = outcome.position, outcome.entry, enrollment.choice, enrollment.intake.code
        yield *place, outcome.get_kind_display(), pool, outcome.line


class _Echo:
    """Gives back what is written, for a writer whose lines go out one by one."""

    def write(self, value):
        """The line itself."""
        return value


@require_safe
def verifier(request):
    """The program that repeats a draw: the file with which this site draws."""
    return _download(Path(verify.__file__).read_bytes(), "text/x-python; charset=utf-8", "verify.py")


def _download(content, kind, name):
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = f"public, max-age={_YEAR if name != 'verify.py' else 3600}"
    return response
