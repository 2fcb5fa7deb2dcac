"""How much of a fee comes back to whoever leaves a class: the steps told at enrollment, applied, with the working.

A policy is data: {"steps": [{"until": "days" | "meetings", "number", "percent", "by_meetings"}], "starts_at"}. A step
of days holds until so many days before the first meeting, one of meetings until that meeting begins; the first step
that still holds counts, and after the last nothing comes back. What was paid for materials comes back until the first
meeting begins. A cancelled class gives everything back, whatever the steps say.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.describe import moment
from courses.fees import money, share
from courses.models import ClassMeeting, RefundPolicy, RefundStep

Until = RefundStep.Until
# Where an institution has no policy of its own.
DEFAULT_STEPS = (
    {"until": Until.DAYS.value, "number": 7, "percent": 100, "by_meetings": False},
    {"until": Until.DAYS.value, "number": 0, "percent": 95, "by_meetings": False},
    {"until": Until.MEETINGS.value, "number": 3, "percent": 100, "by_meetings": True},
)


def policy_of(intake):
    """The steps that hold for an intake now, to be told and kept; None for a class that costs nothing."""
    if not intake.costs:
        return None
    chosen = RefundPolicy.objects.filter(institution=intake.program.institution_id, is_default=True)
    if intake.refund_policy_id:
        chosen = RefundPolicy.objects.filter(pk=intake.refund_policy_id)
    policy = chosen.prefetch_related("steps").first()
    steps = [_data(step) for step in policy.steps.all()] if policy else list(DEFAULT_STEPS)
    return {"steps": steps, "starts_at": intake.starts_at and intake.starts_at.isoformat()}


def _data(step):
    names = ("until", "number", "percent", "by_meetings")
    return {name: getattr(step, name) for name in names}


@dataclass(frozen=True)
class Working:
    """What comes back and why: `amount` in fen, `lines` as sentences that can be followed with a pencil."""

    amount: int
    lines: tuple[str, ...]

    @property
    def in_words(self):
        """The amount for people."""
        return money(self.amount)


def work_out(policy, kept, *, paid, meetings, now=None):
    """What comes back to a learner who leaves now of their own wish.

    `policy` and `kept` are the policy and the bill kept with the enrollment, `paid` what is here of their money (fen),
    `meetings` the beginnings of all meetings as they are now, in order.
    """
    now = now or timezone.now()
    starts_at = _start(policy, meetings)
    step = next((one for one in _in_order(policy, starts_at, meetings) if _until(one, starts_at, meetings, now)), None)
    remaining = sum(at > now for at in meetings)
    course, words = _course_part(step, kept["course"], remaining, len(meetings))
    materials = kept["materials"] if starts_at is None or now < starts_at else 0
    lines = [_("Course fee: %(working)s") % {"working": words}]
    if kept["materials"]:
        text = _("Materials: %(amount)s come back.") if materials else _("Materials: nothing, the class has begun.")
        lines.append(text % {"amount": money(materials)})
    amount = min(course + materials, paid)
    if amount < course + materials:
        lines.append(_("Not more than what was paid and has not come back yet: %(paid)s.") % {"paid": money(paid)})
    return Working(amount, tuple(lines))


def _course_part(step, course, remaining, total):
    if not course:
        return 0, _("nothing was paid")
    if step is None:
        return 0, _("nothing comes back any more")
    percent, words = step["percent"], {"fee": money(course), "percent": step["percent"]}
    if step["by_meetings"] and total:
        amount = share(course * remaining, percent, 100 * total)
        words |= {"remaining": remaining, "total": total, "amount": money(amount)}
        if percent == 100:
            return amount, _("%(fee)s × %(remaining)d of %(total)d meetings = %(amount)s") % words
        return amount, _("%(fee)s × %(remaining)d of %(total)d meetings × %(percent)d%% = %(amount)s") % words
    amount = share(course, percent, 100)
    if percent == 100:
        return amount, _("all of it, %(amount)s") % {"amount": money(amount)}
    return amount, _("%(fee)s × %(percent)d%% = %(amount)s") % (words | {"amount": money(amount)})


def _start(policy, meetings):
    """The first meeting: as told or as it is now, whichever is later, for a class may be postponed."""
    told = parse_datetime(policy["starts_at"]) if policy["starts_at"] else None
    return max(filter(None, [told, meetings[0] if meetings else None]), default=None)


def _end(step, starts_at, meetings):
    """Until when a step holds; None when that cannot be known yet."""
    if starts_at is None:
        return None
    if step["until"] == Until.DAYS:
        return starts_at - timedelta(days=step["number"])
    if not meetings:
        return starts_at
    return meetings[min(max(step["number"], 1), len(meetings)) - 1]


def _until(step, starts_at, meetings, now):
    end = _end(step, starts_at, meetings)
    return end is None or now < end


def _in_order(policy, starts_at, meetings):
    """The steps in the order in which they hold."""
    if starts_at is None:
        return sorted(policy["steps"], key=lambda step: (step["until"] != Until.DAYS, -step["number"]))
    return sorted(policy["steps"], key=lambda step: _end(step, starts_at, meetings))


def beginnings(intake):
    """The beginnings of the meetings of an intake, in order."""
    meetings = ClassMeeting.objects.filter(intake=intake).order_by("starts_at")
    return list(meetings.values_list("starts_at", flat=True))


# --- In words ----------------------------------------------------------------------------------------------


def rules(policy, *, with_materials=False, now=None):
    """What is told before paying: a sentence for each step, what is never refunded, and what always is."""
    starts_at = parse_datetime(policy["starts_at"]) if policy["starts_at"] else None
    days = [step for step in policy["steps"] if step["until"] == Until.DAYS]
    meetings = [step for step in policy["steps"] if step["until"] == Until.MEETINGS]
    ordered = sorted(days, key=lambda step: -step["number"]) + sorted(meetings, key=lambda step: step["number"])
    said = [f"{_when(step, starts_at, now)}{_(': ')}{_how_much(step)}" for step in ordered]
    said.append(_("after that nothing") if ordered else _("Who leaves gets nothing back"))
    sentences = [_("; ").join(said) + _(".")]
    if with_materials:
        sentences.append(_("Materials are refunded until the first meeting begins."))
    sentences.append(_("If the class is cancelled, you get everything back."))
    return " ".join(sentences)


def _when(step, starts_at, now):
    number = step["number"]
    if step["until"] == Until.MEETINGS:
        return _("Until meeting %(n)d begins") % {"n": number}
    if not number:
        return _("Until the first meeting begins")
    if starts_at:
        return _("Until %(moment)s") % {"moment": moment(starts_at - timedelta(days=number), now=now)}
    text = ngettext("Until %(n)d day before the first meeting", "Until %(n)d days before the first meeting", number)
    return text % {"n": number}


def _how_much(step):
    percent = step["percent"]
    if step["by_meetings"]:
        if percent == 100:
            return _("the share of the meetings that remain")
        return _("%(percent)d%% of the share of the meetings that remain") % {"percent": percent}
    return _("all of the course fee") if percent == 100 else _("%(percent)d%% of the course fee") % {"percent": percent}
