"""What is said about candidates: to the learner by name, to the enterprise without one: its share can be closed."""

from datetime import timedelta

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from courses.describe import moment
from courses.messages import context_of
from notifications.models import Topic
from notifications.sending import say
from notifications.texts import explain, register
from partners.models.enterprises import WRITERS

explain("time", meaning=_("Day and hour of the interview"), example=_("7 March 2027, 14:30"))
explain("until", meaning=_("Until when the interview may be changed"), example=_("6 March 2027, 14:30"))
explain("n", meaning=_("How many it is about"), example="3")

_TO_LEARNER = {
    "candidate_shared": (
        _("Recommended to %(enterprise)s"),
        _(
            "The school recommends %(name)s to %(enterprise)s for %(title)s. The enterprise now sees name, schooling, "
            "what was written, and the papers that were added; no identity number and no address. "
            "Reference %(reference)s."
        ),
    ),
    "candidate_taken_back": (
        _("No longer shared: %(title)s"),
        _("%(enterprise)s no longer sees the application of %(name)s for %(title)s. %(comment)s"),
    ),
    "interview_offered": (
        _("Choose a time for the interview: %(title)s"),
        _("%(enterprise)s would like to talk with %(name)s. Choose a time on the page of the application."),
    ),
    "interview_booked": (
        _("Interview booked: %(title)s"),
        _("%(name)s meets %(enterprise)s on %(time)s, %(place)s. Change or cancel it until %(until)s."),
    ),
    "interview_called_off": (
        _("Interview cancelled: %(title)s"),
        _("The interview of %(name)s with %(enterprise)s on %(time)s is cancelled. You can choose another time."),
    ),
    "interview_slot_off": (
        _("Please choose another time: %(title)s"),
        _("%(enterprise)s cannot keep the interview with %(name)s on %(time)s: %(comment)s Choose another time."),
    ),
    "interview_reminder": (
        _("Interview soon: %(title)s"),
        _("%(name)s meets %(enterprise)s on %(time)s, %(place)s."),
    ),
}
_TO_ENTERPRISE = {
    "candidates_shared": (
        _("New candidates: %(order)s"),
        _("The school recommends %(n)s candidates for “%(order)s”. Offer times for interviews, or look at them first."),
    ),
    "candidate_left": (
        _("A candidate is no longer there: %(order)s"),
        _("One application for “%(order)s” has ended or is no longer shared. The list shows who is still there."),
    ),
    "candidate_confirmed": (
        _("A candidate has confirmed: %(order)s"),
        _("One of those whom you accepted for “%(order)s” has confirmed the seat."),
    ),
    "candidate_moved_up": (
        _("The reserve list moves: %(order)s"),
        _("A seat of “%(order)s” came free and is offered to the next on the reserve list."),
    ),
    "candidate_reopened": (
        _("An application is open again: %(order)s"),
        _("After a review by the school one application for “%(order)s” is open again. Please look at it."),
    ),
    "interview_taken": (
        _("Interview booked: %(order)s"),
        _("A candidate for “%(order)s” comes on %(time)s, %(place)s."),
    ),
    "interview_freed": (
        _("A time is free again: %(order)s"),
        _("A candidate for “%(order)s” has cancelled the interview on %(time)s."),
    ),
    "interview_tomorrow": (
        _("Interview soon: %(order)s"),
        _("For “%(order)s” you meet candidates on %(time)s, %(place)s."),
    ),
}
_REMINDERS = {"interview_reminder", "interview_tomorrow"}
for _kind, (_title, _body) in (_TO_LEARNER | _TO_ENTERPRISE).items():
    _options = {"topic": Topic.REMINDERS} if _kind in _REMINDERS else {}
    _also = {"comment", "enterprise"} | ({"name", "title", "reference"} if _kind in _TO_LEARNER else set())
    register(_kind, title=_title, body=_body, also=_also, **_options)


def tell_learner(candidate, kind, *, occasion, slot=None, comment=""):
    """Tell the account that acts for the learner. `occasion` names what it is about, so that it is said once."""
    enrollment = candidate.enrollment
    with translation.override(enrollment.account.language):
        said = {"enterprise": candidate.order.enterprise.name, "comment": comment} | _of(slot)
        say(
            enrollment.account,
            kind,
            context_of(enrollment) | said,
            key=f"candidate:{candidate.pk}:{kind}:{occasion}",
            url=reverse("interview", args=[enrollment.reference]),
            institution_id=enrollment.intake.program.institution_id,
        )


def tell_enterprise(order, kind, *, occasion, slot=None, n=1):
    """Tell the owners and recruiters of the order's enterprise."""
    url = reverse("interview_slots" if slot else "candidates", args=[order.reference])
    members = order.enterprise.members.filter(role__in=WRITERS).select_related("account")
    for account in (member.account for member in members):
        with translation.override(account.language):
            said = {"order": order.name, "enterprise": order.enterprise.name, "comment": "", "n": n} | _of(slot)
            say(account, kind, said, key=f"{kind}:{order.pk}:{occasion}:{account.pk}", url=url)


def _of(slot):
    if slot is None:
        return {"time": "", "place": "", "until": ""}
    return {"time": _exact(slot.starts_at), "place": slot.where, "until": _exact(slot.change_until)}


def _exact(at):
    """A moment without "tomorrow", which a stored text would soon get wrong."""
    return moment(at, now=at + timedelta(days=1))
