"""What the service promises (Pledge), how people found it (Rating), and the figures beside the promises."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.enrollments import Enrollment


class Pledge(models.Model):
    """One published promise, and which measured figure stands beside it."""

    class Measure(models.TextChoices):
        """What is measured; answering/figures.py says how."""

        DECISION = "decision", _("days to a decision")
        ON_TIME = "on_time", _("share decided on time")
        APPEALS = "appeals", _("reviews asked for, and how often upheld")
        SATISFACTION = "satisfaction", _("share of satisfied learners")
        HISTORY = "history", _("rows of history sealed")

    order = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=60)
    text = models.TextField(_("what is promised"), max_length=400)
    measure = models.CharField(
        _("figure"),
        max_length=14,
        choices=Measure.choices,
        blank=True,
        help_text=_("Empty: only the promise is shown."),
    )
    published = models.BooleanField(_("published"), default=True)

    class Meta:
        verbose_name = _("service pledge")
        verbose_name_plural = _("service pledges")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.title


class RatingQuerySet(models.QuerySet):
    """What may be asked of ratings."""

    def staffed_by(self, account):
        """Those of classes of the institutions that this account works for."""
        if account.is_superuser:
            return self
        return self.filter(enrollment__intake__program__institution__staff__account=account)


class Rating(models.Model):
    """How a learner found a class that they completed: 1 to 5, and a word. Staff read it without the name."""

    SATISFIED = 4

    enrollment = models.OneToOneField(Enrollment, models.PROTECT, related_name="rating", verbose_name=_("enrollment"))
    stars = models.PositiveSmallIntegerField(_("rating"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    word = models.TextField(_("in your own words"), max_length=500, blank=True)
    given_at = models.DateTimeField(_("when"), default=timezone.now)
    changed_at = models.DateTimeField(auto_now=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["-given_at", "-pk"]
        default_permissions = ["view"]
        constraints = [
            models.CheckConstraint(condition=models.Q(stars__gte=1, stars__lte=5), name="rating_of_one_to_five")
        ]
        indexes = [models.Index(fields=["given_at"], name="rating_when")]

    def __str__(self):
        return f"{self.stars} · {self.enrollment.intake}"


class ServiceFigures(models.Model):
    """What was measured on one day over the year before; the public page shows the newest. Counts only."""

    day = models.DateField(unique=True)
    data = models.JSONField(default=dict)
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-day"]
        default_permissions = []

    def __str__(self):
        return str(self.day)
