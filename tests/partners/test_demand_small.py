"""Whoever adds and subtracts the public tables of the demand board learns of no few orders."""

import itertools
import random
from collections import defaultdict
from datetime import date

import pytest

from accounts.models import District
from partners.demand import sources
from partners.demand.asking import Board
from partners.demand.board import By, count
from partners.demand.small import is_enough
from partners.models import Occupation
from tests import factories
from tests.partners.market import employer, occupation, wanted

pytestmark = pytest.mark.django_db


class Reader:
    """Somebody who adds and subtracts all public tables of a year: what they know are sums over cells.

    A cell is (occupation, district, trade, month), as the tables may be narrowed by each. What is known is kept as
    rows of a matrix in echelon form, modulo a large prime; a sum is known when nothing is left of it.
    """

    PRIME = 2**31 - 1
    FIELDS = ("occupation", "district", "trade", "month")

    def __init__(self, demands):
        self.demands = demands
        self.values = {name: sorted({getattr(one, name) for one in demands}) for name in self.FIELDS}
        self.cells = list(itertools.product(*self.values.values()))
        self.known = {}
        self.empty = set()

    def sum_of(self, **fixed):
        """The sum over the cells with these values, each one or several."""
        found = []
        for number, cell in enumerate(self.cells):
            about = dict(zip(self.FIELDS, cell, strict=True))
            about["quarter"] = f"{about['month'][:4]}-{(int(about['month'][5:]) + 2) // 3}"
            if all(about[name] in values for name, values in fixed.items()):
                found.append(number)
        return {number: 1 for number in found if number not in self.empty}

    def learn(self, row):
        """Keep what a sum adds to what is known."""
        row = self.less_what_is_known(row)
        if row:
            first = min(row)
            inverse = pow(row[first], -1, self.PRIME)
            self.known[first] = {number: value * inverse % self.PRIME for number, value in row.items()}

    def less_what_is_known(self, row):
        """What is left of a sum that cannot be made of the known ones."""
        row = dict(row)
        for first in sorted(self.cells_between(row)):
            factor = row.get(first, 0)
            if factor and first in self.known:
                for number, value in self.known[first].items():
                    row[number] = (row.get(number, 0) - factor * value) % self.PRIME
        return {number: value for number, value in row.items() if value}

    def cells_between(self, row):
        """All cells from the first of a sum on."""
        return range(min(row), len(self.cells)) if row else ()


def public_sums(read, year):
    """(what it is narrowed to, by, keys shown alone, whether there are others) of each public table of a year."""
    narrowed = [{}, *({"district": one} for one in sorted({one.district for one in read.demands}))]
    narrowed += [{"trade": one} for one in sorted({one.trade for one in read.demands})]
    for filters in narrowed:
        for by in (By.OCCUPATION, By.DISTRICT, By.QUARTER, By.MONTH):
            query = {name: str(value) for name, value in filters.items()} | {"by": by, "year": str(year)}
            board = Board(query, read, public=True)
            if board.total:
                keys = board_keys(read, board.choice)
                yield filters, board.choice.by, keys, board.figures.rows[-1].label == "其他合计"


def board_keys(read, choice):
    """The keys of the rows that stand alone: found by their words."""
    words = {
        By.OCCUPATION: lambda one: str(Occupation.objects.get(pk=one.occupation).code),
        By.DISTRICT: lambda one: str(District.objects.get(pk=one.district)),
        By.QUARTER: lambda one: f"{one.quarter[:4]}年第{one.quarter[-1]}季度",
        By.MONTH: lambda one: one.month,
    }[choice.by]
    labels = [row.label for row in count(read, choice, public=True).rows if row.values["orders"]]
    found = {getattr(one, choice.by): words(one) for one in read.demands if one.year == choice.year}
    return [key for key, word in found.items() if any(word in (label, label.split()[-1]) for label in labels)]


@pytest.mark.parametrize("seed", range(6))
def test_whoever_subtracts_all_public_tables_learns_of_no_few(seed):
    chance = random.Random(seed)
    counties = [factories.district(), factories.district("232721", "呼玛县"), factories.district("232701", "漠河市")]
    works = [occupation(name) for name in ("养老护理员", "导游", "药材种植工", "雪道养护工")]
    firms = [employer(industry=chance.choice(["care", "tourism"]), district=chance.choice(counties)) for _ in range(30)]
    for _ in range(70):
        firm = chance.choice(firms)
        district = chance.choices(counties, [12, 6, 2])[0]
        day = date(2027, chance.choices([1, 2, 3, 5], [9, 6, 2, 6])[0], 1)
        work = chance.choices(works, [9, 6, 4, 1])[0]
        wanted(of=firm, occupation=work, district=district, starts_on=day)
    read = sources.read()
    reader = Reader(read.demands)

    told = 0
    tables = [({name: [one] for name, one in filters.items()}, *rest) for filters, *rest in public_sums(read, 2027)]
    nothing = set()
    for fixed, by, keys, others in tables:
        if not others:  # The groups that are not named are known to be empty.
            nothing |= reader.sum_of(**fixed).keys() - reader.sum_of(**fixed | {by: keys}).keys()
    reader.empty = nothing
    for fixed, by, keys, others in tables:
        reader.learn(reader.sum_of(**fixed))
        for key in keys:
            reader.learn(reader.sum_of(**fixed | {by: [key]}))
            told += 1
        assert others or keys
    assert told > 10

    for one, other in itertools.combinations([*Reader.FIELDS, "quarter"], 2):
        groups = defaultdict(list)
        for demand in read.demands:
            for names in ((one,), (other,), (one, other)):
                groups[tuple((name, getattr(demand, name)) for name in names)].append(demand)
        for about, demands in groups.items():
            if not is_enough(demands):
                row = reader.sum_of(**{name: [value] for name, value in about})
                assert reader.less_what_is_known(row), f"The tables tell of {about}."
