"""What candidates and interviews need of an enterprise now, for its board (board.py)."""

from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.states import State
from partners.models import Candidate, Interview, InterviewSlot


def waits(enterprise):
    """(sentence, address) pairs: who is to be decided on, who waits for times, whom one meets tomorrow."""
    now = timezone.now()
    if enterprise.is_suspended:
        return
    open_ones = Candidate.objects.filter(
        order__enterprise=enterprise,
        enrollment__state=State.SUBMITTED,
        taken_back_at=None,
        ended_at=None,
        decision="",
    )
    begun = Interview.objects.filter(state=Interview.State.BOOKED, slot__starts_at__lte=now)
    held = Interview.objects.filter(state=Interview.State.HELD)
    met = open_ones.filter(Q(interviews__in=begun) | Q(interviews__in=held)).distinct()
    for order, name, count in _by_order(met):
        text = ngettext(
            "%(n)d candidate waits for your decision: %(order)s",
            "%(n)d candidates wait for your decision: %(order)s",
            count,
        )
        yield text % {"n": count, "order": name}, f"{reverse('candidates', args=[order])}?step=decide"
    lacking = open_ones.with_interview().filter(is_booked=False, was_met=False)
    lacking = lacking.exclude(order__slots__in=InterviewSlot.objects.bookable(now))
    for order, name, count in _by_order(lacking):
        text = ngettext(
            "Offer interview times for %(n)d candidate: %(order)s",
            "Offer interview times for %(n)d candidates: %(order)s",
            count,
        )
        yield text % {"n": count, "order": name}, reverse("interview_slots", args=[order])
    soon = InterviewSlot.objects.filter(order__enterprise=enterprise, cancelled_at=None, booked__gt=0)
    soon = soon.filter(starts_at__gt=now, starts_at__lte=now + timedelta(days=1))
    for slot in soon.select_related("order"):
        told = {"time": f"{timezone.localtime(slot.starts_at):%H:%M}", "order": slot.order.name}
        address = reverse("interview_slots", args=[slot.order.reference])
        yield _("Interview within a day, at %(time)s: %(order)s") % told, address


def _by_order(found):
    rows = found.values("order__reference", "order__title").annotate(n=Count("pk", distinct=True)).order_by("order")
    return [(row["order__reference"], row["order__title"], row["n"]) for row in rows]
