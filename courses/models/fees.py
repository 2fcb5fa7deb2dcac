"""What a class costs: its fees and who pays less (FeeReduction), what comes back (RefundPolicy), proofs (FeeProof).

Money is in fen. These rows are what staff edit; an enrollment keeps them as they were told (Enrollment.terms).
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from accounts.models import District
from institutions.models import Institution


class RefundPolicyQuerySet(models.QuerySet):
    """What may be asked of refund policies."""

    def staffed_by(self, account):
        """Those of the institutions that this account works for."""
        if account.is_superuser:
            return self
        return self.filter(institution__staff__account=account)


class RefundPolicy(ClusterableModel):
    """How much of a fee comes back to whoever leaves a class, in steps; after the last step nothing does.

    A class that names none has the default one of its institution, or that of refunding.py.
    """

    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="refund_policies", verbose_name=_("institution")
    )
    name = models.CharField(_("name"), max_length=60, help_text=_("For example: courses of one term."))
    is_default = models.BooleanField(
        _("for all classes that name no other"),
        default=False,
        help_text=_("Of this institution. What people were told when they enrolled stays as it was."),
    )

    objects = RefundPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund policy")
        verbose_name_plural = _("refund policies")
        ordering = ["institution", "name"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "name"], name="refund_policy_name_once"),
            models.UniqueConstraint(
                fields=["institution"], condition=Q(is_default=True), name="one_default_refund_policy"
            ),
        ]

    def __str__(self):
        return self.name


class RefundStep(models.Model):
    """One step of a policy: until when it holds, and how much comes back then."""

    class Until(models.TextChoices):
        """What `number` counts."""

        DAYS = "days", _("days before the first meeting")
        MEETINGS = "meetings", _("until this meeting begins (1 is the first)")

    policy = ParentalKey(RefundPolicy, on_delete=models.CASCADE, related_name="steps", verbose_name=_("policy"))
    until = models.CharField(_("until"), max_length=8, choices=Until.choices, default=Until.DAYS)
    number = models.PositiveSmallIntegerField(_("number"), help_text=_("0 days: until the first meeting begins."))
    percent = models.PositiveSmallIntegerField(
        _("comes back (%)"), default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    by_meetings = models.BooleanField(
        _("of the share of the meetings that remain"),
        default=False,
        help_text=_("With 12 meetings of which 3 have begun: nine twelfths."),
    )

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_until_display()} {self.number}: {self.percent}%"


class WithFee(models.Model):
    """The part of an intake that says what it costs."""

    fee = models.PositiveIntegerField(_("fee (fen)"), default=0, help_text=_("In fen: 12000 is ¥120. 0: free."))
    materials = models.CharField(
        _("materials"), max_length=120, blank=True, help_text=_("What must be bought or brought.")
    )
    materials_fee = models.PositiveIntegerField(
        _("materials fee (fen)"), default=0, help_text=_("For what the school buys; paid with the fee.")
    )
    pay_hours = models.PositiveSmallIntegerField(
        _("hours to pay"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("So long a seat is held while somebody pays online. Hours of the night do not count."),
    )
    desk_hours = models.PositiveSmallIntegerField(
        _("hours to pay at the desk"),
        default=24,
        validators=[MinValueValidator(1)],
        help_text=_("For those who choose the desk: so long the seat is held from the moment of the offer."),
    )
    refund_policy = models.ForeignKey(
        RefundPolicy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("refund policy"),
        help_text=_("Empty: the default one of the institution."),
    )

    class Meta:
        abstract = True

    @property
    def costs(self):
        """What it costs somebody without a reduction, in fen."""
        return self.fee + self.materials_fee


class FeeReduction(models.Model):
    """Who pays less for an intake. Of several that hold for a learner the greatest counts; they are not added."""

    class Kind(models.TextChoices):
        """What the reduction asks about."""

        AGE = "age", _("from an age on")
        RESIDENTS = "residents", _("residents of a county or district")
        SEVERAL = "several", _("another learner of the account is in a class of the institution in this term")
        PROOF = "proof", _("whoever shows a proof, for example of low income")

    intake = ParentalKey("courses.Intake", on_delete=models.CASCADE, related_name="reductions")
    kind = models.CharField(_("for whom"), max_length=10, choices=Kind.choices)
    percent = models.PositiveSmallIntegerField(
        _("less by (%)"),
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("100: free."),
    )
    with_materials = models.BooleanField(_("the materials fee, too"), default=False)
    min_age = models.PositiveSmallIntegerField(_("from this age (months)"), null=True, blank=True)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("county or district")
    )
    proof = models.CharField(
        _("what must be shown"), max_length=60, blank=True, help_text=_("For example: certificate of low income.")
    )

    class Meta:
        verbose_name = _("reduction")
        verbose_name_plural = _("reductions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="reduction_is_a_share"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.percent}%"

    def clean(self):
        """Each kind needs its condition."""
        needed = {
            self.Kind.AGE: ("min_age", _("From which age?")),
            self.Kind.RESIDENTS: ("district", _("Residents of which county or district?")),
            self.Kind.PROOF: ("proof", _("What must be shown?")),
        }
        name, message = needed.get(self.kind, ("kind", ""))
        if getattr(self, name) in (None, ""):
            raise ValidationError({name: message})


class FeeProofQuerySet(models.QuerySet):
    """What may be asked of proofs."""

    def waiting(self):
        """Those that staff have to check, while the enrollment still counts."""
        from courses.states import LIVE

        return self.filter(state=FeeProof.State.WAITING, enrollment__state__in=LIVE)

    def staffed_by(self, account):
        """Those for classes of the institutions that this account works for."""
        if account.is_superuser:
            return self
        return self.filter(enrollment__intake__program__institution__staff__account=account)


class FeeProof(models.Model):
    """A learner says that a reduction holds that must be proved; staff look at the proof. Written by proofs.py."""

    class State(models.TextChoices):
        """Whether staff have looked."""

        WAITING = "waiting", _("to be checked")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    enrollment = models.OneToOneField(
        "courses.Enrollment", models.PROTECT, related_name="proof", verbose_name=_("enrollment")
    )
    what = models.CharField(_("what is shown"), max_length=60)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    # As it was made safe and encrypted by answering/documents.py; nothing where the paper is shown at the desk.
    content = models.BinaryField(null=True, editable=False)
    content_type = models.CharField(max_length=40, blank=True, editable=False)
    claimed_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = FeeProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof for a reduction")
        verbose_name_plural = _("proofs for reductions")
        ordering = ["claimed_at", "pk"]
        indexes = [models.Index(fields=["claimed_at"], condition=Q(state="waiting"), name="proof_waiting")]

    def __str__(self):
        return self.what
