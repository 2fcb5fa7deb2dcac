"""Which school trains for an order: majors that lead to an occupation, and schools that are asked (MatchRequest)."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from courses.models import Major
from institutions.models import Institution
from partners.models.occupations import Occupation
from partners.models.orders import TrainingOrder
from partners.states import MatchState


class OccupationMajor(models.Model):
    """A major from which one comes into an occupation, as the bureau sees it; data, never code."""

    occupation = models.ForeignKey(
        Occupation, models.CASCADE, related_name="majors_to_it", verbose_name=_("occupation")
    )
    major = models.ForeignKey(Major, models.CASCADE, related_name="occupations_from_it", verbose_name=_("major"))

    panels = [FieldPanel("occupation"), FieldPanel("major")]

    class Meta:
        verbose_name = _("major for an occupation")
        verbose_name_plural = _("majors for occupations")
        ordering = ["occupation__code", "major__code"]
        constraints = [
            models.UniqueConstraint(fields=["occupation", "major"], name="one_row_per_occupation_and_major"),
        ]

    def __str__(self):
        return f"{self.occupation} ← {self.major}"


class MatchQuerySet(models.QuerySet):
    """What may be asked of requests to schools."""

    def standing(self):
        """Those that wait for an answer or were accepted: an order has at most one."""
        return self.filter(state__in=(MatchState.ASKED, MatchState.ACCEPTED))

    def staffed_by(self, account):
        """Those to institutions that this account works for: the only way their staff reach one."""
        if account.is_superuser:
            return self
        return self.filter(institution__staff__account=account)

    def seen_by(self, account):
        """Those that this account may look at: the bureau all, staff of a school their own."""
        if account.has_perm("partners.change_trainingorder"):
            return self
        return self.staffed_by(account)


class MatchRequest(models.Model):
    """A school is asked to train for an order, and answers with a plan or a reason. States: matching.py."""

    order = models.ForeignKey(TrainingOrder, models.PROTECT, related_name="requests", verbose_name=_("training order"))
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="match_requests", verbose_name=_("institution")
    )
    state = models.CharField(_("state"), max_length=10, choices=MatchState.choices, default=MatchState.ASKED)
    note = models.CharField(_("note to the school"), max_length=500, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    answer_by = models.DateField(_("answer by"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    seats = models.PositiveSmallIntegerField(
        _("seats"), null=True, blank=True, validators=[MinValueValidator(1)], help_text=_("Not more than the posts.")
    )
    first_day = models.DateField(_("first day of training"), null=True, blank=True)
    last_day = models.DateField(_("last day of training"), null=True, blank=True)
    place = models.CharField(_("place of the training"), max_length=120, blank=True)
    curriculum = models.TextField(
        _("curriculum"), max_length=4000, blank=True, help_text=_("One part a line: what is learned, and how long.")
    )
    teachers = models.TextField(_("teachers"), max_length=1000, blank=True, help_text=_("Who teaches which part."))
    contributions = models.TextField(
        _("what the enterprise brings"),
        max_length=1000,
        blank=True,
        help_text=_("Instructors, equipment, a place to practise: as agreed with it."),
    )

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to a school")
        verbose_name_plural = _("requests to schools")
        ordering = ["-pk"]
        default_permissions = ["view", "change"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=(MatchState.ASKED, MatchState.ACCEPTED)),
                name="one_school_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=MatchState.ACCEPTED)
                | Q(seats__gt=0, first_day__isnull=False, last_day__isnull=False, answered_by__isnull=False),
                name="accepted_with_a_plan",
            ),
        ]

    def __str__(self):
        return f"{self.order} · {self.institution}"
