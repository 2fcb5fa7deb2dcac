"""What the enterprise pays learners during the training, reported month by month; the learner may say that it is not.

Less than what was promised is flagged to staff at once. The first and the last month count by days.
"""

from calendar import monthrange
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import agreement_messages as messages
from partners import flags
from partners.agreements import Act, AgreementError, changing, record
from partners.models import Agreement, AgreementFlag, PayReport
from partners.models.enterprises import WRITERS
from partners.models.placements import HIGHEST_PAY
from partners.states import OrderState

Kind = AgreementFlag.Kind


class PayError(AgreementError):
    """A pay report that cannot be kept."""


def span_of(agreement):
    """First and last day for which pay is reported: of the class, from the day in force to the day it ended."""
    intake = agreement.enrollment.intake
    first = timezone.localdate(intake.starts_at) if intake.starts_at else agreement.order.starts_on
    last = timezone.localdate(intake.ends_at) if intake.ends_at else agreement.order.ends_on
    if agreement.in_force_at:
        first = max(first, timezone.localdate(agreement.in_force_at))
    return first, min(last, agreement.ended_on) if agreement.ended_on else last


def months_of(agreement, today=None):
    """The months, as their first days, for which pay is reported so far."""
    if not agreement.in_force_at or not agreement.pay_training:
        return []
    first, last = span_of(agreement)
    last, found = min(last, today or timezone.localdate()), []
    month = first.replace(day=1)
    while month <= last:
        found.append(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return found


def promised_for(agreement, month):
    """What was promised for a month, in yuan; by days where the training covers a part of it."""
    days = monthrange(month.year, month.month)[1]
    first, last = span_of(agreement)
    begins, ends = max(first, month), min(last, month.replace(day=days))
    covered = max((ends - begins).days + 1, 0)
    return (agreement.pay_training or 0) * covered // days


def agreed(order):
    """The agreements that all have signed, with all that reports read, by name."""
    return with_reports(Agreement.objects.filter(order=order)).order_by("enrollment__learner__name", "pk")


def with_reports(agreements):
    """Those of a queryset that all have signed, with all that reports read."""
    return agreements.agreed().with_all().prefetch_related("pay_reports", "placements")


def months_due(order, today=None, rows=None):
    """{month: agreements without a report} for the months that are over, or whose training is.

    `rows` are the agreements of `agreed`, where they have been read already.
    """
    today, found = today or timezone.localdate(), {}
    if order.state not in (OrderState.TRAINING, OrderState.FULFILLED):
        return found
    for agreement in agreed(order) if rows is None else rows:
        told = {one.month for one in agreement.pay_reports.all()}
        over = span_of(agreement)[1] < today
        for month in months_of(agreement, today):
            if month not in told and (over or month < today.replace(day=1)):
                found.setdefault(month, []).append(agreement)
    return dict(sorted(found.items()))


@transaction.atomic
def report(order, *, month, amounts, by):
    """Keep what was paid for a month: {key of agreement: yuan}. Said again, the last one counts; history keeps all.

    Raises PayError where there is no agreement in force for the month, and for whoever does not write for the
    enterprise. Returns how many are new or changed.
    """
    if not order.enterprise.members.filter(account=by, role__in=WRITERS).exists():
        raise PayError(_("Your role in this enterprise is to read. Ask an owner."))
    rows = {one.pk: one for one in agreed(order).filter(pk__in=amounts)}
    if set(amounts) - set(rows):
        raise PayError(_("Pay is reported for learners whose agreement all have signed."))
    return sum(_report(rows[pk], month, amounts[pk], by) for pk in sorted(rows))


def _report(agreement, month, amount, by):
    name = {"name": agreement.enrollment.learner.name, "month": f"{month:%Y-%m}"}
    if month not in months_of(agreement):
        raise PayError(_("%(name)s: no agreement was in force in %(month)s.") % name)
    if not 0 <= amount <= HIGHEST_PAY:
        raise PayError(_("%(name)s: enter an amount in yuan.") % name)
    with changing(agreement) as fresh:
        known = fresh.pay_reports.filter(month=month).first()
        if known and known.amount == amount:
            return False
        values = {"amount": amount, "promised": promised_for(fresh, month), "by": by, "reported_at": timezone.now()}
        kept, _made = PayReport.objects.update_or_create(
            agreement=fresh, month=month, defaults=values | {"not_so": "", "not_so_at": None}
        )
        event = record(fresh, Act.PAY, by=by, party="enterprise", note=f"{month:%Y-%m}：¥{amount}")
        _flag(kept)
        messages.tell_learner(fresh, "pay_reported", occasion=event.pk, month=f"{month:%Y-%m}", paid=amount)
    return True


def _flag(report):
    subject = f"{report.month:%Y-%m}"
    if report.is_below:
        words = {"paid": report.amount, "promised": report.promised}
        text = _("Paid ¥%(paid)d, promised ¥%(promised)d.") % words
        flags.put(report.agreement, Kind.BELOW, subject=subject, text=text)
    else:
        note = _("The enterprise reported at least what was promised.")
        flags.settle_by_itself(report.agreement, Kind.BELOW, subject=subject, note=note)


def say_not_so(report, *, text, by):
    """The learner says that a report is not so; staff look into it."""
    with changing(report.agreement) as fresh:
        if fresh.enrollment.account_id != by.pk:
            raise PayError(_("Only the learner can say this."))
        if not text.strip():
            raise PayError(_("Say in one sentence what is not so."))
        kept = fresh.pay_reports.get(pk=report.pk)
        kept.not_so, kept.not_so_at = text.strip()[:500], timezone.now()
        kept.save(update_fields=["not_so", "not_so_at"])
        flags.put(fresh, Kind.NOT_SO, subject=f"{kept.month:%Y-%m}", text=kept.not_so)
    return kept
