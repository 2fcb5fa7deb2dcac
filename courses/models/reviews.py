"""What people decide about an enrollment in an intake with the rule "review" (Review), and its papers (ReviewPaper)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.enrollments import Enrollment


class Review(models.Model):
    """How far the review of one enrollment is: shortlisted, invited, decided. Made with the enrollment.

    The decision itself is a state of the enrollment with its reason; here stands who is to decide and where it stands.
    """

    class Step(models.TextChoices):
        """Where a review stands, in the words that the learner reads."""

        RECEIVED = "received", _("received")
        SHORTLISTED = "shortlisted", _("shortlisted")
        INVITED = "invited", _("invited to the interview")
        DECIDED = "decided", _("decided")

    enrollment = models.OneToOneField(Enrollment, models.CASCADE, related_name="review", verbose_name=_("enrollment"))
    step = models.CharField(_("step"), max_length=12, choices=Step.choices, default=Step.RECEIVED)
    text = models.TextField(_("what the learner writes"), max_length=1000, blank=True)
    interview_at = models.DateTimeField(_("interview"), null=True, blank=True)
    interview_place = models.CharField(_("place of the interview"), max_length=120, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who decided")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["enrollment"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(step="invited") | Q(interview_at__isnull=False), name="invited_to_a_time"
            ),
        ]
        indexes = [models.Index(fields=["step", "enrollment"], name="review_queue")]

    def __str__(self):
        return f"{self.enrollment} {self.get_step_display()}"


class ReviewPaper(models.Model):
    """A paper that an applicant shows before the decision: a picture (made anew, as JPEG) or a PDF, encrypted.

    In the database, and not in a folder, so that it is kept, copied and erased with the enrollment in one transaction.
    Written by courses/review_papers.py only.
    """

    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="review_papers")
    title = models.CharField(_("what it is"), max_length=60)
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField(_("size"))
    content = models.BinaryField()
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("paper for a review")
        verbose_name_plural = _("papers for a review")
        ordering = ["pk"]
        default_permissions = []

    def __str__(self):
        return self.title

    @property
    def is_picture(self):
        """Whether a browser can show it."""
        return self.content_type == "image/jpeg"
