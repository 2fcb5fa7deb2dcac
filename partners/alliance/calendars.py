"""When a resource is free: a week as rows, and a calendar file that programs subscribe to."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.models import Account
from partners.alliance.acting import may_read_for
from partners.models import AllianceMember, SharedResource, ShareRequest
from partners.states import ShareState

# These hold the time of a resource, or have used it.
TAKEN = (ShareState.APPROVED, ShareState.USED)
_BACK = timedelta(days=60)
_SIGNER = signing.Signer(salt="partners.alliance.calendar")


@dataclass(frozen=True)
class Day:
    """One day: whether it is lent at all, what is taken as (from, until, request), what is free as (from, until)."""

    day: object
    is_open: bool
    taken: list
    free: list


def monday_of(day):
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def week(resource, monday):
    """The seven days from a Monday on."""
    first = _moment(monday, time())
    found = list(
        ShareRequest.objects.filter(
            resource=resource, state__in=TAKEN, starts_at__lt=first + timedelta(days=7), ends_at__gt=first
        )
        .select_related("member__institution", "member__enterprise")
        .order_by("starts_at")
    )
    return [_day(resource, monday + timedelta(days=n), found) for n in range(7)]


def _day(resource, day, requests):
    opens, closes = _moment(day, resource.opens_at), _moment(day, resource.closes_at)
    taken, free, at = [], [], opens
    for one in requests:
        begins, ends = max(timezone.localtime(one.starts_at), opens), min(timezone.localtime(one.ends_at), closes)
        if begins < ends:
            taken.append((begins, ends, one))
            if begins > at:
                free.append((at, begins))
            at = max(at, ends)
    if at < closes:
        free.append((at, closes))
    is_open = resource.weekends or day.weekday() < 5
    return Day(day, is_open, taken, free if is_open else [])


def _moment(day, at):
    return timezone.make_aware(datetime.combine(day, at))


def address_of(resource, *, member, account):
    """Where this account, reading for this member, finds the calendar file; signed, the same each time."""
    return reverse("alliance_calendar", args=[_SIGNER.sign_object([resource.pk, member.pk, account.pk])])


def behind(token):
    """The resource that an address stands for, as long as whoever got it may still read it; else None.

    It stops with each of these: the resource or its owner is no longer there, the member left or is suspended, the
    account no longer belongs to the member.
    """
    try:
        resource, member, account = _SIGNER.unsign_object(token)
    except signing.BadSignature:
        return None
    reader = AllianceMember.objects.present().named().filter(pk=member).first()
    account = Account.objects.filter(pk=account, is_active=True).first()
    if not reader or not account or reader.is_suspended or not may_read_for(reader, account):
        return None
    return SharedResource.objects.readable_by(reader).filter(pk=resource).first()


def as_file(resource):
    """The taken times as the bytes of an .ics file: who has it, not what for."""
    calendar = Calendar()
    calendar.add("prodid", "-//Xuelin//Xuelin//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", resource.name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval;value=duration", "PT6H")
    found = resource.requests.filter(state__in=TAKEN, ends_at__gte=timezone.now() - _BACK)
    for one in found.select_related("member__institution", "member__enterprise").order_by("starts_at"):
        event = Event()
        event.add("uid", f"share-{one.pk}@{urlsplit(settings.SITE_URL).hostname}")
        event.add("dtstamp", one.asked_at)
        event.add("dtstart", timezone.localtime(one.starts_at))
        event.add("dtend", timezone.localtime(one.ends_at))
        event.add("summary", _("%(resource)s: %(member)s") % {"resource": resource.name, "member": one.member})
        event.add("location", resource.place)
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()
