"""What only the family can do now about an application: it stands at the top of their page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from courses import beside
from courses.applying.states import ApplicationState
from courses.describe import moment
from courses.models import PathwayApplication


def needs(account):
    """Applications that may still be changed and that the school does not have as they stand."""
    for application in PathwayApplication.objects.of(account).live().select_related("round", "learner"):
        told = application.is_editable() and _told(application)
        if told:
            yield told


def _told(application):
    """What is to be done about one that can be changed, or None."""
    name, until = {"name": application.learner.name}, application.round.closes_at
    if application.state == ApplicationState.RETURNED:
        until = application.correct_until
        title = _("The application of %(name)s must be mended") % name
        text = _("Until %(until)s. Then submit it again.") % {"until": moment(until)}
        label = _("Mend it")
    elif application.state == ApplicationState.DRAFT:
        title = _("The application of %(name)s is not submitted yet") % name
        text = _("Submit it by %(until)s; later it does not take part.") % {"until": moment(until)}
        label = _("Go on with it")
    elif application.has_changes:
        title = _("The school does not have what you changed for %(name)s") % name
        text = _("Submit it by %(until)s, else what you sent before counts.") % {"until": moment(until)}
        label = _("Check and submit")
    else:
        return None
    return beside.Need(
        title=title,
        text=text,
        url=reverse("application_detail", args=[application.reference]),
        label=label,
        until=until,
    )


beside.register(needs=needs)
