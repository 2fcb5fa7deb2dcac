"""The finder of pathways: by class of majors, county, school and college. There are tens of them, not thousands.

Which pathways shall be compared stands in the address as `p`, beside the filters: it works without JavaScript, survives
filtering and turning pages, and can be sent to the other parent.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Case, Min, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import District
from courses.asking import PER_PAGE, Question
from courses.filters import Filter
from courses.models import Intake, PathwayPage, PathwayYear
from courses.pathways.cards import pathway_cards, published

MOST_COMPARED = 4
_FIELDS = {"group": "secondary_major__group", "school": "institution", "college": "college"}


def _filter(name, label, named_by):
    """A filter by a field of the page: its options are the values that occur."""
    found = PathwayPage.objects.live().order_by(named_by).values_list(_FIELDS[name], named_by).distinct()
    values = [(str(key), text) for key, text in found]
    return Filter(
        name, label, values, lambda value: (str(value),), lambda chosen: Q(**{f"{_FIELDS[name]}__in": chosen})
    )


def _district_condition(values):
    condition = Q()
    for code in values:
        condition |= Q(institution__district__code__startswith=code)
    return condition


def all_filters():
    """The filters, in the order in which families ask: what, where, at which school, with which college."""
    counties = list(District.objects.filter(county=None).values_list("code", "name"))
    return [
        _filter("group", _("Class of majors"), "secondary_major__group"),
        Filter("district", _("County or district"), counties, lambda code: (code[:6],), _district_condition),
        _filter("school", _("Secondary school"), "institution__name"),
        _filter("college", _("College"), "college__name"),
    ]


def compared_in(parameters):
    """The slugs of the pathways to compare in an address, each once, at most four."""
    return [slug for slug in dict.fromkeys(parameters.getlist("p")) if slug][:MOST_COMPARED]


@dataclass
class PathwaySearch(Question):
    """One question to the finder of pathways; `compared` are the slugs of those to compare."""

    compared: list = field(default_factory=list)

    @classmethod
    def from_request(cls, parameters, *, now=None):
        """Read the address, and what is compared."""
        made = super().from_request(parameters, now=now)
        made.compared = compared_in(parameters)
        return made

    @classmethod
    def filters_at(cls, now):
        """Those of pathways."""
        return all_filters()

    @staticmethod
    def sorts_for(text):
        """A best match there is only for words."""
        best = [("relevance", _("Best match"))] if text else []
        return [
            *best,
            ("closing", _("Closing soonest")),
            ("score", _("Lowest score last year")),
            ("name", pgettext("order of a list", "Name")),
        ]

    @staticmethod
    def default_sort_for(text):
        """The best match for words, else what closes soonest."""
        return "relevance" if text else "closing"

    @property
    def kept(self):
        """What is compared stays when filters change."""
        return [("p", slug) for slug in self.compared]

    @cached_property
    def _hits(self):
        """The pathways that the words find, the best first, and whether the search had to be widened."""
        results = PathwayPage.objects.live().search(self.text)
        return [page.pk for page in results], getattr(results, "widened", False)

    @property
    def widened(self):
        """Whether nothing had all the words, so that what has some of them is shown."""
        return bool(self.text) and self._hits[1]

    @property
    def _base(self):
        pages = published()
        return pages.filter(pk__in=self._hits[0]) if self.text else pages

    def _groups(self):
        names = ("secondary_major__group", "institution__district__code", "institution", "college")
        return ((row, count) for row, count in Counter(self._base.order_by().values_list(*names)).items())

    def cards(self):
        """The pathways of this page of the list."""
        found = self._base
        for one in self.filters:
            if one.name in self.chosen:
                found = found.filter(one.condition(self.chosen[one.name]))
        found = found.order_by(*self._order())
        return pathway_cards(found[(self.current - 1) * PER_PAGE : self.current * PER_PAGE], now=self.now)

    def _order(self):
        if self.sort == "relevance" and self._hits[0]:
            return [Case(*(When(pk=pk, then=rank) for rank, pk in enumerate(self._hits[0])))]
        if self.sort == "score":
            scores = PathwayYear.objects.filter(pathway=OuterRef("pk")).order_by("-year").values("lowest_score")
            return [Subquery(scores[:1]).asc(nulls_last=True), "title"]
        if self.sort == "name":
            return ["title", "pk"]
        coming = Intake.objects.filter(program=OuterRef("pk"), status=Intake.Status.PUBLISHED, closes_at__gt=self.now)
        closes = Subquery(coming.order_by().values("program").annotate(first=Min("closes_at")).values("first"))
        return [closes.asc(nulls_last=True), "title"]

    # --- Comparing

    def with_compared(self, slug):
        """The address's query with this pathway added to those compared, or taken from them."""
        others = [one for one in self.compared if one != slug]
        changed = others if slug in self.compared else [*others, slug][:MOST_COMPARED]
        return replace(self, compared=changed).query(page=self.page)

    @property
    def is_full(self):
        """Whether no more can be added."""
        return len(self.compared) >= MOST_COMPARED

    @cached_property
    def chosen_pathways(self):
        """What is compared: (title, address of the list without it), those that exist."""
        titles = dict(published().filter(slug__in=self.compared).values_list("slug", "title"))
        return [(titles[slug], self.with_compared(slug)) for slug in self.compared if slug in titles]

    @property
    def comparison(self):
        """The address of the comparison."""
        return f"{reverse('pathway_compare')}?{urlencode(self.kept)}"
