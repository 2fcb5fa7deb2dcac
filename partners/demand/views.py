"""The demand board as everybody may read it: aggregates only, kept for some minutes."""

from django.core.cache import cache
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses import tables
from partners.demand import small, sources
from partners.demand.asking import Board

SECONDS_KEPT = 600
_KEY = "partners.demand.sources"


def _sources():
    """(sources, since when): read once in ten minutes for all readers, whatever they choose."""
    found = cache.get(_KEY)
    if found is None:
        found = sources.read(), timezone.now()
        cache.set(_KEY, found, SECONDS_KEPT)
    return found


@require_safe
def board(request):
    """Whom enterprises ask for, whom schools train, what is missing."""
    read, counted_at = _sources()
    asked = Board(request.GET, read, public=True)
    columns, lines = asked.trend()
    context = {"board": asked, "fewest": small.FEWEST, "counted_at": counted_at}
    response = render(request, "partners/demand/board.html", context | {"trend_columns": columns, "trend": lines})
    response["Cache-Control"] = f"public, s-maxage={SECONDS_KEPT}"
    return response


@require_safe
def download(request, file_format):
    """The same table as a file."""
    if file_format not in tables.FORMATS:
        raise Http404
    asked = Board(request.GET, _sources()[0], public=True)
    note = _("Figures of fewer than %(n)d orders or enterprises stand together under “all others”.")
    rows = [*asked.rows(), [note % {"n": small.FEWEST}]]
    return tables.download(f"demand-{timezone.localdate()}", rows, file_format=file_format, private=False)
