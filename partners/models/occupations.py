"""The national classification of occupations, loaded from a file (`manage.py load_occupations`)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OccupationQuerySet(models.QuerySet):
    """What may be asked of occupations."""

    def matching(self, words):
        """Those whose name has all the words, or whose code begins with them; without words none.

        When there is none, those that have two characters of the words side by side: 蓝莓加工 finds 果蔬坚果加工工.
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
