"""A learner asks for a second look at a decision (Appeal), and each step of such a case (CaseEntry)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from accounts.append_only import append_only
from courses.models.enrollments import Enrollment, HistoryEntry
from courses.models.intakes import Intake

_DAYS = [MinValueValidator(1), MaxValueValidator(365)]


@register_setting(icon="clipboard-list")
class AnswerSettings(BaseGenericSetting):
    """What is promised about appeals and ratings; the learner is told these numbers."""

    ask_days = models.PositiveSmallIntegerField(
        _("days to ask for a review"), default=30, validators=_DAYS, help_text=_("After the decision.")
    )
    answer_days = models.PositiveSmallIntegerField(
        _("days to answer"), default=7, validators=_DAYS, help_text=_("Within so many days staff answer a review.")
    )
    rating_days = models.PositiveSmallIntegerField(
        _("days to rate"),
        default=60,
        validators=_DAYS,
        help_text=_("After completing a class; until then one may change it."),
    )
    yardstick = models.DecimalField(
        _("yardstick for satisfaction (%)"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("A figure of others that ours is put beside. Empty: none."),
    )
    yardstick_source = models.CharField(
        _("whose figure it is"), max_length=120, blank=True, help_text=_("Quoted beside it, with the year.")
    )

    panels = [
        MultiFieldPanel([FieldPanel("ask_days"), FieldPanel("answer_days")], heading=_("Reviews")),
        MultiFieldPanel([FieldPanel("rating_days")], heading=_("Ratings")),
        MultiFieldPanel([FieldPanel("yardstick"), FieldPanel("yardstick_source")], heading=_("Yardstick")),
    ]

    class Meta:
        verbose_name = _("reviews and ratings")

    @classmethod
    def now(cls):
        """What holds now; the defaults where nothing was saved."""
        return cls.objects.first() or cls()


class AppealQuerySet(models.QuerySet):
    """What may be asked of appeals."""

    def of(self, account):
        """Those of this account's enrollments."""
        return self.filter(account=account)

    def staffed_by(self, account):
        """Those in intakes of the institutions that this account works for."""
        if account.is_superuser:
            return self
        return self.filter(enrollment__intake__program__institution__staff__account=account)

    def open(self):
        """Those that wait for an answer, the most urgent first."""
        return self.filter(state=Appeal.State.OPEN).order_by("due_at", "pk")

    def overdue(self, now=None):
        """Those that should have been answered."""
        return self.open().filter(due_at__lt=now or timezone.now())


class Appeal(models.Model):
    """One request to look again at one decision (`about`), and the answer. Written by answering/appeals.py only.

    Text, answer and files are personal data and can be erased; that it was asked and answered stays in CaseEntry.
    """

    class State(models.TextChoices):
        """How it stands."""

        OPEN = "open", _("being looked at")
        UPHELD = "upheld", _("upheld")
        REJECTED = "rejected", _("not upheld")

    class Outcome(models.TextChoices):
        """What followed from an upheld one. Said to the learner as a sentence."""

        SEAT = "seat", _("A seat is held for you.")
        IN_LINE = "in_line", _("You are back in the waitlist, at the place you had.")
        BACK = "back", _("Your application counts again.")
        HAS_PLACE = "has_place", _("You have enrolled again since; that enrollment stays.")
        TOO_LATE = "too_late", _("The class gives no more seats; the school says in its answer what it offers instead.")

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="appeals", verbose_name=_("enrollment"))
    about = models.OneToOneField(HistoryEntry, models.PROTECT, related_name="appeal", verbose_name=_("decision"))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="appeals", verbose_name=_("account")
    )
    text = models.TextField(_("what should be looked at"), max_length=2000)
    submitted_at = models.DateTimeField(_("asked"), default=timezone.now)
    due_at = models.DateTimeField(_("answer until"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    outcome = models.CharField(_("what followed"), max_length=10, choices=Outcome.choices, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who answered")
    )
    decided_at = models.DateTimeField(_("answered"), null=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("review asked for")
        verbose_name_plural = _("reviews asked for")
        ordering = ["-pk"]
        default_permissions = ["view", "change"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="appeal_answered_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="open"), name="appeal_open")]

    def __str__(self):
        return f"{self.enrollment} {self.get_state_display()}"

    @property
    def is_overdue(self):
        """Whether the promised time has passed without an answer."""
        return self.state == self.State.OPEN and self.due_at < timezone.now()


class AppealFile(models.Model):
    """A document beside an appeal: a picture (made anew, as JPEG) or a PDF, encrypted in the database.

    In the database, and not in a folder, so that it is kept, copied and erased with the appeal in one transaction.
    """

    appeal = models.ForeignKey(Appeal, models.CASCADE, related_name="files")
    name = models.CharField(_("file"), max_length=120)
    kind = models.CharField(max_length=20)
    size = models.PositiveIntegerField(_("size"))
    content = models.BinaryField()

    class Meta:
        ordering = ["pk"]
        default_permissions = []

    def __str__(self):
        return self.name


@append_only
class CaseEntry(models.Model):
    """One step of an appeal or an exception: who, when, what. Without free text; sealed with the history.

    Never changed, never removed.
    """

    class Act(models.TextChoices):
        """What was done."""

        APPEAL_ASKED = "appeal_asked", _("asked for a review")
        APPEAL_UPHELD = "appeal_upheld", _("review: upheld")
        APPEAL_REJECTED = "appeal_rejected", _("review: not upheld")
        EXCEPTION_ASKED = "exception_asked", _("exception asked for")
        EXCEPTION_APPROVED = "exception_approved", _("exception approved")
        EXCEPTION_REFUSED = "exception_refused", _("exception refused")
        EXCEPTION_EXPIRED = "exception_expired", _("exception expired")

    enrollment = models.ForeignKey(
        Enrollment,
        models.PROTECT,
        null=True,  # A late entry is asked for before there is one.
        related_name="cases",
        verbose_name=_("enrollment"),
    )
    intake = models.ForeignKey(Intake, models.PROTECT, related_name="+", verbose_name=_("intake"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    act = models.CharField(_("what"), max_length=20, choices=Act.choices)
    reason = models.CharField(_("reason"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("step of a case")
        verbose_name_plural = _("steps of cases")
        ordering = ["pk"]
        default_permissions = []

    def __str__(self):
        return f"{self.enrollment} {self.get_act_display()}"
