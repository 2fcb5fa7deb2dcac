"""Who is on the way in a pathway (PathwayStudent), year by year (Cohort), and what progression is decided by."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from accounts.append_only import AppendOnly, append_only
from courses.models.enrollments import Enrollment
from courses.progression.stages import ON_THE_WAY, Stage, Why

# "Late means forfeited" is told this often before it happens.
TELLINGS = 3
LONGEST = 10  # years on the way, with every delay
LONGEST_NAME = 120  # characters of a certificate, a prize, a part of the score
SOON = 30


class CohortQuerySet(models.QuerySet):
    """What may be asked of cohorts."""

    def collected_by(self, account):
        """Those whose school the account works for: it collects, and keeps the records of the first three years."""
        return self if account.is_superuser else self.filter(pathway__institution__staff__account=account)

    def decided_by(self, account):
        """Those that lead to a college for which the account works: it decides."""
        return self if account.is_superuser else self.filter(pathway__college__staff__account=account)

    def staffed_by(self, account):
        """Those that the account's school or college has to do with."""
        if account.is_superuser:
            return self
        mine = Q(pathway__institution__staff__account=account) | Q(pathway__college__staff__account=account)
        return self.filter(mine).distinct()

    def due_soon(self, today=None):
        """Those whose papers are due within SOON days, with learners who take part or are about to."""
        today = today or timezone.localdate()
        due = self.filter(papers_by__gte=today, papers_by__lte=today + timedelta(days=SOON))
        return due.filter(students__stage__in=(Stage.YEAR_3, Stage.ELIGIBLE)).distinct()

    def to_decide(self):
        """Those with learners whose progression is under way: the college decides."""
        return self.filter(students__stage=Stage.ELIGIBLE).distinct()


class Cohort(ClusterableModel):
    """Those who entered a pathway in one year, and the criteria of their progression.

    Criteria are told before the assessment: once progression is under way only the date for papers may still change,
    and only to a later one (`courses/admin/cohort_forms.py`). Certificates and prizes: one a line; the score is out of
    100 points.
    """

    pathway = models.ForeignKey(
        "courses.PathwayPage", models.PROTECT, related_name="cohorts", verbose_name=_("pathway")
    )
    entry_year = models.PositiveSmallIntegerField(_("entered in"))
    pass_mark = models.DecimalField(
        _("pass mark"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Of 100 points. Empty: no score is asked for."),
    )
    certificates = models.TextField(
        _("required certificates"), blank=True, help_text=_("One a line. All of them are needed.")
    )
    prizes = models.TextField(
        _("exempting prizes"), blank=True, help_text=_("One a line. Each exempts from score and certificates.")
    )
    medical_required = models.BooleanField(_("medical check required"), default=True)
    record_required = models.BooleanField(
        _("record in order required"), default=True, help_text=_("Student record and the year's college-exam sign-up.")
    )
    papers_by = models.DateField(
        _("papers in by"),
        null=True,
        blank=True,
        help_text=_("The last day. What comes later is forfeited; families are told three times before."),
    )
    reminder_days = models.CharField(
        _("reminders, days before"),
        max_length=40,
        default="30, 14, 3",
        help_text=_("At least three numbers, for example: 30, 14, 3."),
    )
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["-entry_year", "pathway__title"]
        constraints = [
            models.UniqueConstraint(fields=["pathway", "entry_year"], name="one_cohort_of_a_pathway_a_year"),
        ]

    def __str__(self):
        return _("%(title)s, entered in %(year)d") % {"title": self.pathway.title, "year": self.entry_year}

    @property
    def certificate_names(self):
        """The required certificates."""
        return _lines(self.certificates)

    @property
    def prize_names(self):
        """The prizes that exempt."""
        return _lines(self.prizes)

    @property
    def reminders(self):
        """Days before the last day on which families are reminded, the earliest first."""
        return sorted(
            (int(day) for day in self.reminder_days.replace("，", ",").split(",") if day.strip()), reverse=True
        )

    @property
    def papers_until(self):
        """The moment at which it is too late, or None: the end of the last day."""
        if self.papers_by is None:
            return None
        return timezone.make_aware(datetime.combine(self.papers_by, time())) + timedelta(days=1)

    def clean(self):
        """The days of reminding are numbers, and enough of them; the last day lies on the way; names are short."""
        try:
            days = self.reminders
        except ValueError:
            days = []
        faults = {}
        if len(set(days)) < TELLINGS or (days and days[-1] < 1):
            faults["reminder_days"] = _("At least three different numbers of days, each at least 1.")
        if self.papers_by and not 0 <= self.papers_by.year - self.entry_year <= LONGEST:
            faults["papers_by"] = _("This is not on the way of those who entered in %(year)d.") % {
                "year": self.entry_year
            }
        for name in ("certificates", "prizes"):
            if any(len(line) > LONGEST_NAME for line in _lines(getattr(self, name))):
                faults[name] = _("A line has at most %(n)d characters.") % {"n": LONGEST_NAME}
        if faults:
            raise ValidationError(faults)


def _lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


class ScorePart(models.Model):
    """A part of the score: its share of the 100 points, and the highest mark that can be had in it."""

    cohort = ParentalKey(Cohort, on_delete=models.CASCADE, related_name="parts", verbose_name=_("cohort"))
    name = models.CharField(_("part"), max_length=40, help_text=_("For example: coursework, skills test."))
    weight = models.PositiveSmallIntegerField(
        _("weight (%)"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    most = models.PositiveSmallIntegerField(_("highest mark"), default=100, validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("part of the score")
        verbose_name_plural = _("parts of the score")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["cohort", "name"], name="one_score_part_of_a_name")]

    def __str__(self):
        return self.name


class StudentQuerySet(models.QuerySet):
    """What may be asked of learners in pathways."""

    def on_the_way(self):
        """Those who have neither graduated nor left."""
        return self.filter(stage__in=ON_THE_WAY)

    def of(self, account):
        """Those whom this account enrolled."""
        return self.filter(enrollment__account=account)

    def staffed_by(self, account):
        """Those in cohorts that the account's school or college has to do with."""
        return self.filter(cohort__in=Cohort.objects.staffed_by(account))


class PathwayStudent(models.Model):
    """A learner in a pathway: made when the enrollment is enrolled. `stage` is written by progression/steps.py only."""

    enrollment = models.OneToOneField(Enrollment, models.PROTECT, related_name="student", verbose_name=_("enrollment"))
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="students", verbose_name=_("cohort"))
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, default=Stage.ADMITTED)

    objects = StudentQuerySet.as_manager()

    class Meta:
        verbose_name = _("learner in a pathway")
        verbose_name_plural = _("learners in pathways")
        ordering = ["pk"]
        indexes = [models.Index(fields=["cohort", "stage"], name="student_stage")]

    def __str__(self):
        return self.enrollment.learner.name


@append_only
class StageEntry(AppendOnly):
    """One change of a stage: who, when, from, to, why. `figures` are those that a decision rests on."""

    student = models.ForeignKey(PathwayStudent, models.PROTECT, related_name="history", verbose_name=_("learner"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
        help_text=_("Empty: the site itself, by a rule."),
    )
    from_stage = models.CharField(_("from"), max_length=10, choices=Stage.choices, blank=True)
    to_stage = models.CharField(_("to"), max_length=10, choices=Stage.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=Why.choices, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    figures = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("change of stage")
        verbose_name_plural = _("changes of stage")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.student} {self.from_stage} → {self.to_stage}"


@append_only
class ProgressionEntry(AppendOnly):
    """What the school wrote down for progression; of each kind and name the newest row counts.

    `value` is the mark, or 1 for there and in order, 0 for not; None takes back what was said.
    """

    class Kind(models.TextChoices):
        """What is collected."""

        MARK = "mark", _("mark")
        CERTIFICATE = "certificate", _("certificate")
        PRIZE = "prize", _("prize")
        MEDICAL = "medical", _("medical check")
        RECORD = "record", _("student record")
        PAPERS = "papers", pgettext_lazy("progression", "papers")

    student = models.ForeignKey(PathwayStudent, models.PROTECT, related_name="collected", verbose_name=_("learner"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=LONGEST_NAME, blank=True)
    value = models.DecimalField(_("value"), max_digits=6, decimal_places=2, null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("collected for progression")
        verbose_name_plural = _("collected for progression")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.student} {self.kind} {self.name}"


@append_only
class ProgressionTelling(AppendOnly):
    """A family was told what is missing and that late means forfeited. Without three of them nothing is forfeited."""

    student = models.ForeignKey(PathwayStudent, models.PROTECT, related_name="tellings", verbose_name=_("learner"))
    number = models.PositiveSmallIntegerField(_("number"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    papers_by = models.DateField(_("papers in by"))

    class Meta:
        verbose_name = _("telling before progression")
        verbose_name_plural = _("tellings before progression")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["student", "papers_by", "number"], name="each_telling_once"),
        ]

    def __str__(self):
        return f"{self.student} {self.number}"
