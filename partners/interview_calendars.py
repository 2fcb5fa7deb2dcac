"""Interviews for calendar programs (iCalendar, RFC 5545): one for a candidate, all ahead for the enterprise."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from partners.models import Interview

# Files that are opened again replace what they had written: a cancelled time stays in them for so long.
_KEPT = timedelta(days=30)


def of_candidate(interview):
    """The candidate's own interview; the file replaces an older one of the same application."""
    order, reference = interview.slot.order, interview.candidate.enrollment.reference
    title = _("Interview: %(order)s (%(enterprise)s)") % {"order": order.name, "enterprise": order.enterprise.name}
    calendar = _calendar(title)
    address = settings.SITE_URL + reverse("interview", args=[reference])
    event = _event(f"interview-{reference}", interview.slot, title=title, address=address, changed=interview.changed_at)
    if interview.state in (Interview.State.CALLED_OFF, Interview.State.SLOT_OFF):
        event["status"] = "CANCELLED"
    calendar.add_component(event)
    return _as_bytes(calendar)


def of_order(order, *, now=None):
    """All times of an order with how many come, without a name: calendars are shared with many."""
    calendar = _calendar(_("Interviews: %(order)s") % {"order": order.name})
    address = settings.SITE_URL + reverse("interview_slots", args=[order.reference])
    since = (now or timezone.now()) - _KEPT
    for slot in order.slots.filter(starts_at__gte=since):
        count = {"order": order.name, "n": slot.booked, "capacity": slot.capacity}
        title = _("Interview: %(order)s, %(n)d of %(capacity)d booked") % count
        calendar.add_component(_event(f"slot-{slot.pk}", slot, title=title, address=address, changed=slot.changed_at))
    return _as_bytes(calendar)


def _calendar(name):
    calendar = Calendar()
    calendar.add("prodid", "-//Xuelin//Xuelin//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    return calendar


def _event(key, slot, *, title, address, changed):
    event = Event()
    event.add("uid", f"{key}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", changed)
    # Whole seconds since 2020: grows with every change, and fits the 32 bits that calendars allow.
    event.add("sequence", max(0, int(changed.timestamp()) - 1_577_836_800))
    event.add("dtstart", timezone.localtime(slot.starts_at))
    event.add("dtend", timezone.localtime(slot.ends_at))
    event.add("summary", title)
    event.add("location", slot.where)
    event.add("url", address)
    event.add("status", "CANCELLED" if slot.cancelled_at else "CONFIRMED")
    return event


def _as_bytes(calendar):
    calendar.add_missing_timezones()
    return calendar.to_ical()
