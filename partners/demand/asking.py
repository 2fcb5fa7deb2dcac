"""What a reader of the demand board asks for, read from the address; what cannot be read is passed over."""

from dataclasses import replace

from django.utils.translation import gettext as _

from accounts.models import District
from partners.demand.board import ALL_YEARS, By, Choice, count, hides_months, trend, usual_year, years_of
from partners.models import Enterprise


class Board:
    """The board that an address asks for: the choice, what there is to choose from, the figures."""

    def __init__(self, query, sources, *, public):
        self.sources, self.public = sources, public
        self.years = years_of(sources)
        self.districts = list(District.objects.filter(pk__in={one.district for one in sources.demands}))
        used = {one.trade for one in sources.demands}
        self.trades = [one for one in Enterprise.Industry.choices if one[0] in used]
        self.choice = self._read(query)
        self.figures = count(sources, self.choice, public=public)

    def _read(self, query):
        by = query.get("by", "")
        year, district, trade = query.get("year", ""), query.get("district", ""), query.get("trade", "")
        usual = usual_year(self.sources)
        if year == "all" and not self.public:
            chosen = ALL_YEARS
        else:
            chosen = int(year) if year in map(str, self.years) else usual
        found = next((one.pk for one in self.districts if str(one.pk) == district), None)
        if self.public and found:
            trade = ""  # Both together leave so few that neighboring choices would tell of them.
        choice = Choice(
            by=by if by in By.values else By.OCCUPATION,
            year=chosen,
            district=found,
            trade=trade if trade in dict(self.trades) else "",
        )
        if self.public and choice.by == By.MONTH and hides_months(self.sources, choice):
            return replace(choice, by=By.QUARTER)
        return choice

    @property
    def is_narrowed(self):
        """Whether something is left out besides other years."""
        return self.choice.district is not None or bool(self.choice.trade)

    @property
    def scope(self):
        """What it was narrowed to, in words."""
        choice = self.choice
        by_years = choice.by == By.YEAR or choice.year == ALL_YEARS
        district = next((str(one) for one in self.districts if one.pk == choice.district), _("all districts"))
        trade = str(dict(self.trades).get(choice.trade, _("all trades")))
        return [_("all years") if by_years else str(choice.year), district, trade]

    @property
    def query(self):
        """The choice as an address has it, without what it is counted by."""
        choice = self.choice
        found = {"year": choice.year or "all", "district": choice.district or "", "trade": choice.trade}
        return {name: value for name, value in found.items() if value}

    @property
    def ways(self):
        """(key, label) of all that it may be counted by."""
        return By.choices

    @property
    def by_label(self):
        """What it is counted by, in words."""
        return By(self.choice.by).label

    @property
    def lines(self):
        """(label, bar, [(heading, figure)]) of each row."""
        return self._lines(self.figures)

    @property
    def total(self):
        """[(heading, figure)] of the sum; empty when it would be that of a few."""
        return self._cells(self.figures, self.figures.total) if self.figures.total else []

    def trend(self):
        """The gap over the years: (columns, lines)."""
        figures = trend(self.sources, self.choice, public=self.public)
        return figures.columns, self._lines(figures)

    def _lines(self, figures):
        return [(row.label, figures.bar(row), self._cells(figures, row)) for row in figures.rows]

    @staticmethod
    def _cells(figures, row):
        return list(zip([column.label for column in figures.columns], figures.cells(row), strict=True))

    def rows(self):
        """The table to take away, heading first."""
        figures = self.figures
        yield [self.by_label, *(column.label for column in figures.columns)]
        for row in [*figures.rows, *filter(None, [figures.total])]:
            yield [row.label, *(row.values[column.key] for column in figures.columns)]
