"""The course finder: what was asked (Search), how many each option would give, and the intakes found.

Options of one filter widen (Monday or Tuesday), filters narrow (Monday, and free). Each option's count is what it
would give together with the other filters. All counts come from one query, grouped by all that filters look at, and
are added up here: one filtered aggregate for each of 40 options would test every intake 40 times.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, Count, F, Q, Value, When
from django.utils.translation import gettext as _

from courses.asking import PER_PAGE, Question
from courses.cards import cards_of, readable
from courses.filters import all_filters, has_seats, phase, state_condition
from courses.models import CommunityCoursePage, Intake, PathwayPage

_RANKED = 200  # So many of the best hits of a search stand in the order of relevance.


def _sorts(text):
    """The orders one can choose, as (value, label); a best match there is only for words."""
    best = [("relevance", _("Best match"))] if text else []
    return [
        *best,
        ("start", _("Starting soonest")),
        ("closing", _("Closing soonest")),
        ("new", _("Newest")),
    ]


@dataclass
class Search(Question):
    """One question to the course finder."""

    @classmethod
    def filters_at(cls, now):
        """Those of courses."""
        return all_filters(now)

    @staticmethod
    def sorts_for(text):
        """A best match there is only for words."""
        return _sorts(text)

    @staticmethod
    def default_sort_for(text):
        """The best match for words, else what starts soonest."""
        return "relevance" if text else "start"

    # --- Finding

    @cached_property
    def _programs(self):
        """The best hits of the text among programs, and whether the search had to be widened."""
        results = CommunityCoursePage.objects.live().search(self.text)
        ids = [program.pk for program in results[:_RANKED]]
        everything = ids if len(ids) < _RANKED else results.get_queryset().order_by().values("pk")
        return ids, everything, getattr(results, "widened", False)

    @property
    def widened(self):
        """Whether nothing had all the words, so that what has some of them is shown."""
        return bool(self.text) and self._programs[2]

    @cached_property
    def pathways(self):
        """How many pathways have these words: they stand in a list of their own."""
        return PathwayPage.objects.live().public().search(self.text, operator="and").count() if self.text else 0

    @cached_property
    def _base(self):
        """All intakes that the text and the state allow; the other filters are left to the counting."""
        intakes = Intake.objects.published().of_courses().order_by()
        if "past" not in self.chosen.get("state", ()):
            intakes = intakes.filter(state_condition(("open", "soon"), self.now))
        if self.text:
            intakes = intakes.filter(Q(program__in=self._programs[1]) | Q(code__iexact=self.text))
        return intakes

    def _groups(self):
        """What filters look at, with how many classes have it: tuples in the order of the filters, and the number."""
        grouped = (
            self._base.annotate(
                price=Case(When(fee=0, then=Value("free")), default=Value("paid")),
                room=Case(When(has_seats(), then=Value("yes")), default=Value("no")),
                phase=phase(self.now),
            )
            .values_list(
                *("program__communitycoursepage__category__slug", "district_id", "weekdays", "day_parts"),
                *("min_age", "max_age", "min_age_women", "max_age_women", "price", "room", "phase"),
            )
            .annotate(Count("pk"))
        )
        for row in grouped.iterator(chunk_size=2000):
            yield (*row[:4], row[4:8], *row[8:11]), row[11]

    def cards(self):
        """The intakes of this page as cards."""
        found = self._base
        for one in self.filters:
            if one.name in self.chosen:
                found = found.filter(one.condition(self.chosen[one.name]))
        found = readable(found).order_by(*self._order())
        return cards_of(found[(self.current - 1) * PER_PAGE : self.current * PER_PAGE], now=self.now)

    def _order(self):
        # What has begun stands behind what is to come.
        soonest = [
            Case(When(starts_at__gte=self.now, then=0), default=1),
            F("starts_at").asc(nulls_last=True),
            "pk",
        ]
        if self.sort == "relevance":
            ranks = [When(program=pk, then=rank) for rank, pk in enumerate(self._programs[0])]
            return [Case(*ranks, default=_RANKED), *soonest] if ranks else soonest
        if self.sort == "closing":
            return [Case(When(opens_at__lte=self.now, closes_at__gt=self.now, then=0), default=1), "closes_at", "pk"]
        return ["-pk"] if self.sort == "new" else soonest
