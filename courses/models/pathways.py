"""What is known of a pathway beside its page: how each year's intake went (PathwayYear)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel


class PathwayYear(models.Model):
    """One year's intake of a pathway, as published: plan, applications, admissions, lowest and median score."""

    pathway = ParentalKey("courses.PathwayPage", on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    plan = models.PositiveSmallIntegerField(_("plan"), help_text=_("Approved seats of that year."))
    applied = models.PositiveSmallIntegerField(_("applied"))
    admitted = models.PositiveSmallIntegerField(_("admitted"))
    lowest_score = models.DecimalField(_("lowest score"), max_digits=5, decimal_places=1, null=True, blank=True)
    median_score = models.DecimalField(_("median score"), max_digits=5, decimal_places=1, null=True, blank=True)
    note = models.CharField(
        _("note"), max_length=80, blank=True, help_text=_("What was different that year, for example another exam.")
    )

    panels = [
        FieldRowPanel([FieldPanel("year"), FieldPanel("plan"), FieldPanel("applied"), FieldPanel("admitted")]),
        FieldRowPanel([FieldPanel("lowest_score"), FieldPanel("median_score"), FieldPanel("note")]),
    ]

    class Meta:
        verbose_name = _("year of a pathway")
        verbose_name_plural = _("years of a pathway")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["pathway", "year"], name="one_row_per_pathway_and_year"),
            # Families holding letters for seats that did not exist: the field's worst failure.
            models.CheckConstraint(condition=Q(admitted__lte=F("plan")), name="admitted_within_the_plan"),
            models.CheckConstraint(
                condition=Q(median_score__isnull=True)
                | Q(lowest_score__isnull=True)
                | Q(median_score__gte=F("lowest_score")),
                name="median_not_below_the_lowest_score",
            ),
        ]

    def __str__(self):
        return str(self.year)
