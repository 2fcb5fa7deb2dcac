"""The class of an order: it begins once all agreements are in force, and ends with the share of the order that it met.

Attendance is the engine's (courses.attendance); while an order is not in training, it takes none for its class.
"""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.attendance import records, register_guard
from courses.models import Enrollment
from partners import agreement_messages as messages
from partners.agreements import what_is_missing
from partners.candidacy import changing_all_of
from partners.models import Agreement, OrderEvent, OrderProgramPage, Placement
from partners.moves import PartnerError, changing, move
from partners.states import OrderState

Act = OrderEvent.Act


class TrainingRefused(PartnerError):
    """The training cannot begin or end yet; the messages say what is lacking, learner by learner."""


def _page_of(order, account):
    """The order's program, when the account works for its school or reviews orders."""
    page = OrderProgramPage.objects.select_related("institution").filter(order=order).first()
    may = page and (
        account.has_perm("partners.change_trainingorder") or page.institution.staff.filter(account=account).exists()
    )
    if not may:
        raise TrainingRefused(_("Only the school that trains can do this."))
    return page


def begin_training(order, by):
    """The training begins. Raises TrainingRefused that names each missing signature. Returns the order.

    With the gates of its classes first: nobody moves up while the signatures are looked through.
    """
    with changing_all_of(order), changing(order) as fresh:
        page = _page_of(fresh, by)
        missing = list(what_is_missing(fresh)) if fresh.state == OrderState.RECRUITING else []
        if missing:
            raise TrainingRefused(*missing)
        count = Agreement.objects.filter(order=fresh).standing().count()
        note = _("%(school)s, %(n)d learners") % {"school": page.institution, "n": count}
        event = move(fresh, OrderState.TRAINING, act=Act.TRAINING, by=by, note=note)
        _tell(fresh, "training_began", event)
    return fresh


def _tell(order, kind, event, **told):
    messages.tell_enterprise(order, kind, occasion=event.pk, url=reverse("order", args=[order.reference]), **told)


def ends_on(order):
    """The last day of the training: that of the class, or of the order while there is none."""
    last = [intake.ends_at for intake in _intakes(order) if intake.ends_at]
    return timezone.localdate(max(last)) if last else order.ends_on


def _intakes(order):
    page = OrderProgramPage.objects.filter(order=order).first()
    return page.intakes.exclude(status="cancelled") if page else []


def share(order):
    """How much of the order was met: (placed, posts, percent)."""
    placed = Placement.objects.filter(agreement__order=order).placed().count()
    posts = order.posts or 0
    return placed, posts, 100 * placed // posts if posts else 0


def unanswered(order):
    """The agreements of which the enterprise has not said where the learner works at the end of the training."""
    told = Placement.objects.filter(point=Placement.Point.END, side=Placement.Side.ENTERPRISE)
    rows = Agreement.objects.filter(order=order).agreed().with_all().exclude(placements__in=told)
    last = ends_on(order)
    return [one for one in rows if one.ended_on is None or (last and one.ended_on >= last)]


def fulfil(order, by):
    """The training is over and the enterprise has said who works there: the order is done, with its share."""
    with changing(order) as fresh:
        _page_of(fresh, by)
        last = ends_on(fresh)
        if last is None or last > timezone.localdate():
            raise TrainingRefused(_("The training has not ended yet."))
        names = [one.enrollment.learner.name for one in unanswered(fresh)]
        if names:
            text = _("The enterprise has not yet said where they work: %(names)s.")
            raise TrainingRefused(text % {"names": "、".join(names)})
        placed, posts, percent = share(fresh)
        words = {"placed": placed, "posts": posts, "percent": percent}
        note = _("%(placed)d of %(posts)d posts filled (%(percent)d%%).") % words
        event = move(fresh, OrderState.FULFILLED, act=Act.FULFILLED, by=by, note=note)
        _tell(fresh, "order_fulfilled", event, comment=note)
    return fresh


@register_guard
def may_not_meet(intake, enrollments):
    """Why the attendance of these learners of an order's class cannot be taken.

    Its training has not begun; or somebody moved up afterwards, whose agreement not all have signed.
    """
    if intake.admission_rule != "review":
        return ""
    page = OrderProgramPage.objects.filter(pk=intake.program_id).select_related("order").first()
    if page is None:
        return ""
    if page.order.state not in (OrderState.TRAINING, OrderState.FULFILLED, OrderState.CLOSED):
        return _("The training of this order has not begun: all agreements must be signed first.")
    lacking = Enrollment.objects.filter(pk__in=enrollments, intake=intake)
    lacking = lacking.exclude(agreements__in=Agreement.objects.filter(order=page.order).agreed())
    names = "、".join(lacking.order_by("pk").values_list("learner__name", flat=True))
    return names and _("No agreement that all have signed, so not in the training yet: %(names)s.") % {"names": names}


def attendance(order):
    """{enrollment: percent of the meetings so far that the learner attended}, in a fixed number of queries a class."""
    found = {}
    for intake in _intakes(order):
        now = timezone.now()
        meetings, rows = records(intake)
        held = sum(meeting.starts_at <= now for meeting in meetings)
        for row in rows:
            found[row.enrollment.pk] = 100 * row.present // held if held else None
    return found
