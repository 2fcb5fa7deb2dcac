"""What a family sends to be admitted to pathways: interest, the application with its documents and its history."""

import json
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.append_only import AppendOnly, append_only
from accounts.encryption import EncryptedField
from accounts.models import Learner
from courses.applying.states import SENT, ApplicationState
from courses.models.enrollments import ALPHABET
from courses.models.intakes import Intake
from courses.models.rounds import AdmissionRound, Entry
from courses.models.schooling import SchoolRecord
from institutions.models import Institution


def new_application_reference():
    """A reference that tells nothing: P- and twelve random characters. It stands in addresses and in the QR code."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return f"P-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


class ApplicationRulesQuerySet(models.QuerySet):
    """What may be asked of the rules."""

    def staffed_by(self, account):
        """Those of rounds and intakes that this account may change."""
        rounds = AdmissionRound.objects.staffed_by(account).values("pk")
        intakes = Intake.objects.staffed_by(account).values("pk")
        return self.filter(Q(round__in=rounds) | Q(intake__in=intakes))


class ApplicationRules(models.Model):
    """Who may apply in a round, or register interest in an intake: differs by province and year, so staff write it.

    Belongs to a round (one application for all its pathways) or to an intake where interest is registered.
    `conditions` are sentences that must be true, `bonus_kinds` what gives bonus points: one a line in the form.
    """

    class Household(models.TextChoices):
        """Where the household must be registered."""

        ANYWHERE = "anywhere", _("anywhere")
        PROVINCE = "province", _("in the province")
        PREFECTURE = "prefecture", _("in the prefecture")

    round = models.OneToOneField(
        AdmissionRound,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="application_rules",
        verbose_name=_("admission round"),
    )
    intake = models.OneToOneField(
        Intake, models.CASCADE, null=True, blank=True, related_name="interest_rules", verbose_name=_("intake")
    )
    exam_year = models.PositiveSmallIntegerField(
        _("year of the exam"), null=True, blank=True, help_text=_("Empty: the year in which the pathways begin.")
    )
    earlier_graduates = models.BooleanField(_("graduates of earlier years may apply, too"), default=False)
    household = models.CharField(
        _("household registration"), max_length=10, choices=Household.choices, default=Household.ANYWHERE
    )
    minimum_score = models.DecimalField(
        _("lowest total score"),
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("For the self-check. What counts in a round is the lowest score of the round."),
    )
    conditions = models.JSONField(
        _("further conditions"),
        default=list,
        blank=True,
        help_text=_("One sentence a line that must be true, for example: I have signed up for the exam of 2027."),
    )
    bonus_kinds = models.JSONField(
        _("what gives bonus points"), default=list, blank=True, help_text=_("One kind a line; each needs a proof.")
    )
    typed_scores_count = models.BooleanField(
        _("confirmed scores of the family count where there are no official ones"),
        default=False,
        help_text=_("Else whoever has no official scores when the list is closed cannot be ranked."),
    )
    correct_until = models.DateTimeField(
        _("returned applications are corrected until"),
        null=True,
        blank=True,
        help_text=_("After applications have closed. Empty: three days after that."),
    )
    remark = models.TextField(
        _("also to know"), max_length=1000, blank=True, help_text=_("Families read it before they begin.")
    )

    objects = ApplicationRulesQuerySet.as_manager()

    class Meta:
        verbose_name = _("rules for applying")
        verbose_name_plural = _("rules for applying")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(round__isnull=True) ^ Q(intake__isnull=True), name="rules_of_a_round_or_an_intake"
            ),
        ]

    def __str__(self):
        return str(self.round or self.intake)

    @classmethod
    def of_round(cls, round):
        """Those of a round; where staff wrote none: everyone of this year may apply."""
        return cls.objects.filter(round=round).first() or cls(round=round)

    @classmethod
    def of_intake(cls, intake):
        """The same for an intake where interest is registered."""
        return cls.objects.filter(intake=intake).first() or cls(intake=intake)

    @property
    def year(self):
        """The year of the exam: applications may open in the winter before it, school begins in the autumn after it."""
        if self.exam_year:
            return self.exam_year
        intakes = self.round.intakes.all() if self.round_id else [self.intake]
        days = [intake.starts_at for intake in intakes if intake.starts_at]
        return timezone.localtime(min(days, default=(self.round or self.intake).closes_at)).year

    def clean(self):
        """Of one of the two."""
        if bool(self.round_id) == bool(self.intake_id):
            raise ValidationError(_("Choose a round, or an intake where interest is registered: one of the two."))


class ApplicationQuerySet(models.QuerySet):
    """What may be asked of applications."""

    def live(self):
        """Those that were not withdrawn."""
        return self.exclude(state=ApplicationState.WITHDRAWN)

    def of(self, account):
        """Those that this account writes; the only way a family's views reach one."""
        return self.filter(account=account)

    def staffed_by(self, account):
        """Those that this account may check: its institution receives the learner, or sends them."""
        if account.is_superuser:
            return self.received_by(account)
        received, sent = self.received_by(account), self.sent_from(account)
        return self.filter(Q(pk__in=received.values("pk")) | Q(pk__in=sent.values("pk")))

    def sent_from(self, account):
        """Those in the schools' hands of graduates of a junior middle school that this account works for."""
        records = SchoolRecord.objects.filter(junior_school__institution__staff__account=account)
        return self.filter(state__in=SENT, learner__in=records.values("learner"))

    def received_by(self, account):
        """Those that were sent to the institution of the round, or to a chosen school, that this account works for."""
        sent = self.filter(submitted_at__isnull=False)
        if account.is_superuser:
            return sent
        chosen = PathwayApplication.schools.through.objects.filter(institution__staff__account=account)
        rounds = AdmissionRound.objects.staffed_by(account)
        return sent.filter(Q(round__in=rounds.values("pk")) | Q(pk__in=chosen.values("pathwayapplication")))

    def queue(self, account):
        """In the order of work: one's own unfinished ones, what waits (the oldest first), then the rest."""
        waits = Q(state=ApplicationState.SUBMITTED)
        mine = When(waits & Q(reviewer=account), then=Value(0))
        whose = Case(mine, When(waits, then=Value(1)), default=Value(2), output_field=IntegerField())
        return self.annotate(whose=whose).order_by("whose", "submitted_at", "pk")


class PathwayApplication(models.Model):
    """One learner's application in a round of pathways, with ordered choices: one for learner and round.

    `typed` are the answers as they stand in the form, valid or not; `sent` those that were submitted last and that the
    school reads, `sent_before` those before. All three are encrypted. A submitted one has made an `Entry`.
    """

    round = models.ForeignKey(
        AdmissionRound, models.PROTECT, related_name="applications", verbose_name=_("admission round")
    )
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="applications", verbose_name=_("learner"))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="applications", verbose_name=_("account")
    )
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, editable=False, related_name="application", verbose_name=_("entry")
    )
    schools = models.ManyToManyField(Institution, related_name="+", editable=False)
    reference = models.CharField(
        _("reference"), max_length=16, unique=True, default=new_application_reference, editable=False
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ApplicationState.choices, default=ApplicationState.DRAFT, editable=False
    )
    answers = EncryptedField(blank=True, default="", editable=False)
    answers_sent = EncryptedField(blank=True, default="", editable=False)
    answers_sent_before = EncryptedField(blank=True, default="", editable=False)
    number = models.PositiveSmallIntegerField(_("times submitted"), default=0, editable=False)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    correct_until = models.DateTimeField(_("to be corrected until"), null=True, editable=False)
    # The review that somebody of the staff has begun.
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("reviewer"),
    )
    draft_remarks = models.JSONField(default=dict, editable=False)
    draft_note = models.TextField(blank=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application to pathways")
        verbose_name_plural = _("applications to pathways")
        ordering = ["-pk"]
        default_permissions = ["view", "change"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "learner"],
                condition=~Q(state=ApplicationState.WITHDRAWN),
                name="one_live_application_per_learner",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SENT) | Q(submitted_at__isnull=False, entry__isnull=False),
                name="sent_application_has_an_entry",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="application_of_account"),
            models.Index(fields=["round", "state", "submitted_at"], name="application_queue"),
        ]

    def __str__(self):
        return f"{self.learner.name} · {self.reference}"

    @property
    def typed(self):
        """The answers as they stand in the form."""
        return json.loads(self.answers or "{}")

    @typed.setter
    def typed(self, value):
        """Keep other ones."""
        self.answers = json.dumps(value, ensure_ascii=False)

    @property
    def sent(self):
        """The answers that the school reads."""
        return json.loads(self.answers_sent or "{}")

    @property
    def sent_before(self):
        """Those of the time before."""
        return json.loads(self.answers_sent_before or "{}")

    @property
    def is_live(self):
        """Whether it was not withdrawn."""
        return self.state != ApplicationState.WITHDRAWN

    @property
    def has_changes(self):
        """Whether something was typed since it was sent."""
        return self.submitted_at is not None and self.typed != self.sent

    def may_correct(self, now=None):
        """Whether it was returned and may be corrected although applications have closed."""
        now = now or timezone.now()
        return self.state == ApplicationState.RETURNED and self.correct_until is not None and now < self.correct_until

    def is_editable(self, now=None):
        """Whether the family can write in it now."""
        return self.is_live and (self.round.is_open(now) or self.may_correct(now))


@append_only
class ApplicationEvent(AppendOnly):
    """Something that was done to an application: who, when, what. Never changed, never removed.

    `changed` are the names of the answers that differ, not what they say: that can be erased, this cannot.
    """

    class Act(models.TextChoices):
        """What was done."""

        BEGUN = "begun", pgettext_lazy("application", "begun")
        SUBMITTED = "submitted", pgettext_lazy("application", "submitted")
        CHANGED = "changed", pgettext_lazy("application", "changed and submitted again")
        RETURNED = "returned", pgettext_lazy("application", "returned to be mended")
        VERIFIED = "verified", pgettext_lazy("application", "confirmed")
        WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")
        REVEALED = "revealed", pgettext_lazy("application", "whole numbers looked at")

    application = models.ForeignKey(PathwayApplication, models.PROTECT, related_name="history")
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    act = models.CharField(_("what"), max_length=10, choices=Act.choices)
    from_state = models.CharField(max_length=10, choices=ApplicationState.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=ApplicationState.choices)
    changed = models.JSONField(_("what changed"), default=list)
    choices = models.JSONField(_("choices"), default=list)
    # The name of the school for which staff acted, as it was then.
    school = models.CharField(_("school"), max_length=80, blank=True, default="")
    note = models.TextField(_("note"), max_length=2000, blank=True)
    remarks = models.JSONField(_("remarks field by field"), default=dict)

    class Meta:
        verbose_name = _("act on an application")
        verbose_name_plural = _("acts on applications")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.application_id} {self.act}"


class ApplicationDocument(models.Model):
    """A proof that a family uploaded: looked at by its content, made harmless, kept encrypted, without an address.

    `kind` is the bonus that it proves, in the words of the rules.
    """

    application = models.ForeignKey(PathwayApplication, models.CASCADE, related_name="documents")
    kind = models.CharField(_("for what"), max_length=120)
    name = models.CharField(_("file"), max_length=100)
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField(_("size"))
    content = models.BinaryField()
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        ordering = ["pk"]

    def __str__(self):
        return self.name

    @property
    def is_picture(self):
        """Whether it can be shown on a page."""
        return self.content_type == "image/jpeg"
