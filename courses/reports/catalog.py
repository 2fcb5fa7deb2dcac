"""The reports that there are: what each is called, what it says, how it is counted, and by what it may be."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from courses.reports import counting
from courses.reports import dimensions as by


@dataclass(frozen=True)
class Report:
    """One report. `note` stands under its chart, `days` says what the dates of its filter are; the first of
    `dimensions` is what it is counted by unless somebody asks for another."""

    slug: str
    title: str
    note: str
    days: str
    dimensions: tuple
    count: Callable
    icon: str = "table"

    def dimension(self, key):
        """The one asked for, else the first."""
        return next((one for one in self.dimensions if one.key == key), self.dimensions[0])


REPORTS = [
    Report(
        "enrollments",
        _("Enrollments"),
        _(
            "The longer a bar, the more enrollments. Each enrollment counts once, by where it stands now: with a seat"
            " (held, enrolled, completed), waiting (for a decision or in the waitlist), or ended without a seat"
            " (not admitted, declined, expired, withdrawn, cancelled). Age is that on the day of the first meeting."
        ),
        _("enrolled on"),
        (by.TERM, by.INSTITUTION, by.DISTRICT, by.RESIDENCE, by.AGE, by.CATEGORY, by.PROGRAM),
        counting.enrollments,
        "user",
    ),
    Report(
        "filling",
        _("Seats filled"),
        _(
            "Each bar is all seats of the group; the dark part are those that people hold. Counted are published"
            " classes, not drafts and cancelled ones. A seat that is held until somebody confirms counts as taken."
        ),
        _("first meeting on"),
        (by.TERM, by.INSTITUTION, by.DISTRICT, by.CATEGORY, by.PROGRAM, by.CLASS),
        counting.filling,
        "group",
    ),
    Report(
        "demand",
        _("Unmet demand"),
        _(
            "Who wanted a seat and has none: those who wait in line now, those who were not admitted, and those who"
            " gave up waiting. Each enrollment counts once. Not counted: who got another choice of the same round, or"
            " did not meet the rules told."
        ),
        _("enrolled on"),
        (by.CATEGORY, by.PROGRAM, by.INSTITUTION, by.DISTRICT, by.TERM),
        counting.demand,
        "warning",
    ),
    Report(
        "leaving",
        _("Withdrawals"),
        _(
            "Each time that somebody left a class, a waitlist or an offer, on the day of leaving, with the reason told."
            " Whoever was moved to another class by the school, or changed choices before the decision, is not counted."
        ),
        _("left on"),
        (by.REASON, by.TERM, by.INSTITUTION, by.DISTRICT, by.CATEGORY, by.PROGRAM),
        counting.leaving,
        "logout",
    ),
    Report(
        "attendance",
        _("Attendance"),
        _(
            "Of all marks that teachers set: how many say present, on leave, absent. A meeting of which nothing was"
            " said is not counted. The first figure is the share of those present."
        ),
        _("met on"),
        (by.TERM, by.INSTITUTION, by.DISTRICT, by.CATEGORY, by.PROGRAM, by.CLASS),
        counting.attending,
        "tick-inverse",
    ),
    Report(
        "deciding",
        _("Time to decision"),
        _(
            "From enrolling to the first decision (a seat, the waitlist, not admitted), in classes with review, lottery"
            " or ranking. First come is decided at once and not counted; nor is who withdrew before a decision."
        ),
        _("enrolled on"),
        (by.INSTITUTION, by.RULE, by.TERM, by.DISTRICT, by.CATEGORY, by.PROGRAM),
        counting.deciding,
        "history",
    ),
]
