"""What a course page says: its classes, one of them in the facts box, its meetings, rules and similar courses.

Two things are kept between requests, each under a name of the state it was made from, so that it is never stale:
the parts of the whole page under `state_key` (one query, seats included), and in it the body, which no seat changes,
under `Course.key`. Measured side by side on one core: 6.5 ms without the former, 3.9 with it, a hello-world view 0.5.
"""

import calendar
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import SimpleNamespace
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import F, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from courses import describe
from courses.cards import INTAKE_FIELDS, Card, cards_of, similar
from courses.eligibility import Rules
from courses.models import ClassMeeting, Intake

# The order of classes on the page: what one can still join comes first.
_ORDER = {"open": 0, "full": 1, "soon": 2, "closed": 3, "cancelled": 4, "over": 5}
_MOST_CLASSES = 24
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Month:
    """A month with class days: weeks of (day or None, its meetings)."""

    first: date
    weeks: list

    @property
    def name(self):
        """Year and month in words."""
        return describe.month(self.first)


class Course:
    """A course page as it is shown now. `chosen` is the class asked for in the address, if any."""

    def __init__(self, page, *, chosen=None, now=None):
        self.page = page
        self.chosen = chosen
        self.now = now or timezone.now()

    @cached_property
    def cards(self):
        """Its classes, those that one can join first; what is over only when asked for or alone."""
        if self.page.pk is None:  # A preview of a page that is not stored yet.
            return []
        intakes = list(
            Intake.objects.filter(program=self.page.pk)
            .exclude(status=Intake.Status.DRAFT)
            .select_related("district")
            .only(*INTAKE_FIELDS)
        )
        for intake in intakes:
            intake.program = self.page
        cards = cards_of(intakes, now=self.now)
        cards.sort(key=lambda card: (_ORDER[card.facts.standing.key], card.intake.starts_at or self.now))
        shown = [card for card in cards if card.facts.standing.key != "over" or card.intake.pk == self.chosen]
        return shown or cards[:1]

    @cached_property
    def card(self) -> Card | None:
        """The class in the facts box: the one asked for, else the first."""
        return next((card for card in self.cards if card.intake.pk == self.chosen), next(iter(self.cards), None))

    @property
    def others(self):
        """The other classes; a course with very many has its own list in the finder."""
        return [card for card in self.cards if card is not self.card][:_MOST_CLASSES]

    @property
    def more(self):
        """How many classes are not shown here."""
        return max(0, len(self.cards) - 1 - _MOST_CLASSES)

    @cached_property
    def key(self):
        """Names this state of the page: its last publication, each class's last change and standing, the day."""
        classes = [(card.intake.pk, card.intake.updated_at.timestamp(), card.facts.standing.key) for card in self.cards]
        chosen = self.card.intake.pk if self.card else 0
        edited = self.page.last_published_at, self.page.latest_revision_id
        state = f"{self.page.pk} {edited} {classes} {chosen} {timezone.localdate(self.now)} {get_language()}"
        return hashlib.blake2s(state.encode(), digest_size=16).hexdigest()

    # --- Asked for only when the page is made anew ---

    @cached_property
    def meetings(self):
        """The meetings of the class in the facts box."""
        return list(ClassMeeting.objects.filter(intake=self.card.intake.pk)) if self.card else []

    @property
    def months(self):
        """The same as months, Monday first."""
        by_day = {}
        for meeting in self.meetings:
            by_day.setdefault(timezone.localdate(meeting.starts_at), []).append(meeting)
        months = sorted({(day.year, day.month) for day in by_day})
        return [Month(date(year, month, 1), _weeks(year, month, by_day)) for year, month in months]

    weekday_numbers = range(7)

    @property
    def map_address(self):
        """Where a map service shows the place: a plain link, nothing of theirs is loaded here."""
        return "https://uri.amap.com/search?" + urlencode({"keyword": self.card.facts.where.replace(" · ", " ")})

    @property
    def address(self):
        """The full address of the course, whichever class is in the facts box."""
        return settings.SITE_URL + reverse("course", args=[self.page.slug])

    @property
    def rules(self):
        """The rules of the class in words, as (subject, sentence)."""
        if not self.card:
            return []
        intake = Intake.objects.select_related("term", "district", "program__institution").get(pk=self.card.intake.pk)
        return describe.rules(Rules.of(intake), now=self.now)

    @cached_property
    def similar(self):
        """Other courses of the category that one can join."""
        return similar(self.page, 3, now=self.now)

    @property
    def structured_data(self):
        """The course for search engines (schema.org), as JSON that can stand in a script element."""
        page = self.page
        data = {
            "@context": "https://schema.org",
            "@type": "Course",
            "name": page.title,
            "description": page.summary,
            "url": self.address,
            "provider": {"@type": "EducationalOrganization", "name": page.institution.name},
            "hasCourseInstance": [_instance(card) for card in self.cards if card.intake.starts_at],
        }
        # Inside a script element nothing may look like markup; what is left is JSON.
        return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPES))  # noqa: S308


def state_key(slug, *, chosen, variant, kind="communitycoursepage", now=None):
    """Names all that a program's page shows now: its publication, its classes with standing and seats, the day, the
    language. None when it has no class or is not there. `variant` tells apart what else the page depends on."""
    now = now or timezone.now()
    rows = (
        Intake.objects.published()
        .filter(program__slug=slug, **{f"program__{kind}__isnull": False})
        .order_by("pk")
        .values("pk", "updated_at", "status", "opens_at", "closes_at", "ends_at")
        .annotate(
            published=F("program__last_published_at"),
            revision=F("program__latest_revision_id"),
            total=Sum("pools__capacity", default=0),
            taken=Sum("pools__seats_taken", default=0),
            waiting=Sum("pools__waiting", default=0),
        )
    )
    state = []
    for values in rows:
        row = SimpleNamespace(**values)
        seats = describe.Seats(row.total, row.taken, row.waiting)
        standing = describe.standing(row, seats=seats, now=now)
        state.append((row.pk, str(row.updated_at), str(row.published), row.revision, standing.key, seats))
    if not state:
        return None
    text = f"{kind} {slug} {chosen} {variant} {timezone.localdate(now)} {get_language()} {state}"
    return "course-" + hashlib.blake2s(text.encode(), digest_size=16).hexdigest()


def _weeks(year, month, by_day):
    weeks = calendar.Calendar().monthdayscalendar(year, month)
    return [[(day, by_day.get(date(year, month, day), [])) if day else (None, []) for day in week] for week in weeks]


def _instance(card):
    intake = card.intake
    instance = {
        "@type": "CourseInstance",
        "name": intake.title,
        "courseMode": "onsite",
        "startDate": timezone.localtime(intake.starts_at).isoformat(),
        "endDate": timezone.localtime(intake.ends_at).isoformat(),
        "location": {"@type": "Place", "name": card.facts.where, "address": card.facts.where},
        "offers": {
            "@type": "Offer",
            "price": f"{intake.costs / 100:.2f}",
            "priceCurrency": "CNY",
            "category": "Paid" if intake.costs else "Free",
            "validFrom": intake.opens_at.isoformat(),
        },
    }
    if intake.teacher:
        instance["instructor"] = {"@type": "Person", "name": intake.teacher}
    if intake.status == Intake.Status.CANCELLED:
        instance["eventStatus"] = "https://schema.org/EventCancelled"
    return instance
