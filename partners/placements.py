"""Where trained learners work: asked from both sides at the end of the training, and 6 and 12 months later.

What the two sides say stands side by side; where it differs, staff look into it. Nobody is asked before the day.
"""

from calendar import monthrange
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import agreement_messages as messages
from partners import flags, pay
from partners.agreements import Act, AgreementError, changing, record
from partners.models import Agreement, AgreementFlag, Placement, TrainingOrder
from partners.models.enterprises import WRITERS
from partners.states import AGREED, OrderState

Point, Side = Placement.Point, Placement.Side
_MONTHS = {Point.END: 0, Point.MONTH_6: 6, Point.MONTH_12: 12}
_REMIND_AFTER = timedelta(days=14)
_ASK_FOR = timedelta(days=90)  # afterwards nobody is asked any more; an answer is still kept
_SAME_PAY = 10  # percent by which two figures may differ and still say the same


class PlacementError(AgreementError):
    """A placement that cannot be told (yet)."""


def due_on(agreement, point):
    """The day from which a point is asked; None while the end of the training is not known."""
    end = pay.span_of(agreement)[1]
    if end is None:
        return None
    years, month = divmod(end.month - 1 + _MONTHS[point], 12)
    year, month = end.year + years, month + 1
    return end.replace(year=year, month=month, day=min(end.day, monthrange(year, month)[1]))


def is_asked(agreement, point, today=None):
    """Whether it can be told: the day has come, and the agreement stood until the training ended."""
    if agreement.state not in AGREED:
        return False
    intake = agreement.enrollment.intake
    if agreement.ended_on and intake.ends_at and agreement.ended_on < timezone.localdate(intake.ends_at):
        return False
    day = due_on(agreement, point)
    return day is not None and day <= (today or timezone.localdate())


def tell(agreement, *, point, side, by, employed, in_occupation=False, monthly_pay=None, note=""):
    """Keep what one side says about a point. Said again, the last one counts; history keeps all. Returns it.

    Raises PlacementError before the day, without an agreement that all have signed, or for whoever is not that side.
    """
    with changing(agreement) as fresh:
        _require_side(fresh, side, by)
        if not is_asked(fresh, point):
            raise PlacementError(
                _("This is asked when the training is over, of those whose agreement all have signed.")
            )
        said = {"employed": employed, "in_occupation": employed and in_occupation, "note": note.strip()[:300]}
        said |= {"monthly_pay": monthly_pay if employed else None, "by": by}
        kept, _made = Placement.objects.update_or_create(
            agreement=fresh, point=point, side=side, defaults=said | {"at": timezone.now()}
        )
        record(fresh, Act.PLACED, by=by, party=_party(side), note=f"{kept.get_point_display()}：{words_of(kept)}")
        _compare(fresh, point)
    return kept


def _party(side):
    return "enterprise" if side == Side.ENTERPRISE else "learner"


def _require_side(agreement, side, account):
    if side == Side.ENTERPRISE:
        if not agreement.order.enterprise.members.filter(account=account, role__in=WRITERS).exists():
            raise PlacementError(_("Your role in this enterprise is to read. Ask an owner."))
    elif agreement.enrollment.account_id != account.pk:
        raise PlacementError(_("Only the learner can say this."))


@transaction.atomic
def tell_many(order, *, point, answers, by):
    """The enterprise's answers for several learners: {key of agreement: dictionary for `tell`}. All or none."""
    rows = {one.pk: one for one in pay.agreed(order).filter(pk__in=answers)}
    if set(answers) - set(rows):
        raise PlacementError(_("Placements are told of learners whose agreement all have signed."))
    return [tell(rows[pk], point=point, side=Side.ENTERPRISE, by=by, **answers[pk]) for pk in sorted(rows)]


def words_of(placement):
    """What one side says, in words."""
    if not placement.employed:
        return _("does not work there")
    said = [_("works there, in the occupation") if placement.in_occupation else _("works there, in another post")]
    if placement.monthly_pay is not None:
        said.append(f"¥{placement.monthly_pay}")
    return "，".join(said)


def differ(one, other):
    """Whether two sides say different things; pay by more than a tenth."""
    if (one.employed, one.in_occupation) != (other.employed, other.in_occupation):
        return True
    if one.monthly_pay is None or other.monthly_pay is None:
        return False
    return abs(one.monthly_pay - other.monthly_pay) * 100 > _SAME_PAY * max(one.monthly_pay, other.monthly_pay)


def _compare(agreement, point):
    said = {one.side: one for one in agreement.placements.filter(point=point)}
    if len(said) < len(Side):
        return
    one, other = said[Side.ENTERPRISE], said[Side.LEARNER]
    if differ(one, other):
        words = {"enterprise": words_of(one), "learner": words_of(other)}
        text = _("Enterprise: %(enterprise)s. Learner: %(learner)s.") % words
        flags.put(agreement, AgreementFlag.Kind.DIFFERS, subject=point, text=text)
    else:
        note = _("Both sides now say the same.")
        flags.settle_by_itself(agreement, AgreementFlag.Kind.DIFFERS, subject=point, note=note)


def due(agreements, side, today=None):
    """{point: agreements} that this side is asked about and has not answered."""
    found = {}
    for agreement in agreements:
        told = {one.point for one in agreement.placements.all() if one.side == side}
        for point in Point:
            if point not in told and is_asked(agreement, point, today):
                found.setdefault(point, []).append(agreement)
    return {point: found[point] for point in Point if point in found}


def retention(order):
    """(point, learners who work there in the occupation, learners whom the enterprise has told of) for each point."""
    rows = Placement.objects.filter(agreement__order=order)
    told = rows.filter(side=Side.ENTERPRISE)
    return [(point, rows.placed(point).count(), told.filter(point=point).count()) for point in Point]


def remind(today=None):
    """Ask both sides for what is due, and once more after two weeks (a daily job). Saying it twice says it once."""
    today = today or timezone.localdate()
    states = (OrderState.TRAINING, OrderState.FULFILLED, OrderState.CLOSED)
    asked = TrainingOrder.objects.filter(state__in=states, agreements__state__in=AGREED).distinct()
    for order in asked.select_related("enterprise"):
        with transaction.atomic():
            rows = list(pay.agreed(order))
            _ask(order, today, rows)
            _ask_for_pay(order, today, rows)


def _ask(order, today, rows):
    for point, agreements in due(rows, Side.ENTERPRISE, today).items():
        turn = _turn(due_on(agreements[0], point), today)
        if turn:
            url = reverse("order_placements", args=[order.reference, point])
            told = {"occasion": f"{point}:{turn}", "url": url, "point": Point(point).label}
            messages.tell_enterprise(order, "placements_due", **told)
    for point, agreements in due(rows, Side.LEARNER, today).items():
        for one in agreements:
            if turn := _turn(due_on(one, point), today):
                occasion = f"{point}:{turn}"
                messages.tell_learner(one, "placement_asked", occasion=occasion, point=Point(point).label)


def _turn(day, today):
    """Whether it is asked for the first time, again, or no more."""
    if today - day > _ASK_FOR:
        return None
    return "again" if today - day >= _REMIND_AFTER else "first"


def _ask_for_pay(order, today, rows):
    for month in pay.months_due(order, today, rows):
        url = reverse("order_pay", args=[order.reference, f"{month:%Y-%m}"])
        messages.tell_enterprise(order, "pay_due", occasion=f"{month:%Y-%m}", url=url, month=f"{month:%Y-%m}")


def waiting_for(account):
    """(agreement, point) pairs that the account's learners are asked about."""
    rows = Agreement.objects.filter(enrollment__account=account).agreed().with_all().prefetch_related("placements")
    for point, agreements in due(rows, Side.LEARNER).items():
        for one in agreements:
            yield one, point
