"""Reading pathways for lists, the comparison and the page: each with its intake now, its facts and its last year.

The number of queries does not grow with the number of pathways.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.cards import INTAKE_FIELDS, Card, cards_of
from courses.describe import moment, seats_in_words, yuan
from courses.models import Intake, PathwayPage, PathwayYear

# What one can join first stands first; an intake whose day of reporting is past is history.
ORDER = {"open": 0, "full": 1, "soon": 2, "closed": 3, "cancelled": 4}
_FIELDS = [*INTAKE_FIELDS, "mode", "official_channel", "round_id"]


@dataclass(frozen=True)
class PathwayCard:
    """One pathway, ready to be shown: its page, its intakes (the one that matters now first), its newest year."""

    page: PathwayPage
    intakes: list
    last_year: PathwayYear | None

    @property
    def intake(self) -> Card | None:
        """The intake that matters now."""
        return self.intakes[0] if self.intakes else None

    @property
    def is_interest(self):
        """Whether people only register interest here, because the official channel decides."""
        return self.intake is not None and self.intake.intake.mode == Intake.Mode.INTEREST

    @cached_property
    def facts(self):
        """When, where, who may join, fee, seats, until when; None without an intake."""
        return _facts(self.page, self.intake) if self.intake else None

    @property
    def address(self):
        """The page of the pathway."""
        return reverse("pathway", args=[self.page.slug])


def published():
    """The pathways that anybody may read, with what cards say of them."""
    return (
        PathwayPage.objects.live()
        .public()
        .select_related("institution__district", "college__district", "secondary_major", "college_major")
    )


def pathway_cards(pages, *, now=None):
    """Cards for these pages, in their order."""
    now = now or timezone.now()
    pages = list(pages)
    keys = [page.pk for page in pages]
    intakes = _intakes_of(pages, now)
    years = {}
    for year in PathwayYear.objects.filter(pathway__in=keys).order_by("year"):
        years[year.pathway_id] = year
    return [PathwayCard(page, intakes.get(page.pk, []), years.get(page.pk)) for page in pages]


def _intakes_of(pages, now):
    """{page key: its intakes as cards, the one that matters now first}."""
    by_key = {page.pk: page for page in pages}
    intakes = list(
        Intake.objects.filter(program__in=by_key)
        .exclude(status=Intake.Status.DRAFT)
        .exclude(ends_at__lte=now)
        .select_related("district")
        .only(*_FIELDS)
    )
    for intake in intakes:
        intake.program = by_key[intake.program_id]
    found = {}
    for card in cards_of(intakes, now=now):
        found.setdefault(card.intake.program_id, []).append(card)
    for cards in found.values():
        cards.sort(key=lambda card: (ORDER.get(card.facts.standing.key, 9), card.intake.closes_at, card.intake.pk))
    return found


def _facts(page, card):
    """The facts of the intake in the words of a pathway: two places, this year's conditions, five years' tuition."""
    facts = card.facts
    if card.intake.mode == Intake.Mode.INTEREST and facts.standing.key in ("open", "full"):
        label = _("Interest can be registered")
        # Nobody takes a seat here, so none is "left": as many as when it is closed.
        seats = seats_in_words(card.seats, "closed")
        facts = replace(facts, seats=seats, standing=replace(facts.standing, label=label, tag="tag--info"))
    return replace(
        facts,
        when=_reporting(card.intake) or facts.when,
        where=where(page),
        who=pgettext("between two conditions", ", ").join(lines(page.who_may_apply)) or facts.who,
        fee=tuition(page) or facts.fee,
        seats=_("%(seats)s; %(n)d approved a year") % {"seats": facts.seats, "n": page.approved_seats},
    )


def _reporting(intake):
    """The day of reporting to school: the one meeting of the intake."""
    return intake.starts_at and _("Report to school on %(day)s") % {"day": moment(intake.starts_at)}


def lines(text):
    """The lines of a text that says one thing a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def where(page):
    """Three years here, two years there."""
    return _("3 years at %(school)s, 2 years at %(college)s") % {
        "school": page.institution.name,
        "college": page.college.name,
    }


def _a_year(amount):
    """Tuition of one year in words; takes yuan."""
    return _("%(amount)s a year") % {"amount": yuan(amount * 100)} if amount else yuan(0)


def tuition(page):
    """Tuition of the five years, equal years together: years 1 to 3 free, years 4 to 5 ¥5,000."""
    years = [block.value["tuition"] or 0 for block in page.journey]
    said, first = [], 1
    for amount, same in groupby(years):
        last = first + len(list(same)) - 1
        words = {"first": first, "last": last, "amount": _a_year(amount)}
        one = _("year %(first)d %(amount)s") if first == last else _("years %(first)d to %(last)d %(amount)s")
        said.append(one % words)
        first = last + 1
    return pgettext("between two conditions", ", ").join(said)
