"""Staff ask for something that a rule does not allow, and another person approves it or not (RuleException)."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Learner
from courses.models.enrollments import Enrollment
from courses.models.intakes import Intake

HOLDS = timedelta(days=3)


def _expiry():
    return timezone.now() + HOLDS


class RuleExceptionQuerySet(models.QuerySet):
    """What may be asked of exceptions."""

    def staffed_by(self, account):
        """Those in intakes of the institutions that this account works for."""
        if account.is_superuser:
            return self
        return self.filter(intake__program__institution__staff__account=account)

    def open(self, now=None):
        """Those that wait for the second person, and still hold."""
        return self.filter(state=RuleException.State.ASKED, expires_at__gt=now or timezone.now())


class RuleException(models.Model):
    """One exception for one learner: which rule, the listed reason, who asks, who decides. Written by exceptions.py.

    `enrollment` is the one that waits (seat out of order), or the one that was made (late entry).
    """

    class Kind(models.TextChoices):
        """Which rule is bent."""

        SEAT = "seat", _("a seat beyond the waitlist's order")
        LATE = "late", _("enrollment after the window")

    class Why(models.TextChoices):
        """Listed reasons; published as counts."""

        SCHOOL_ERROR = "school_error", _("a mistake of the school")
        SITE_DOWN = "site_down", _("the site could not be reached")
        HARDSHIP = "hardship", _("illness or hardship in the family")
        AUTHORITY = "authority", _("decided by an authority or a court")

    class State(models.TextChoices):
        """How it stands."""

        ASKED = "asked", _("waits for a second person")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        EXPIRED = "expired", _("expired")

    kind = models.CharField(_("rule"), max_length=6, choices=Kind.choices)
    why = models.CharField(_("reason"), max_length=20, choices=Why.choices)
    note = models.TextField(
        _("what happened"), max_length=400, help_text=_("For the second person; the learner does not read it.")
    )
    intake = models.ForeignKey(Intake, models.PROTECT, related_name="exceptions", verbose_name=_("class"))
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="+", verbose_name=_("learner"))
    enrollment = models.ForeignKey(
        Enrollment, models.PROTECT, null=True, related_name="exceptions", verbose_name=_("enrollment")
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who asks"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    expires_at = models.DateTimeField(_("decide until"), default=_expiry)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who decided")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    objects = RuleExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering = ["-pk"]
        default_permissions = ["view", "add", "change"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="exception_by_two_people",
            ),
            models.UniqueConstraint(
                fields=["intake", "learner"], condition=Q(state="asked"), name="one_exception_asked_at_a_time"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.intake}"
