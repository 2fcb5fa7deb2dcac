"""What everybody may read: the pledges with their figures, and the published seals of the history."""

import csv
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from courses.answering import figures
from courses.models import AnswerSettings, ChainHead, Pledge, RuleException

SECONDS_KEPT = 300
Measure = Pledge.Measure


@dataclass(frozen=True)
class Figure:
    """What stands beside a promise: a number with its unit, and what it was counted from."""

    value: str
    note: str


def _cached(response):
    response["Cache-Control"] = f"public, s-maxage={SECONDS_KEPT}"
    return response


@require_safe
def pledges(request):
    """Each promise with what was measured."""
    newest, settings = figures.newest(), AnswerSettings.now()
    rows = [
        (pledge, figure_of(pledge.measure, newest.data, settings)) for pledge in Pledge.objects.filter(published=True)
    ]
    bent = newest.data.get("exceptions", {})
    exceptions = [(why.label, _count(bent[why])) for why in RuleException.Why if bent.get(why)]
    context = {"rows": rows, "exceptions": exceptions, "newest": newest, "settings": settings, "fewest": figures.FEWEST}
    return _cached(render(request, "courses/pledges.html", context | {"head": ChainHead.objects.first()}))


def figure_of(measure, data, settings):
    """The figure of a measure in words; None where there is none to show. Fewer than five people are never shown."""
    said = data.get(measure)
    if said is None:
        return None
    few = Figure(_("not enough answers yet"), _("Figures of fewer than %(n)d are not shown.") % {"n": figures.FEWEST})
    match measure:
        case Measure.DECISION:
            return few if said["n"] < figures.FEWEST else _decision(said)
        case Measure.ON_TIME:
            return few if said["n"] < figures.FEWEST else Figure(f"{said['percent']}%", _of(said["n"]))
        case Measure.APPEALS:
            return few if said["answered"] < figures.FEWEST else _appeals(said)
        case Measure.SATISFACTION:
            return few if said["n"] < figures.FEWEST else _satisfaction(said, settings)
        case Measure.HISTORY:
            text = _("Whoever keeps a published seal can prove later that nothing before it was changed.")
            return Figure(_("%(n)d rows sealed") % {"n": said["rows"]}, text)


def _count(number):
    return str(number) if number >= figures.FEWEST else _("fewer than %(n)d") % {"n": figures.FEWEST}


def _decision(said):
    at_once = _("%(percent)s%% were decided at once.") % {"percent": said["at_once"]}
    if said["waited"] < figures.FEWEST:
        return Figure(_("at once"), f"{at_once} {_of(said['n'])}")
    days = _("%(days)s days in the median") % {"days": said["days"]}
    return Figure(days, " ".join([_("Of those that were not decided at once."), at_once, _of(said["n"])]))


def _appeals(said):
    note = _("Asked for %(asked)d times, answered %(answered)d times.") % said
    return Figure(_("%(percent)s%% upheld") % {"percent": said["upheld"]}, note)


def _satisfaction(said, settings):
    note = _of(said["n"], _("Satisfied are 4 and 5 of 5."))
    if settings.yardstick is not None:
        text = _("For comparison: %(percent)s%% (%(source)s).")
        note += " " + text % {"percent": settings.yardstick.normalize(), "source": settings.yardstick_source}
    return Figure(_("%(percent)s%% satisfied") % {"percent": said["percent"]}, note)


def _of(count, before=""):
    text = ngettext("Counted: %(n)d.", "Counted: %(n)d.", count) % {"n": count}
    return f"{before} {text}".strip()


@require_safe
def seals(request):
    """The seals of the last days, what they are, and how one checks them."""
    page = Paginator(ChainHead.objects.all(), 30).get_page(request.GET.get("page"))
    return _cached(render(request, "courses/seals.html", {"page": page}))


@require_safe
def seals_file(request):
    """All published seals as a table, oldest first."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="seals.csv"'
    writer = csv.writer(response)
    writer.writerow(["day", "number", "rows", "seal"])
    writer.writerows(ChainHead.objects.order_by("day").values_list("day", "number", "rows", "hash"))
    return _cached(response)
