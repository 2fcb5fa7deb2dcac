"""One learner in one intake (Enrollment) and every change of its state (HistoryEntry)."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import AppendOnly, append_only
from accounts.models import Learner
from courses.models.intakes import Intake
from courses.models.pools import SeatPool
from courses.states import LIVE, SEATED, Reason, State

# Without 0 1 I L O U: read out over the telephone, they are mistaken for one another.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference():
    """A reference to read out: year, month and eight random characters, XL2611-7K3M-9QXT."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"XL{timezone.localdate():%y%m}-{letters[:4]}-{letters[4:]}"


class EnrollmentQuerySet(models.QuerySet):
    """What may be asked of enrollments."""

    def live(self):
        """Those that count: a learner has at most one of them in an intake."""
        return self.filter(state__in=LIVE)

    def seated(self):
        """Those that hold a seat."""
        return self.filter(state__in=SEATED)

    def waitlisted(self):
        """Those that wait, in their order: as drawn (`line`), after them those without a draw as they arrived."""
        return self.filter(state=State.WAITLISTED).order_by(F("line").asc(nulls_last=True), "pk")

    def overdue(self, now):
        """Offers whose deadline has passed."""
        return self.filter(state=State.OFFERED, offer_expires_at__lte=now)

    def of(self, account):
        """Those that this account made for its learners; the only way a resident's views reach one."""
        return self.filter(account=account)

    def staffed_by(self, account):
        """Those in intakes of the institutions that this account works for."""
        if account.is_superuser:
            return self
        return self.filter(intake__program__institution__staff__account=account)


class Enrollment(models.Model):
    """One learner in one intake. Its state is written by enrollment.py only.

    `person` is the learner's at that time: two accounts that keep the same person cannot both enroll them.
    `terms` are the rules that the learner was told, kept as they were: later changes of the intake's rules never
    count against them. The primary key is the order of arrival: it is drawn from a sequence while the pool's row is
    locked.
    """

    class Channel(models.TextChoices):
        """How an enrollment came in."""

        WEB = "web", _("website")
        DESK = "desk", _("desk")
        IMPORT = "import", _("import")

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="enrollments", verbose_name=_("intake"))
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="enrollments", verbose_name=_("learner"))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrollments", verbose_name=_("account")
    )
    person = models.CharField(max_length=64, editable=False)
    pool = models.ForeignKey(
        SeatPool, models.PROTECT, related_name="enrollments", null=True, verbose_name=_("seat pool")
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.SUBMITTED)
    reference = models.CharField(_("reference"), max_length=20, unique=True, default=new_reference, editable=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now, editable=False)
    offer_expires_at = models.DateTimeField(_("confirm until"), null=True, blank=True, editable=False)
    form_key = models.CharField(
        max_length=32,
        unique=True,
        null=True,
        editable=False,
        help_text=_("Drawn when the form was shown: the same form sent again finds this enrollment."),
    )
    terms = models.JSONField(_("rules told"), default=dict, editable=False)
    due = models.PositiveIntegerField(
        _("fee due (fen)"), default=0, editable=False, help_text=_("As told at enrollment; 0: free, or waived.")
    )
    kept = models.PositiveIntegerField(
        _("kept (fen)"), default=0, editable=False, help_text=_("What the refund rules left to the school.")
    )
    paid_as = models.CharField(
        max_length=20,
        blank=True,
        editable=False,
        help_text=_("After a move: the reference of the enrollment under which the fee was paid."),
    )
    entry = models.ForeignKey(
        "courses.Entry",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="enrollments",
        verbose_name=_("entry"),
        help_text=_("In a round: the entry whose choice this is."),
    )
    choice = models.PositiveSmallIntegerField(_("choice"), null=True, editable=False, help_text=_("1 is the first."))
    line = models.PositiveIntegerField(
        null=True, editable=False, help_text=_("Place in the waitlist made by a draw, from 1.")
    )

    reinstated = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text=_("How often an upheld appeal brought it back.")
    )

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrollment")
        verbose_name_plural = _("enrollments")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["intake", "person"],
                condition=Q(state__in=LIVE),
                name="one_live_enrollment_per_person",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.OFFERED) | Q(offer_expires_at__isnull=False),
                name="offer_has_deadline",
            ),
            models.CheckConstraint(
                condition=Q(pool__isnull=False) | ~Q(state__in=(*SEATED, State.WAITLISTED)),
                name="seat_or_place_in_a_pool",
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=True, choice__isnull=True) | Q(entry__isnull=False, choice__gte=1),
                name="choice_of_an_entry",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(state__in=LIVE), name="enrollment_of_person"),
            models.Index(fields=["pool", "id"], condition=Q(state="waitlisted"), name="enrollment_waitlist"),
            models.Index(fields=["offer_expires_at"], condition=Q(state="offered"), name="enrollment_offers"),
            models.Index(fields=["account", "-id"], name="enrollment_of_account"),
            models.Index(fields=["intake", "state", "id"], name="enrollment_roster"),
            models.Index(fields=["paid_as"], condition=~Q(paid_as=""), name="enrollment_paid_as"),
            models.Index(fields=["id"], condition=Q(due__gt=0), name="enrollment_with_fee"),
            models.Index(
                fields=["intake", "line", "id"],
                condition=Q(state="waitlisted", line__isnull=False),
                name="enrollment_line",
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def is_live(self):
        """Whether it still counts."""
        return self.state in LIVE

    @property
    def waitlist_position(self):
        """The place in the waitlist, 1 for the next; None when not waiting."""
        if self.state != State.WAITLISTED:
            return None
        if self.line is None:
            before = Q(line__isnull=False) | Q(line=None, pk__lte=self.pk)
        else:
            before = Q(line__lt=self.line) | Q(line=self.line, pk__lte=self.pk)
        waiting = Enrollment.objects.filter(state=State.WAITLISTED, pool_id=self.pool_id)
        return waiting.filter(before).count()


@append_only
class HistoryEntry(AppendOnly):
    """One change of an enrollment's state: who, when, from, to, why. Never changed, never removed."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="history", verbose_name=_("enrollment"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
        help_text=_("Empty: the site itself, by a rule."),
    )
    from_state = models.CharField(_("from"), max_length=12, choices=State.choices, blank=True)
    to_state = models.CharField(_("to"), max_length=12, choices=State.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    other = models.ForeignKey(
        Enrollment,
        models.PROTECT,
        null=True,
        db_index=False,  # Read from the entry only.
        related_name="+",
        verbose_name=_("moved from or to"),
    )

    class Meta:
        verbose_name = _("history entry")
        verbose_name_plural = _("history")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.enrollment} {self.from_state} → {self.to_state}"
