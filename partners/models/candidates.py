"""A learner of whom an enterprise learns: shared by staff, scored, decided on. Written by candidates.py and scoring.py.

What an enterprise may read of a candidate stands in one place: candidate_view.py.
"""

from datetime import timedelta

from django.conf import settings
from django.core.files.storage import storages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.append_only import append_only
from courses.models import Enrollment, HistoryEntry
from courses.states import State
from partners.models.enterprises import WRITERS
from partners.models.interviews import Interview
from partners.models.limits import PartnerSettings
from partners.models.orders import OrderEvent, TrainingOrder
from partners.models.records import Record
from partners.states import EnterpriseState, OrderState

MOST_CRITERIA = 6
TOP_SCORE = 10


class CandidateQuerySet(models.QuerySet):
    """What may be asked of candidates."""

    def of(self, account):
        """Those that this account reads as a member of the enterprise: shared, and not closed to it again."""
        return self.filter(order__enterprise__members__account=account).open_to_enterprise()

    def written_by(self, account):
        """Those that the account may decide on: as owner or recruiter."""
        members = {"order__enterprise__members__account": account, "order__enterprise__members__role__in": WRITERS}
        return self.filter(**members).open_to_enterprise()

    def open_to_enterprise(self):
        """Those whose share stands, of enterprises that are not suspended."""
        return self.shared().exclude(order__enterprise__state=EnterpriseState.SUSPENDED)

    def shared(self, now=None):
        """Those whose share stands.

        It is closed some days (PartnerSettings) after a refusal or another end, after the learner has completed the
        training, and after the order is fulfilled or closed.
        """
        days = (PartnerSettings.objects.first() or PartnerSettings()).share_closed_days
        since = (now or timezone.now()) - timedelta(days=days)
        completed = HistoryEntry.objects.filter(
            enrollment=OuterRef("enrollment"), to_state=State.COMPLETED, at__lte=since
        )
        over = OrderEvent.objects.filter(
            order=OuterRef("order"), to_state__in=(OrderState.FULFILLED, OrderState.CLOSED), at__lte=since
        )
        found = self.filter(Q(ended_at=None) | Q(ended_at__gt=since), taken_back_at=None)
        return found.exclude(Q(enrollment__state=State.COMPLETED) & Exists(completed)).exclude(Exists(over))

    def staffed_by(self, account):
        """Those who applied at the institutions that this account works for."""
        if account.is_superuser:
            return self
        return self.filter(enrollment__intake__program__institution__staff__account=account)

    def with_interview(self):
        """Annotate `is_booked` and `was_met`: an interview ahead, one that took place."""
        mine = Interview.objects.filter(candidate=OuterRef("pk"))
        return self.annotate(
            is_booked=Exists(mine.filter(state=Interview.State.BOOKED)),
            was_met=Exists(mine.filter(state=Interview.State.HELD)),
        )


class Candidate(models.Model):
    """An enrollment that staff shared with the enterprise of the order. The enrollment's own state is courses'.

    `decision` is the enterprise's; what became of it (a seat offered, a place in the reserve list) is the state of the
    enrollment. `ended_at` is set when it ended in whatever way: from then on runs the time until it is closed to
    the enterprise. `taken_back_at` closes it at once.
    """

    class Decision(models.TextChoices):
        """What the enterprise decided."""

        ACCEPT = "accept", pgettext_lazy("candidate", "accepted")
        RESERVE = "reserve", pgettext_lazy("candidate", "on the reserve list")
        REFUSE = "refuse", pgettext_lazy("candidate", "not chosen")

    enrollment = models.OneToOneField(
        Enrollment, models.PROTECT, related_name="candidate", verbose_name=_("enrollment")
    )
    order = models.ForeignKey(
        TrainingOrder, models.PROTECT, related_name="candidates", verbose_name=_("training order")
    )
    shared_at = models.DateTimeField(_("shared"), default=timezone.now)
    taken_back_at = models.DateTimeField(_("share taken back"), null=True, blank=True)
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices, blank=True)
    feedback = models.CharField(_("feedback to the learner"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True) | ~Q(decision="") & Q(decided_at__isnull=False),
                name="candidate_decided_at_a_time",
            ),
            models.CheckConstraint(condition=Q(decision="") | ~Q(feedback=""), name="candidate_decision_has_feedback"),
        ]
        indexes = [models.Index(fields=["order", "decision", "id"], name="candidates_of_order")]

    def __str__(self):
        return self.enrollment.reference

    @property
    def is_open(self):
        """Whether the share stands and it waits for the enterprise's decision."""
        waits = self.taken_back_at is None and self.ended_at is None and not self.decision
        return waits and self.enrollment.state == State.SUBMITTED


@append_only
class CandidateEvent(Record):
    """One thing that happened to a candidate: shared, met, decided. `note` is what the learner reads of it."""

    class Act(models.TextChoices):
        """What was done."""

        SHARED = "shared", _("shared with the enterprise")
        TAKEN_BACK = "taken_back", _("share taken back")
        BOOKED = "booked", _("interview booked")
        CALLED_OFF = "called_off", _("interview cancelled by the learner")
        SLOT_OFF = "slot_off", _("interview cancelled by the enterprise")
        HELD = "held", _("interview took place")
        NO_SHOW = "no_show", _("did not come to the interview")
        ACCEPTED = "accepted", pgettext_lazy("candidate", "accepted")
        RESERVED = "reserved", pgettext_lazy("candidate", "put on the reserve list")
        REFUSED = "refused", pgettext_lazy("candidate", "not chosen")
        ENDED = "ended", _("application ended")
        REOPENED = "reopened", _("application open again")

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="history", verbose_name=_("candidate"))
    act = models.CharField(_("what"), max_length=10, choices=Act.choices)

    class Meta(Record.Meta):
        verbose_name = _("event of a candidate")
        verbose_name_plural = _("events of candidates")

    def __str__(self):
        return f"{self.candidate} {self.get_act_display()}"


class CandidateProfile(models.Model):
    """What a learner adds to an application for an order program, to be shown to the enterprise."""

    class Schooling(models.TextChoices):
        """The highest school that was finished."""

        PRIMARY = "primary", _("primary school")
        JUNIOR = "junior", _("junior middle school")
        SENIOR = "senior", _("senior middle school")
        SECONDARY = "secondary", _("secondary vocational school")
        COLLEGE = "college", _("college or university")
        OTHER = "other", _("another school, or none")

    enrollment = models.OneToOneField(
        Enrollment, models.CASCADE, related_name="candidate_profile", verbose_name=_("enrollment")
    )
    schooling = models.CharField(_("schooling"), max_length=10, choices=Schooling.choices, blank=True)

    class Meta:
        verbose_name = _("what a learner adds for the enterprise")
        verbose_name_plural = _("what learners add for enterprises")

    def __str__(self):
        return str(self.enrollment)


def _private():
    return storages["private"]


class CandidatePaper(models.Model):
    """A certificate or another paper that the learner chose to show to the enterprise."""

    enrollment = models.ForeignKey(
        Enrollment, models.CASCADE, related_name="candidate_papers", verbose_name=_("enrollment")
    )
    title = models.CharField(_("what it is"), max_length=60)
    file = models.FileField(_("file"), storage=_private, upload_to="candidates/%Y/%m/")
    content_type = models.CharField(max_length=40)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("paper of a candidate")
        verbose_name_plural = _("papers of candidates")
        ordering = ["pk"]

    def __str__(self):
        return self.title


class Criterion(models.Model):
    """By what an order's candidates are scored; fixed once the first interview has begun (scoring.py)."""

    order = models.ForeignKey(TrainingOrder, models.CASCADE, related_name="criteria", verbose_name=_("training order"))
    name = models.CharField(_("criterion"), max_length=40)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "name"], name="one_criterion_of_a_name"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=10), name="criterion_weighs_1_to_10"),
        ]

    def __str__(self):
        return self.name


class Score(models.Model):
    """The points that one member of the enterprise gives a candidate by one criterion: 0 to 10."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="scores", verbose_name=_("candidate"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores", verbose_name=_("criterion"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    points = models.PositiveSmallIntegerField(_("points"), validators=[MaxValueValidator(TOP_SCORE)])
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["criterion", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "criterion", "by"], name="one_score_by_each"),
            models.CheckConstraint(condition=Q(points__lte=10), name="score_up_to_10"),
        ]

    def __str__(self):
        return f"{self.criterion} {self.points}"


class CandidateNote(models.Model):
    """A note of the enterprise about a candidate: shown to its members; a copy of the learner's data holds it, too."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="notes", verbose_name=_("candidate"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    text = models.TextField(_("note"), max_length=1000)

    class Meta:
        verbose_name = _("note of the enterprise")
        verbose_name_plural = _("notes of the enterprise")
        ordering = ["pk"]

    def __str__(self):
        return self.text[:40]
