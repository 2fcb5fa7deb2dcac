"""Who signs in (Account), who learns (Learner), where they live (District), what they agreed to (Consent)."""

import uuid
from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.encryption import EncryptedField, keyed_hash


class District(models.Model):
    """A county or a township, by its administrative code (GB/T 2260: 6 digits, townships 9).

    It lives here, in the lowest room, because a learner's residence needs it and imports point down only.
    """

    code = models.CharField(_("code"), max_length=9, primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    county = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="townships", verbose_name=_("county")
    )

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ["code"]

    def __str__(self):
        return self.name


class AccountManager(BaseUserManager):
    """Makes accounts known by a phone number or an e-mail address."""

    def create_user(self, *, phone=None, email=None, password=None, **fields):
        """Make an account. Phone and e-mail are stored as NULL when empty, so that each can be unique."""
        account = self.model(phone=phone or None, email=self.normalize_email(email) or None, **fields)
        if password:
            account.set_password(password)
        else:
            account.set_unusable_password()
        account.save(using=self._db)
        return account

    def create_superuser(self, *, email, password=None, **fields):
        """Make an administrator (the command `createsuperuser`)."""
        return self.create_user(email=email, password=password, is_staff=True, is_superuser=True, **fields)


class Account(AbstractBaseUser, PermissionsMixin):
    """Who signs in: by a mainland phone number (11 digits) or an e-mail address, each unique when present."""

    phone = models.CharField(_("phone"), max_length=11, null=True, blank=True, unique=True)
    phone_verified = models.BooleanField(_("phone verified"), default=False)
    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    language = models.CharField(_("language of messages"), max_length=10, default="zh-hans")
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    session_version = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Raised to close all sessions of the account.")
    )

    objects = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self):
        return self.name or self.email or mask_phone(self.phone) or str(self.pk)

    def save(self, *args, **kwargs):
        """Absent phone and e-mail are NULL, so that each can be unique; e-mail is kept in lower case."""
        self.phone = self.phone or None
        self.email = (self.email or "").lower() or None
        super().save(*args, **kwargs)

    def get_session_auth_hash(self):
        """What a session must know to stay open: the password's hash and the session version."""
        return f"{super().get_session_auth_hash()}.{self.session_version}"

    def get_session_auth_fallback_hash(self):
        """The same with the older secret keys."""
        return (f"{old}.{self.session_version}" for old in super().get_session_auth_fallback_hash())

    def get_username(self):
        """By what the account signs in; Wagtail shows it where there is no name."""
        return self.email or self.phone or ""

    def get_full_name(self):
        """The name shown to others; Wagtail's admin asks for it."""
        return str(self)

    get_short_name = get_full_name


def mask_phone(phone):
    """Show the first three and last four digits: 138****5678."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def mask_number(number):
    """Show the first and last four characters of an identity number; short ones only their last two."""
    if len(number) < 12:
        return "*" * max(len(number) - 2, 0) + number[-2:]
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def _new_person():
    return uuid.uuid4().hex


class LearnerQuerySet(models.QuerySet):
    """What may be asked of learners."""

    def of(self, account):
        """The learners for whom this account acts; the only way views reach a learner."""
        return self.filter(account=account, erased_at=None).select_related("district", "township")


class Learner(models.Model):
    """Who learns. One account acts for several; the same person may be kept by two accounts (see `person`)."""

    class Relation(models.TextChoices):
        """What the learner is to the account's holder."""

        SELF = "self", _("myself")
        PARENT = "parent", _("my parent")
        CHILD = "child", _("my child")
        OTHER = "other", _("someone else")

    class Sex(models.TextChoices):
        """As on the identity document."""

        FEMALE = "f", _("female")
        MALE = "m", _("male")

    class DocumentType(models.TextChoices):
        """Kinds of identity document."""

        RESIDENT = "resident", _("resident identity card")
        PERMIT = "permit", _("Hong Kong, Macao or Taiwan permit")
        PASSPORT = "passport", _("passport")
        OTHER = "other", _("another document")

    account = models.ForeignKey(Account, models.CASCADE, related_name="learners", verbose_name=_("account"))
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices)
    name = models.CharField(_("name"), max_length=60, db_index=True)
    document_type = models.CharField(
        _("identity document"), max_length=10, choices=DocumentType.choices, blank=True, default=""
    )
    document_number = EncryptedField(_("document number"), blank=True, default="")
    person = models.CharField(
        max_length=64,
        default=_new_person,
        db_index=True,
        editable=False,
        help_text=_("Keyed hash of the document, or a random value without one: equal for the same person."),
    )
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=11, blank=True, default="", db_index=True)
    district = models.ForeignKey(
        District,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("county or district"),
    )
    lives_elsewhere = models.BooleanField(_("lives outside the prefecture"), default=False)
    township = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("township")
    )
    guardian_name = models.CharField(_("guardian's name"), max_length=60, blank=True, default="")
    guardian_phone = models.CharField(_("guardian's phone"), max_length=11, blank=True, default="")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    objects = LearnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("learner")
        verbose_name_plural = _("learners")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(relation="self", erased_at=None),
                name="one_self_per_account",
            ),
        ]

    def __str__(self):
        return self.name

    def set_document(self, document_type, number):
        """Keep a document, and know the person by it from now on. Upper case; a resident's x too."""
        self.document_type = document_type
        self.document_number = number.strip().upper()
        self.person = keyed_hash(f"{document_type}:{self.document_number}")

    @property
    def masked_number(self):
        """The document number as screens may show it."""
        return mask_number(self.document_number)

    @property
    def masked_phone(self):
        """The phone number as screens of others may show it."""
        return mask_phone(self.phone)

    @property
    def residence(self):
        """Where the learner lives, in words; empty when not told."""
        if self.lives_elsewhere:
            return gettext("outside the prefecture")
        return " ".join(str(part) for part in (self.district, self.township) if part)

    def age_in_months(self, on: date):
        """Whole months lived on that day; None when the birth date is not known."""
        if self.birth_date is None:
            return None
        months = (on.year - self.birth_date.year) * 12 + on.month - self.birth_date.month
        return months - (on.day < self.birth_date.day)


class Consent(models.Model):
    """One agreement: what for, to which version of the text, when, and when it was taken back."""

    class Purpose(models.TextChoices):
        """What a consent covers; each is asked apart and never pre-ticked."""

        ENROLLMENT = "enrollment", _("processing of personal data for enrollment")
        IDENTITY = "identity", _("processing of the identity number")
        MINOR = "minor", _("processing of a minor's data, by the guardian")

    account = models.ForeignKey(Account, models.CASCADE, related_name="consents", verbose_name=_("account"))
    learner = models.ForeignKey(
        Learner, models.CASCADE, null=True, blank=True, related_name="consents", verbose_name=_("learner")
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    version = models.CharField(_("version of the text"), max_length=20)
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
        help_text=_("Given on paper at a desk: who recorded it. Empty: given on the website."),
    )

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at"]

    def __str__(self):
        return f"{self.get_purpose_display()} {self.version}"
