"""Suggestions about majors, and what people decide about them. The site itself opens, widens and narrows nothing."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Major
from partners.demand import sources
from partners.demand.advice import Facts, advise, facts_of_all, has_changed
from partners.models import Advice, DemandSettings, MajorDecision
from partners.moves import PartnerError


class Standing(TextChoices):
    """Whether somebody has decided about a suggestion, and whether that still fits the figures."""

    OPEN = "open", gettext_lazy("to be decided")
    AGAIN = "again", gettext_lazy("figures changed since it was decided")
    ACCEPTED = "accepted", gettext_lazy("suggestion accepted")
    DISMISSED = "dismissed", gettext_lazy("suggestion dismissed")


# What asks for a decision comes first, what may stay as it is last.
_ORDER = [Standing.OPEN, Standing.AGAIN, Standing.ACCEPTED, Standing.DISMISSED]


@dataclass(frozen=True)
class Suggestion:
    """A major with its figures, what they suggest and why, and the newest decision about it."""

    major: Major
    facts: Facts
    advice: Advice
    why: str
    decision: MajorDecision | None
    standing: Standing

    @property
    def waits(self):
        """Whether it asks for a decision."""
        return self.standing in (Standing.OPEN, Standing.AGAIN)


def suggestions():
    """Every major that somebody asks for or teaches, those first that ask for a decision."""
    limits = DemandSettings.now()
    facts = facts_of_all(sources.read(), today=timezone.localdate(), months=limits.months)
    decisions = {one.major_id: one for one in MajorDecision.objects.filter(major__in=facts).order_by("pk")}
    found = [
        _suggestion(major, facts[major.pk], decisions.get(major.pk), limits)
        for major in Major.objects.filter(pk__in=facts)
    ]
    return sorted(
        found, key=lambda one: (one.advice == Advice.HOLD, _ORDER.index(one.standing), -one.facts.posts, one.major.code)
    )


def suggestion_of(major):
    """That of one major; one that nobody asks for or teaches has empty figures."""
    limits = DemandSettings.now()
    facts = facts_of_all(sources.read(), today=timezone.localdate(), months=limits.months)
    decision = major.decisions.order_by("-pk").first()
    return _suggestion(major, facts.get(major.pk, Facts()), decision, limits)


def _suggestion(major, facts, decision, limits):
    advice, why = advise(facts, limits)
    if decision is None:
        standing = Standing.OPEN
    elif has_changed(decision.figures, facts, decision.advice, advice, limits):
        standing = Standing.AGAIN
    else:
        standing = Standing.ACCEPTED if decision.accepted else Standing.DISMISSED
    return Suggestion(major, facts, advice, why, decision, standing)


@transaction.atomic
def decide(major, *, advice, accepted, reason, by):
    """Accept or dismiss the suggestion `advice` about a major, with a reason. Returns the row that keeps it.

    Raises PartnerError without a reason, when the figures say something else by now, or when a colleague was faster.
    """
    if not reason.strip():
        raise PartnerError(_("Say why in one sentence."))
    Major.objects.select_for_update().get(pk=major.pk)
    now = suggestion_of(major)
    if now.advice != advice:
        raise PartnerError(_("The figures have changed meanwhile and suggest something else. Look at them again."))
    if not now.waits:
        raise PartnerError(_("A colleague has decided this meanwhile. It is shown again when the figures change."))
    return MajorDecision.objects.create(
        major=major, advice=advice, accepted=accepted, figures=now.facts.kept(), note=reason.strip(), by=by
    )
