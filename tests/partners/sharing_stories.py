"""One line makes what a story of the alliance needs: `member()`, `resource()`, `asked()`."""

import itertools
from datetime import datetime, time, timedelta

from django.utils import timezone

from institutions.models import Institution
from partners.alliance import sharing
from partners.models import AllianceMember, SharedResource, ShareEvent, ShareRequest
from tests import factories
from tests.partners import making

_number = itertools.count(1)


def member(body=None):
    """A member: this institution or enterprise (a new enterprise unless given)."""
    body = body or making.enterprise(name=f"示例企业{next(_number)}")
    kind = "institution" if isinstance(body, Institution) else "enterprise"
    return AllianceMember.objects.create(**{kind: body})


def actor(member):
    """An account that acts for a member."""
    if member.enterprise_id:
        return making.owner_of(member.enterprise)
    return factories.account(is_staff=True, is_superuser=True, email=f"a{factories.account().pk}@example.org")


def resource(owner=None, **fields):
    """Something that a member shares, every day from 8 to 17."""
    defaults = {
        "kind": "base",
        "name": "护理实训室",
        "description": "六张床。",
        "place": "实训楼二层",
        "weekends": True,
    }
    return SharedResource.objects.create(
        **{"opens_at": time(8), "closes_at": time(17), "owner": owner or member()} | defaults | fields
    )


def span(first="09:00", last="11:00", *, days=3, last_days=None):
    """From when until when, so many days from now."""

    def moment(ahead, text):
        day = timezone.localdate() + timedelta(days=ahead)
        return timezone.make_aware(datetime.combine(day, time.fromisoformat(text)))

    return {"starts_at": moment(days, first), "ends_at": moment(days if last_days is None else last_days, last)}


def asked(resource, *, by_member=None, **when):
    """A request for it."""
    by_member = by_member or member()
    return sharing.ask(resource, member=by_member, by=actor(by_member), purpose="护理班实训", **when or span())


def lie(request, *, begins, ends):
    """Let a request be so many hours from now (negative: ago)."""
    now = timezone.now()
    ShareRequest.objects.filter(pk=request.pk).update(
        starts_at=now + timedelta(hours=begins), ends_at=now + timedelta(hours=ends)
    )
    request.refresh_from_db()
    return request


def fast(resource, member, **when):
    """A request that was made without being looked at: for acts that come later."""
    request = resource.requests.create(member=member, purpose="实训", **when or span())
    ShareEvent.objects.create(request=request, act="asked", to_state="asked", by=None)
    return request
