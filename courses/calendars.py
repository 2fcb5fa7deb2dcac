"""Class times for calendar programs (iCalendar, RFC 5545): one class as a file, "my classes" as a private feed."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from courses.describe import where
from courses.models import CalendarFeed, ClassMeeting, Enrollment, HistoryEntry, Intake
from courses.models.calendar_feeds import new_token
from courses.states import Reason, State

# How far back the feed reaches: calendars keep what they have read, so older meetings are not lost.
_KEPT = timedelta(days=60)


def feed_url(account):
    """The full private address of "my classes"; made at the first call."""
    feed, _created = CalendarFeed.objects.get_or_create(account=account)
    return settings.SITE_URL + reverse("calendar_feed", args=[feed.token])


@transaction.atomic
def renew_feed(account):
    """Give the account a new address; the old one ends at once. Returns the new address."""
    CalendarFeed.objects.update_or_create(account=account, defaults={"token": new_token()})
    return feed_url(account)


def intake_calendar(intake):
    """The meetings of one intake as the bytes of an .ics file."""
    calendar = _calendar(intake.title)
    for meeting in intake.meetings.all():
        calendar.add_component(_event(meeting, intake, title=intake.title))
    return _as_bytes(calendar)


def feed(account, *, now=None):
    """All meetings of the account's learners who are enrolled, as the bytes of an .ics file.

    Those of a cancelled class stay, marked as cancelled, for whoever had a seat: one that was merely gone would remain
    in the calendars that had read it.
    """
    now = now or timezone.now()
    calendar = _calendar(_("My classes"))
    lost = Q(
        state=State.CANCELLED,
        intake__status=Intake.Status.CANCELLED,
        pk__in=HistoryEntry.objects.filter(
            enrollment__account=account, from_state=State.ENROLLED, reason=Reason.CLASS_CANCELLED
        ).values("enrollment"),
    )
    mine = (
        Enrollment.objects.of(account).filter(Q(state=State.ENROLLED) | lost).select_related("learner").order_by("pk")
    )
    names = {}
    for enrollment in mine:
        names.setdefault(enrollment.intake_id, []).append(enrollment.learner.name)
    meetings = ClassMeeting.objects.filter(intake__in=names, ends_at__gte=now - _KEPT).select_related(
        "intake__program__institution", "intake__district"
    )
    for meeting in meetings:
        intake = meeting.intake
        people = _(", ").join(names[intake.pk])
        title = _("%(title)s (%(people)s)") % {"title": intake.title, "people": people}
        calendar.add_component(_event(meeting, intake, title=title))
    return _as_bytes(calendar)


def _calendar(name):
    calendar = Calendar()
    calendar.add("prodid", "-//Xuelin//Xuelin//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    # How often to look again; both names are in use.
    calendar.add("refresh-interval;value=duration", "PT6H")
    calendar.add("x-published-ttl", "PT6H")
    return calendar


def _event(meeting, intake, *, title):
    """One meeting. Its identifier stays the same as long as the meeting is kept, so that a change replaces it."""
    event = Event()
    event.add("uid", f"meeting-{meeting.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", intake.updated_at)
    event.add("last-modified", intake.updated_at)
    # Whole seconds since 2020: grows with every change, and fits the 32 bits that calendars allow.
    event.add("sequence", int(intake.updated_at.timestamp()) - 1_577_836_800)
    event.add("dtstart", timezone.localtime(meeting.starts_at))
    event.add("dtend", timezone.localtime(meeting.ends_at))
    event.add("summary", title)
    event.add("location", meeting.place or where(intake))
    event.add("description", _description(meeting, intake))
    event.add("url", _address(intake))
    event.add("status", "CANCELLED" if intake.status == Intake.Status.CANCELLED else "CONFIRMED")
    return event


def _description(meeting, intake):
    institution = intake.program.institution
    teacher = meeting.teacher or intake.teacher
    lines = [
        _("Teacher: %(name)s") % {"name": teacher} if teacher else "",
        f"{institution.name} {institution.phone}".strip(),
        _address(intake),
    ]
    return "\n".join(line for line in lines if line)


def _address(intake):
    return f"{settings.SITE_URL}{reverse('course', args=[intake.program.slug])}?class={intake.pk}"


def _as_bytes(calendar):
    calendar.add_missing_timezones()
    return calendar.to_ical()
