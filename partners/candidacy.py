"""What all acts on a candidate have in common: the locks, who may act, the row of history.

The processes stand above it: candidates.py, interviews.py, scoring.py.
"""

from contextlib import ExitStack, contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from courses import moves, seats
from courses.models import Enrollment
from partners.models import Candidate, CandidateEvent, OrderProgramPage
from partners.models.enterprises import WRITERS
from partners.moves import PartnerError


class CandidateError(PartnerError):
    """Something that cannot be done with a candidate (any more)."""


@contextmanager
def changing(candidate):
    """The locks in which a candidate is changed; yields it as it is now, with its enrollment.

    What the engine refuses becomes a CandidateError with the same words.
    """
    try:
        with moves.changing(Enrollment(pk=candidate.enrollment_id, intake_id=candidate.enrollment.intake_id)) as row:
            fresh = Candidate.objects.select_related("order__enterprise").get(pk=candidate.pk)
            fresh.enrollment = row
            yield fresh
    except moves.EnrollmentError as refused:
        raise CandidateError(*refused.messages) from None


@contextmanager
def changing_all_of(order):
    """The gates, the transaction and the locks of every intake of an order's program, in the order of their keys."""
    page = OrderProgramPage.objects.filter(order=order).first()
    keys = sorted(page.intakes.values_list("pk", flat=True)) if page else []
    with ExitStack() as stack:
        for key in keys:
            stack.enter_context(seats.gate(key))
        stack.enter_context(transaction.atomic())
        for key in keys:
            seats.lock(key)
        yield


def require_writer(order, account, *, also_suspended=False):
    """Only owners and recruiters of the order's enterprise act on its candidates, asked anew at each act.

    None do while it is suspended, except for what only sets learners free (`also_suspended`).
    """
    if not order.enterprise.members.filter(account=account, role__in=WRITERS).exists():
        raise CandidateError(_("Your role in this enterprise is to read. Ask an owner."))
    if order.enterprise.is_suspended and not also_suspended:
        raise CandidateError(_("The enterprise is suspended: it acts on no candidates and agreements now."))


def record(candidate, act, *, by, note=""):
    """Add a row of history."""
    return CandidateEvent.objects.create(candidate=candidate, act=act, by=by, note=note)


def with_all(candidates):
    """With all that messages and moves read of them."""
    related = "enrollment__intake__program", "enrollment__learner", "enrollment__account", "order__enterprise"
    return candidates.select_related(*related)
