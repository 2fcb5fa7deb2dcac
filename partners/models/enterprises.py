"""An enterprise, its members, invitations, claims, papers and history. States are written by enterprises.py only."""

from datetime import timedelta

from django.conf import settings
from django.core.files.storage import storages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.append_only import append_only
from accounts.models import District, mask_phone
from partners.models.records import Record
from partners.states import EnterpriseState

INVITATION_DAYS = 7


class EnterpriseQuerySet(models.QuerySet):
    """What may be asked of enterprises."""

    def of(self, account):
        """Those of which the account is a member: the only way its views reach one."""
        return self.filter(members__account=account)

    def run_by(self, account):
        """Those for which the account may write: as owner or recruiter."""
        return self.filter(members__account=account, members__role__in=WRITERS)

    def checked_by(self, account):
        """Those that this account may see as staff."""
        return self if account.has_perm("partners.view_enterprise") else self.none()


class Enterprise(models.Model):
    """An employer, known by its Unified Social Credit Code."""

    class Industry(models.TextChoices):
        """The trades of the region, as visitors would say them."""

        FORESTRY = "forestry", _("forestry and forest protection")
        FOREST_FOOD = "forest_food", _("forest food, berries and mushrooms")
        HERBS = "herbs", _("northern herbs and medicine")
        TOURISM = "tourism", _("ice and snow, tourism, lodging")
        CARE = "care", _("care for the elderly and health")
        WOOD = "wood", _("wood products")
        FARMING = "farming", _("farming and animals")
        ENERGY = "energy", _("energy, mining and machines")
        TRADE = "trade", _("trade, transport, online shops")
        OTHER = "other", _("something else")

    class Size(models.TextChoices):
        """As the statistical office divides them."""

        LARGE = "large", _("large")
        MEDIUM = "medium", _("medium")
        SMALL = "small", _("small")
        MICRO = "micro", _("micro")

    name = models.CharField(_("name on the licence"), max_length=100)
    uscc = models.CharField(_("Unified Social Credit Code"), max_length=18, unique=True)
    industry = models.CharField(_("industry"), max_length=12, choices=Industry.choices)
    size = models.CharField(_("size of the enterprise"), max_length=8, choices=Size.choices)
    employees = models.PositiveIntegerField(
        _("number of employees"), validators=[MinValueValidator(1), MaxValueValidator(1_000_000)]
    )
    district = models.ForeignKey(
        District, models.PROTECT, related_name="enterprises", verbose_name=_("county or district")
    )
    address = models.CharField(_("address"), max_length=120)
    contact_name = models.CharField(_("contact person"), max_length=60)
    contact_phone = models.CharField(_("contact's phone"), max_length=11)
    contact_post = models.CharField(_("contact's position"), max_length=40)
    introduction = models.TextField(
        _("about the enterprise"),
        max_length=500,
        blank=True,
        help_text=_("What you make or do, for whom, since when. Staff may use it for your public page."),
    )
    authorised = models.BooleanField(_("I am authorised to act for this enterprise"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=EnterpriseState.choices, default=EnterpriseState.PENDING, db_index=True
    )
    waits_since = models.DateTimeField(_("waits for a check since"), default=timezone.now, editable=False)
    recheck_on = models.DateField(_("next yearly check"), null=True, blank=True, editable=False)
    recheck_told_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    created_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(employees__gt=0), name="enterprise_has_employees"),
            models.CheckConstraint(
                condition=~Q(state=EnterpriseState.VERIFIED) | Q(recheck_on__isnull=False),
                name="verified_until_a_day",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_verified(self):
        """Whether it may submit orders."""
        return self.state == EnterpriseState.VERIFIED

    @property
    def is_suspended(self):
        """Whether staff have stopped it: it learns nothing of candidates, and nothing is signed with it."""
        return self.state == EnterpriseState.SUSPENDED

    def role_of(self, account):
        """The member's role, or None for whoever is no member."""
        return self.members.filter(account=account).values_list("role", flat=True).first()


class Role(models.TextChoices):
    """What a member may do."""

    OWNER = "owner", _("owner: everything, members too")
    RECRUITER = "recruiter", _("recruiter: orders, interviews, candidates and agreements")
    VIEWER = "viewer", _("viewer: reads only")


WRITERS = (Role.OWNER, Role.RECRUITER)


class Member(models.Model):
    """An account that acts for an enterprise. Whoever is removed has no row, and with the next click no access."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="members", verbose_name=_("enterprise"))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "account"], name="one_membership_per_enterprise"),
        ]

    def __str__(self):
        return f"{self.account} · {self.enterprise}"


def _expiry():
    return timezone.now() + timedelta(days=INVITATION_DAYS)


class MemberInvitation(models.Model):
    """Somebody who is asked to become a member, by phone or e-mail. It holds for seven days."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="invitations", verbose_name=_("enterprise"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    phone = models.CharField(_("phone"), max_length=11, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"), default=_expiry, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("invitation of a member")
        verbose_name_plural = _("invitations of members")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.sent_to} · {self.enterprise}"

    @property
    def sent_to(self):
        """Where it went, as screens may show it."""
        return self.email or mask_phone(self.phone)


class Claim(models.Model):
    """A second person says that they act for an enterprise that is registered already.

    Its owners decide, or staff when the person says that no owner is there any more.
    """

    class State(models.TextChoices):
        """How it ended."""

        OPEN = "open", _("waits for an answer")
        ACCEPTED = "accepted", pgettext_lazy("claim", "accepted")
        REFUSED = "refused", _("refused")

    class Decider(models.TextChoices):
        """Who is asked."""

        OWNERS = "owners", _("The owners: they know me")
        STAFF = "staff", _("The education bureau: nobody of us can sign in there any more")

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="claims", verbose_name=_("enterprise"))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="claims", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=60)
    message = models.CharField(_("message"), max_length=300)
    decider = models.CharField(_("who decides"), max_length=8, choices=Decider.choices, default=Decider.OWNERS)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "account"], condition=Q(state="open"), name="one_open_claim_per_account"
            ),
        ]

    def __str__(self):
        return f"{self.name} · {self.enterprise}"


def _private():
    return storages["private"]


class Paper(models.Model):
    """An uploaded licence or letter. It lies outside the public folders: only views that ask who reads give it out.

    `enterprise` is empty between the upload and the first valid form; such leftovers are purged after a day.
    """

    class Kind(models.TextChoices):
        """What it proves."""

        LICENCE = "licence", _("business licence")
        LETTER = "letter", _("letter of authorisation")

    enterprise = models.ForeignKey(
        Enterprise, models.CASCADE, null=True, related_name="papers", verbose_name=_("enterprise")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    file = models.FileField(_("file"), storage=_private, upload_to="papers/%Y/%m/")
    content_type = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=100)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-pk"]

    def __str__(self):
        return self.name


@append_only
class EnterpriseEvent(Record):
    """One thing that happened to an enterprise: a change of state, of its details or of its members."""

    class Act(models.TextChoices):
        """What was done."""

        REGISTERED = "registered", _("registered")
        SENT = "sent", _("details sent for a check")
        CHANGED = "changed", _("details changed")
        VERIFIED = "verified", _("verified")
        RETURNED = "returned", _("returned, to be mended")
        SUSPENDED = "suspended", _("suspended")
        REINSTATED = "reinstated", _("suspension lifted")
        RECHECK = "recheck", _("the yearly check fell due")
        INVITED = "invited", _("member invited")
        JOINED = "joined", _("member joined")
        ROLE = "role", _("role of a member changed")
        LEFT = "left", _("member removed or left")
        CLAIMED = "claimed", _("somebody says they belong to it")
        CLAIM_ACCEPTED = "claim_yes", _("claim accepted")
        CLAIM_REFUSED = "claim_no", _("claim refused")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="history", verbose_name=_("enterprise"))
    act = models.CharField(_("what"), max_length=10, choices=Act.choices)
    from_state = models.CharField(_("from"), max_length=10, choices=EnterpriseState.choices, blank=True)
    to_state = models.CharField(_("to"), max_length=10, choices=EnterpriseState.choices, blank=True)
    whom = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("about whom"),
        help_text=_("By key, so that the name goes when the account's data are erased."),
    )
    subject = models.CharField(_("about"), max_length=200, blank=True, help_text=_("Which fields or role, in words."))

    class Meta(Record.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self):
        return f"{self.enterprise} {self.get_act_display()}"
