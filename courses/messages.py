"""What an account is told when one of its enrollments changes: one text for each state that can be reached."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import fee_messages
from courses.describe import moment, where
from courses.fees import money
from courses.models import Enrollment, Intake
from courses.states import Reason, State
from courses.wording import ALWAYS, REQUIRED
from notifications.models import Topic
from notifications.sending import say
from notifications.texts import register

# Placeholders: name (of the learner), title (of the class), reference, start, deadline, reason.
_TEXTS = {
    State.SUBMITTED: (
        gettext_lazy("Application received: %(title)s"),
        gettext_lazy(
            "%(name)s has applied for %(title)s. The school looks at it and tells you its decision. "
            "Reference %(reference)s."
        ),
    ),
    State.ENROLLED: (
        gettext_lazy("Enrolled: %(title)s"),
        gettext_lazy("%(name)s has a seat in %(title)s. First meeting: %(start)s. Reference %(reference)s."),
    ),
    State.WAITLISTED: (
        gettext_lazy("In the waitlist: %(title)s"),
        gettext_lazy(
            "%(name)s waits for a seat in %(title)s. When one comes free, the first in line is told. "
            "Reference %(reference)s."
        ),
    ),
    State.OFFERED: (
        gettext_lazy("A seat is free: %(title)s"),
        gettext_lazy(
            "A seat in %(title)s is held for %(name)s until %(deadline)s. Confirm it by then, or it goes to the next. "
            "Reference %(reference)s."
        ),
    ),
    State.EXPIRED: (
        gettext_lazy("The offer has expired: %(title)s"),
        gettext_lazy("The seat in %(title)s for %(name)s was not confirmed in time and went to the next in line."),
    ),
    State.DECLINED: (
        gettext_lazy("Seat declined: %(title)s"),
        gettext_lazy("You declined the seat in %(title)s for %(name)s. Thank you for telling us."),
    ),
    State.WITHDRAWN: (
        gettext_lazy("Withdrawn: %(title)s"),
        gettext_lazy("%(name)s is no longer enrolled in %(title)s. Reference %(reference)s."),
    ),
    State.CANCELLED: (
        gettext_lazy("Cancelled: %(title)s"),
        gettext_lazy("The enrollment of %(name)s in %(title)s was cancelled: %(reason)s. Reference %(reference)s."),
    ),
    State.NOT_ADMITTED: (
        gettext_lazy("No seat: %(title)s"),
        gettext_lazy("%(name)s did not get a seat in %(title)s: %(reason)s."),
    ),
    State.COMPLETED: (
        gettext_lazy("Completed: %(title)s"),
        gettext_lazy("%(name)s has completed %(title)s. Congratulations! How was it? Tell us with one tap."),
    ),
}


_REMINDER = "first_meeting_reminder"
register(
    _REMINDER,
    title=gettext_lazy("It begins soon: %(title)s"),
    body=gettext_lazy(
        "The first meeting of %(title)s for %(name)s is on %(start)s, %(place)s. Reference %(reference)s."
    ),
    topic=Topic.REMINDERS,
    required={"title", "start"},
)

_CHANGED = "class_changed"
register(
    _CHANGED,
    title=gettext_lazy("Changed: %(title)s"),
    body=gettext_lazy("%(title)s, %(name)s: %(change)s %(reason)s Your calendar follows. Reference %(reference)s."),
)

_MOVED = "enrollment_moved"
register(
    _MOVED,
    title=gettext_lazy("Moved to: %(title)s"),
    body=gettext_lazy(
        "%(name)s now has a seat in %(title)s instead of %(left)s. First meeting: %(start)s. Reference %(reference)s."
    ),
    required={"title", "left"},
)


def _kind(state):
    return f"enrollment_{state}"


for _state, (_title, _body) in _TEXTS.items():
    register(_kind(_state), title=_title, body=_body, also=ALWAYS, required=REQUIRED.get(_state, ()))


def tell(enrollment, account, *, reason="", note=""):
    """Write the message about the state that the enrollment has just reached; sent after the commit, once."""
    # A state is reached at most once (once more after each upheld appeal, or when a fee was booked by mistake), so
    # this key names the message.
    again = f":{enrollment.reinstated}" if enrollment.reinstated else ""
    again += f":{reason}" if reason == Reason.FEE_REVERSED else ""
    kind = (enrollment.due and fee_messages.kind_of(enrollment)) or _kind(enrollment.state)
    _say(enrollment, account, kind, f"{enrollment.state}{again}", reason=reason, note=note)


def tell_proof(enrollment, *, granted, note=""):
    """Write what became of the proof for a reduction."""
    kind = fee_messages.GRANTED if granted else fee_messages.REFUSED
    _say(enrollment, enrollment.account, kind, "proof", note=note)


def tell_to_pay(enrollment):
    """Write that the fee is due now that a proof was checked."""
    _say(enrollment, enrollment.account, fee_messages.kind_of(enrollment), "to_pay")


def tell_change(enrollment, words, *, occasion, note=""):
    """Write the message that the class has changed; `words` gives the change in the active language."""
    account = enrollment.account
    with translation.override(account.language):
        _say(enrollment, account, _CHANGED, f"change:{occasion}", note=note, change=words())


def tell_move(enrollment, account, *, left):
    """Write the one message about a move: `enrollment` is the new one, `left` the title of the class that was left."""
    _say(enrollment, account, _MOVED, "moved", left=left)


def say_about(enrollment, kind, *, occasion, **said):
    """Write a message of another process about an enrollment; `said` are its own placeholders."""
    account = enrollment.account
    with translation.override(account.language):
        say(
            account,
            kind,
            context_of(enrollment) | said,
            key=f"enrollment:{enrollment.pk}:{occasion}",
            url=reverse("enrollment_detail", args=[enrollment.reference]),
            institution_id=enrollment.intake.program.institution_id,
        )


def remind_of_first_meetings(now=None):
    """Remind everyone enrolled in a class that begins within a day; each is told once, however often this runs."""
    now = now or timezone.now()
    begins_soon = Intake.objects.filter(starts_at__gt=now, starts_at__lte=now + timedelta(days=1))
    enrolled = Enrollment.objects.filter(intake__in=begins_soon, state=State.ENROLLED)
    for enrollment in enrolled.select_related("intake__program__institution", "intake__district", "learner", "account"):
        _say(enrollment, enrollment.account, _REMINDER, "reminder", place=where(enrollment.intake))


def _say(enrollment, account, kind, occasion, *, reason="", note="", place="", change="", left=""):
    with translation.override(account.language):
        said = {"place": place, "change": change, "left": left}
        context = context_of(enrollment, reason=reason, note=note) | said
        say(
            account,
            kind,
            context,
            key=f"enrollment:{enrollment.pk}:{occasion}",
            url=reverse("enrollment_detail", args=[enrollment.reference]),
            institution_id=enrollment.intake.program.institution_id,
        )


def context_of(enrollment, *, reason="", note="", with_place=False):
    """What texts may say about an enrollment, in the active language."""
    intake = enrollment.intake
    return {
        "name": enrollment.learner.name,
        "title": intake.title,
        "reference": enrollment.reference,
        "start": _exact(intake.starts_at) or _("to be announced"),
        "place": where(intake) if with_place else "",
        "amount": money(enrollment.due),
        "institution": intake.program.institution.name if enrollment.due else "",
        "deadline": _exact(enrollment.offer_expires_at),
        "reason": _why(reason, note),
    }


def _why(reason, note):
    """The listed reason, with the words of staff behind it; the sentence around it has its own full stop."""
    if not reason:
        return note
    label = str(Reason(reason).label)
    note = note.strip().rstrip("。.")
    return _("%(reason)s (%(note)s)") % {"reason": label, "note": note} if note else label


def _exact(at):
    """A moment without "tomorrow" or "next Monday", which a stored text would soon get wrong."""
    return moment(at, now=at + timedelta(days=1)) if at else ""
