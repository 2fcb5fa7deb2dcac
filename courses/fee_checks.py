"""What courses and money must agree on (invariant 6): every seat with a fee is paid for, every fee has its seat."""

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import dues
from courses.models import Enrollment
from courses.paying import enrollment_of
from courses.states import State
from payments.models import Payment, Refund
from payments.states import RefundState

# Reasons for which money went back although the seat stays: people decided so, and the books say it.
_STAYS = (Refund.Reason.GOODWILL, Refund.Reason.AT_PROVIDER, Refund.Reason.DISPUTE)
_CERTAIN = (State.ENROLLED, State.COMPLETED)


def disagreements():
    """A sentence for each enrollment whose seat and money do not agree."""
    return [*_unpaid_seats(), *_money_without_a_seat(), *_asked_wrongly()]


def _unpaid_seats():
    """Certain seats whose fee is not here."""
    seated = Enrollment.objects.filter(due__gt=0, state__in=_CERTAIN).order_by("pk")
    for enrollment in seated.iterator(chunk_size=500):
        payments = dues.payments_of(enrollment)
        came = sum(payment.amount for payment in payments if payment.is_paid)
        back = Refund.objects.filter(payment__in=payments, is_surplus=False).exclude(state=RefundState.FAILED)
        back = back.exclude(reason__in=_STAYS).aggregate(sum=Sum("amount"))["sum"] or 0
        if came - back < enrollment.due:
            yield _("%(reference)s has a seat, and its fee is not paid.") % {"reference": enrollment.reference}


def _money_without_a_seat():
    """Money that is here for somebody who has no certain seat, and is neither kept by the rules nor on its way back."""
    given = Refund.objects.filter(payment=OuterRef("pk"), is_surplus=False).exclude(state=RefundState.FAILED)
    given = given.order_by().values("payment").annotate(sum=Sum("amount")).values("sum")
    paid = Payment.objects.filter(purpose__startswith=f"{dues.KIND}:", paid_at__isnull=False)
    paid = paid.annotate(left=F("amount") - Coalesce(Subquery(given), 0)).filter(left__gt=0).order_by("pk")
    for payment in paid.iterator(chunk_size=500):
        enrollment = enrollment_of(payment)
        if enrollment is None:
            yield _("%(payment)s is paid for an enrollment that is not there.") % {"payment": payment.reference}
        elif enrollment.state not in _CERTAIN and _is_left_over(enrollment):
            words = {"payment": payment.reference, "reference": enrollment.reference}
            yield _("%(payment)s is paid, and %(reference)s has no seat and no refund.") % words


def _is_left_over(enrollment):
    """Whether more is here than the rules keep; a part of what is due for a held seat is not."""
    left = dues.balance(enrollment)
    is_part = enrollment.state == State.OFFERED and left < enrollment.due
    return left > enrollment.kept and not is_part


def _asked_wrongly():
    """Payments that wait for money although the seat is not held any more."""
    open_ones = Payment.objects.open().filter(purpose__startswith=f"{dues.KIND}:").order_by("pk")
    for payment in open_ones.iterator(chunk_size=500):
        enrollment = enrollment_of(payment)
        if enrollment is None or enrollment.state != State.OFFERED:
            yield _("%(payment)s is asked for, and no seat is held for it.") % {"payment": payment.reference}
    late = Enrollment.objects.filter(due__gt=0, state=State.OFFERED, offer_expires_at__gt=timezone.now())
    for enrollment in late.order_by("pk").iterator(chunk_size=500):
        if not dues.open_payment(enrollment) and not dues.waits_for_proof(enrollment):
            yield _("%(reference)s is to be paid, and nothing was asked for.") % {"reference": enrollment.reference}
