"""Who may join an intake: its rules as data, and every reason that speaks against a learner, in words.

`Rules.of(intake)` is what a learner is told before submitting; it is kept with the enrollment (`Enrollment.terms`) and
later only those kept rules are held against them (invariant 4).
"""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import fees, refunding, schools
from courses.admission_words import condition, pool_data, round_data
from courses.describe import age, day, moment, oldest_in_words, places
from courses.models import ClassMeeting, Enrollment, SeatPool
from courses.states import SEATED, State


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The rules of an intake that concern a learner. Ages in whole months, counted on the day `on`."""

    on: date
    min_age: int | None
    max_age: int | None
    min_age_women: int | None
    max_age_women: int | None
    residents_of: tuple[str, ...]
    needs_identity: bool
    admission_rule: str
    minimum: int
    term: str
    term_limit: int | None
    withdraw_until: datetime | None
    offer_hours: int
    fee: int
    # Enrollments older than these two were told nothing of them.
    attendance_percent: int = 0
    absence_limit: int = 0
    # Those without a round, and older than rounds and priority pools, were told nothing of them.
    round: dict | None = None
    pools: tuple[dict, ...] = ()
    # Those older than payments were told to pay at the desk, and have no bill; nor has a class that is free.
    materials_fee: int = 0
    reductions: tuple[dict, ...] = ()
    pay_hours: int = 0
    desk_hours: int = 0
    refunds: dict | None = None
    bill: dict | None = None
    # What was acknowledged one by one before applying (conditions.py).
    acknowledged: tuple[dict, ...] = ()

    @classmethod
    def of(cls, intake, pools=()):
        """The rules of the intake as they stand now; `pools` in the order in which one is tried in them, to be told."""
        return cls(
            on=timezone.localdate(intake.starts_at or intake.closes_at),
            min_age=intake.min_age,
            max_age=intake.max_age,
            min_age_women=intake.min_age_women,
            max_age_women=intake.max_age_women,
            residents_of=tuple(intake.residents_of),
            needs_identity=intake.needs_identity,
            admission_rule=intake.admission_rule,
            minimum=intake.minimum,
            term=intake.term.name,
            term_limit=intake.term.learner_limit,
            withdraw_until=intake.withdraw_until,
            offer_hours=intake.offer_hours,
            fee=intake.fee,
            attendance_percent=intake.attendance_percent,
            absence_limit=intake.absence_limit,
            round=round_data(intake.round) if intake.round_id else None,
            pools=tuple(pool_data(pool) for pool in pools) if any(pool.is_priority for pool in pools) else (),
            materials_fee=intake.materials_fee,
            reductions=fees.reductions_of(intake),
            pay_hours=intake.pay_hours,
            desk_hours=intake.desk_hours,
            refunds=refunding.policy_of(intake),
        )

    @classmethod
    def from_terms(cls, terms):
        """The rules that were kept with an enrollment."""
        until = terms["withdraw_until"]
        # What was acknowledged (conditions) is kept beside the rules and is none of them.
        rules = {name: value for name, value in terms.items() if name != "acknowledged"}
        return cls(
            **{
                **rules,
                "on": parse_date(terms["on"]),
                "residents_of": tuple(terms["residents_of"]),
                "pools": tuple(terms.get("pools", ())),
                "reductions": tuple(terms.get("reductions", ())),
                "acknowledged": tuple(terms.get("acknowledged", ())),
                "withdraw_until": until and parse_datetime(until),
            }
        )

    def as_terms(self):
        """The rules as JSON, to keep with the enrollment."""
        until = self.withdraw_until
        return asdict(self) | {"on": self.on.isoformat(), "withdraw_until": until and until.isoformat()}

    def age_band(self, sex):
        """Youngest and oldest age in months for that sex; women may have a band of their own."""
        if sex == "f" and (self.min_age_women is not None or self.max_age_women is not None):
            return self.min_age_women, self.max_age_women
        return self.min_age, self.max_age


def told(intake, pools, learner, *, proof=""):
    """What an enrollment keeps: fields `terms` (the rules and the bill) and `due`. `proof`: the one that staff saw."""
    rules = Rules.of(intake, pools)
    bill = fees.bill_of(rules, intake, learner, proof=proof)
    return {"terms": replace(rules, bill=bill).as_terms(), "due": bill["due"] if bill else 0}


def needs(intake, pools):
    """Which facts about a learner this intake must know: what `accounts.forms.LearnerForm` can ask for."""
    needed = fees.facts_needed(intake)
    by_sex = intake.min_age_women is not None or intake.max_age_women is not None
    if by_sex or intake.min_age is not None or intake.max_age is not None:
        needed.add("birth_date")
    if any(pool.min_age is not None for pool in pools):
        needed.add("birth_date")
    if by_sex:
        needed.add("sex")
    if intake.residents_of or any(pool.district_id for pool in pools):
        needed.add("district")
    if any(pool.asks_for_school for pool in pools):
        needed.add(schools.NEED)
    if intake.needs_identity:
        needed.add("identity")
    return needed


def objections(rules, learner):
    """Every reason why this learner may not join under these rules, in words; what is not known does not object."""
    return [text for text in (_age_objection(rules, learner), _residence_objection(rules, learner)) if text]


def _age_objection(rules, learner):
    months = learner.age_in_months(rules.on)
    if months is None:
        return None
    youngest, oldest = rules.age_band(learner.sex)
    on = {"name": learner.name, "day": day(rules.on)}
    if youngest is not None and months < youngest:
        return _("%(name)s is too young: on %(day)s one must be at least %(age)s old.") % (on | {"age": age(youngest)})
    # "Up to 60 years" includes the whole year in which one is 60.
    if oldest is not None and months >= oldest + (12 if oldest % 12 == 0 else 1):
        return _("%(name)s is too old: on %(day)s one may be at most %(age)s old.") % (
            on | {"age": oldest_in_words(oldest)}
        )
    return None


def _residence_objection(rules, learner):
    known = learner.district_id or learner.lives_elsewhere
    if not rules.residents_of or not known or learner.district_id in rules.residents_of:
        return None
    return _("Only for residents of %(places)s.") % {"places": places(rules.residents_of)}


def qualifies(pool, learner, on, *, known=None):
    """Whether the learner may have a seat of this pool; `on` is the day on which ages count.

    `known` are those who are no newcomers to it (`known_in`), where many people are asked about at once.
    """
    if pool.district_id and pool.district_id != learner.district_id:
        return False
    if pool.asks_for_school and not _sent_by(pool, schools.school_of(learner)):
        return False
    if pool.min_age is not None:
        months = learner.age_in_months(on)
        if months is None or months < pool.min_age:
            return False
    return not pool.newcomers or learner.person not in (known_in(pool, [learner.person]) if known is None else known)


def _sent_by(pool, school):
    return school is not None and (
        pool.sending_school_id == school.pk or pool.sending_district_id == school.district_id
    )


def known_in(pool, people):
    """Those of these people who are no newcomers to the pool's institution or course.

    No newcomer is who had a seat there in a class that had begun when enrollment for this one opened: the answer is
    the same from then on, whoever asks and when. Cancelled or withdrawn seats do not count.
    """
    intake = pool.intake
    past = Enrollment.objects.filter(person__in=people, state__in=(State.ENROLLED, State.COMPLETED))
    past = past.filter(intake__starts_at__lt=intake.opens_at).exclude(intake=intake.pk)
    if pool.newcomers == SeatPool.Newcomers.PROGRAM:
        past = past.filter(intake__program=intake.program_id)
    else:
        past = past.filter(intake__program__institution=intake.program.institution_id)
    return set(past.values_list("person", flat=True))


def pool_objection(pools):
    """Why nobody outside these pools' conditions can have a seat, in words."""
    conditions = [condition(pool_data(pool)) for pool in pools]
    return _("All seats are kept for: %(who)s.") % {"who": _("; ").join(conditions)}


def limit_objection(intake, others):
    """Why the term's limit is reached, in words, or None. `others`: the person's other live enrollments."""
    limit = intake.term.learner_limit
    mine = _counted([other for other in others if other.intake.term_id == intake.term_id])
    if limit is None or len(mine) < limit:
        return None
    return ngettext(
        "In %(term)s each learner may join %(limit)d course and is already in: %(titles)s.",
        "In %(term)s each learner may join %(limit)d courses and is already in: %(titles)s.",
        limit,
    ) % {"term": intake.term.name, "limit": limit, "titles": _(", ").join(mine)}


def _counted(enrollments):
    """The titles that count against a limit: the choices of one entry in a round are one course, not several."""
    titles, entries = [], set()
    for one in sorted(enrollments, key=lambda one: one.state not in SEATED):
        if one.entry_id is None or one.state in SEATED or one.entry_id not in entries:
            titles.append(one.intake.program.title)
        entries.add(one.entry_id)
    return titles


def clash_objection(intake, others):
    """Why the times of meeting overlap with classes the person has a seat in, in words, or None."""
    near = [other for other in others if _may_overlap(intake, other.intake)]
    if not near:
        return None
    overlapping = ClassMeeting.objects.filter(
        intake=intake.pk, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    clashing = ClassMeeting.objects.filter(Exists(overlapping), intake__in={other.intake_id for other in near})
    first = clashing.order_by("starts_at").first()
    if first is None:
        return None
    return _("It meets at the same time as %(title)s (%(start)s).") % {
        "title": first.intake.title,
        "start": moment(first.starts_at),
    }


def _may_overlap(intake, other):
    if intake.allow_clash or other.allow_clash or not intake.starts_at or not other.starts_at:
        return False
    return bool(
        intake.weekdays & other.weekdays and intake.starts_at < other.ends_at and other.starts_at < intake.ends_at
    )
