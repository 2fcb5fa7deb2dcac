"""The stretches of time that classes belong to or skip: terms and holidays."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Term(models.Model):
    """A stretch of the year that intakes belong to, for example autumn 2026."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    learner_limit = models.PositiveSmallIntegerField(
        _("enrollments per learner"),
        null=True,
        blank=True,
        help_text=_("How many courses one learner may be in or wait for in this term. Empty: no limit."),
    )

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["-starts_on"]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="term_ends_after_start")]

    def __str__(self):
        return self.name


class Holiday(models.Model):
    """Days without classes; generated meetings skip them."""

    name = models.CharField(_("name"), max_length=40)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="holiday_ends_after_start")
        ]

    def __str__(self):
        return self.name
