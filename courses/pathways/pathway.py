"""What the page of a pathway says, and under which name it is kept (as courses/course.py does for courses)."""

import hashlib
import json
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses import describe
from courses.course import ESCAPES
from courses.eligibility import Rules
from courses.models import Intake, SeatPool
from courses.pathways.cards import lines, pathway_cards, where
from courses.pathways.leads import leads_of

_SECONDARY_YEARS = 3


class Pathway:
    """A pathway as it is shown now."""

    def __init__(self, page, *, now=None):
        self.page = page
        self.now = now or timezone.now()

    @cached_property
    def card(self):
        """Its intakes, facts and newest year; a preview of a page that is not stored yet has none."""
        return pathway_cards([self.page], now=self.now)[0]

    @property
    def others(self):
        """Further intakes, for example of a supplementary round."""
        return self.card.intakes[1:]

    @cached_property
    def key(self):
        """Names this state of the page: its last publication, each intake's last change and standing, the day."""
        intakes = [
            (one.intake.pk, one.intake.updated_at.timestamp(), one.facts.standing.key) for one in self.card.intakes
        ]
        edited = self.page.last_published_at, self.page.latest_revision_id
        state = f"{self.page.pk} {edited} {intakes} {timezone.localdate(self.now)} {get_language()}"
        return hashlib.blake2s(state.encode(), digest_size=16).hexdigest()

    # --- Asked for only when the page is made anew ---

    @property
    def years_ahead(self):
        """The five years: (number, block, whether it is spent at the college, whether the passage comes after it)."""
        return [
            (number, block.value, number > _SECONDARY_YEARS, number == _SECONDARY_YEARS)
            for number, block in enumerate(self.page.journey, 1)
        ]

    @property
    def history(self):
        """The years so far with the widths of their bars: (year, percent applied, percent admitted) of the most."""
        years = list(self.page.years.all())
        most = max((max(year.applied, year.plan) for year in years), default=0) or 1
        return [(year, round(100 * year.applied / most), round(100 * year.admitted / most)) for year in years]

    @property
    def quotas(self):
        """The pools of the intake, where there is more than one: who has how many seats kept."""
        if self.card.intake is None:
            return []
        pools = list(SeatPool.objects.filter(intake=self.card.intake.intake.pk).select_related("district"))
        return pools if len(pools) > 1 else []

    @property
    def conditions(self):
        """Who may apply, one thing a line."""
        return lines(self.page.who_may_apply)

    @property
    def criteria(self):
        """What is assessed in the passage."""
        return lines(self.page.progression_criteria)

    @property
    def not_passed(self):
        """What becomes of those who do not pass."""
        return lines(self.page.progression_failed)

    @property
    def occupations(self):
        """The work it leads to."""
        return lines(self.page.occupations)

    @property
    def leads(self):
        """Order programs and enterprises that ask for its majors."""
        return leads_of(self.page)

    @property
    def rules(self):
        """How seats are shared out, and how one withdraws, where one applies here; the page itself says the rest.

        An application is for one learner: nobody can share a ticket.
        """
        if self.card.intake is None or self.card.is_interest:
            return []
        intakes = Intake.objects.select_related("term", "district", "program__institution")
        told = Rules.of(intakes.get(pk=self.card.intake.intake.pk))
        left_out = {_("Who may join"), _("Fee"), _("Attendance"), _("Two who want to learn together")}
        return [rule for rule in describe.rules(told, now=self.now) if rule[0] not in left_out]

    @property
    def address(self):
        """The full address."""
        return settings.SITE_URL + reverse("pathway", args=[self.page.slug])

    @property
    def structured_data(self):
        """The pathway for search engines (schema.org), as JSON that can stand in a script element."""
        page = self.page
        data = {
            "@context": "https://schema.org",
            "@type": "EducationalOccupationalProgram",
            "name": page.title,
            "description": page.summary,
            "url": self.address,
            "provider": [
                {"@type": "EducationalOrganization", "name": one.name} for one in (page.institution, page.college)
            ],
            "timeToComplete": "P5Y",
            "maximumEnrollment": page.approved_seats,
            "occupationalCategory": self.occupations,
            "programPrerequisites": self.conditions,
        }
        if self.card.intake:
            intake = self.card.intake.intake
            data |= {
                "applicationStartDate": intake.opens_at.isoformat(),
                "applicationDeadline": intake.closes_at.isoformat(),
            }
            if intake.starts_at:
                data["startDate"] = timezone.localtime(intake.starts_at).date().isoformat()
        # Inside a script element nothing may look like markup; what is left is JSON.
        return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPES))  # noqa: S308

    @property
    def where(self):
        """Three years here, two years there."""
        return where(self.page)
