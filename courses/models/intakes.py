"""What a person enrolls in: an intake, with its seats, its rules and its meetings."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from accounts.models import District
from courses.models.fees import WithFee
from courses.models.pools import SeatPool
from courses.models.programs import Program
from courses.models.terms import Term


class IntakeQuerySet(models.QuerySet):
    """What may be asked of intakes."""

    def published(self):
        """Shown to the public: its program is live and it is no draft. Cancelled ones stay visible, and say so."""
        return self.filter(program__live=True).exclude(status=Intake.Status.DRAFT)

    def of_courses(self):
        """Classes of community courses: pathways and order programs have lists of their own."""
        return self.filter(program__communitycoursepage__isnull=False)

    def open_at(self, now):
        """Enrollment is open at that moment."""
        return self.filter(status=Intake.Status.PUBLISHED, opens_at__lte=now, closes_at__gt=now)

    def with_seats(self):
        """At least one pool has a free seat."""
        return self.filter(Exists(SeatPool.objects.filter(intake=OuterRef("pk"), seats_taken__lt=F("capacity"))))

    def with_counts(self):
        """Each with seats_total, seats_taken and seats_waiting over all its pools."""
        pools = SeatPool.objects.filter(intake=OuterRef("pk")).order_by().values("intake")
        names = {"seats_total": "capacity", "seats_taken": "seats_taken", "seats_waiting": "waiting"}
        return self.annotate(
            **{name: Coalesce(Subquery(pools.annotate(n=Sum(field)).values("n")), 0) for name, field in names.items()}
        )

    def staffed_by(self, account):
        """The intakes that this staff account may see and change."""
        if account.is_superuser:
            return self
        return self.filter(program__institution__staff__account=account)

    def attended_by(self, account):
        """The intakes whose attendance this account may see and take: its own classes; all that it may change."""
        if account.is_superuser or not account.has_perm("courses.change_attendance"):
            return self if account.is_superuser else self.none()
        mine = Q(Exists(self.model.teachers.through.objects.filter(intake=OuterRef("pk"), account=account)))
        if account.has_perm("courses.change_intake"):
            mine |= Q(pk__in=self.model.objects.staffed_by(account).values("pk"))
        return self.filter(mine)


class Intake(WithFee, ClusterableModel):
    """A program at a time: its window, admission rule, seats, rules, fee and dates.

    Ages are whole months on the day of the first meeting (children's classes are set in months), money is in fen,
    times are aware and shown in Asia/Shanghai. `starts_at` to `meeting_count` are copied from the meetings by
    `schedule.refresh` so that the finder can filter and sort without joining them.
    """

    class Status(models.TextChoices):
        """What staff have decided about the intake; whether it is open, full or over follows from dates and seats."""

        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CANCELLED = "cancelled", _("cancelled")

    class AdmissionRule(models.TextChoices):
        """How seats are shared out."""

        FIRST_COME = "first_come", _("first come, first served")
        LOTTERY = "lottery", _("lottery")
        RANKED = "ranked", _("ranked by score")
        REVIEW = "review", _("review")

    class Mode(models.TextChoices):
        """What people do here: enroll, or only say that they are interested."""

        ENROLL = "enroll", _("apply and enroll here")
        INTEREST = "interest", _("register interest; the official channel decides")

    program = models.ForeignKey(Program, models.PROTECT, related_name="intakes", verbose_name=_("program"))
    term = models.ForeignKey(Term, models.PROTECT, related_name="intakes", verbose_name=_("term"))
    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        help_text=_("Known to staff, printed on slips, for example 2026Q-031."),
    )
    label = models.CharField(
        _("label"),
        max_length=40,
        blank=True,
        help_text=_("Tells several intakes of one program apart, for example: Monday evening."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    status_note = models.CharField(
        _("note on the status"),
        max_length=200,
        blank=True,
        help_text=_("Why it was cancelled; shown on the page."),
    )
    opens_at = models.DateTimeField(_("enrollment opens"))
    closes_at = models.DateTimeField(_("enrollment closes"))
    admission_rule = models.CharField(
        _("admission rule"), max_length=12, choices=AdmissionRule.choices, default=AdmissionRule.FIRST_COME
    )
    round = models.ForeignKey(
        "courses.AdmissionRound",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="intakes",
        verbose_name=_("admission round"),
        help_text=_("A lottery or a ranking takes place in a round; window and rule are those of the round."),
    )
    mode = models.CharField(
        _("what people do here"),
        max_length=8,
        choices=Mode.choices,
        default=Mode.ENROLL,
        help_text=_("Where the province runs one channel for all, the site is not it: people register interest here."),
    )
    official_channel = models.URLField(
        _("official channel"), blank=True, help_text=_("Where people apply when they only register interest here.")
    )
    minimum = models.PositiveIntegerField(
        _("minimum to run"),
        default=0,
        help_text=_("With fewer learners the class may not take place. 0: always runs."),
    )
    offer_hours = models.PositiveIntegerField(
        _("hours to confirm an offer"), default=24, help_text=_("How long a seat from the waitlist is held.")
    )
    withdraw_hours = models.PositiveIntegerField(
        _("hours before the start until which learners may withdraw"),
        default=0,
        help_text=_("0: until the first meeting begins."),
    )
    district = models.ForeignKey(
        District,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("county or district"),
    )
    place = models.CharField(
        _("place"), max_length=120, blank=True, help_text=_("Building and room, and how to get in.")
    )
    teacher = models.CharField(_("teacher"), max_length=60, blank=True)

    min_age = models.PositiveSmallIntegerField(_("youngest (months)"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("oldest (months)"), null=True, blank=True)
    min_age_women = models.PositiveSmallIntegerField(_("youngest, women (months)"), null=True, blank=True)
    max_age_women = models.PositiveSmallIntegerField(_("oldest, women (months)"), null=True, blank=True)
    residents_of = models.JSONField(
        _("only residents of"), default=list, blank=True, help_text=_("District codes; none: everyone.")
    )
    needs_identity = models.BooleanField(
        _("ask for an identity document"),
        default=False,
        help_text=_("Only where a rule or the law needs it."),
    )
    allow_clash = models.BooleanField(
        _("may overlap with other classes"),
        default=False,
        help_text=_("For courses without fixed attendance."),
    )

    teachers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="classes_taught",
        verbose_name=_("accounts that take attendance"),
        help_text=_("They see the attendance of this class, and nothing else of it."),
    )
    attendance_percent = models.PositiveSmallIntegerField(
        _("attendance needed to complete (%)"),
        default=60,
        help_text=_("Of all meetings. 0: everyone who is enrolled at the end has completed it."),
    )
    absence_limit = models.PositiveSmallIntegerField(
        _("absences in a row"),
        default=3,
        help_text=_("After so many without leave, you are advised to give the seat back. 0: never."),
    )
    # Staff's decision that it takes place with fewer than the minimum; who and why stands in the log.
    runs_anyway_at = models.DateTimeField(null=True, editable=False)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, editable=False, related_name="copies")

    starts_at = models.DateTimeField(_("first meeting"), null=True, blank=True, editable=False)
    first_ends_at = models.DateTimeField(_("end of the first meeting"), null=True, blank=True, editable=False)
    ends_at = models.DateTimeField(_("end of the last meeting"), null=True, blank=True, editable=False)
    weekdays = models.PositiveSmallIntegerField(default=0, editable=False, help_text=_("Bit 0 is Monday."))
    day_parts = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text=_("Bit 0 morning, bit 1 afternoon, bit 2 evening.")
    )
    meeting_count = models.PositiveSmallIntegerField(default=0, editable=False)
    # Part of the key of cached fragments: what is saved shows at once.
    updated_at = models.DateTimeField(auto_now=True)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="intake_closes_after_opening"),
            models.CheckConstraint(
                condition=Q(round__isnull=True) | Q(admission_rule__in=["lottery", "ranked"]),
                name="round_only_for_lottery_or_ranking",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "closes_at"], name="intake_open"),
            models.Index(fields=["status", "starts_at"], name="intake_start"),
        ]

    def __str__(self):
        return f"{self.program.title} {self.label}".strip() + f" ({self.code})"

    @property
    def title(self):
        """Program and label, as people know the class."""
        return f"{self.program.title}（{self.label}）" if self.label else self.program.title

    @property
    def withdraw_until(self):
        """Until when learners may withdraw by themselves; None when no meeting is set yet."""
        return self.starts_at and self.starts_at - timedelta(hours=self.withdraw_hours)

    def is_open(self, now=None):
        """Whether one can enroll (or join the waitlist) now."""
        now = now or timezone.now()
        return self.status == self.Status.PUBLISHED and self.opens_at <= now < self.closes_at

    @property
    def last_call(self):
        """The last moment at which a seat can still be given: the first meeting, or later where enrollment goes on."""
        return max(self.starts_at or self.closes_at, self.closes_at)

    def offers_seats(self, now):
        """Whether free seats still go to those who wait."""
        return self.status == self.Status.PUBLISHED and now < self.last_call

    def clean(self):
        """Check what one row can know of itself; each message stands beside its field."""
        errors = {}
        if self.attendance_percent is not None and self.attendance_percent > 100:
            errors["attendance_percent"] = _("At most 100 percent.")
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            errors["closes_at"] = _("Enrollment must close after it opens.")
        for low, high in (("min_age", "max_age"), ("min_age_women", "max_age_women")):
            youngest, oldest = getattr(self, low), getattr(self, high)
            if youngest is not None and oldest is not None and oldest < youngest:
                errors[high] = _("The oldest age must not be below the youngest.")
        if errors:
            raise ValidationError(errors)


class ClassMeeting(models.Model):
    """One dated meeting of an intake. Place and teacher only where they differ from the intake's."""

    intake = ParentalKey(Intake, on_delete=models.CASCADE, related_name="meetings", verbose_name=_("intake"))
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    place = models.CharField(_("place"), max_length=120, blank=True)
    teacher = models.CharField(_("teacher"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("class meeting")
        verbose_name_plural = _("class meetings")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start"),
            models.UniqueConstraint(fields=["intake", "starts_at"], name="one_meeting_at_a_time"),
        ]

    def __str__(self):
        return f"{timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    def clean(self):
        """A meeting has a length."""
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The end must be after the start.")})
