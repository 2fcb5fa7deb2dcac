"""Asking how a class was, after it was completed: a rating and a word, one for each enrollment, changeable for a while.

The message that the class is completed asks for it, and leads to the enrollment's page.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import AnswerSettings, Enrollment, Rating
from courses.moves import EnrollmentError
from courses.states import State


def until(enrollment):
    """Until when the class can be rated; None when it was not completed."""
    if enrollment.state != State.COMPLETED:
        return None
    completed = enrollment.history.filter(to_state=State.COMPLETED).order_by("-pk").first()
    return completed and completed.at + timedelta(days=AnswerSettings.now().rating_days)


@transaction.atomic
def rate(enrollment, *, stars, word=""):
    """Keep the learner's rating; said again, the last one counts. Raises EnrollmentError when it is too late."""
    enrollment = Enrollment.objects.select_for_update(of=["self"], no_key=True).get(pk=enrollment.pk)
    last = until(enrollment)
    if last is None or timezone.now() >= last:
        raise EnrollmentError(_("This class can no longer be rated. Tell the school directly."))
    return Rating.objects.update_or_create(enrollment=enrollment, defaults={"stars": stars, "word": word})[0]
