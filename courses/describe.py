"""The words for an intake: state, when, where, who may join, fee, seats, until when. The same words everywhere.

Times are shown in Asia/Shanghai. `now` is given by tests; everyone else leaves it out.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from django.core.cache import caches
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from accounts.models import District
from courses.models import Intake, JuniorSchool

_WORKDAYS = 0b0011111
_EVERY_DAY = 0b1111111


@dataclass(frozen=True)
class Seats:
    """The seats of an intake, all pools together."""

    total: int = 0
    taken: int = 0
    waiting: int = 0

    @property
    def free(self):
        """Seats that nobody holds."""
        return self.total - self.taken


@dataclass(frozen=True)
class Standing:
    """Where an intake stands: a key for code, a short label, and the tag's class with its sign for the eye."""

    key: str
    label: str
    tag: str
    sign: str


@dataclass(frozen=True)
class Facts:
    """All that a card or a facts box says of an intake, in the order in which it is said."""

    standing: Standing
    when: str
    where: str
    who: str
    fee: str
    seats: str
    until: str


def facts(intake, *, seats, now=None):
    """Everything at a glance; `seats` are those counted now (listings.seats_of)."""
    now = now or timezone.now()
    state = standing(intake, seats=seats, now=now)
    return Facts(
        standing=state,
        when=when(intake, now=now),
        where=where(intake),
        who=who(intake),
        fee=fee(intake),
        seats=seats_in_words(seats, state.key, intake.admission_rule),
        until=until(intake, state.key, now=now),
    )


# --- State ---------------------------------------------------------------------------------------------


def standing(intake, *, seats, now=None):
    """Cancelled, opening soon, open, full (the waitlist is open), closed (about to run or running), or over."""
    return _standing(_standing_key(intake, seats, now or timezone.now()), get_language())


def _standing_key(intake, seats, now):
    if intake.status == Intake.Status.CANCELLED:
        return "cancelled"
    if intake.ends_at and intake.ends_at <= now:
        return "over"
    if now < intake.opens_at:
        return "soon"
    if now >= intake.closes_at:
        return "closed"
    return "open" if seats.free > 0 else "full"


@lru_cache(maxsize=32)
def _standing(key, language):
    label, tag, sign = {
        "open": (_("Open for enrollment"), "ok", "●"),
        "full": (_("Full, waitlist open"), "wait", "◐"),
        "soon": (_("Opening soon"), "info", "○"),
        "closed": (_("Enrollment closed"), "", "■"),
        "over": (_("Class is over"), "", "■"),
        "cancelled": (_("Cancelled"), "bad", "✕"),
    }[key]
    return Standing(key=key, label=label, tag=f"tag--{tag}" if tag else "", sign=sign)


# --- Days and times ---------------------------------------------------------------------------------------


def weekday_name(number):
    """The short name of a weekday, 0 is Monday."""
    return (
        pgettext("weekday", "Mon"),
        pgettext("weekday", "Tue"),
        pgettext("weekday", "Wed"),
        pgettext("weekday", "Thu"),
        pgettext("weekday", "Fri"),
        pgettext("weekday", "Sat"),
        pgettext("weekday", "Sun"),
    )[number]


def day(value, *, now=None):
    """A day in words; within the next seven days also tomorrow or this Wednesday. Takes dates and aware datetimes."""
    date = timezone.localdate(value) if hasattr(value, "hour") else value
    return _with_near(*_day(date, timezone.localdate(now), get_language()))


def _with_near(words, near):
    return _("%(day)s (%(near)s)") % {"day": words, "near": near} if near else words


@lru_cache(maxsize=1024)  # A list says the same days many times over.
def _day(date, today, language):
    """The day in words, and how near it is."""
    words = _("%(weekday)s %(day)d %(month)s %(year)d") % {
        "weekday": weekday_name(date.weekday()),
        "day": date.day,
        "month": _month_name(date.month),
        "year": date.year,
    }
    return words, _near(date, today)


def month(first):
    """A month in words, from its first day."""
    return _("%(month)s %(year)d") % {"month": _month_name(first.month), "year": first.year}


def _month_name(number):
    """How a month is written inside a date: Nov, or 11."""
    return (
        pgettext("month", "Jan"),
        pgettext("month", "Feb"),
        pgettext("month", "Mar"),
        pgettext("month", "Apr"),
        pgettext("month", "May"),
        pgettext("month", "Jun"),
        pgettext("month", "Jul"),
        pgettext("month", "Aug"),
        pgettext("month", "Sep"),
        pgettext("month", "Oct"),
        pgettext("month", "Nov"),
        pgettext("month", "Dec"),
    )[number - 1]


def _near(date, today):
    """Today, tomorrow, this Wednesday, next Monday; empty beyond seven days."""
    distance = (date - today).days
    if distance == 0:
        return _("today")
    if distance == 1:
        return _("tomorrow")
    if not 1 < distance <= 7:
        return ""
    this_week = date < today - timedelta(days=today.weekday()) + timedelta(days=7)
    words = _("this %(weekday)s") if this_week else _("next %(weekday)s")
    return words % {"weekday": weekday_name(date.weekday())}


def moment(value, *, end=None, now=None):
    """Day and time of day; with an end, from when to when."""
    words, near = _day(timezone.localdate(value), timezone.localdate(now), get_language())
    time = hours(value, end) if end else f"{timezone.localtime(value):%H:%M}"
    return _with_near(f"{words} {time}", near)


def hours(start, end):
    """From when to when on one day, 19:00-20:30."""
    return f"{timezone.localtime(start):%H:%M}-{timezone.localtime(end):%H:%M}"


def weekdays_in_words(bits):
    """Which weekdays: Mon to Fri, or Mon, Wed."""
    if bits == _EVERY_DAY:
        return _("every day")
    if bits == _WORKDAYS:
        return _("Mon to Fri")
    return _(", ").join(weekday_name(number) for number in range(7) if bits >> number & 1)


def when(intake, *, now=None):
    """First meeting, weekdays and number of meetings."""
    if intake.starts_at is None:
        return _("Dates to be announced")
    first = moment(intake.starts_at, end=intake.first_ends_at, now=now)
    if intake.meeting_count <= 1:
        return first
    return ngettext(
        "%(first)s and on, %(weekdays)s, %(count)d meeting",
        "%(first)s and on, %(weekdays)s, %(count)d meetings",
        intake.meeting_count,
    ) % {"first": first, "weekdays": weekdays_in_words(intake.weekdays), "count": intake.meeting_count}


# --- Where, who, fee -----------------------------------------------------------------------------------------


def where(intake):
    """County or district and place; the institution's name where no place is given."""
    place = intake.place or intake.program.institution.name
    district = intake.district.name if intake.district_id else ""
    return place if not district or place.startswith(district) else f"{district} · {place}"


def age(months):
    """An age in words: years when it is whole years, else years and months."""
    years, rest = divmod(months, 12)
    words = []
    if years or not rest:
        words.append(ngettext("%(n)d year", "%(n)d years", years) % {"n": years})
    if rest:
        words.append(ngettext("%(n)d month", "%(n)d months", rest) % {"n": rest})
    return " ".join(words)


def oldest_in_words(months):
    """The highest age of a band. "Up to 9 years" holds for the whole year in which one is 9: 9 years 11 months too."""
    return age(months - 11 if months % 12 == 11 and months > 12 else months)


def ages(youngest, oldest):
    """An age band in words; months, None is no limit. Empty without limits."""
    if youngest is None and oldest is None:
        return ""
    if oldest is None:
        return _("%(age)s and over") % {"age": age(youngest)}
    if youngest is None:
        return _("up to %(age)s") % {"age": oldest_in_words(oldest)}
    return _("%(youngest)s to %(oldest)s") % {"youngest": age(youngest), "oldest": oldest_in_words(oldest)}


def who(intake):
    """Who may join: ages (apart for women where they differ) and residence."""
    words = []
    everyone = ages(intake.min_age, intake.max_age)
    if intake.min_age_women is not None or intake.max_age_women is not None:
        women = ages(intake.min_age_women, intake.max_age_women)
        words.append(_("women %(women)s, men %(men)s") % {"women": women, "men": everyone or _("any age")})
    elif everyone:
        words.append(everyone)
    if intake.residents_of:
        words.append(_("residents of %(places)s") % {"places": places(intake.residents_of)})
    return pgettext("between two conditions", ", ").join(words) or _("Everyone")


def places(codes):
    """The names of districts by their codes."""
    names = caches["pages"].get("district-names")
    if names is None or not set(codes) <= names.keys():
        names = dict(District.objects.filter(county=None).values_list("code", "name"))
        names |= dict(District.objects.filter(code__in=codes).values_list("code", "name"))
        caches["pages"].set("district-names", names, 300)
    return _(", ").join(names.get(code, code) for code in codes)


def junior_school(key):
    """The name of a junior middle school by its key."""
    names = caches["pages"].get("junior-school-names")
    if names is None or key not in names:
        names = dict(JuniorSchool.objects.values_list("pk", "name"))
        caches["pages"].set("junior-school-names", names, 300)
    return names.get(key, "")


def fee(intake):
    """What it costs, with what is paid for materials."""
    if not intake.materials_fee:
        return yuan(intake.fee)
    words = {"fee": yuan(intake.fee), "materials": yuan(intake.materials_fee)}
    return _("%(fee)s + materials %(materials)s") % words


def yuan(fen):
    """Money in words: ¥120, ¥120.50 or free. Takes fen."""
    if not fen:
        return _("Free")
    whole, rest = divmod(fen, 100)
    return f"¥{whole:,}.{rest:02}" if rest else f"¥{whole:,}"


# --- Seats and until when ----------------------------------------------------------------------------------------


def seats_in_words(seats, key, rule=Intake.AdmissionRule.FIRST_COME):
    """Seats left of how many, or how many wait; `key` is that of the standing. Before a draw: how many."""
    if key in ("open", "full", "soon") and rule == Intake.AdmissionRule.LOTTERY:
        return ngettext("%(n)d seat, by lot", "%(n)d seats, by lot", seats.total) % {"n": seats.total}
    if key in ("open", "full", "soon") and rule == Intake.AdmissionRule.RANKED:
        return ngettext("%(n)d seat, by score", "%(n)d seats, by score", seats.total) % {"n": seats.total}
    if key in ("cancelled", "over", "closed"):
        return ngettext("%(n)d seat", "%(n)d seats", seats.total) % {"n": seats.total}
    if key == "full":
        return ngettext("Full, %(n)d waiting", "Full, %(n)d waiting", seats.waiting) % {"n": seats.waiting}
    left = ngettext("%(n)d seat left of %(total)d", "%(n)d seats left of %(total)d", seats.free)
    return left % {"n": seats.free, "total": seats.total}


def until(intake, key, *, now=None):
    """Until when one can enroll, from when, or since when no more; `key` is that of the standing."""
    if key == "soon":
        return _("from %(moment)s") % {"moment": moment(intake.opens_at, now=now)}
    if key in ("open", "full"):
        return _("until %(moment)s") % {"moment": moment(intake.closes_at, now=now)}
    if key == "cancelled":
        return intake.status_note or _("The class does not take place.")
    return _("closed on %(moment)s") % {"moment": moment(intake.closes_at, now=now)}


# --- Rules ------------------------------------------------------------------------------------------------------------


def rules(told, *, now=None):
    """What applies to everyone who enrolls, as (subject, sentence): said before, never applied afterwards.

    `told` are `eligibility.Rules`, of an intake as it is now or as kept with an enrollment.
    """
    from courses import fees, refunding  # They use the words of this module.
    from courses.admission_words import sharing

    said = [(_("Who may join"), who(told)), *sharing(told, now=now)]
    said += fees.rules(told)
    if told.withdraw_until:
        text = _("You can withdraw by yourself until %(moment)s, without giving a reason.")
        said.append((_("Withdrawing"), text % {"moment": moment(told.withdraw_until, now=now)}))
    if told.refunds:
        said.append((_("Refunds"), refunding.rules(told.refunds, with_materials=bool(told.materials_fee), now=now)))
    if told.minimum:
        text = _(
            "The class takes place with at least %(n)d learners. If there are fewer, you are told before it begins."
        )
        said.append((_("Minimum"), text % {"n": told.minimum}))
    said += _attendance(told)
    if told.term_limit:
        text = ngettext(
            "One person can take %(n)d course in the term %(term)s.",
            "One person can take %(n)d courses in the term %(term)s.",
            told.term_limit,
        )
        said.append((_("Per person"), text % {"n": told.term_limit, "term": told.term}))
    if told.needs_identity:
        said.append((_("Identity document"), _("Have the learner's identity card at hand when you enroll.")))
    said += [(_("Accepted: %(title)s") % {"title": one["title"]}, one["text"]) for one in told.acknowledged]
    return said


def _attendance(told):
    said = []
    if told.attendance_percent:
        text = _("Whoever comes to at least %(percent)d%% of the meetings has completed the class.")
        said.append(text % {"percent": told.attendance_percent})
    if told.absence_limit:
        text = ngettext(
            "After %(n)d absence without leave, the seat may be given to someone else.",
            "After %(n)d absences in a row without leave, the seat may be given to someone else.",
            told.absence_limit,
        )
        said.append(text % {"n": told.absence_limit})
    return [(_("Attendance"), one_after_another(said))] if said else []


def one_after_another(sentences):
    """Whole sentences as one text: after a full stop Chinese has no space."""
    return ("" if get_language().startswith("zh") else " ").join(sentences)
