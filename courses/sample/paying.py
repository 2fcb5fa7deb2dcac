"""Sample money: fees with reductions, refund policies, and payments taken at the desk, as they would be on the site.

Everything goes through the engine; afterwards time is set back, which only the sample does (past.py).
"""

from datetime import timedelta

from django.db import connection
from django.db.models import F, Q, QuerySet

from accounts.append_only import without_guard
from accounts.models import District
from courses import dues
from courses.models import FeeReduction, RefundPolicy, RefundStep
from courses.states import State
from institutions import roles
from notifications.models import Message
from payments import desk
from payments.models import (
    Attempt,
    Booking,
    Closing,
    Dispute,
    Incident,
    LedgerEntry,
    Payment,
    Receipt,
    ReceiptCounter,
    Refund,
    Till,
)

_METHODS = ("cash", "cash", "terminal", "transfer")
# Learners who have not paid yet: one can try it.
UNPAID = [("陈小树", "kids-science")]
# (name, is_default, [(until, number, percent, by_meetings)]) by institution.
_POLICIES = {
    "voc": [
        ("培训班", True, [("days", 14, 100, False), ("days", 0, 80, False)]),
        ("一次性活动", False, [("days", 3, 100, False)]),
    ],
    "jgdq": [("学期课程", True, [("days", 7, 100, False), ("days", 0, 95, False), ("meetings", 3, 100, True)])],
}


def load_policies(institutions):
    """The refund policies of those institutions that have their own."""
    for key, policies in _POLICIES.items():
        for name, is_default, steps in policies:
            policy = RefundPolicy.objects.create(institution=institutions[key], name=name, is_default=is_default)
            RefundStep.objects.bulk_create(
                RefundStep(policy=policy, until=until, number=number, percent=percent, by_meetings=by_meetings)
                for until, number, percent, by_meetings in steps
            )


def fields(row):
    """What a row of the sample says about paying, as fields of an intake."""
    return {
        "fee": row.get("fee", 0) * 100,
        "materials_fee": row.get("materials_fee", 0) * 100,
        "pay_hours": row.get("pay_hours", 1),
    }


def load_reductions(intake, course):
    """The reductions of a course: {kind, percent, years?, proof?}."""
    for row in course.get("reductions", []) if intake.costs else []:
        FeeReduction.objects.create(
            intake=intake,
            kind=row["kind"],
            percent=row["percent"],
            min_age=row["years"] * 12 if "years" in row else None,
            district=District.objects.get(pk=intake.district_id) if row["kind"] == "residents" else None,
            proof=row.get("proof", ""),
        )


def pay(enrollment, *, staff, rng):
    """Pay for an offered seat at the desk, unless it is one of those that are left to be paid."""
    left = (enrollment.learner.name, enrollment.intake.program.slug) in UNPAID
    payment = None if left or enrollment.state != State.OFFERED else dues.open_payment(enrollment)
    if payment:
        by = _cashier(enrollment.intake.program.institution, staff)
        desk.take(payment, by=by, method=rng.choice(_METHODS), amount=payment.amount, key=f"sample-{payment.pk}")
        enrollment.refresh_from_db()


def pay_out(enrollment, *, staff):
    """Give what is on its way back to somebody, at the desk."""
    for refund in Refund.objects.at_the_desk().filter(payment__in=dues.payments_of(enrollment)):
        desk.pay_out(refund, by=_cashier(enrollment.intake.program.institution, staff), method="cash")


def _cashier(institution, staff):
    """Somebody of the institution who works at the desk, or the administrator."""
    post = institution.staff.filter(account__groups__name=roles.OFFICER).order_by("pk").first()
    return post.account if post else staff


def set_back(reached):
    """Give payments the moments of their enrollments; `reached` is {(enrollment's reference, state): moment}."""
    kinds = {Booking.Kind.PAID: State.ENROLLED}
    payments = {}
    for payment in Payment.objects.filter(purpose__startswith=f"{dues.KIND}:", paid_at__isnull=False):
        at = reached.get((payment.purpose.partition(":")[2], State.ENROLLED))
        if at:
            payments[payment.pk] = at
            Payment.objects.filter(pk=payment.pk).update(created_at=at - timedelta(minutes=20), paid_at=at)
            Attempt.objects.filter(payment=payment).update(created_at=at, paid_at=at)
    bookings = list(Booking.objects.filter(payment__in=payments, kind__in=kinds))
    receipts = list(Receipt.objects.filter(payment__in=payments, refund=None))
    for row in (*bookings, *receipts):
        row.at = payments[row.payment_id]
    with without_guard(connection):
        QuerySet(Booking).bulk_update(bookings, ["at"], batch_size=200)
        QuerySet(Receipt).bulk_update(receipts, ["at"], batch_size=200)
    Message.objects.filter(key__startswith="money:", dispatched_at=None).update(dispatched_at=F("created_at"))


def remove(accounts, institutions):
    """Take away all money of sample people, and all that went through the tills of sample institutions."""
    payments = Payment.objects.filter(Q(account__in=accounts) | Q(institution__in=institutions))
    tills = Till.objects.filter(Q(institution__in=institutions) | Q(cashier__in=accounts))
    bookings = Q(booking__payment__in=payments) | Q(booking__till__in=tills)
    with without_guard(connection):
        for rows in (
            QuerySet(LedgerEntry).filter(bookings),
            QuerySet(Receipt).filter(payment__in=payments),
            QuerySet(Booking).filter(Q(payment__in=payments) | Q(till__in=tills)),
        ):
            # As keys: the conditions join tables, which a raw removal cannot.
            found = QuerySet(rows.model).filter(pk__in=list(rows.values_list("pk", flat=True)))
            found._raw_delete(found.db)
    Dispute.objects.filter(payment__in=payments).delete()
    Incident.objects.filter(Q(payment__in=payments) | Q(institution__in=institutions)).delete()
    refunds = Refund.objects.filter(payment__in=payments)
    refunds.filter(replaces__isnull=False).delete()
    refunds.delete()
    Attempt.objects.filter(payment__in=payments).delete()
    payments.delete()
    Closing.objects.filter(till__in=tills).delete()
    tills.delete()
    ReceiptCounter.objects.filter(institution__in=institutions).delete()
