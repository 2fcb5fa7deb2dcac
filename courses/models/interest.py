"""Interest in a pathway where the official channel decides (Interest), and what that channel said."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.encryption import EncryptedField
from accounts.models import Learner
from courses.models.intakes import Intake


class InterestQuerySet(models.QuerySet):
    """What may be asked of interest."""

    def live(self):
        """Those that were not taken back."""
        return self.filter(withdrawn_at=None)

    def of(self, account):
        """Those of this account's learners."""
        return self.filter(account=account)

    def staffed_by(self, account):
        """Those in pathways of the institutions that this account works for."""
        if account.is_superuser:
            return self
        return self.filter(intake__program__institution__staff__account=account)


class Interest(models.Model):
    """A learner is interested in a pathway whose admission the province's official channel decides.

    `outcome` is what the official list said, once it was imported; `admitted_to` the pathway of it, in its words.
    """

    class Outcome(models.TextChoices):
        """What the official list said."""

        ADMITTED = "admitted", pgettext_lazy("official result", "admitted")
        NOT_ADMITTED = "not_admitted", pgettext_lazy("official result", "not admitted")

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="interests", verbose_name=_("intake"))
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="interests", verbose_name=_("learner"))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="interests", verbose_name=_("account")
    )
    person = models.CharField(max_length=64, editable=False)
    candidate_number = EncryptedField(_("candidate number"), blank=True, default="")
    candidate_key = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    created_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, editable=False)
    outcome = models.CharField(_("official result"), max_length=12, choices=Outcome.choices, blank=True)
    admitted_to = models.CharField(_("admitted to"), max_length=200, blank=True)
    outcome_at = models.DateTimeField(_("result since"), null=True, editable=False)

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("interest in a pathway")
        verbose_name_plural = _("interest in pathways")
        ordering = ["-pk"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(
                fields=["intake", "person"], condition=Q(withdrawn_at=None), name="one_live_interest_per_person"
            ),
        ]
        indexes = [models.Index(fields=["account", "-id"], name="interest_of_account")]

    def __str__(self):
        return f"{self.learner.name} · {self.intake.title}"
