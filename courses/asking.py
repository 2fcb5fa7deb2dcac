"""A question to a finder, as it stands in the address: words, filters, order, page; and the addresses that change it.

What is found, and how it is counted, is each finder's own (courses/finder.py, courses/pathways/finder.py).
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.utils import timezone

PER_PAGE = 20
_LONGEST_TEXT = 80


@dataclass(frozen=True)
class Option:
    """One choice of a filter; `count` is None where it is not counted."""

    value: str
    label: str
    chosen: bool
    count: int | None


class _Verdicts(dict):
    """Whether a value passes a filter with these chosen options, worked out once for each value."""

    def __init__(self, keys, wanted):
        self._keys, self._wanted = keys, wanted

    def __missing__(self, value):
        self[value] = verdict = not self._wanted.isdisjoint(self._keys(value))
        return verdict


@dataclass
class Question:
    """One question, made from the address; whatever makes no sense there is left out.

    `text` is what was typed, `chosen` maps names of filters to the values chosen, `sort` is one of `sorts`. A finder
    says which filters and orders there are, and reads what is to be counted (`_groups`).
    """

    text: str = ""
    chosen: dict = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    filters: list = field(default_factory=list)
    now: object = None

    @classmethod
    def from_request(cls, parameters, *, now=None):
        """Read the parameters of an address (a QueryDict)."""
        now = now or timezone.now()
        filters = cls.filters_at(now)
        chosen = {}
        for one in filters:
            known = dict(one.values)
            values = [value for value in dict.fromkeys(parameters.getlist(one.name)) if value in known]
            if values:
                chosen[one.name] = values
        text = " ".join(parameters.get("q", "").replace("\0", "").split())[:_LONGEST_TEXT]
        sort = parameters.get("sort")
        page = parameters.get("page", "")
        return cls(
            text=text,
            chosen=chosen,
            sort=sort if sort in dict(cls.sorts_for(text)) else cls.default_sort_for(text),
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
            filters=filters,
            now=now,
        )

    @classmethod
    def filters_at(cls, now):
        """The filters, in the order in which people ask."""
        raise NotImplementedError

    @staticmethod
    def sorts_for(text):
        """The orders one can choose for these words, as (value, label)."""
        raise NotImplementedError

    @staticmethod
    def default_sort_for(text):
        """The order when none is chosen."""
        raise NotImplementedError

    @property
    def sorts(self):
        """The orders one can choose, as (value, label)."""
        return self.sorts_for(self.text)

    @property
    def default_sort(self):
        """The order when none is chosen. It is not in the address, so that typing words brings the best match."""
        return self.default_sort_for(self.text)

    @property
    def kept(self):
        """What else stays in the address, as (name, value): nothing, unless a finder says so."""
        return []

    def _groups(self):
        """What filters look at, with how many have it: (values in the order of the filters, number)."""
        raise NotImplementedError

    @cached_property
    def _counts(self):
        """Counts of all options, of what dropping one filter would give, and of all found: (options, drops, total)."""
        active = [
            (position, _Verdicts(one.keys, set(self.chosen[one.name])))
            for position, one in enumerate(self.filters)
            if one.name in self.chosen
        ]
        # Added up by what was read; which options that makes is asked once for each different value.
        sums = [Counter() for _one in self.filters]
        drops, total = Counter(), 0
        for values, count in self._groups():
            failed = [position for position, passes in active if not passes[values[position]]]
            if len(failed) > 1:
                continue
            if failed:
                drops[self.filters[failed[0]].name] += count
            else:
                total += count
            for position in failed or range(len(sums)):
                sums[position][values[position]] += count
        options = Counter()
        for one, counted in zip(self.filters, sums, strict=True):
            for value, count in counted.items():
                for key in one.keys(value):
                    options[one.name, key] += count
        return options, drops, total

    @property
    def total(self):
        """How many were found."""
        return self._counts[2]

    def query(self, *, without=None, page=1, text=None):
        """The address's part after the question mark; `without` is a (filter, value) to leave out, None: all values."""
        pairs = [("q", self.text if text is None else text)]
        for name, values in self.chosen.items():
            pairs += [(name, value) for value in values if without not in ((name, value), (name, None))]
        if self.sort != self.default_sort:
            pairs.append(("sort", self.sort))
        if page > 1:
            pairs.append(("page", page))
        pairs += self.kept
        query = urlencode([(name, value) for name, value in pairs if value])
        return f"?{query}" if query else ""

    @property
    def chips(self):
        """What narrows the list now, each with the address of the list without it."""
        chips = [(self.text, self.query(text=""))] if self.text else []
        for one in self.filters:
            labels = dict(one.values)
            chips += [(labels[value], self.query(without=(one.name, value))) for value in self.chosen.get(one.name, [])]
        return chips

    @property
    def pages(self):
        """How many pages they fill, at least one."""
        return max(1, -(-self.total // PER_PAGE))

    @property
    def current(self):
        """The page shown: beyond the last one it is the last."""
        return min(self.page, self.pages)

    @property
    def pager(self):
        """Page numbers with their addresses: the first, the last and those around this one; (0, "") for a gap."""
        near = {1, self.pages, *range(self.current - 1, self.current + 2)} & set(range(1, self.pages + 1))
        links, last = [], 0
        for number in sorted(near):
            if number > last + 1:
                links.append((0, ""))
            links.append((number, self.query(page=number)))
            last = number
        return links

    @property
    def groups(self):
        """The filters with their options for the screen: (filter, options); options that give nothing are left out
        unless chosen."""
        counts = self._counts[0]
        groups = []
        for one in self.filters:
            options = []
            for value, label in one.values:
                chosen = value in self.chosen.get(one.name, ())
                count = None if value in one.uncounted else counts[one.name, value]
                if chosen or count or count is None:
                    options.append(Option(value, label, chosen, count))
            if options:
                groups.append((one, options))
        return groups

    @property
    def drops(self):
        """Filters without which something would be found: (label, count, address), the most first."""
        labels = {one.name: one.label for one in self.filters}
        return [
            (labels[name], count, self.query(without=(name, None))) for name, count in self._counts[1].most_common()
        ]
