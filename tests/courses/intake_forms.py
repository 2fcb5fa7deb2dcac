"""The form of an intake as a browser sends it, and the staff who do."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from courses.models import (
    Category,
    CommunityCoursePage,
)


def course(parent, *, of, title="剪纸"):
    """A published community course of an institution."""
    category = Category.objects.get_or_create(name="手工", slug="shougong")[0]
    page = CommunityCoursePage(title=title, summary="学会剪窗花。", institution=of, category=category)
    return parent.add_child(instance=page)


def sign_in(client, account):
    """Sign in, past the second factor."""
    client.force_login(account)
    session = client.session
    session["second_factor_not_now"] = True
    session.save()
    return client


def form_of(intake=None, *, pools=None, **changes):
    """What a browser sends for the form of an intake: the stored values, with changes."""
    local = timezone.localtime()
    data = {
        "program": "",
        "code": "2026Q-031",
        "label": "",
        "term": "",
        "status": "draft",
        "opens_at": f"{local:%Y-%m-%d %H:%M}",
        "closes_at": f"{local + timedelta(days=20):%Y-%m-%d %H:%M}",
        "offer_hours": "24",
        "withdraw_hours": "0",
        "minimum": "0",
        "attendance_percent": "60",
        "absence_limit": "3",
        "fee": "0",
        "materials_fee": "0",
        "pay_hours": "1",
        "desk_hours": "24",
        "residents_of": [],
    }
    rows = []
    if intake is not None:
        data |= {name: getattr(intake, name) for name in ("code", "label", "status", "offer_hours", "minimum")}
        data |= {"program": intake.program_id, "term": intake.term_id}
        for name in ("opens_at", "closes_at"):
            data[name] = f"{timezone.localtime(getattr(intake, name)):%Y-%m-%d %H:%M}"
        stored = intake.pools.all() if pools is None else pools
        rows = [{"id": pool.pk, "name": pool.name, "capacity": pool.capacity} for pool in stored]
    rows = rows or [{"name": "公开名额", "capacity": "12"}]
    data |= management("pools", rows, stored=intake is not None)
    data |= management("meetings", meeting_rows(intake), stored=intake is not None)
    data |= management("reductions", [], stored=intake is not None)
    return data | changes


def meeting_rows(intake):
    """The stored meetings as rows of a form."""
    meetings = intake.meetings.all() if intake else []
    return [
        {
            "id": meeting.pk,
            "starts_at": f"{timezone.localtime(meeting.starts_at):%Y-%m-%d %H:%M}",
            "ends_at": f"{timezone.localtime(meeting.ends_at):%Y-%m-%d %H:%M}",
        }
        for meeting in meetings
    ]


def management(prefix, rows, *, stored):
    """A formset as a browser sends it."""
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": len(rows) if stored else 0}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


PATTERN = {
    "pattern_weekdays": ["2"],
    "pattern_start": "19:00",
    "pattern_end": "20:30",
    "pattern_first_day": "2027-09-20",
    "pattern_count": "3",
    "pattern_skip_holidays": "on",
    "make_meetings": "on",
}


def send(client, data, intake=None):
    """Send the form; to the stored intake, or as a new one."""
    url = reverse("intake:edit", args=[intake.pk]) if intake else reverse("intake:add")
    return client.post(url, data)


def errors(response):
    """Every message of the form that came back, by field; of pools as pools-0-capacity."""
    form = response.context["form"]
    found = {name: list(messages) for name, messages in form.errors.items()}
    for prefix, formset in form.formsets.items():
        for number, child in enumerate(formset.forms):
            found |= {f"{prefix}-{number}-{name}": list(messages) for name, messages in child.errors.items()}
    return found
