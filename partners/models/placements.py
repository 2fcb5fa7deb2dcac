"""What follows an agreement: pay that the enterprise reports, where the learner works afterwards, what staff look into.

Written by pay.py, placements.py and flags.py only.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.agreements import Agreement

HIGHEST_PAY = 100_000  # yuan a month; more is a slip of the finger


class PayReport(models.Model):
    """What the enterprise says it paid a learner for a month, beside what was promised; the learner may say not so."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="pay_reports", verbose_name=_("agreement"))
    month = models.DateField(_("month"), help_text=_("Its first day."))
    amount = models.PositiveIntegerField(_("paid (yuan)"), validators=[MaxValueValidator(HIGHEST_PAY)])
    promised = models.PositiveIntegerField(
        _("promised (yuan)"), default=0, help_text=_("For this month; of a part of a month, by days.")
    )
    reported_at = models.DateTimeField(_("reported"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    not_so = models.CharField(_("the learner says"), max_length=500, blank=True)
    not_so_at = models.DateTimeField(_("said"), null=True, blank=True)

    class Meta:
        verbose_name = _("pay report")
        verbose_name_plural = _("pay reports")
        ordering = ["month", "agreement"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "month"], name="one_pay_report_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="pay_report_of_a_month"),
        ]

    def __str__(self):
        return f"{self.agreement} {self.month:%Y-%m}"

    @property
    def is_below(self):
        """Whether it is less than what was promised."""
        return self.amount < self.promised


class PlacementQuerySet(models.QuerySet):
    """What may be asked of placements."""

    def placed(self, point="end"):
        """What counts as placed: the enterprise says that the learner works in the occupation, the learner not no."""
        denied = Placement.objects.filter(
            agreement=OuterRef("agreement"), point=point, side=Placement.Side.LEARNER
        ).exclude(employed=True, in_occupation=True)
        said = self.filter(point=point, side=Placement.Side.ENTERPRISE, employed=True, in_occupation=True)
        return said.exclude(Exists(denied))


class Placement(models.Model):
    """What one side says of where a trained learner works, at one of three points in time after the training."""

    class Point(models.TextChoices):
        """When it is asked, counted from the end of the training."""

        END = "end", _("at the end of the training")
        MONTH_6 = "month_6", _("after 6 months")
        MONTH_12 = "month_12", _("after 12 months")

    class Side(models.TextChoices):
        """Who says it."""

        ENTERPRISE = "enterprise", _("enterprise")
        LEARNER = "learner", _("learner")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="placements", verbose_name=_("agreement"))
    point = models.CharField(_("when"), max_length=8, choices=Point.choices)
    side = models.CharField(_("who says so"), max_length=10, choices=Side.choices)
    employed = models.BooleanField(_("works at the enterprise"))
    in_occupation = models.BooleanField(_("in the occupation of the order"), default=False)
    monthly_pay = models.PositiveIntegerField(
        _("pay (yuan a month)"), null=True, blank=True, validators=[MaxValueValidator(HIGHEST_PAY)]
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    at = models.DateTimeField(_("when it was told"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["agreement", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "point", "side"], name="one_placement_a_side_and_point"),
            models.CheckConstraint(
                condition=Q(employed=True) | Q(in_occupation=False, monthly_pay__isnull=True),
                name="placement_pay_of_the_employed",
            ),
        ]
        indexes = [models.Index(fields=["point", "side", "employed"], name="placements_counted")]

    def __str__(self):
        return f"{self.agreement} · {self.get_point_display()}"


class FlagQuerySet(models.QuerySet):
    """What may be asked of flags."""

    def seen_by(self, account):
        """Those of agreements that this account may look at."""
        if not account.has_perm("partners.view_agreementflag"):
            return self.none()
        return self.filter(agreement__in=Agreement.objects.seen_by(account))

    def waiting(self):
        """Those that nobody has settled."""
        return self.filter(settled_at=None)


class AgreementFlag(models.Model):
    """Something about an agreement that a person of staff has to look into, and what came of it."""

    class Kind(models.TextChoices):
        """What it is."""

        BELOW = "below", _("paid less than promised")
        NOT_SO = "not_so", _("the learner says that the pay is not so")
        DIFFERS = "differs", _("enterprise and learner say different things")
        BREACH = "breach", _("a breach was recorded")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="flags", verbose_name=_("agreement"))
    kind = models.CharField(_("what"), max_length=8, choices=Kind.choices)
    subject = models.CharField(_("about"), max_length=20, help_text=_("The month or the point in time."))
    text = models.CharField(_("said"), max_length=600)
    opened_at = models.DateTimeField(_("since"), default=timezone.now)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    note = models.CharField(_("what came of it"), max_length=500, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["settled_at", "pk"]
        default_permissions = ["view", "change"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "kind", "subject"], condition=Q(settled_at=None), name="one_open_flag_of_a_kind"
            ),
        ]

    def __str__(self):
        return f"{self.agreement} · {self.get_kind_display()}"

    @property
    def about(self):
        """The subject in words."""
        return str(dict(Placement.Point.choices).get(self.subject, self.subject))
