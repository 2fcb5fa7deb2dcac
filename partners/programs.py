"""What the page and the list of order programs say: the order's work and terms, the school's plan, the intake now."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch, Q
from django.utils import timezone

from accounts.models import District
from courses.cards import cards_of, readable
from courses.describe import rules
from courses.eligibility import Rules
from courses.models import Intake
from partners.answers import SECTIONS, Answers
from partners.conditions import conditions_in
from partners.models import Enterprise, MatchRequest, OrderProgramPage, TrainingOrder
from partners.states import MatchState

# The order in which intakes stand: what one can still join comes first.
_FIRST = {"open": 0, "full": 1, "soon": 2, "closed": 3, "cancelled": 4, "over": 5}


class OrderProgram:
    """An order program as it is shown now."""

    def __init__(self, page, *, now=None):
        self.page, self.now = page, now or timezone.now()
        self.order = page.order

    @cached_property
    def card(self):
        """The intake in the facts box, or None."""
        return _best(cards_of(readable(_intakes().filter(program=self.page.pk)), now=self.now))

    @cached_property
    def answers(self):
        """The order's answers as approved."""
        return Answers.of(self.order)

    @cached_property
    def words(self):
        """Every answer in words, by name."""
        return {name: self.answers.words(name) for section in SECTIONS for name in section.names}

    @property
    def conditions(self):
        """What is acknowledged one by one before applying."""
        return conditions_in(self.answers)

    @cached_property
    def plan(self):
        """The school's plan."""
        return MatchRequest.objects.filter(order=self.order, state=MatchState.ACCEPTED).first()

    @property
    def rules(self):
        """The rules of the intake in words, as (subject, sentence)."""
        if self.card is None:
            return []
        intake = Intake.objects.select_related("term", "program__institution").get(pk=self.card.intake.pk)
        return rules(Rules.of(intake), now=self.now)


def _intakes():
    return Intake.objects.exclude(status=Intake.Status.DRAFT)


def _best(cards):
    return min(cards, key=lambda card: (_FIRST[card.facts.standing.key], -card.intake.pk), default=None)


def public_programs():
    """The published order programs with their order and enterprise; none of an order that is closed."""
    related = "order__enterprise", "order__district", "institution", "order__occupation"
    return OrderProgramPage.objects.shown().select_related(*related)


@dataclass
class Listed:
    """One line of the list: the page, its order, its intake now (or None)."""

    page: OrderProgramPage
    card: object | None

    @property
    def order(self):
        """The order it is trained for."""
        return self.page.order


class Listing:
    """The list as asked for in the address; a value that is none of the offered ones is passed over."""

    def __init__(self, asked):
        self.text = " ".join(asked.get("q", "").replace("\0", "").split())[:40]
        self.trade = asked.get("trade", "") if asked.get("trade") in Enterprise.Industry.values else ""
        self.level = asked.get("level", "") if asked.get("level") in TrainingOrder.Level.values else ""
        county = asked.get("county", "")
        self.county = county if county.isascii() and county.isdecimal() and len(county) <= 12 else ""

    @property
    def is_narrowed(self):
        """Whether anything was asked for."""
        return bool(self.text or self.trade or self.level or self.county)

    @cached_property
    def items(self):
        """What was found: open ones first, then the soonest to close; three queries however many."""
        pages = public_programs()
        for word in self.text.split():
            named = Q(title__icontains=word) | Q(summary__icontains=word) | Q(order__enterprise__name__icontains=word)
            pages = pages.filter(named | Q(order__occupation__name__icontains=word))
        if self.trade:
            pages = pages.filter(order__enterprise__industry=self.trade)
        if self.level:
            pages = pages.filter(order__level=self.level)
        if self.county:
            pages = pages.filter(order__district=self.county)
        found = Prefetch("intakes", readable(_intakes()), to_attr="shown")
        pages = list(pages.prefetch_related(found))
        cards = {}
        for card in cards_of([intake for page in pages for intake in page.shown]):
            cards.setdefault(card.intake.program_id, []).append(card)
        items = [Listed(page, _best(cards.get(page.pk, []))) for page in pages]
        return sorted(items, key=lambda one: (_rank(one.card), one.page.order.closes_on, one.page.pk))

    @property
    def trades(self):
        """The trades that have a program."""
        there = set(public_programs().values_list("order__enterprise__industry", flat=True))
        return [one for one in Enterprise.Industry.choices if one[0] in there]

    @property
    def levels(self):
        """Who may be meant."""
        return TrainingOrder.Level.choices

    @property
    def counties(self):
        """The counties in which one works afterwards."""
        return District.objects.filter(orders__page__in=public_programs()).distinct()


def _rank(card):
    return _FIRST[card.facts.standing.key] if card else len(_FIRST)
