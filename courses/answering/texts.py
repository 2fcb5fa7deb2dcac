"""What an account is told about its appeals."""

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from courses.messages import context_of
from courses.wording import ALWAYS
from notifications.sending import say
from notifications.texts import explain, register

_ASKED, _UPHELD, _REJECTED = "appeal_asked", "appeal_upheld", "appeal_rejected"
explain("due", meaning=_("Until which day the review is answered"), example=_("12 March 2027"))
explain("answer", meaning=_("What the school answers"), example=_("The seat was given to the wrong person."))
explain("follows", meaning=_("What follows from the answer"), example=_("A seat is held for you."))

register(
    _ASKED,
    title=_("Review asked for: %(title)s"),
    body=_("Your request to look again at %(title)s for %(name)s has arrived. You get an answer by %(due)s."),
    also=ALWAYS,
    required={"title", "due"},
)
register(
    _UPHELD,
    title=_("You were right: %(title)s"),
    body=_("The review of %(title)s for %(name)s was upheld. %(follows)s Answer: %(answer)s"),
    also=ALWAYS,
    required={"title", "follows"},
)
register(
    _REJECTED,
    title=_("Answer to your review: %(title)s"),
    body=_("The decision on %(title)s for %(name)s was looked at again and stays. Answer: %(answer)s"),
    also=ALWAYS,
    required={"title", "answer"},
)


def tell_asked(appeal):
    """It has arrived, and until when there is an answer."""
    _say(appeal, _ASKED)


def tell_answer(appeal):
    """The answer, and what follows from it."""
    _say(appeal, _UPHELD if appeal.state == appeal.State.UPHELD else _REJECTED)


def _say(appeal, kind):
    account, enrollment = appeal.account, appeal.enrollment
    with translation.override(account.language):
        due = date_format(timezone.localdate(appeal.due_at), "DATE_FORMAT")
        follows = str(appeal.get_outcome_display()) if appeal.outcome else ""
        said = {"due": due, "answer": appeal.answer, "follows": follows}
        say(
            account,
            kind,
            context_of(enrollment) | said,
            key=f"enrollment:{enrollment.pk}:{kind}:{appeal.pk}",
            url=reverse("enrollment_appeal", args=[enrollment.reference]),
            institution_id=enrollment.intake.program.institution_id,
        )
