"""What the figures of a major suggest: open, widen, hold or narrow. Pure rules over figures and the staff's thresholds.

Nothing follows from it by itself: a person accepts or dismisses it with a reason (deciding.py).
"""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date

from django.utils.translation import gettext as _

from partners.models import Advice

_DAYS_A_MONTH = 30.44
# With fewer posts than this a share says nothing: a major is not widened for two people.
FEWEST_POSTS = 5


@dataclass(frozen=True)
class Facts:
    """What is known of a major. `posts` are its part of orders that name several majors; `year` is that of the newest
    report of schools, from which seats to `placed` are; 0: nobody teaches it."""

    posts: float = 0
    orders: int = 0
    enterprises: int = 0
    year: int = 0
    seats: int = 0
    enrolled: int = 0
    graduates: int = 0
    placed: int = 0

    @property
    def is_taught(self):
        """Whether an institution has seats in it."""
        return self.seats > 0

    @property
    def output(self):
        """How many it gives a year: its graduates; its seats while none has graduated yet."""
        return self.graduates or self.seats

    @property
    def percent(self):
        """Posts in percent of what it gives a year; None when it is not taught."""
        return round(100 * self.posts / self.output) if self.output else None

    @property
    def placed_percent(self):
        """Graduates at work in the trade in percent; None without graduates."""
        return round(100 * self.placed / self.graduates) if self.graduates else None

    def kept(self):
        """As they are kept with a decision."""
        return asdict(self)


def advise(facts, limits):
    """(Advice, why in one sentence with the figures) for a major; `limits` is a DemandSettings."""
    if not facts.is_taught:
        return _untaught(facts, limits)
    told = {
        "posts": f"{facts.posts:g}",
        "output": facts.output,
        "percent": facts.percent,
        "placed": "—" if facts.placed_percent is None else f"{facts.placed_percent}%",
    }
    placed = facts.placed_percent
    if (
        facts.posts >= FEWEST_POSTS
        and facts.percent >= limits.widen_percent
        and (placed is None or placed >= limits.widen_placed)
    ):
        why = _(
            "%(posts)s posts wait for %(output)s graduates a year (%(percent)s%%), and %(placed)s of the graduates"
            " work in the trade: more could be trained."
        )
        return Advice.WIDEN, why % told
    if facts.graduates and facts.percent <= limits.narrow_percent and placed < limits.narrow_placed:
        why = _(
            "%(posts)s posts wait for %(output)s graduates a year (%(percent)s%%), and only %(placed)s of the"
            " graduates work in the trade: more are trained than are asked for."
        )
        return Advice.NARROW, why % told
    why = _(
        "%(posts)s posts wait for %(output)s graduates a year (%(percent)s%%); of the graduates %(placed)s work in the"
        " trade. Neither is beyond the thresholds."
    )
    return Advice.HOLD, why % told


def _untaught(facts, limits):
    told = {
        "posts": f"{facts.posts:g}",
        "enterprises": facts.enterprises,
        "n": limits.open_posts,
        "m": limits.open_enterprises,
    }
    if facts.posts >= limits.open_posts and facts.enterprises >= limits.open_enterprises:
        why = _("Nobody here teaches it, and %(enterprises)s enterprises ask for %(posts)s people.")
        return Advice.OPEN, why % told
    why = _(
        "Nobody here teaches it. %(enterprises)s enterprises ask for %(posts)s people; opening it is proposed from"
        " %(n)s people and %(m)s enterprises on."
    )
    return Advice.HOLD, why % told


def has_changed(kept, facts, advice, now, limits):
    """Whether the figures differ so much from the `kept` ones of a decision that it should be looked at again.

    `advice` is what was decided about, `now` what is suggested.
    """
    if advice != now:
        return True
    before = Facts(**{name: value for name, value in kept.items() if name in Facts.__dataclass_fields__})
    for name in ("posts", "graduates", "seats"):
        old, new = getattr(before, name), getattr(facts, name)
        if abs(new - old) * 100 >= limits.change_percent * max(old, FEWEST_POSTS):
            return True
    return False


def facts_of_all(sources, *, today: date, months):
    """{major: Facts} of every major that somebody asks for or teaches.

    An order's posts are shared equally among the majors that lead there; where some of these are taught here, among
    those only. Orders whose training begins since so many months count, and all that begin later.
    """
    offers = defaultdict(list)
    for one in sources.offers:
        offers[one.major].append(one)
    newest = {major: max(one.year for one in rows) for major, rows in offers.items()}
    taught = {major for major, rows in offers.items() if any(one.seats for one in rows if one.year == newest[major])}
    asked = defaultdict(list)
    for one in sources.demands:
        if (today - one.starts_on).days <= months * _DAYS_A_MONTH:
            majors = one.majors or tuple(sorted(sources.majors_of([one.occupation])))
            fitting = [major for major in majors if major in taught] or majors
            for major in fitting:
                asked[major].append((one, one.posts / len(fitting)))
    return {major: _facts(asked[major], offers[major], newest.get(major, 0)) for major in {*asked, *offers}}


def _facts(asked, offers, year):
    of_year = [one for one in offers if one.year == year]
    return Facts(
        posts=round(sum(part for _one, part in asked), 1),
        orders=len(asked),
        enterprises=len({one.enterprise for one, _part in asked}),
        year=year,
        **{name: sum(getattr(one, name) for one in of_year) for name in ("seats", "enrolled", "graduates", "placed")},
    )
