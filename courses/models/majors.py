"""The national catalogs of vocational majors (`manage.py load_majors`), and who teaches them (MajorOffer)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from institutions.models import Institution


class MajorQuerySet(models.QuerySet):
    """What may be asked of majors."""

    def matching(self, words):
        """Those whose name or class has all the words, or whose code begins with them; none without words."""
        parts = words.split()
        if not parts:
            return self.none()
        found = self
        for part in parts:
            found = found.filter(Q(name__icontains=part) | Q(group__icontains=part) | Q(code__startswith=part))
        return found


class Major(models.Model):
    """A major of the national catalog. A code means nothing without its edition: catalogs use codes again."""

    class Level(models.TextChoices):
        """Which catalog."""

        SECONDARY = "secondary", _("secondary vocational school")
        COLLEGE = "college", _("college")

    code = models.CharField(_("code"), max_length=10)
    edition = models.CharField(_("edition"), max_length=10, help_text=_("Year of the catalog."))
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    name = models.CharField(_("name"), max_length=60)
    group = models.CharField(_("class of majors"), max_length=40)

    objects = MajorQuerySet.as_manager()

    class Meta:
        verbose_name = _("major")
        verbose_name_plural = _("majors")
        ordering = ["level", "code", "edition"]
        constraints = [
            models.UniqueConstraint(fields=["code", "edition", "level"], name="one_major_per_code_and_edition"),
        ]

    def __str__(self):
        return f"{self.name} {self.code} ({self.edition})"


class MajorOffer(models.Model):
    """A major that an institution teaches: its seats in a year, and what became of those who left in that year."""

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="major_offers", verbose_name=_("institution")
    )
    major = models.ForeignKey(Major, models.PROTECT, related_name="offers", verbose_name=_("major"))
    year = models.PositiveSmallIntegerField(_("year"))
    seats = models.PositiveSmallIntegerField(_("seats"), help_text=_("Places for newcomers in that year."))
    enrolled = models.PositiveSmallIntegerField(_("newcomers"), default=0, help_text=_("How many began."))
    graduates = models.PositiveSmallIntegerField(_("graduates"), default=0)
    placed = models.PositiveSmallIntegerField(
        _("at work in the trade"), default=0, help_text=_("Of the graduates of that year.")
    )

    class Meta:
        verbose_name = _("major taught")
        verbose_name_plural = _("majors taught")
        ordering = ["-year", "institution_id", "major_id"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "major", "year"], name="one_offer_of_a_major_a_year"),
            models.CheckConstraint(condition=Q(enrolled__lte=F("seats")), name="newcomers_within_seats"),
            models.CheckConstraint(condition=Q(placed__lte=F("graduates")), name="placed_are_graduates"),
        ]

    def __str__(self):
        return f"{self.major} · {self.institution} · {self.year}"
