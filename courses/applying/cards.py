"""Applications and interest on my page, until their result is somewhere else."""

from django.db.models import Exists, OuterRef

from courses.applying.states import ApplicationState
from courses.models import Enrollment, Interest, PathwayApplication
from courses.states import State


def applications_of(account):
    """The account's live applications in rounds that are not drawn yet, the newest first."""
    waiting = (State.SUBMITTED, State.WITHDRAWN, State.CANCELLED)
    drawn = Enrollment.objects.filter(entry=OuterRef("entry")).exclude(state__in=waiting)
    mine = PathwayApplication.objects.of(account).exclude(state=ApplicationState.WITHDRAWN).exclude(Exists(drawn))
    return mine.select_related("round", "learner").order_by("-pk")


def interests_of(account):
    """The account's live interests, the newest first."""
    return Interest.objects.of(account).live().select_related("intake__program", "learner").order_by("-pk")
