"""Agreements of the sample's trained classes: signed by all, pay reported, placements told from both sides."""

from datetime import timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.append_only import without_guard
from notifications.models import Message
from partners import agreements, pay, placements
from partners.models import (
    Agreement,
    AgreementDocument,
    AgreementEvent,
    AgreementFlag,
    Party,
    PayReport,
    Placement,
    Signature,
)
from partners.states import AgreementState

_NAMES = {Party.ENTERPRISE: "示例负责人", Party.INSTITUTION: "示例校长"}


def sign_all(order, *, by):
    """Make the agreements of everybody with a seat, and let all parties sign: `by` signs for the school."""
    owner = order.enterprise.members.first().account
    for row in agreements.lacking(order).order_by("pk"):
        agreements.make(row, by=None)
    for one in Agreement.objects.filter(order=order).with_all():
        accounts = {Party.ENTERPRISE: owner, Party.INSTITUTION: by}
        Signature.objects.bulk_create(
            Signature(
                agreement=one,
                party=party,
                account=accounts.get(party, one.enrollment.account),
                name=_NAMES.get(party, one.enrollment.learner.name),
                sha256=one.document.sha256,
                channel="sms",
                sent_to="138****0000",
            )
            for party in one.parties
        )
        acts = {"act": AgreementEvent.Act.IN_FORCE, "fields": {"in_force_at": timezone.now()}}
        agreements.move(one, AgreementState.IN_FORCE, by=None, **acts)
    _hush()


def follow_up(order, *, days, with_work):
    """What came after: pay month by month (one too low, one doubted), and where they work now."""
    owner = order.enterprise.members.first().account
    back = timedelta(days=days)
    with without_guard(connection):
        QuerySet(Signature).filter(agreement__order=order).update(at=timezone.now() - back)
    Agreement.objects.filter(order=order).update(in_force_at=timezone.now() - back, made_at=timezone.now() - back)
    rows = list(pay.agreed(order))
    for number, one in enumerate(rows):
        for month in pay.months_of(one):
            promised = pay.promised_for(one, month)
            amount = promised - 400 if number == 0 and month == pay.months_of(one)[-1] else promised
            pay.report(order, month=month, amounts={one.pk: max(amount, 0)}, by=owner)
    if with_work:
        for number, one in enumerate(rows):
            _work(one, number, owner)
    _hush()


def _hush():
    """Told in the past: nobody's phone rings for them."""
    kinds = ("agreement_to_sign", "agreement_in_force", "pay_reported")
    Message.objects.filter(kind__in=kinds, dispatched_at=None).update(dispatched_at=timezone.now())


def _work(agreement, number, owner):
    for point in Placement.Point:
        if not placements.is_asked(agreement, point):
            continue
        left = number % 5 == 4 or (number % 5 == 3 and point != Placement.Point.END)
        said = {"employed": not left, "in_occupation": True, "monthly_pay": 4000 + 100 * (number % 3)}
        placements.tell(agreement, point=point, side=Placement.Side.ENTERPRISE, by=owner, **said)
        if number % 2 == 0:  # The others have not answered.
            said["in_occupation"] = number != 2  # One says something else.
            account = agreement.enrollment.account
            placements.tell(agreement, point=point, side=Placement.Side.LEARNER, by=account, **said)


def remove(enterprises):
    """Take away the agreements of these enterprises' orders, with all that hangs on them; inside `without_guard`."""
    mine = Agreement.objects.filter(order__enterprise__in=enterprises)
    documents = list(mine.values_list("document", flat=True))
    for model in (AgreementEvent, Signature, AgreementFlag, PayReport, Placement):
        rows = QuerySet(model).filter(agreement__in=mine)
        rows._raw_delete(rows.db)
    mine.delete()
    rows = QuerySet(AgreementDocument).filter(pk__in=documents)
    rows._raw_delete(rows.db)
