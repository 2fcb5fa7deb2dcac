"""Draws: one recorded, repeatable run of a lottery or ranking (Draw), its published files, and what it gave to whom."""

import json
import secrets
import zlib
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import AppendOnly, append_only
from courses.draws import verify
from courses.models.enrollments import ALPHABET, Enrollment
from courses.models.pools import SeatPool
from courses.models.rounds import AdmissionRound


def new_draw_reference():
    """A reference of a draw, D-7K3M-9QXT; it goes into the numbers that chance gives to the tickets."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"D-{letters[:4]}-{letters[4:]}"


def new_secret():
    """32 random bytes, in hexadecimal."""
    return secrets.token_hex(32)


class DrawQuerySet(models.QuerySet):
    """What may be asked of draws."""

    def out(self, now=None):
        """Those whose result may be seen and told."""
        held = Q(round__holds_results=True, round__results_at__gt=now or timezone.now())
        return self.filter(drawn_at__isnull=False).exclude(held)

    def public(self):
        """Those that everyone may see: of every round that was ever published. Replaced ones stay public."""
        return self.exclude(round__status=AdmissionRound.Status.DRAFT)

    def current(self):
        """Those that no other draw replaces."""
        return self.filter(replaced_by=None)


class Draw(models.Model):
    """One draw of a round. Its list, seed and result are written once and never changed.

    It goes through announced (made while applications are open), frozen, seeded, drawn and admitted, and each of these
    has its time. A mistake is corrected by a new draw that `replaces` it and says `why`.

    `secret` is known to nobody outside before the draw: it makes the seed of a committed draw and the salts of marks.
    """

    round = models.ForeignKey(AdmissionRound, models.PROTECT, related_name="draws", verbose_name=_("admission round"))
    reference = models.CharField(_("reference"), max_length=11, unique=True, default=new_draw_reference, editable=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, related_name="replaced_by", verbose_name=_("replaces")
    )
    why = models.CharField(_("why"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("announced"), default=timezone.now, editable=False)
    secret = models.CharField(max_length=64, default=new_secret, editable=False)
    beacon = models.PositiveBigIntegerField(_("number of the beacon"), null=True, editable=False)
    frozen_at = models.DateTimeField(_("list closed"), null=True, editable=False)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    seed = models.CharField(_("seed"), max_length=200, blank=True, editable=False)
    signature = models.CharField(_("signature of the beacon"), max_length=96, blank=True, editable=False)
    seeded_at = models.DateTimeField(_("seed fixed"), null=True, editable=False)
    drawn_at = models.DateTimeField(_("drawn"), null=True, editable=False)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    told = models.PositiveBigIntegerField(default=0, editable=False, help_text=_("Entries up to this key were told."))
    admitted_at = models.DateTimeField(_("results carried out"), null=True, editable=False)
    touched_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        ordering = ["-pk"]
        default_permissions = ["view", "change"]
        constraints = [
            models.UniqueConstraint(fields=["round"], condition=Q(replaces=None), name="one_first_draw_per_round"),
            models.CheckConstraint(
                condition=Q(seeded_at=None) | Q(frozen_at__lte=F("seeded_at")), name="seed_after_the_list"
            ),
            models.CheckConstraint(condition=Q(drawn_at=None) | Q(seeded_at__isnull=False), name="drawn_from_a_seed"),
        ]

    def __str__(self):
        return self.reference

    def is_out(self, now=None):
        """Whether the result may be seen and told: drawn, and not held until a time that has not come."""
        if self.drawn_at is None:
            return False
        return not self.round.holds_results or self.round.results_at <= (now or timezone.now())

    @property
    def shows_seed(self):
        """Whether the seed is public: with a result that is held, whoever has the list would know it from the seed."""
        return bool(self.seed) and (self.is_out() or not self.round.holds_results)

    @property
    def commitment(self):
        """The SHA-256 of the number that this site keeps secret until the draw: published before the list closes."""
        return sha256(self.own_number.encode()).hexdigest()

    @property
    def own_number(self):
        """The seed of a draw whose chance comes from this site."""
        return sha256(f"{self.secret}\nseed".encode()).hexdigest()

    def salt(self, reference):
        """What hides the marks of an entry in the published list: only its owner is told."""
        return sha256(f"{self.secret}\n{reference}".encode()).hexdigest()

    def document(self, kind):
        """A published file of this draw (Kind), as data; None while there is none."""
        found = self.documents.filter(kind=kind).first()
        return found and found.read()


@append_only
class DrawDocument(AppendOnly):
    """A published file of a draw: the list of entries, or the result. Never changed, never removed."""

    class Kind(models.TextChoices):
        """Which file."""

        LIST = "list", _("list of entries")
        RESULT = "result", _("result")

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(help_text="Canonical JSON, compressed.")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = []
        constraints = [models.UniqueConstraint(fields=["draw", "kind"], name="one_file_of_a_kind")]

    def __str__(self):
        return f"{self.draw} {self.kind}"

    @classmethod
    def of(cls, draw, kind, document):
        """Keep a document as it is published."""
        content = verify.canonical(document)
        return cls.objects.create(
            draw=draw, kind=kind, sha256=sha256(content).hexdigest(), content=zlib.compress(content)
        )

    def raw(self):
        """The bytes that are published."""
        return zlib.decompress(self.content)

    def read(self):
        """The document as data."""
        return json.loads(self.raw())


@append_only
class SeedReading(AppendOnly):
    """The digits that one person read from the balls drawn before witnesses. Two people must agree."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="readings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    digits = models.CharField(_("digits"), max_length=100)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = []
        ordering = ["pk"]

    def __str__(self):
        return self.digits


@append_only
class DrawOutcome(AppendOnly):
    """What a draw gave to one choice of one entry. Never changed, never removed."""

    class Kind(models.TextChoices):
        """A seat, a place in the line, or why neither."""

        SEAT = "seat", _("a seat")
        LINE = "line", _("a place in the waitlist")
        OTHER_CHOICE = "other_choice", _("a seat in another choice")
        SCORE_TOO_LOW = "score_too_low", _("the score is too low")
        RULES_NOT_MET = "rules_not_met", _("the rules are no longer met")
        EARLIER_ROUND = "earlier_round", _("a seat from an earlier round")

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="outcomes")
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="outcomes")
    entry = models.CharField(_("reference"), max_length=11)
    position = models.PositiveIntegerField(_("place in the draw"), null=True)
    kind = models.CharField(_("outcome"), max_length=13, choices=Kind.choices)
    pool = models.ForeignKey(SeatPool, models.PROTECT, null=True, related_name="+")
    line = models.PositiveIntegerField(_("place in the waitlist"), null=True)

    class Meta:
        default_permissions = []
        ordering = ["position", "entry", "pk"]
        constraints = [models.UniqueConstraint(fields=["draw", "enrollment"], name="one_outcome_per_choice")]
        indexes = [
            models.Index(fields=["draw", "position", "entry"], name="outcome_in_order"),
            models.Index(fields=["draw", "entry"], name="outcome_of_entry"),
        ]

    def __str__(self):
        return f"{self.entry} {self.kind}"
