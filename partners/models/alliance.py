"""The alliance: who belongs to it, what members share, who asks for it and when, and the time that is taken.

States of requests are written by alliance/sharing.py only.
"""

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.append_only import append_only
from institutions.models import Institution
from partners.models.enterprises import Enterprise
from partners.models.records import Record
from partners.states import EnterpriseState, ShareState

# Time is lent in whole half hours, counted since 1970: the number of a half hour is its key.
SLOT_SECONDS = 1800


class AllianceMemberQuerySet(models.QuerySet):
    """What may be asked of members."""

    def present(self):
        """Those who have not left."""
        return self.filter(left_on=None)

    def staffed_by(self, account):
        """Those institutions that the account works for."""
        return self.filter(institution__in=Institution.objects.staffed_by(account))

    def named(self):
        """With what gives them their name and place."""
        return self.select_related("institution__district", "enterprise__district")


class AllianceMember(models.Model):
    """An institution or an enterprise in the alliance. Who has left keeps a row: hours of earlier years stay theirs."""

    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="alliance_memberships",
        verbose_name=_("institution"),
    )
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="alliance_memberships",
        verbose_name=_("enterprise"),
    )
    joined_on = models.DateField(_("member since"), default=timezone.localdate)
    left_on = models.DateField(_("left"), null=True, blank=True)

    objects = AllianceMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of the alliance")
        verbose_name_plural = _("members of the alliance")
        ordering = ["joined_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(institution__isnull=False, enterprise__isnull=True)
                | Q(institution__isnull=True, enterprise__isnull=False),
                name="member_is_one_of_both",
                violation_error_message=_("Choose an institution or an enterprise, exactly one of them."),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="left_after_joining",
                violation_error_message=_("The day of leaving is not before that of joining."),
            ),
            models.UniqueConstraint(
                fields=["institution"],
                condition=Q(left_on__isnull=True),
                name="institution_is_member_once",
                violation_error_message=_("It is a member already."),
            ),
            models.UniqueConstraint(
                fields=["enterprise"],
                condition=Q(left_on__isnull=True),
                name="enterprise_is_member_once",
                violation_error_message=_("It is a member already."),
            ),
        ]

    def __str__(self):
        return str(self.body)

    @property
    def body(self):
        """The institution or the enterprise."""
        return self.institution if self.institution_id else self.enterprise

    @property
    def is_suspended(self):
        """Whether it neither lends nor borrows for the time being."""
        return bool(self.enterprise_id) and self.enterprise.state == EnterpriseState.SUSPENDED

    @property
    def district(self):
        """Where it is."""
        return self.body.district


class SharedResourceQuerySet(models.QuerySet):
    """What may be asked of shared resources."""

    def offered(self):
        """Those that can be asked for: not withdrawn, and the owner has neither left nor is suspended."""
        present = self.filter(withdrawn_at=None, owner__left_on=None)
        return present.exclude(owner__enterprise__state=EnterpriseState.SUSPENDED)

    def readable_by(self, member):
        """Those that a member finds: its own, and what others offer. The only way its views reach one."""
        return self.filter(Q(owner=member) | Q(pk__in=SharedResource.objects.offered().values("pk")))


class SharedResource(models.Model):
    """What a member shares. An instructor is named only as the owner wants the name to be read."""

    class Kind(models.TextChoices):
        """What is shared."""

        BASE = "base", _("training base")
        EQUIPMENT = "equipment", _("equipment")
        INSTRUCTOR = "instructor", _("instructor")
        COURSE = "course", _("course")

    owner = models.ForeignKey(AllianceMember, models.PROTECT, related_name="resources", verbose_name=_("owner"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(
        _("name"),
        max_length=60,
        help_text=_("Of an instructor only what others need: “Teacher Wang, welding”. No telephone number."),
    )
    description = models.TextField(_("description"), max_length=500, help_text=_("What it is and what it is good for."))
    place = models.CharField(_("place"), max_length=120)
    capacity = models.CharField(
        _("for how many"), max_length=60, blank=True, help_text=_("Such as: 20 workplaces, one instructor for ten.")
    )
    terms = models.TextField(
        _("terms of use"), max_length=500, blank=True, help_text=_("Who pays what, who supervises, what to bring.")
    )
    opens_at = models.TimeField(_("free from"), default=time(8))
    closes_at = models.TimeField(_("free until"), default=time(17))
    weekends = models.BooleanField(_("on Saturdays and Sundays, too"), default=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = SharedResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("shared resource")
        verbose_name_plural = _("shared resources")
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="resource_closes_after_opening"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_offered(self):
        """Whether it can be asked for."""
        return self.withdrawn_at is None and self.owner.left_on is None and not self.owner.is_suspended


class ShareRequestQuerySet(models.QuerySet):
    """What may be asked of requests."""

    def concerning(self, member):
        """Those that a member made or has to answer: the only way its views reach one."""
        return self.filter(Q(member=member) | Q(resource__owner=member))


class ShareRequest(models.Model):
    """A member asks for a resource from one moment to another. One by the owner itself keeps the time for itself."""

    resource = models.ForeignKey(SharedResource, models.PROTECT, related_name="requests", verbose_name=_("resource"))
    member = models.ForeignKey(AllianceMember, models.PROTECT, related_name="requests", verbose_name=_("asked by"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    purpose = models.CharField(_("purpose"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=ShareState.choices, default=ShareState.ASKED)
    hours = models.DecimalField(
        _("hours used"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(400)],
    )
    asked_at = models.DateTimeField(pgettext_lazy("a request", "asked"), default=timezone.now, editable=False)

    objects = ShareRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a resource")
        verbose_name_plural = _("requests for resources")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="request_ends_after_its_start"),
            models.CheckConstraint(
                condition=Q(state=ShareState.USED, hours__isnull=False)
                | (~Q(state=ShareState.USED) & Q(hours__isnull=True)),
                name="hours_of_what_was_used",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "state"], name="requests_of_a_member"),
            models.Index(fields=["resource", "starts_at"], name="requests_by_time"),
        ]

    def __str__(self):
        return f"{self.resource} · {self.member}"

    @property
    def is_own(self):
        """Whether the owner keeps the time for itself."""
        return self.member_id == self.resource.owner_id

    @property
    def has_begun(self):
        """Whether its time has come."""
        return self.starts_at <= timezone.now()

    @property
    def is_over(self):
        """Whether its time has passed."""
        return self.ends_at <= timezone.now()

    @property
    def slots(self):
        """The numbers of the half hours that it takes."""
        first = int(self.starts_at.timestamp()) // SLOT_SECONDS
        last = -(-int(self.ends_at.timestamp()) // SLOT_SECONDS)
        return range(first, last)


class BookedSlot(models.Model):
    """Half an hour of a resource that is taken, by one request only.

    The unique pair is the exclusion: an overlap of two approved requests would need one half hour twice, which neither
    database stores. An exclusion constraint over a range says the same on PostgreSQL only, and needs an extension.
    """

    resource = models.ForeignKey(SharedResource, models.CASCADE, related_name="booked", verbose_name=_("resource"))
    request = models.ForeignKey(ShareRequest, models.CASCADE, related_name="booked", verbose_name=_("request"))
    slot = models.PositiveIntegerField(_("half hour"), help_text=_("Counted since 1970."))

    class Meta:
        verbose_name = _("half hour taken")
        verbose_name_plural = _("half hours taken")
        ordering = ["slot"]
        constraints = [
            models.UniqueConstraint(fields=["resource", "slot"], name="a_half_hour_is_lent_once"),
        ]

    def __str__(self):
        return f"{self.resource_id} · {self.slot}"


@append_only
class ShareEvent(Record):
    """One thing that happened to a request; `note` is read by both sides."""

    class Act(models.TextChoices):
        """What was done."""

        ASKED = "asked", pgettext_lazy("a request", "asked")
        KEPT = "kept", _("kept for the owner")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", pgettext_lazy("a request", "declined")
        CANCELLED = "cancelled", pgettext_lazy("a request", "cancelled")
        USED = "used", _("used, hours confirmed")

    request = models.ForeignKey(ShareRequest, models.PROTECT, related_name="history", verbose_name=_("request"))
    act = models.CharField(_("what"), max_length=10, choices=Act.choices)
    from_state = models.CharField(_("from"), max_length=10, choices=ShareState.choices, blank=True)
    to_state = models.CharField(_("to"), max_length=10, choices=ShareState.choices, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self):
        return f"{self.request} {self.get_act_display()}"
