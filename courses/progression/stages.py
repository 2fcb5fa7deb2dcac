"""The stages of a learner in a pathway and the one table of moves between them (DESIGN §3).

Every change of a stage goes through `courses.progression.steps.step`, which refuses what this table does not list.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Where a learner stands on the five years."""

    ADMITTED = "admitted", _("admitted, school has not begun")
    YEAR_1 = "year_1", _("secondary school, year 1")
    YEAR_2 = "year_2", _("secondary school, year 2")
    YEAR_3 = "year_3", _("secondary school, year 3")
    ELIGIBLE = "eligible", _("progression under way")
    PASSED = "passed", _("progression passed")
    EXEMPT = "exempt", _("exempt from the assessment")
    FAILED = "failed", _("progression not passed")
    HIGHER_1 = "higher_1", _("college, year 1")
    HIGHER_2 = "higher_2", _("college, year 2")
    GRADUATED = "graduated", _("graduated")
    LEFT = "left", _("left the pathway")


# What the college decides at the end of progression, and what it may be again when it is looked at once more.
DECIDED = (Stage.PASSED, Stage.EXEMPT, Stage.FAILED)
# Those who are on the way: not yet at its end, and not gone.
ON_THE_WAY = tuple(stage for stage in Stage if stage not in (Stage.GRADUATED, Stage.LEFT))
# While these last, the school collects what progression needs.
COLLECTING = (Stage.YEAR_3, Stage.ELIGIBLE)

MOVES = {
    None: {Stage.ADMITTED},
    Stage.ADMITTED: {Stage.YEAR_1, Stage.LEFT},
    Stage.YEAR_1: {Stage.YEAR_2, Stage.LEFT},
    Stage.YEAR_2: {Stage.YEAR_3, Stage.LEFT},
    Stage.YEAR_3: {Stage.ELIGIBLE, Stage.LEFT},
    Stage.ELIGIBLE: {*DECIDED, Stage.LEFT},
    # Back to ELIGIBLE: the college looks at its decision again, and says why.
    Stage.PASSED: {Stage.HIGHER_1, Stage.ELIGIBLE, Stage.LEFT},
    Stage.EXEMPT: {Stage.HIGHER_1, Stage.ELIGIBLE, Stage.LEFT},
    Stage.FAILED: {Stage.ELIGIBLE, Stage.LEFT},
    Stage.HIGHER_1: {Stage.HIGHER_2, Stage.LEFT},
    Stage.HIGHER_2: {Stage.GRADUATED, Stage.LEFT},
    Stage.GRADUATED: set(),
    # Leaving is final. Only an upheld review of the enrollment that ended leads back, to the stage that was lost.
    Stage.LEFT: set(ON_THE_WAY),
}

# The steps that a whole cohort takes at once, from each stage.
NEXT = {
    Stage.ADMITTED: Stage.YEAR_1,
    Stage.YEAR_1: Stage.YEAR_2,
    Stage.YEAR_2: Stage.YEAR_3,
    Stage.YEAR_3: Stage.ELIGIBLE,
    Stage.PASSED: Stage.HIGHER_1,
    Stage.EXEMPT: Stage.HIGHER_1,
    Stage.HIGHER_1: Stage.HIGHER_2,
    Stage.HIGHER_2: Stage.GRADUATED,
}
# The secondary school keeps the records of the first three years, the college those after progression.
OF_THE_SCHOOL = (Stage.ADMITTED, Stage.YEAR_1, Stage.YEAR_2, Stage.YEAR_3)


def may_step(source, target):
    """Whether the table allows this step; `source` is None for somebody new."""
    return target in MOVES.get(source, set())


class Why(models.TextChoices):
    """Listed reasons of a step. Shown to the learner."""

    SCORE = "score", _("the score is below the pass mark")
    CERTIFICATE = "certificate", _("a required certificate is missing")
    MEDICAL = "medical", _("the medical check is missing or was not passed")
    RECORD = "record", _("the student record is not in order")
    PAPERS = "papers", _("papers were not handed in by the date told")
    PRIZE = "prize", _("a prize exempts from the assessment")
    AGAIN = "again", _("the decision is looked at again")
    OWN_WISH = "own_wish", _("at the family's wish")
    MOVED_AWAY = "moved_away", _("moved away")
    OTHER_SCHOOL = "other_school", _("transferred to another school")
    OTHER_MAJOR = "other_major", _("transferred to another major")
    HEALTH = "health", _("for reasons of health")
    NO_SHOW = "no_show", _("did not come any more")
    WORK = "work", _("goes to work")
    GENERAL_EXAM = "general_exam", _("takes the general college exam")
    ENDED = "ended", _("the enrollment ended")
    REVIEWED = "reviewed", _("a review found that the end was wrong")
    OTHER = "other", _("another reason")


FAILING = (Why.PAPERS, Why.MEDICAL, Why.RECORD, Why.CERTIFICATE, Why.SCORE, Why.OTHER)
LEAVING = (
    *(Why.OWN_WISH, Why.MOVED_AWAY, Why.OTHER_SCHOOL, Why.OTHER_MAJOR, Why.HEALTH, Why.NO_SHOW),
    *(Why.WORK, Why.GENERAL_EXAM, Why.OTHER),
)
# Where those go whom the college does not take.
EXITS = (Why.WORK, Why.GENERAL_EXAM, Why.OTHER)
