"""The national classification of occupations, loaded from a file (`manage.py load_occupations`)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OccupationQuerySet(models.QuerySet):
    """What may be asked of occupations."""

    def matching(self, words):
        """Those whose name has all the words, or whose code begins with them; without words none.

        When no name has a whole word, those that have most of its characters side by side: 养老护理 finds 养老护理员 and
        护理员 finds it too.
        """
        parts = words.split()
        if not parts:
            return self.none()
        found = self
        for part in parts:
            found = found.filter(Q(name__icontains=part) | Q(code__startswith=part))
        if found.exists():
            return found
        pairs = [part[at : at + 2] for part in parts for at in range(len(part) - 1)]
        condition = Q(pk__in=[])
        for pair in pairs:
            condition |= Q(name__icontains=pair)
        return self.filter(condition)


class Occupation(models.Model):
    """An occupation, by its code and the edition of the classification in which the code means this."""

    code = models.CharField(_("code"), max_length=12)
    edition = models.CharField(_("edition"), max_length=10)
    name = models.CharField(_("name"), max_length=60)

    objects = OccupationQuerySet.as_manager()

    class Meta:
        verbose_name = _("occupation")
        verbose_name_plural = _("occupations")
        ordering = ["code", "edition"]
        constraints = [
            models.UniqueConstraint(fields=["code", "edition"], name="one_occupation_per_code_and_edition"),
        ]

    def __str__(self):
        return f"{self.name} {self.code} ({self.edition})"
