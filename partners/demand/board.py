"""The demand board: posts by occupation, place or time, who is trained for them, and the gap; pure counting."""

from dataclasses import dataclass, replace
from statistics import median

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import District
from courses.reports.tables import SIGNED, YUAN, Column, Figures, Row
from partners.demand import small
from partners.models import Occupation

ALL_YEARS = 0
# How many years the trend of the gap goes back from its last.
TREND_YEARS = 5
# Each is the pay of a single order: for staff only.
_EXTREMES = ("pay_low", "pay_high")


class By(TextChoices):
    """What the board may be counted by."""

    OCCUPATION = "occupation", gettext_lazy("occupation")
    DISTRICT = "district", gettext_lazy("county or district")
    MONTH = "month", gettext_lazy("month in which training begins")
    QUARTER = "quarter", gettext_lazy("quarter in which training begins")
    YEAR = "year", gettext_lazy("year in which training begins")


# Schools report by years: within one there is no supply to compare with.
WITH_SUPPLY = (By.OCCUPATION, By.DISTRICT, By.YEAR)


@dataclass(frozen=True)
class Choice:
    """What is asked: counted by what, narrowed to what. `year` 0: all of them; counted by years it is not used."""

    by: str = By.OCCUPATION
    year: int = ALL_YEARS
    district: int | None = None
    trade: str = ""

    def fits(self, one):
        """Whether a demand belongs to what is asked."""
        return self.fits_but_year(one) and self._is_of_year(one.year)

    def fits_but_year(self, one):
        """Whether it belongs to it in some year."""
        return self.district in (None, one.district) and self.trade in ("", one.trade)

    @property
    def narrowed_by(self):
        """The fields of a demand that it is narrowed by, besides the year."""
        return [name for name in ("district", "trade") if getattr(self, name)]

    def offers(self, sources):
        """The majors taught that belong to it; a trade narrows occupations, not schools."""
        return [one for one in sources.offers if self._is_of_year(one.year) and self.district in (None, one.district)]

    def _is_of_year(self, year):
        return self.by == By.YEAR or self.year in (ALL_YEARS, year)


def usual_year(sources):
    """The year that the board shows unless told: this one if somebody is wanted in it, else the last of all."""
    years = {one.year for one in sources.demands}
    this = timezone.localdate().year
    return this if this in years or not years else max(years)


def years_of(sources):
    """All years of which there is something to show, the newest first."""
    return sorted({one.year for one in (*sources.demands, *sources.offers)}, reverse=True)


def count(sources, choice, *, public=False):
    """The board as Figures. `public`: of one year, groups of few orders or enterprises put together (small.py).

    Counted by years the public reads no sum: each year is a table of its own, and a sum would tell of those left out.
    """
    columns = _columns(choice, public=public)
    if public and not _is_told(sources, choice):
        return Figures(columns, [])
    groups = _split(sources, choice)
    groups = {key: groups.get(key, []) for key in _keys(sources, choice, groups)}
    shown = _shown(sources, choice, groups) if public else groups
    rest = [one for key, demands in groups.items() if key not in shown for one in demands]
    names = _names(choice.by, shown)

    def values(key, demands, all_groups):
        found = _values(sources, choice, key, demands, all_groups)
        return _for_everybody(found, demands) if public else found

    rows = [Row(names[key], values(key, demands, shown)) for key, demands in shown.items()]
    if choice.by not in (By.MONTH, By.QUARTER, By.YEAR):
        rows.sort(key=lambda row: -row.values["gap" if public else "posts"])
    if public and choice.by == By.YEAR:
        return Figures(columns, rows)
    if rest:
        rows.append(Row(_("all others together"), values(None, rest, {})))
    total = Row(_("sum"), values(None, [one for rows in groups.values() for one in rows], groups))
    return Figures(columns, rows, total if rows else None)


def hides_months(sources, choice):
    """Whether some month of what the public chose is of too few: the quarter, less its other months, would tell it."""
    demands = _of_year(sources, choice)
    return _alone(demands, replace(choice, by=By.MONTH)) != {one.month for one in demands}


def _split(sources, choice):
    """{key: demands that fit}."""
    return small.grouped([one for one in sources.demands if choice.fits(one)], choice.by)


def _shown(sources, choice, groups):
    """The groups that the public may read, each by itself; those that are empty tell of nobody."""
    if choice.by == By.YEAR:
        years = {year: replace(choice, by=By.OCCUPATION, year=year) for year in groups}
        return {year: demands for year, demands in groups.items() if not demands or _is_told(sources, years[year])}
    alone = _alone(_of_year(sources, choice), choice)
    return {key: demands for key, demands in groups.items() if not demands or key in alone}


def _is_told(sources, choice):
    """Whether the public may know of the choice at all: what it is narrowed to stands alone in its year."""
    if choice.by == By.YEAR:
        return True
    demands = _of_year(sources, choice)
    if choice.year == ALL_YEARS or len(choice.narrowed_by) > 1 or not small.is_enough(demands):
        return False
    return all(getattr(choice, name) in small.alone(small.grouped(demands, name)) for name in choice.narrowed_by)


def _alone(demands, choice):
    """The keys that stand alone among the demands of a year, wherever a choice of this kind narrows them."""
    for name in choice.narrowed_by:
        return small.alone_within(demands, choice.by, name)
    return small.alone(small.grouped(demands, choice.by))


def _of_year(sources, choice):
    return [one for one in sources.demands if one.year == choice.year]


def _for_everybody(values, demands):
    """The figures of a row for everybody: of pay the middle, in round figures, where enough orders name one."""
    told = sum(bool(one.pay) for one in demands) >= small.FEWEST_PAYS
    pay = round(values["pay"] / small.PAY_STEP) * small.PAY_STEP if told else None
    return {key: value for key, value in values.items() if key not in _EXTREMES} | {"pay": pay}


def _keys(sources, choice, groups):
    """The groups to show, in order; an occupation for which nobody is wanted now, too, while schools train for it."""
    keys = set(groups)
    if choice.by == By.OCCUPATION:
        taught = {one.major for one in choice.offers(sources) if one.graduates}
        wanted = {one.occupation for one in sources.demands if choice.fits_but_year(one)}
        keys |= {one for one in wanted if sources.leading.get(one, set()) & taught}
    elif choice.by == By.YEAR and groups:
        keys |= {one.year for one in choice.offers(sources)}
    return sorted(keys)


def _columns(choice, *, public):
    columns = [
        Column("orders", _("orders")),
        Column("enterprises", _("enterprises")),
        Column("posts", _("posts"), bar=True),
        Column("pay_low", _("lowest pay"), YUAN),
        Column("pay", _("median pay"), YUAN),
        Column("pay_high", _("highest pay"), YUAN),
        Column("programs", _("seats in order programs")),
        Column("working", _("at work after an order program")),
    ]
    if choice.by in WITH_SUPPLY:
        columns += [
            Column("seats", _("seats in majors")),
            Column("graduates", _("graduates"), bar=True),
            Column("placed", _("of them at work in the trade")),
            Column("gap", _("gap"), SIGNED),
        ]
    return [one for one in columns if not (public and one.key in _EXTREMES)]


def _values(sources, choice, key, demands, groups):
    """The figures of a group of demands; without a key those of all that is asked."""
    pays = [one.pay for one in demands if one.pay]
    values = {
        "orders": len(demands),
        "enterprises": len({one.enterprise for one in demands}),
        "posts": sum(one.posts for one in demands),
        "pay_low": min(pays, default=None),
        "pay": round(median(pays)) if pays else None,
        "pay_high": max(pays, default=None),
        "programs": sum(one.seats for one in demands),
        "working": sum(one.placed for one in demands),
    }
    if choice.by in WITH_SUPPLY:
        values |= _supply(_taught(sources, choice, key, demands, groups), values)
    return values


def _taught(sources, choice, key, demands, groups):
    """The majors taught that lead to the occupations of a group, each once."""
    if choice.by == By.OCCUPATION:
        occupations = {one.occupation for one in demands} | ({key} if key is not None else set(groups))
    else:
        occupations = {one.occupation for one in sources.demands if choice.fits_but_year(one)}
    majors = sources.majors_of(occupations)
    offers = [one for one in choice.offers(sources) if one.major in majors]
    if key is not None and choice.by in (By.DISTRICT, By.YEAR):
        return [one for one in offers if getattr(one, choice.by) == key]
    return offers


def _supply(offers, values):
    graduates = sum(one.graduates for one in offers)
    return {
        "seats": sum(one.seats for one in offers),
        "graduates": graduates,
        "placed": sum(one.placed for one in offers),
        "gap": values["posts"] - values["programs"] - graduates,
    }


def trend(sources, choice, *, public=False):
    """The gap of each occupation over the years, the last largest first; in public not where it is of a few."""
    years = sorted(years_of(sources))[-TREND_YEARS:]
    columns = [Column(str(year), str(year), SIGNED) for year in years]
    rows = {}
    for year in years:
        one = replace(choice, by=By.OCCUPATION, year=year)
        for key, values in _gaps(sources, one, public=public):
            rows.setdefault(key, dict.fromkeys(map(str, years)))[str(year)] = values
    names = _names(By.OCCUPATION, rows)
    kept = [Row(names[key], values) for key, values in rows.items() if any(one is not None for one in values.values())]
    return Figures(columns, sorted(kept, key=lambda row: (-_last(row), row.label)))


def _last(row):
    """The gap of the last year that is known of a row."""
    return [one for one in row.values.values() if one is not None][-1]


def _gaps(sources, choice, *, public):
    """(occupation, gap) of one year."""
    if public and not _is_told(sources, choice):
        return
    groups = _split(sources, choice)
    groups = {key: groups.get(key, []) for key in _keys(sources, choice, groups)}
    shown = _shown(sources, choice, groups) if public else groups
    for key in shown:
        yield key, _values(sources, choice, key, groups[key], groups)["gap"]


def _names(by, keys):
    """The words for the keys of groups."""
    if by == By.OCCUPATION:
        return {one.pk: f"{one.name} {one.code}" for one in Occupation.objects.filter(pk__in=keys)}
    if by == By.DISTRICT:
        return {one.pk: str(one) for one in District.objects.filter(pk__in=keys)}
    if by == By.QUARTER:
        return {
            key: _("%(year)s, quarter %(n)s") % dict(zip(("year", "n"), key.split("-"), strict=True)) for key in keys
        }
    return {key: str(key) for key in keys}
