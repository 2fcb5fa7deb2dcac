"""What the rules of a round or an intake say, in words, and what they hold against answers. Promises nothing."""

from django.utils.translation import gettext as _

from courses import describe
from courses.applying.forms import ELSEWHERE, PROVINCE
from courses.describe import moment
from courses.eligibility import Rules
from courses.seats import most_specific_first


def in_words(rules):
    """Every rule that is told before one begins."""
    if rules.earlier_graduates:
        yield _("For graduates of %(year)d and of earlier years.") % {"year": rules.year}
    else:
        yield _("Only for those who graduate from junior middle school in %(year)d.") % {"year": rules.year}
    if rules.household == rules.Household.PREFECTURE:
        yield _("The household must be registered in the prefecture.")
    elif rules.household == rules.Household.PROVINCE:
        yield _("The household must be registered in the province.")
    lowest = rules.minimum_score if rules.round_id is None else rules.round.minimum_score
    if lowest is not None:
        yield _("With a total of less than %(score)s points nobody is admitted.") % {"score": _number(lowest)}
    yield from rules.conditions
    if rules.round_id:
        yield from _round_in_words(rules)
    if rules.remark:
        yield rules.remark


def of_sharing(intakes):
    """How the seats of these pathways are shared out, as describe.rules has it: their round says the same of all.

    Who may apply stands in the rules of the round; five years' tuition is no fee of the intake; and an application is
    for one learner.
    """
    if not intakes:
        return []
    told = describe.rules(Rules.of(intakes[0], most_specific_first(intakes[0].pools.all())))
    elsewhere = {_("Who may join"), _("Fee"), _("Two who want to learn together")}
    return [rule for rule in told if rule[0] not in elsewhere]


def _round_in_words(rules):
    yield _("Choices and answers can be changed until %(until)s; then they are fixed.") % {
        "until": moment(rules.round.closes_at)
    }
    yield _("The school checks each application. What must be mended is told to you; only what is confirmed is ranked.")
    if rules.typed_scores_count:
        yield _("Official scores count; where there are none, those that you entered and the school confirmed.")
    else:
        yield _("Only official scores count. Without them an application cannot be ranked.")
    if rules.bonus_kinds:
        yield _("Bonus items need a proof. Whether they count is decided by the exam office, not here.")


def _number(value):
    return f"{value.normalize():f}"


def graduation_objection(rules, year):
    """What speaks against a year of graduation, or None."""
    if year == rules.year or (year < rules.year and rules.earlier_graduates):
        return None
    if year > rules.year:
        return _("This round is for those who graduate in %(year)d or before.") % {"year": rules.year}
    return _("Only for those who graduate in %(year)d.") % {"year": rules.year}


def household_objection(rules, household):
    """What speaks against where the household is registered, or None."""
    if rules.household == rules.Household.PREFECTURE and household in (PROVINCE, ELSEWHERE):
        return _("The household must be registered in the prefecture.")
    if rules.household == rules.Household.PROVINCE and household == ELSEWHERE:
        return _("The household must be registered in the province.")
    return None


def self_check(rules, answers):
    """What speaks against these answers of the self-check, one sentence each; none: nothing does."""
    found = []
    if answers["graduation"] == "no" or (answers["graduation"] == "earlier" and not rules.earlier_graduates):
        found.append(_("Only for those who graduate in %(year)d.") % {"year": rules.year})
    found.append(household_objection(rules, answers.get("household")))
    score = answers.get("score")
    if score is not None and rules.minimum_score is not None and score < rules.minimum_score:
        lowest = {"score": _number(rules.minimum_score)}
        found.append(_("With a total of less than %(score)s points nobody is admitted.") % lowest)
    for number, sentence in enumerate(rules.conditions):
        if answers.get(f"condition{number}") == "no":
            found.append(_("This must be true: %(sentence)s") % {"sentence": sentence})
    return [text for text in found if text]
