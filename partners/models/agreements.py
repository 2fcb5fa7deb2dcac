"""The tripartite agreement: its template in versions, each agreement's own text, who signed it, what became of it.

Written by agreements.py and signing.py only. No identity number and no address is in it: the enterprise reads it.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.append_only import AppendOnly, append_only
from courses.models import Enrollment
from partners.models.enterprises import WRITERS
from partners.models.limits import PartnerSettings
from partners.models.orders import _ALPHABET, TrainingOrder
from partners.models.records import Record
from partners.states import AGREED, STANDING, AgreementState


class Party(models.TextChoices):
    """Who signs."""

    LEARNER = "learner", _("learner")
    GUARDIAN = "guardian", _("guardian")
    ENTERPRISE = "enterprise", _("enterprise")
    INSTITUTION = "institution", _("school")


def new_agreement_reference():
    """A reference to read out: XY (协议), year, month and eight random characters, XY2611-7K3M-9QXT."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"XY{timezone.localdate():%y%m}-{letters[:4]}-{letters[4:]}"


@append_only
class AgreementTemplate(AppendOnly):
    """One version of the text from which agreements are made; the highest number is the one in use."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    title = models.CharField(_("title"), max_length=100)
    body = models.TextField(_("text"), max_length=20000)
    note = models.CharField(_("what changed, and why"), max_length=300)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
        help_text=_("Empty: came with the site."),
    )

    class Meta:
        verbose_name = _("template of agreements")
        verbose_name_plural = _("templates of agreements")
        ordering = ["-number"]
        default_permissions = ["view", "add"]

    def __str__(self):
        return f"{self.title} · {self.number}"


@append_only
class AgreementDocument(AppendOnly):
    """The text of one agreement as it was made, and its SHA-256. Another text is another agreement.

    `summary` holds what counts most as [label, words] pairs, from the order as approved.
    """

    template = models.ForeignKey(AgreementTemplate, models.PROTECT, related_name="documents", verbose_name=_("version"))
    reference = models.CharField(_("reference"), max_length=20, unique=True, default=new_agreement_reference)
    title = models.CharField(_("title"), max_length=100)
    body = models.TextField(_("text"))
    summary = models.JSONField(_("in short"), default=list, encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("text of an agreement")
        verbose_name_plural = _("texts of agreements")

    def __str__(self):
        return self.reference

    @property
    def plain(self):
        """The document as plain text: the very characters of which SHA-256 is the hash (in UTF-8)."""
        return f"{self.reference}\n{self.title}\n\n{self.body}\n"

    def hashed(self):
        """The SHA-256 of the document, counted anew."""
        return hashlib.sha256(self.plain.encode()).hexdigest()


class AgreementQuerySet(models.QuerySet):
    """What may be asked of agreements."""

    def of(self, account):
        """Those of the account's learners, and those that it signs as a guardian: known by the confirmed phone."""
        mine = Q(enrollment__account=account)
        if account.phone and account.phone_verified:
            mine |= Q(needs_guardian=True, guardian_phone=account.phone)
        return self.filter(mine)

    def for_members(self, account):
        """Those of enterprises of which the account is a member: the only way its views reach one.

        What never came into force (`shown_to_enterprise`) is not kept before its eyes.
        """
        return self.filter(order__enterprise__members__account=account).shown_to_enterprise()

    def shown_to_enterprise(self, now=None):
        """Without those that never came into force, some days (PartnerSettings) after they were taken back."""
        days = (PartnerSettings.objects.first() or PartnerSettings()).share_closed_days
        since = (now or timezone.now()) - timedelta(days=days)
        ends = (AgreementState.WITHDRAWN, AgreementState.VOID)
        acts = (AgreementEvent.Act.WITHDRAWN, AgreementEvent.Act.VOIDED)
        ended = AgreementEvent.objects.filter(agreement=models.OuterRef("pk"), act__in=acts, at__lte=since)
        return self.exclude(Q(state__in=ends) & models.Exists(ended))

    def signed_by_members(self, account):
        """Those that the account may sign and answer for: as owner or recruiter."""
        members = {"order__enterprise__members__account": account, "order__enterprise__members__role__in": WRITERS}
        return self.filter(**members)

    def staffed_by(self, account):
        """Those of institutions that this account works for."""
        if account.is_superuser:
            return self
        return self.filter(enrollment__intake__program__institution__staff__account=account)

    def seen_by(self, account):
        """Those that staff may look at: the bureau all, schools their own."""
        if not account.has_perm("partners.view_agreement"):
            return self.none()
        return self if account.has_perm("partners.change_trainingorder") else self.staffed_by(account)

    def standing(self):
        """Those that wait for signatures or are in force: a learner has at most one for an enrollment."""
        return self.filter(state__in=STANDING)

    def agreed(self):
        """Those that all have signed, whether or not they ended since."""
        return self.filter(state__in=AGREED)

    def unsigned_by(self, party):
        """Those that wait for this party's signature."""
        signed = Signature.objects.filter(agreement=models.OuterRef("pk"), party=party)
        return self.filter(state=AgreementState.OPEN).exclude(models.Exists(signed))

    def with_all(self):
        """With what pages, messages and acts read of them."""
        related = "enrollment__learner", "enrollment__account", "enrollment__intake__program__institution"
        return self.select_related("document", "order__enterprise", *related).prefetch_related("signatures")


class Agreement(models.Model):
    """The agreement of a learner, an enterprise and a school about one enrollment, and where it stands.

    Whether a guardian signs too is decided on the day on which it is made: the learner is under 18 then. The guardian
    is whoever holds the account, when it acts for their child; else whoever has the guardian's phone in an account.
    """

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="agreements", verbose_name=_("enrollment"))
    order = models.ForeignKey(
        TrainingOrder, models.PROTECT, related_name="agreements", verbose_name=_("training order")
    )
    document = models.OneToOneField(
        AgreementDocument, models.PROTECT, related_name="agreement", verbose_name=_("document")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=AgreementState.choices, default=AgreementState.OPEN, db_index=True
    )
    needs_guardian = models.BooleanField(_("a guardian signs, too"), default=False)
    guardian_name = models.CharField(_("guardian's name"), max_length=60, blank=True)
    guardian_phone = models.CharField(_("guardian's phone"), max_length=11, blank=True, db_index=True)
    pay_training = models.PositiveIntegerField(
        _("pay during training (yuan a month)"), null=True, blank=True, help_text=_("As promised; empty: none.")
    )
    breach = models.TextField(_("what follows a breach"), blank=True, help_text=_("Quoted from the order's terms."))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    in_force_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-pk"]
        default_permissions = ["view", "add", "change"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"], condition=Q(state__in=STANDING), name="one_standing_agreement"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AGREED, in_force_at__isnull=False)
                | ~Q(state__in=AGREED) & Q(in_force_at__isnull=True),
                name="agreement_in_force_since_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(needs_guardian=False) | ~Q(guardian_name="") & ~Q(guardian_phone=""),
                name="agreement_names_the_guardian",
            ),
        ]
        indexes = [models.Index(fields=["order", "state"], name="agreements_of_order")]

    def __str__(self):
        return self.document.reference

    @property
    def reference(self):
        """The document's."""
        return self.document.reference

    @property
    def parties(self):
        """Who has to sign, in the order in which it is shown."""
        return [party for party in Party if party != Party.GUARDIAN or self.needs_guardian]

    @property
    def signed(self):
        """The signatures by party."""
        return {one.party: one for one in self.signatures.all()}

    @property
    def missing(self):
        """The parties that have not signed."""
        signed = self.signed
        return [party for party in self.parties if party not in signed]

    @property
    def is_open(self):
        """Whether it waits for signatures."""
        return self.state == AgreementState.OPEN

    @property
    def is_in_force(self):
        """Whether all have signed and it has not ended."""
        return self.state == AgreementState.IN_FORCE

    @property
    def verify_path(self):
        """The public page that confirms it."""
        return reverse("agreement_verify", args=[self.reference])


@append_only
class Signature(AppendOnly):
    """One party's signature: by which account, when, of which document, and where the code went that confirmed it.

    `name` is who signed, as told at that moment; `whose` is the person to whose phone or mailbox the code was sent.
    """

    class Channel(models.TextChoices):
        """How the code came."""

        SMS = "sms", _("SMS")
        EMAIL = "email", _("e-mail")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures", verbose_name=_("agreement"))
    party = models.CharField(_("party"), max_length=12, choices=Party.choices)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="signatures", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=60)
    at = models.DateTimeField(_("when"), default=timezone.now)
    sha256 = models.CharField(_("SHA-256 of the document"), max_length=64)
    channel = models.CharField(_("code sent by"), max_length=6, choices=Channel.choices)
    sent_to = models.CharField(_("code sent to"), max_length=60, help_text=_("Masked."))

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["agreement", "party"], name="a_party_signs_once")]

    def __str__(self):
        return f"{self.agreement} · {self.get_party_display()}"


@append_only
class AgreementEvent(Record):
    """One thing that happened to an agreement. All parties read `note`; `quoted` is what follows by the terms."""

    class Act(models.TextChoices):
        """What was done."""

        MADE = "made", _("made")
        SIGNED = "signed", _("signed")
        IN_FORCE = "in_force", _("signed by all, in force")
        VOIDED = "voided", _("replaced")
        WITHDRAWN = "withdrawn", pgettext_lazy("agreement", "withdrawn")
        TERMINATED = "terminated", _("ended early")
        BREACHED = "breached", _("ended by a breach")
        PAY = "pay", _("pay reported")
        PLACED = "placed", _("placement told")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="history", verbose_name=_("agreement"))
    act = models.CharField(_("what"), max_length=10, choices=Act.choices)
    party = models.CharField(_("by which party"), max_length=12, choices=Party.choices, blank=True)
    day = models.DateField(_("on"), null=True, blank=True)
    quoted = models.TextField(_("what follows by the terms"), blank=True)

    class Meta(Record.Meta):
        verbose_name = _("event of an agreement")
        verbose_name_plural = _("events of agreements")

    def __str__(self):
        return f"{self.agreement} {self.get_act_display()}"


class SignCode(models.Model):
    """A code that was sent so that somebody can sign; kept as a hash, good for these very documents and one party.

    `subject` is the hash of party and documents; `attempts` counts wrong entries by a guarded update.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("account"))
    subject = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=128)
    channel = models.CharField(_("code sent by"), max_length=6, choices=Signature.Channel.choices)
    sent_to = models.CharField(_("code sent to"), max_length=60)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("code for signing")
        verbose_name_plural = _("codes for signing")
        ordering = ["-pk"]
        default_permissions = []
        indexes = [models.Index(fields=["account", "subject", "-id"], name="sign_code_of_account")]

    def __str__(self):
        return self.sent_to
