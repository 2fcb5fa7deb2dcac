"""A round of admission over one or several intakes (AdmissionRound), and who applies in it (Entry)."""

import re
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import AppendOnly
from accounts.models import Learner
from courses.models.enrollments import ALPHABET
from courses.models.terms import Term
from courses.states import SEATED
from institutions.models import Institution

MOST_CHOICES = 8
# One key of a ranking: subjects joined by plus signs, "chinese+mathematics" or 语文+数学.
_KEY = re.compile(r"[^\s+]+(\+[^\s+]+)*")


class RoundQuerySet(models.QuerySet):
    """What may be asked of rounds."""

    def published(self):
        """Shown to the public; a cancelled one stays visible, and says so."""
        return self.exclude(status=AdmissionRound.Status.DRAFT)

    def to_draw(self, now):
        """Those in which applications are closed and nothing is drawn yet: staff go on."""
        closed = self.filter(status=AdmissionRound.Status.PUBLISHED, closes_at__lte=now)
        return closed.exclude(draws__drawn_at__isnull=False)

    def staffed_by(self, account):
        """The rounds that this staff account may see and change."""
        if account.is_superuser:
            return self
        return self.filter(institution__staff__account=account)


class AdmissionRound(models.Model):
    """One window in which learners list several intakes in order, and one draw that shares out all their seats.

    The window and the rule of its intakes follow it. `rank_by` is a list of keys, each the sum of one or more marks
    ("chinese+mathematics"): the first is the score, the others break ties in their order.
    """

    class Status(models.TextChoices):
        """What staff have decided about the round."""

        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CANCELLED = "cancelled", _("cancelled")

    class Rule(models.TextChoices):
        """How the order of the entries comes about; the same words as Intake.AdmissionRule."""

        LOTTERY = "lottery", _("lottery")
        RANKED = "ranked", _("ranked by score")

    class WaitlistOrder(models.TextChoices):
        """Who stands first in the waitlists of those who got nothing."""

        DRAW = "draw", _("as drawn")
        FEWEST_SEATS = "fewest_seats", _("fewest seats in this term first, then as drawn")

    class LastSeat(models.TextChoices):
        """What happens when bound learners come to an intake with fewer seats than they are."""

        PAIR_SKIPPED = "pair_skipped", _("the pair is passed over and tried in its next choice")
        PAIR_SPLIT = "pair_split", _("the first of the pair gets the seat, the other waits")

    class ScoresShown(models.TextChoices):
        """What the public result says of scores."""

        BANDS = "bands", _("in bands of ten, to everyone")
        OWNER = "owner", _("only to the learner themselves")

    class SeedSource(models.TextChoices):
        """Where the chance of the draw comes from."""

        DRAND = "drand", _("a future round of the public randomness beacon drand")
        WITNESSED = "witnessed", _("digits drawn before witnesses, entered by two people")
        COMMITTED = "committed", _("a number of this site, its fingerprint published before")

    name = models.CharField(_("name"), max_length=60, help_text=_("For example: Spring 2027, first round."))
    term = models.ForeignKey(Term, models.PROTECT, related_name="rounds", verbose_name=_("term"))
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="rounds", verbose_name=_("institution"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    status_note = models.CharField(_("why it was cancelled"), max_length=200, blank=True, editable=False)
    rule = models.CharField(_("admission rule"), max_length=12, choices=Rule.choices, default=Rule.LOTTERY)
    opens_at = models.DateTimeField(_("applications open"))
    closes_at = models.DateTimeField(_("applications close"))
    results_at = models.DateTimeField(
        _("results by"), help_text=_("Told to everyone who applies; the draw takes place before.")
    )
    holds_results = models.BooleanField(
        _("results come out at that time"),
        default=False,
        help_text=_(
            "Nobody sees or hears the result before, however early it is drawn; offers count from then. Not with the"
            " beacon, whose number everybody knows."
        ),
    )
    choices = models.PositiveSmallIntegerField(
        _("choices per learner"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_CHOICES)],
        help_text=_("How many classes one learner may list, in order. They count as one course in the term."),
    )
    first_choices_first = models.BooleanField(
        _("first choices first"),
        default=False,
        help_text=_("All first choices are seated before any second choice is looked at."),
    )
    waitlist_order = models.CharField(
        _("order of the waitlists"), max_length=12, choices=WaitlistOrder.choices, default=WaitlistOrder.DRAW
    )
    last_seat = models.CharField(
        _("bound learners and the last seat"),
        max_length=12,
        choices=LastSeat.choices,
        default=LastSeat.PAIR_SKIPPED,
    )
    rank_by = models.JSONField(_("ranked by"), default=list, blank=True)
    minimum_score = models.DecimalField(
        _("lowest score"),
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("With a lower score nobody is admitted. Empty: no limit."),
    )
    scores_shown = models.CharField(
        _("scores are shown"), max_length=5, choices=ScoresShown.choices, default=ScoresShown.OWNER
    )
    seed_source = models.CharField(
        _("where chance comes from"), max_length=9, choices=SeedSource.choices, default=SeedSource.WITNESSED
    )
    excludes = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="excluded_by",
        verbose_name=_("earlier rounds"),
        help_text=_("Whoever was admitted in one of these is out of this round."),
    )
    supplementary_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supplements",
        verbose_name=_("supplementary to"),
        help_text=_("The round whose leftover seats this one shares out."),
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("admission round")
        verbose_name_plural = _("admission rounds")
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="round_closes_after_opening"),
            models.CheckConstraint(condition=Q(results_at__gte=F("closes_at")), name="round_results_after_closing"),
            models.UniqueConstraint(fields=["institution", "name"], name="round_name_per_institution"),
        ]

    def __str__(self):
        return self.name

    def is_open(self, now=None):
        """Whether one can apply, change and withdraw now."""
        now = now or timezone.now()
        return self.status == self.Status.PUBLISHED and self.opens_at <= now < self.closes_at

    def clean(self):
        """Check what one row can know of itself; each message stands beside its field."""
        errors = {}
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            errors["closes_at"] = _("Applications must close after they open.")
        if self.results_at and self.closes_at and self.results_at < self.closes_at:
            errors["results_at"] = _("The results come after applications have closed.")
        if self.holds_results and self.seed_source == self.SeedSource.DRAND:
            errors["holds_results"] = _("Everyone knows the beacon's number: whoever has the list knows the result.")
        if self.rule == self.Rule.RANKED and not self.rank_by:
            errors["rank_by"] = _("Say by which marks: at least the score.")
        if self.rule == self.Rule.LOTTERY and self.rank_by:
            errors["rank_by"] = _("A lottery does not rank. Leave this empty.")
        if not all(isinstance(key, str) and _KEY.fullmatch(key) for key in self.rank_by or []):
            errors["rank_by"] = _("One key a line: a subject, or several joined by +, without spaces.")
        if errors:
            raise ValidationError(errors)

    @property
    def subjects(self):
        """The marks that the ranking needs, each once, in the order of its keys."""
        return list(dict.fromkeys(subject for key in self.rank_by for subject in key.split("+")))


def new_entry_reference():
    """A reference that names nobody: E- and eight random characters. The public result lists it."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"E-{letters[:4]}-{letters[4:]}"


class EntryQuerySet(models.QuerySet):
    """What may be asked of entries."""

    def live(self):
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def of(self, account):
        """Those that this account made for its learners; the only way a resident's views reach one."""
        return self.filter(account=account)

    def staffed_by(self, account):
        """Those in rounds of the institutions that this account works for."""
        if account.is_superuser:
            return self
        return self.filter(round__institution__staff__account=account)


class Entry(models.Model):
    """One learner in one round: one ticket, with its choices (`Enrollment.entry`, `Enrollment.choice` 1..N).

    Entries with the same `bound_to` share one ticket and are seated together. `marks` are points by subject, entered by
    staff for a ranked round. `person` as in Enrollment: two accounts cannot both enter the same person.
    """

    round = models.ForeignKey(AdmissionRound, models.PROTECT, related_name="entries", verbose_name=_("admission round"))
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="entries", verbose_name=_("learner"))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="entries", verbose_name=_("account")
    )
    person = models.CharField(max_length=64, editable=False)
    reference = models.CharField(
        _("reference"), max_length=11, unique=True, default=new_entry_reference, editable=False
    )
    bound_to = models.CharField(max_length=12, blank=True, editable=False)
    marks = models.JSONField(_("marks"), default=dict, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person"], condition=Q(withdrawn_at=None), name="one_live_entry_per_person"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="entry_of_account"),
            models.Index(fields=["round", "bound_to"], condition=~Q(bound_to=""), name="entry_bound"),
        ]

    def __str__(self):
        return self.reference

    @property
    def is_live(self):
        """Whether it takes part."""
        return self.withdrawn_at is None

    @property
    def seat(self):
        """The choice in which this entry has a seat (offered, enrolled or completed), or None."""
        return self.enrollments.filter(state__in=SEATED).order_by("choice").first()


class EntryChange(AppendOnly):
    """One change of an entry: who, when, and the choices as they were from then on. Never changed, never removed.

    `choices` are the keys of the intakes in order; none: the entry was withdrawn.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="changes", verbose_name=_("entry"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    choices = models.JSONField(_("choices"), default=list)
    bound_to = models.CharField(max_length=12, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("change of an entry")
        verbose_name_plural = _("changes of entries")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.entry} {self.choices}"
