"""The life of an application as its family sees it: what was done, where it stands, what comes next and when."""

from django.utils import timezone
from django.utils.translation import gettext as _

from courses.applying.states import ApplicationState as State
from courses.models import ApplicationEvent
from courses.states import State as Seat
from courses.timeline import Step

_ASIDE = (ApplicationEvent.Act.REVEALED,)


def steps(application, *, now=None):
    """The steps of an application: past, present and to come."""
    now, round = now or timezone.now(), application.round
    past = [
        Step("done", event.get_act_display(), "", event.at)
        for event in application.history.all()
        if event.act not in _ASIDE
    ]
    closes = Step("next", _("Applications close"), _("Until then you can change or withdraw."), round.closes_at)
    result = Step("next", _("Your result, by message"), "", round.results_at)
    if application.state == State.WITHDRAWN or has_result(application):
        past[-1] = Step("now", past[-1].title, past[-1].text, past[-1].at)
        return past
    coming = [closes, result] if now < round.closes_at else [result]
    return [*past, _present(application), *coming]


def _present(application):
    match application.state:
        case State.DRAFT:
            return Step("now", _("Fill it in and submit it"), "", application.round.closes_at)
        case State.RETURNED:
            return Step("now", _("Mend it and submit it again"), "", application.correct_until)
        case State.SUBMITTED:
            return Step("now", _("The school checks it"), _("You are told when it is confirmed, or what to mend."))
        case _:
            return Step("now", _("Confirmed: it takes part"), "")


def has_result(application):
    """Whether one of its choices has gone beyond being submitted."""
    if application.entry_id is None:
        return False
    waiting = (Seat.SUBMITTED, Seat.WITHDRAWN, Seat.CANCELLED)
    return application.entry.enrollments.exclude(state__in=waiting).exists()
