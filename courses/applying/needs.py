"""What only the family can do now about an application: it stands at the top of their page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from courses import beside
from courses.applying.states import ApplicationState
from courses.describe import moment
from courses.models import PathwayApplication


def needs(account):
    """Applications that the school returned and that may still be mended."""
    mine = PathwayApplication.objects.of(account).filter(state=ApplicationState.RETURNED)
    for application in mine.select_related("round", "learner"):
        if application.is_editable():
            until = application.correct_until
            yield beside.Need(
                title=_("The application of %(name)s must be mended") % {"name": application.learner.name},
                text=_("Until %(until)s. Then submit it again.") % {"until": moment(until)},
                url=reverse("application_detail", args=[application.reference]),
                label=_("Mend it"),
                until=until,
            )


beside.register(needs=needs)
