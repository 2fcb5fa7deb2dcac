"""When an enterprise meets candidates: slots that it offers, and who has booked one. Written by interviews.py only."""

from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.enterprises import WRITERS
from partners.models.orders import TrainingOrder


class SlotQuerySet(models.QuerySet):
    """What may be asked of slots."""

    def of(self, account):
        """Those of enterprises of which the account is a member."""
        return self.filter(order__enterprise__members__account=account)

    def written_by(self, account):
        """Those that the account may cancel: as owner or recruiter."""
        members = {"order__enterprise__members__account": account, "order__enterprise__members__role__in": WRITERS}
        return self.filter(**members)

    def bookable(self, now=None):
        """Those that still lie ahead, are not cancelled, and have room."""
        return self.filter(starts_at__gt=now or timezone.now(), cancelled_at=None, booked__lt=F("capacity"))


class InterviewSlot(models.Model):
    """A time at which the enterprise talks to one or several candidates, at its place or by phone.

    `booked` is counted by a guarded update and never passes `capacity`: the database refuses it, too. A booking may be
    changed or cancelled until `change_until`, as it was told when it was booked.
    """

    class Way(models.TextChoices):
        """How they meet."""

        ON_SITE = "on_site", _("at the enterprise or another place")
        PHONE = "phone", _("by phone")

    order = models.ForeignKey(TrainingOrder, models.PROTECT, related_name="slots", verbose_name=_("training order"))
    starts_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(
        _("length (minutes)"), validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    way = models.CharField(_("how"), max_length=8, choices=Way.choices, default=Way.ON_SITE)
    place = models.CharField(_("place"), max_length=120, blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("candidates at once"), default=1, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    booked = models.PositiveSmallIntegerField(_("booked"), default=0, editable=False)
    change_until = models.DateTimeField(_("may be changed until"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    cancel_note = models.CharField(_("why it was cancelled"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("offered by"))
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("interview slot")
        verbose_name_plural = _("interview slots")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(booked__lte=F("capacity")), name="slot_is_never_overbooked"),
            models.CheckConstraint(condition=Q(capacity__gte=1, minutes__gte=5), name="slot_has_room_and_time"),
            models.CheckConstraint(condition=Q(way="phone") | ~Q(place=""), name="slot_on_site_has_a_place"),
            models.CheckConstraint(condition=Q(change_until__lte=F("starts_at")), name="slot_changes_before_it_begins"),
        ]
        indexes = [models.Index(fields=["order", "starts_at"], name="slots_of_order")]

    def __str__(self):
        return f"{timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def ends_at(self):
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def free(self):
        """How many more can book it."""
        return max(0, self.capacity - self.booked)

    @property
    def is_over(self):
        """Whether it has begun: from then on it is said who came."""
        return self.starts_at <= timezone.now()

    @property
    def where(self):
        """The place, or that it is by phone."""
        return self.place if self.way == self.Way.ON_SITE else str(self.get_way_display())


class Interview(models.Model):
    """One candidate in one slot. A candidate has at most one that is booked and lies ahead."""

    class State(models.TextChoices):
        """What became of it."""

        BOOKED = "booked", _("booked")
        CALLED_OFF = "called_off", _("cancelled by the learner")
        SLOT_OFF = "slot_off", _("cancelled by the enterprise")
        HELD = "held", _("took place")
        NO_SHOW = "no_show", _("did not come")

    slot = models.ForeignKey(InterviewSlot, models.PROTECT, related_name="interviews", verbose_name=_("slot"))
    candidate = models.ForeignKey(
        "partners.Candidate", models.PROTECT, related_name="interviews", verbose_name=_("candidate")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.BOOKED)
    booked_at = models.DateTimeField(_("booked"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("interview")
        verbose_name_plural = _("interviews")
        ordering = ["slot__starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate"], condition=Q(state="booked"), name="one_interview_ahead_per_candidate"
            ),
        ]
        indexes = [models.Index(fields=["slot", "state"], name="interviews_of_slot")]

    def __str__(self):
        return f"{self.slot} {self.candidate}"
