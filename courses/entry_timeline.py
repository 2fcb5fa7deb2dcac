"""The life of an entry in a round as its learner sees it: applied, the window, the draw, the result."""

from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import AdmissionRound
from courses.states import SEATED, State
from courses.timeline import Step


def steps(entry, rows, *, now=None):
    """The steps of an entry whose choices are `rows`: past, present and to come."""
    now, round = now or timezone.now(), entry.round
    applied = Step("done", _("Applied"), "", entry.submitted_at)
    if not entry.is_live:
        return [applied, Step("now", _("Withdrawn"), _("This entry no longer takes part."), entry.withdrawn_at)]
    if round.status == AdmissionRound.Status.CANCELLED:
        return [applied, Step("now", _("The round was cancelled"), round.status_note)]
    closes = Step("next", _("Applications close"), _("Until then you can change or withdraw."), round.closes_at)
    draw = Step("next", _("The draw"), _("The list of entries is closed and published, then the seats are drawn."))
    result = Step("next", _("Your result, by message"), "", round.results_at)
    states = {row.state for row in rows}
    if states - {State.SUBMITTED, State.WITHDRAWN, State.CANCELLED}:
        return [applied, Step("done", closes.title, "", closes.at), Step("now", _("Drawn"), _result(rows))]
    if now < round.closes_at:
        return [applied, Step("now", closes.title, closes.text, closes.at), draw, result]
    return [applied, Step("done", closes.title, "", closes.at), Step("now", draw.title, draw.text), result]


def _result(rows):
    """What the draw brought, in one sentence."""
    seat = next((row for row in rows if row.state in SEATED), None)
    if seat:
        return _("A seat in %(title)s.") % {"title": seat.intake.title}
    waiting = [row for row in rows if row.state == State.WAITLISTED]
    if waiting:
        return _("No seat yet. You wait in line, as shown with each class.")
    return _("No seat.")
