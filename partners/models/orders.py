"""A training order, what was submitted of it, and all that happened to it. States are written by orders.py only."""

import secrets

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.append_only import append_only
from accounts.models import District
from courses.models import Major
from partners.models.enterprises import WRITERS, Enterprise
from partners.models.occupations import Occupation
from partners.models.records import Record
from partners.states import EDITABLE, LIVE, OrderState

# Without 0 1 I L O U: read out over the telephone, they are mistaken for one another.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference():
    """A reference to read out: DD (订单), year, month and eight random characters, DD2611-7K3M-9QXT."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"DD{timezone.localdate():%y%m}-{letters[:4]}-{letters[4:]}"


class OrderQuerySet(models.QuerySet):
    """What may be asked of orders."""

    def of(self, account):
        """Those of enterprises of which the account is a member: the only way its views reach one."""
        return self.filter(enterprise__members__account=account)

    def written_by(self, account):
        """Those that the account may write: of enterprises where it is owner or recruiter."""
        return self.filter(enterprise__members__account=account, enterprise__members__role__in=WRITERS)

    def reviewed_by(self, account):
        """Those that this account may see as staff: all that were ever submitted, never a draft."""
        if not account.has_perm("partners.view_trainingorder"):
            return self.none()
        return self.filter(submissions__isnull=False).distinct()

    def queue(self, account):
        """Those that wait for a review: the account's own unfinished first, then the oldest."""
        mine = Q(review_draft__reviewer=account)
        waiting = self.filter(state=OrderState.SUBMITTED)
        first = models.Case(models.When(mine, then=0), default=1, output_field=models.IntegerField())
        return waiting.annotate(whose=first).order_by("whose", "submitted_at", "pk")


class TrainingOrder(models.Model):
    """How many people an enterprise asks to be trained, for which occupation, on which terms, by when.

    `typed` holds every answer as it was typed, finished or not; answers.py reads it through the forms. The columns
    below it are written from valid answers when the order is submitted, and when dates change afterwards.
    """

    class Level(models.TextChoices):
        """Who is meant to learn."""

        ANYONE = "anyone", _("anyone who can learn it")
        SECONDARY = "secondary", _("learners of secondary vocational schools")
        COLLEGE = "college", _("learners of colleges")
        ADULT = "adult", _("adults who change their trade or return to work")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="orders", verbose_name=_("enterprise"))
    reference = models.CharField(_("reference"), max_length=20, unique=True, default=new_reference, editable=False)
    state = models.CharField(_("state"), max_length=20, choices=OrderState.choices, default=OrderState.DRAFT)
    typed = models.JSONField(_("answers as typed"), default=dict, encoder=DjangoJSONEncoder)

    title = models.CharField(_("title"), max_length=100, blank=True)
    occupation = models.ForeignKey(
        Occupation, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("occupation")
    )
    majors = models.ManyToManyField(Major, blank=True, related_name="orders", verbose_name=_("majors"))
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, blank=True)
    posts = models.PositiveSmallIntegerField(_("number of posts"), null=True, blank=True)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("county or district")
    )
    closes_on = models.DateField(_("last day to apply"), null=True, blank=True)
    starts_on = models.DateField(_("training begins"), null=True, blank=True)
    ends_on = models.DateField(_("training ends"), null=True, blank=True)
    pay_training = models.PositiveIntegerField(_("pay during training (yuan a month)"), null=True, blank=True)
    pay_after = models.PositiveIntegerField(_("pay afterwards (yuan a month)"), null=True, blank=True)

    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    saved_at = models.DateTimeField(_("last saved"), default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    review_due_on = models.DateField(_("answer due"), null=True, blank=True, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    first_approval_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("first approval"),
        help_text=_("Of a large order, which needs a second reviewer."),
    )
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=_("copied from")
    )
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("training order")
        verbose_name_plural = _("training orders")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=(OrderState.DRAFT, OrderState.WITHDRAWN))
                | Q(occupation__isnull=False, posts__gt=0, district__isnull=False, submitted_at__isnull=False),
                name="submitted_order_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(starts_on__gt=F("closes_on")),
                name="order_starts_after_closing",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="order_queue"),
        ]

    def __str__(self):
        return self.name

    @property
    def name(self):
        """The title as it stands, or the reference while there is none."""
        return str(self.typed.get("title") or self.title or self.reference)

    @property
    def is_editable(self):
        """Whether the enterprise writes in it."""
        return self.state in EDITABLE

    @property
    def is_live(self):
        """Whether it stands, so that only dates and contact change."""
        return self.state in LIVE

    @property
    def is_overdue(self):
        """Whether the day has passed by which staff promise an answer."""
        waits = self.state == OrderState.SUBMITTED and self.review_due_on is not None
        return waits and self.review_due_on < timezone.localdate()


@append_only
class Submission(models.Model):
    """What was submitted, as it was: a review is about one of these, and the next shows what has changed since."""

    order = models.ForeignKey(TrainingOrder, models.PROTECT, related_name="submissions", verbose_name=_("order"))
    number = models.PositiveSmallIntegerField(_("number"))
    typed = models.JSONField(_("answers as typed"), encoder=DjangoJSONEncoder)
    employees = models.PositiveIntegerField(_("number of employees"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="submissions_are_counted")]

    def __str__(self):
        return f"{self.order} · {self.number}"


@append_only
class OrderEvent(Record):
    """One thing that happened to an order. `note` is read by the enterprise, `private_note` by staff only."""

    class Act(models.TextChoices):
        """What was done."""

        BEGUN = "begun", _("begun")
        SUBMITTED = "submitted", _("submitted")
        CHANGES = "changes", _("changes asked for")
        FIRST_YES = "first_yes", _("approved by a first reviewer")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", pgettext_lazy("order", "taken back")
        CLOSED = "closed", pgettext_lazy("order", "closed")
        CHANGED = "changed", _("dates or contact changed")
        ASKED = "asked", _("a school was asked")
        ACCEPTED = "accepted", _("the school accepted, with a plan")
        DECLINED = "declined", _("the school declined")
        UNASKED = "unasked", _("the request to the school was withdrawn")
        MATCHED = "matched", _("matched with a school")
        RECRUITING = "recruiting", _("open for learners")
        TRAINING = "training", _("training began")
        FULFILLED = "fulfilled", _("fulfilled")

    order = models.ForeignKey(TrainingOrder, models.PROTECT, related_name="history", verbose_name=_("order"))
    act = models.CharField(_("what"), max_length=10, choices=Act.choices)
    from_state = models.CharField(_("from"), max_length=20, choices=OrderState.choices, blank=True)
    to_state = models.CharField(_("to"), max_length=20, choices=OrderState.choices, blank=True)
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="events", verbose_name=_("submission")
    )
    changed = models.JSONField(
        _("what changed"), default=dict, blank=True, help_text=_("Name of the field: before, after.")
    )

    class Meta(Record.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self):
        return f"{self.order} {self.get_act_display()}"


class ReviewDraft(models.Model):
    """A review that somebody has begun and not sent: theirs, and first in their queue."""

    order = models.OneToOneField(TrainingOrder, models.CASCADE, related_name="review_draft", verbose_name=_("order"))
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("reviewer"))
    remarks = models.JSONField(_("remarks field by field"), default=dict, blank=True)
    note = models.TextField(_("comment to the enterprise"), blank=True)
    private_note = models.TextField(_("note for colleagues"), blank=True)
    saved_at = models.DateTimeField(_("last saved"), default=timezone.now)

    class Meta:
        verbose_name = _("unfinished review")
        verbose_name_plural = _("unfinished reviews")

    def __str__(self):
        return f"{self.order} · {self.reviewer}"
