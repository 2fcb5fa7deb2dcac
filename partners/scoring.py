"""How an enterprise judges candidates: criteria with weights, points by each interviewer, notes that stay inside."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.candidacy import CandidateError, changing, require_writer
from partners.models import CandidateNote, Criterion, Interview, PartnerSettings, Score
from partners.models.candidates import MOST_CRITERIA, TOP_SCORE
from partners.rules import found_in


def are_fixed(order):
    """Whether the criteria stand: the first interview has begun, or points were given."""
    begun = Interview.objects.filter(slot__order=order, slot__starts_at__lte=timezone.now())
    met = begun.filter(state__in=(Interview.State.BOOKED, Interview.State.HELD, Interview.State.NO_SHOW))
    return met.exists() or Score.objects.filter(criterion__order=order).exists()


@transaction.atomic
def set_criteria(order, *, rows, by):
    """Name by what all candidates of the order are scored: (name, weight 1 to 10), at most six, before the first talk.

    Raises CandidateError when they stand already, or name what nobody may be judged by.
    """
    require_writer(order, by)
    if are_fixed(order):
        raise CandidateError(_("The first interview has begun: the criteria are the same for everybody now."))
    if not rows or len(rows) > MOST_CRITERIA:
        raise CandidateError(_("Name one to %(n)d criteria.") % {"n": MOST_CRITERIA})
    names = [" ".join(name.split()) for name, _weight in rows]
    if len(set(names)) < len(names):
        raise CandidateError(_("Each criterion once."))
    limits = PartnerSettings.objects.first() or PartnerSettings()
    if said := [words for name in names for words in found_in(name, limits.discrimination)]:
        raise CandidateError(
            _("Nobody may be refused or preferred for sex, age, origin, family or looks (Employment Promotion Law)."),
            _("Take out “%(words)s”.") % {"words": "”、“".join(said)},
        )
    order.criteria.all().delete()
    for name, (_name, weight) in zip(names, rows, strict=True):
        Criterion.objects.create(order=order, name=name, weight=weight)


def score(candidate, *, points, by):
    """Give points (0 to 10) by criterion, `points` by its key; giving them again replaces one's own."""
    with changing(candidate) as fresh:
        require_writer(fresh.order, by)
        if not fresh.is_open:
            raise CandidateError(_("It was decided already."))
        known = {one.pk: one for one in fresh.order.criteria.all()}
        for key, value in points.items():
            if key not in known or not 0 <= value <= TOP_SCORE:
                raise CandidateError(_("Points go from 0 to %(top)d.") % {"top": TOP_SCORE})
            values = {"points": value, "at": timezone.now()}
            Score.objects.update_or_create(candidate=fresh, criterion=known[key], by=by, defaults=values)


def total_of(scores):
    """The weighted mean of scores in percent with one decimal, None of nothing; each has `criterion` and `points`.

    Of several who scored by a criterion the mean counts; a criterion that nobody scored is left out.
    """
    by_criterion = {}
    for one in scores:
        by_criterion.setdefault(one.criterion, []).append(one.points)
    weight = sum(criterion.weight for criterion in by_criterion)
    if not weight:
        return None
    points = sum(criterion.weight * sum(given) / len(given) for criterion, given in by_criterion.items())
    return round(100 * points / (weight * TOP_SCORE), 1)


def note(candidate, *, text, by):
    """Keep a note for colleagues of the enterprise."""
    require_writer(candidate.order, by)
    if not text.strip():
        raise CandidateError(_("Write something first."))
    return CandidateNote.objects.create(candidate=candidate, by=by, text=text.strip()[:1000])
