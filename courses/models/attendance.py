"""Who came to which meeting."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.enrollments import Enrollment
from courses.models.intakes import ClassMeeting


class Attendance(models.Model):
    """One learner at one meeting of their class: came, was absent, or had leave. Written by attendance.py only.

    No row means that nobody has said anything yet. A meeting of which something was said cannot be deleted.
    """

    class Mark(models.TextChoices):
        """What is said, in the order in which a teacher's taps go through it."""

        PRESENT = "present", _("present")
        ABSENT = "absent", _("absent")
        LEAVE = "leave", _("on leave")

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="attendance", verbose_name=_("enrollment"))
    meeting = models.ForeignKey(
        ClassMeeting, models.PROTECT, related_name="attendance", verbose_name=_("class meeting")
    )
    mark = models.CharField(_("attendance"), max_length=8, choices=Mark.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "enrollment"], name="one_mark_per_meeting"),
        ]

    def __str__(self):
        return f"{self.enrollment} {self.meeting}: {self.get_mark_display()}"
