"""What staff keep beside an enrollment: notes, and the record of who saw a whole identity number and why."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import AppendOnly, append_only
from accounts.models import Learner
from courses.models.enrollments import Enrollment


class EnrollmentNote(models.Model):
    """A remark of staff for staff; the learner does not see it."""

    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="notes", verbose_name=_("enrollment"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    text = models.CharField(_("note"), max_length=400)

    class Meta:
        verbose_name = _("staff note")
        verbose_name_plural = _("staff notes")
        ordering = ["pk"]

    def __str__(self):
        return self.text


class IdentityRevealQuerySet(models.QuerySet):
    """What may be asked of reveals."""

    def staffed_by(self, account):
        """Those in intakes of the institutions that this account works for."""
        if account.is_superuser:
            return self
        return self.filter(enrollment__intake__program__institution__staff__account=account)


@append_only
class IdentityReveal(AppendOnly):
    """One look at a whole identity number: who, when, whose, why. Never changed; `enrollment` says for which class."""

    class Purpose(models.TextChoices):
        """Why a number may be looked at."""

        CHECK = "check", _("compare it with the card at the desk")
        CERTIFICATE = "certificate", _("write a certificate")
        INSURANCE = "insurance", _("register for insurance")
        AUTHORITY = "authority", _("an authority asks for it by law")
        OTHER = "other", _("another reason")

    learner = models.ForeignKey(Learner, models.PROTECT, related_name="+", verbose_name=_("learner"))
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="reveals", verbose_name=_("enrollment"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    purpose = models.CharField(_("why"), max_length=20, choices=Purpose.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = IdentityRevealQuerySet.as_manager()

    class Meta:
        verbose_name = _("revealed identity number")
        verbose_name_plural = _("revealed identity numbers")
        ordering = ["-pk"]
        default_permissions = ["add", "view"]

    def __str__(self):
        return f"{self.learner} · {self.by}"
