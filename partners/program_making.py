"""Out of an accepted plan a program: its page as a draft, its intake, the order's moves to matched and recruiting."""

from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.signals import page_published

from courses import schedule
from courses.models import ClassMeeting, Intake, SeatPool, Term
from partners import messages
from partners.answers import Answers
from partners.models import OrderEvent, OrderProgramIndexPage, OrderProgramPage
from partners.moves import MoveRefused, PartnerError, changing, move
from partners.states import MatchState, OrderState

Act = OrderEvent.Act
_FROM, _TO = time(9), time(16)
_OFFER_HOURS = 72  # whoever is accepted has three days to talk it over at home


def make_program(request, *, by):
    """Make the draft of the page and its intake out of an accepted request; the order is matched. Returns the page.

    Called twice it returns the page that is there. Raises PartnerError with what must be done first.
    """
    with changing(request.order) as order:
        page = OrderProgramPage.objects.filter(order=order).first()
        if page:
            return page
        request = order.requests.select_related("institution").get(pk=request.pk)
        if request.state != MatchState.ACCEPTED:
            raise MoveRefused(_("The school has not accepted yet."))
        _require_time(order, request)
        page = _page(order, request, by)
        _intake(page, order, request)
        event = move(order, OrderState.MATCHED, act=Act.MATCHED, by=by, note=request.institution.name)
        messages.tell_order(order, "order_matched", event=event, comment=request.institution.name)
        messages.tell_school(request, "match_made")
    return page


def _require_time(order, request):
    if order.closes_on < timezone.localdate():
        raise PartnerError(_("The last day to apply has passed. Ask the enterprise for a later one first."))
    if request.first_day <= order.closes_on:  # Moved since the school said when it begins.
        text = _("Learners apply until %(day)s; the training begins after that.")
        raise PartnerError(text % {"day": f"{order.closes_on:%Y-%m-%d}"})


def _page(order, request, by):
    parent = OrderProgramIndexPage.objects.first()
    if parent is None:
        raise PartnerError(_("There is no list of order programs yet. Add that page below the home page first."))
    answers = Answers.of(order)
    page = OrderProgramPage(
        title=order.title,
        slug=order.reference.lower(),
        order=order,
        institution=request.institution,
        summary=answers.words("summary").replace("\n", " ")[:120],
        is_sample=order.is_sample,
        live=False,
    )
    parent.add_child(instance=page)
    page.save_revision(user=by)
    return page


def closing_of(order):
    """The moment until which the class of an order takes applications: the end of its last day to apply."""
    return timezone.make_aware(datetime.combine(order.closes_on, time(23, 59)))


def _intake(page, order, request):
    """Open to all who fit, decided by people, until the last day to apply; the school adds the timetable."""
    youngest = Answers.of(order).valid.get("min_age")
    intake = Intake.objects.create(
        program=page,
        term=_term(request.first_day),
        code=order.reference,
        status=Intake.Status.PUBLISHED,
        opens_at=timezone.now().replace(second=0, microsecond=0),
        closes_at=closing_of(order),
        admission_rule=Intake.AdmissionRule.REVIEW,
        offer_hours=_OFFER_HOURS,
        district=order.district,
        place=request.place,
        min_age=youngest * 12 if youngest else None,
    )
    SeatPool.objects.create(intake=intake, name=_("open to all"), capacity=request.seats)
    for day in sorted({request.first_day, request.last_day}):
        begins, ends = (timezone.make_aware(datetime.combine(day, hour)) for hour in (_FROM, _TO))
        ClassMeeting.objects.create(intake=intake, starts_at=begins, ends_at=ends)
    schedule.refresh(intake)
    return intake


def _term(day):
    """The term in which the training begins, else the next one to begin."""
    term = Term.objects.filter(ends_on__gte=day).order_by("starts_on").first()
    if term is None:
        raise PartnerError(_("There is no term in which the training begins. Add it first."))
    return term


def open_recruiting(order, *, by):
    """The page is public: learners apply from now on. Does nothing when they already do."""
    with changing(order) as fresh:
        if fresh.state == OrderState.MATCHED:
            event = move(fresh, OrderState.RECRUITING, act=Act.RECRUITING, by=by)
            messages.tell_order(fresh, "order_recruiting", event=event)
    return fresh


def _published(instance, revision=None, **kwargs):
    open_recruiting(instance.order, by=revision.user if revision else None)


def connect():
    """Listen to publications; called once, when the app is ready."""
    page_published.connect(_published, sender=OrderProgramPage, dispatch_uid="partners.open_recruiting")
