"""Interest in a pathway whose admission the official channel decides: registered, taken back. No seat is held here."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.applying import messages
from courses.applying.forms import consents_lacking
from courses.enrollment import NotOpen, lock_person
from courses.models import Intake, Interest
from courses.models.schooling import candidate_key
from courses.moves import EnrollmentError


def is_for_interest(intake):
    """Whether one only registers interest in this intake."""
    return intake.mode == Intake.Mode.INTEREST


@transaction.atomic
def register(*, intake, learner, candidate_number=""):
    """Register that a learner is interested; returns the live interest, the one that is there already or a new one.

    Raises NotOpen outside the window, EnrollmentError when a consent is lacking or the person is registered elsewhere.
    """
    learner = lock_person(learner)
    there = Interest.objects.live().filter(intake=intake, person=learner.person).first()
    if there and there.account_id != learner.account_id:
        raise EnrollmentError(_("This person is registered through another account already."))
    number = "".join(candidate_number.split()).upper()
    if there:
        return _with_number(there, number)
    fresh = Intake.objects.select_related("program").get(pk=intake.pk)
    if not is_for_interest(fresh) or not fresh.is_open():
        raise NotOpen(_("Interest can no longer be registered here."))
    if consents_lacking(learner):
        raise EnrollmentError(_("Tick the box to agree. Without it we cannot go on."))
    interest = Interest.objects.create(
        intake=fresh,
        learner=learner,
        account_id=learner.account_id,
        person=learner.person,
        candidate_number=number,
        candidate_key=candidate_key(number),
    )
    messages.tell_interest(interest, "registered")
    return interest


def _with_number(interest, number):
    """The interest, with the candidate number if it is told only now."""
    if number and not interest.candidate_number:
        interest.candidate_number, interest.candidate_key = number, candidate_key(number)
        interest.save(update_fields=["candidate_number", "candidate_key"])
    return interest


@transaction.atomic
def withdraw(interest):
    """Take it back, and forget the candidate number. Doing it twice does the same as once."""
    live = Interest.objects.live().select_for_update().filter(pk=interest.pk)
    if live.exists():
        live.update(withdrawn_at=timezone.now(), candidate_number="", candidate_key="")


def count(intake):
    """How many are interested."""
    return Interest.objects.live().filter(intake=intake).count()
