"""The seats of an intake, in counted shares: for everyone, or first for some."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from accounts.models import District


class SeatPool(models.Model):
    """A counted share of an intake's seats. Only seats.py changes `seats_taken` and `waiting`.

    A pool with conditions is a priority pool; one without is open to all.
    """

    class Newcomers(models.TextChoices):
        """To what somebody is new."""

        INSTITUTION = "institution", _("new to this institution")
        PROGRAM = "program", _("new to this course")

    # What makes a pool one for some: copied with it, and told to everyone.
    CONDITIONS = ("district", "sending_school", "sending_district", "min_age", "newcomers")

    intake = ParentalKey("courses.Intake", on_delete=models.CASCADE, related_name="pools", verbose_name=_("intake"))
    name = models.CharField(
        _("name"), max_length=40, help_text=_("For example: open to all, residents of Tahe, over 60.")
    )
    capacity = models.PositiveIntegerField(_("seats"))
    district = models.ForeignKey(
        District,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for residents of"),
    )
    sending_school = models.ForeignKey(
        "courses.JuniorSchool",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for graduates of the junior middle school"),
        help_text=_("A quota for one school that sends graduates."),
    )
    sending_district = models.ForeignKey(
        District,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for graduates of junior middle schools in"),
        help_text=_("A quota for a county: what counts is where the school is, not where the learner lives."),
    )
    min_age = models.PositiveSmallIntegerField(_("only from this age (months)"), null=True, blank=True)
    newcomers = models.CharField(
        _("only for newcomers"),
        max_length=11,
        choices=Newcomers.choices,
        blank=True,
        help_text=_("Whoever had no seat in a class that had begun when enrollment for this one opened."),
    )
    released_at = models.DateTimeField(
        _("unclaimed seats go to everyone from"),
        null=True,
        blank=True,
        help_text=_("Free seats of this pool then move to the pool that is open to all. Empty: they stay."),
    )
    seats_taken = models.PositiveIntegerField(_("seats taken"), default=0, editable=False)
    waiting = models.PositiveIntegerField(_("waiting"), default=0, editable=False)
    closed = models.BooleanField(
        default=False, editable=False, help_text=_("The intake is cancelled: no seat is given any more.")
    )

    class Meta:
        verbose_name = _("seat pool")
        verbose_name_plural = _("seat pools")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(seats_taken__lte=F("capacity")), name="seats_taken_within_capacity"),
            models.UniqueConstraint(fields=["intake", "name"], name="pool_name_per_intake"),
            models.CheckConstraint(
                condition=Q(sending_school=None) | Q(sending_district=None), name="pool_for_a_school_or_its_county"
            ),
        ]
        indexes = [
            models.Index(fields=["intake"], condition=Q(seats_taken__lt=F("capacity")), name="pool_with_seats"),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        """Save what staff edit; the counters of a stored pool are left alone, for they move while a form is open."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = {"intake", "name", "capacity", "released_at", *self.CONDITIONS}
        super().save(*args, **kwargs)

    @property
    def free(self):
        """Seats that nobody holds."""
        return self.capacity - self.seats_taken

    @property
    def is_priority(self):
        """Whether it is kept for some; a pool without conditions is open to all."""
        return self.min_age is not None or any(
            (self.district_id, self.sending_school_id, self.sending_district_id, self.newcomers)
        )

    @property
    def asks_for_school(self):
        """Whether one must know where a learner went to junior middle school."""
        return bool(self.sending_school_id or self.sending_district_id)

    @property
    def specificity(self):
        """What orders pools: whoever qualifies for several is tried in the most specific, the greatest, first.

        More conditions are more specific; with as many: a sending school before a sending county, this before the
        county where one lives, a place before newcomers, newcomers to a course before those to an institution, and the
        higher age before the lower. Equal ones are tried in the order in which they were made.
        """
        school, county = self.sending_school_id is not None, self.sending_district_id is not None
        place, aged = self.district_id is not None, self.min_age is not None
        new = ("", self.Newcomers.INSTITUTION, self.Newcomers.PROGRAM).index(self.newcomers)
        return school + county + place + aged + bool(new), school, county, place, new, self.min_age or 0

    def clean(self):
        """Seats that people hold are not taken away by lowering the number; a quota is for a school or for a county."""
        if self.capacity is not None and self.capacity < self.seats_taken:
            raise ValidationError({"capacity": self.too_low_message()})
        if self.sending_school_id and self.sending_district_id:
            raise ValidationError({"sending_district": _("Choose a school or a county, not both.")})

    def too_low_message(self):
        """Why the number of seats cannot be this low."""
        return _("%(taken)d seats are taken; the number cannot be lower.") % {"taken": self.seats_taken}
