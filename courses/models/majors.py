"""The national catalogs of vocational majors, loaded from a file (`manage.py load_majors`)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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
