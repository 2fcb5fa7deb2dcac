"""Lending within the alliance: offered, asked for, approved or declined, used, cancelled.

Each function is one transaction; nothing else writes the state of a request. An approved request holds every half hour
that it takes as a row of its own (BookedSlot): an overlap breaks the unique pair of resource and half hour, on both
databases, whoever was faster.
"""

from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.alliance import messages
from partners.alliance.acting import may_act_for
from partners.models import BookedSlot, SharedResource, ShareEvent, ShareRequest
from partners.models.alliance import SLOT_SECONDS
from partners.moves import MoveRefused, PartnerError
from partners.states import SHARE_MOVES, ShareState, may_move

Act = ShareEvent.Act
MOST_DAYS = 14
FAR = timedelta(days=365)


class NotAllowed(PartnerError):
    """The account does not act for the member that this is up to."""


class Taken(PartnerError):
    """Somebody has the resource at that time."""


def require(member, account):
    """Raise NotAllowed unless the account acts for this present member."""
    if member.left_on is not None:
        raise NotAllowed(_("%(member)s has left the alliance.") % {"member": member})
    if member.is_suspended:
        raise NotAllowed(_("The enterprise is suspended: it neither lends nor borrows."))
    if not may_act_for(member, account):
        raise NotAllowed(_("You do not act for %(member)s here.") % {"member": member})


@transaction.atomic
def offer(member, *, by, resource=None, **fields):
    """Share something new, or change what is shared. Returns the resource."""
    require(member, by)
    if resource is not None and resource.owner_id != member.pk:
        raise NotAllowed(_("Only its owner changes what is shared."))
    resource = resource or SharedResource(owner=member)
    for name, value in fields.items():
        setattr(resource, name, value)
    resource.save()
    return resource


@transaction.atomic
def withdraw(resource, *, by):
    """Share it no more: open requests are declined, approved ones stand. It can be offered again."""
    resource = SharedResource.objects.select_for_update(of=("self",)).select_related("owner").get(pk=resource.pk)
    require(resource.owner, by)
    resource.withdrawn_at = timezone.now()
    resource.save(update_fields=["withdrawn_at"])
    for request in resource.requests.filter(state=ShareState.ASKED):
        decline(request, reason=_("It is not shared any more."), by=by)
    return resource


def offer_again(resource, *, by):
    """Share it again after it was withdrawn."""
    require(resource.owner, by)
    resource.withdrawn_at = None
    resource.save(update_fields=["withdrawn_at"])
    return resource


@transaction.atomic
def ask(resource, *, member, starts_at, ends_at, purpose, by):
    """Ask the owner for a resource. Returns the request; raises PartnerError when it cannot be lent then."""
    require(member, by)
    if resource.owner_id == member.pk:
        raise PartnerError(_("It is your own: keep the time for yourself instead."))
    request = _new(resource, member, starts_at, ends_at, purpose)
    _refuse_what_is_taken(request)
    event = _record(request, Act.ASKED, by=by, to_state=ShareState.ASKED)
    messages.tell("alliance_asked", event, to=resource.owner, about=member)
    return request


@transaction.atomic
def keep(resource, *, starts_at, ends_at, purpose, by):
    """The owner keeps a time for itself: taken at once, counted as nobody's hours. Returns the request."""
    require(resource.owner, by)
    request = _new(resource, resource.owner, starts_at, ends_at, purpose)
    _record(request, Act.ASKED, by=by, to_state=ShareState.ASKED)
    _take(request)
    _move(request, ShareState.APPROVED, act=Act.KEPT, by=by)
    return request


def _new(resource, member, starts_at, ends_at, purpose):
    if not resource.is_offered:
        raise PartnerError(_("It is not shared any more."))
    problems = list(_problems(resource, starts_at, ends_at))
    if not purpose.strip():
        problems.append(_("Say what for in one sentence."))
    if problems:
        raise PartnerError(*problems)
    return ShareRequest.objects.create(
        resource=resource, member=member, starts_at=starts_at, ends_at=ends_at, purpose=purpose.strip()
    )


def _problems(resource, starts_at, ends_at):
    """What is wrong with a time, in words."""
    now = timezone.now()
    if any(int(moment.timestamp()) % SLOT_SECONDS for moment in (starts_at, ends_at)):
        yield _("Begin and end at a full or a half hour.")
    if ends_at <= starts_at:
        yield _("The end must come after the beginning.")
    elif ends_at - starts_at > timedelta(days=MOST_DAYS):
        yield _("At most %(n)d days at once; ask again for more.") % {"n": MOST_DAYS}
    if starts_at < now:
        yield _("This time has passed already.")
    elif starts_at > now + FAR:
        yield _("At most a year ahead.")
    first, last = timezone.localtime(starts_at), timezone.localtime(ends_at)
    within = resource.opens_at <= first.time() and last.time() <= resource.closes_at and first.time() < last.time()
    if first.date() != last.date():
        within = resource.opens_at <= first.time() < resource.closes_at
        within = within and resource.opens_at < last.time() <= resource.closes_at
    if not within:
        told = {"first": f"{resource.opens_at:%H:%M}", "last": f"{resource.closes_at:%H:%M}"}
        yield _("It is free from %(first)s to %(last)s.") % told
    nights = (last.date() - first.date()).days
    if not resource.weekends and any((first + timedelta(days=n)).weekday() > 4 for n in range(nights + 1)):
        yield _("It is not lent on Saturdays and Sundays: ask for the days before and after each by themselves.")


def _first_taken(request):
    slots = request.slots
    found = BookedSlot.objects.filter(resource=request.resource_id, slot__gte=slots.start, slot__lt=slots.stop)
    return found.first()


def is_taken(request):
    """Whether another request has some of its time."""
    return _first_taken(request) is not None


def _refuse_what_is_taken(request):
    taken = _first_taken(request)
    if taken:
        begins = datetime.fromtimestamp(taken.slot * SLOT_SECONDS, tz=timezone.get_current_timezone())
        told = {"time": f"{begins:%Y-%m-%d %H:%M}"}
        raise Taken(_("It is taken at %(time)s. Look at the calendar for a free time.") % told)


def approve(request, *, by):
    """Lend it: the time is taken from now on. Raises Taken when another request has it."""
    with _changing(request) as fresh:
        require(fresh.resource.owner, by)
        if fresh.is_over:
            raise MoveRefused(_("This time has passed already."))
        _take(fresh)
        event = _move(fresh, ShareState.APPROVED, act=Act.APPROVED, by=by)
        messages.tell("alliance_approved", event, to=fresh.member, about=fresh.resource.owner)
    return fresh


def _take(request):
    """Book every half hour, in order: two that overlap meet at the first that both want, and never lock crosswise."""
    slots = [BookedSlot(resource_id=request.resource_id, request=request, slot=slot) for slot in request.slots]
    try:
        with transaction.atomic():
            BookedSlot.objects.bulk_create(slots)
    except IntegrityError as error:
        raise Taken(_("Somebody else has it at this time. Decline this request, or cancel the other.")) from error


def decline(request, *, reason, by):
    """Refuse a request, with a reason that the other side reads."""
    reason = _required(reason)
    with _changing(request) as fresh:
        require(fresh.resource.owner, by)
        event = _move(fresh, ShareState.DECLINED, act=Act.DECLINED, by=by, note=reason)
        messages.tell("alliance_declined", event, to=fresh.member, about=fresh.resource.owner, comment=reason)
    return fresh


def cancel(request, *, reason, by):
    """Call a request off, by either side, with a reason that the other side reads; its time is free again.

    What is lent is used from its beginning on: then only the owner calls it off, and nobody once it is over.
    """
    reason = _required(reason)
    with _changing(request) as fresh:
        owner = fresh.resource.owner
        side = next((one for one in (fresh.member, owner) if one.left_on is None and may_act_for(one, by)), None)
        if side is None:
            raise NotAllowed(_("You do not act for %(member)s here.") % {"member": fresh.member})
        if not may_cancel(fresh, is_owner=side == owner):
            raise MoveRefused(_("It has begun already: the owner confirms afterwards how many hours were used."))
        _call_off(fresh, side, reason, by)
    return fresh


def may_cancel(request, *, is_owner):
    """Whether its time can still be given back; a request that nobody answered can be taken back at any time."""
    if request.state == ShareState.ASKED:
        return True
    return request.state == ShareState.APPROVED and not (request.is_over if is_owner else request.has_begun)


def _call_off(request, side, reason, by):
    """Inside a transaction in which the request is locked; `side` is the member that calls it off."""
    owner = request.resource.owner
    event = _move(request, ShareState.CANCELLED, act=Act.CANCELLED, by=by, note=reason)
    request.booked.all().delete()
    other = owner if side == request.member else request.member
    if other != side and other.left_on is None:
        messages.tell("alliance_cancelled", event, to=other, about=side, comment=reason)


def confirm(request, *, hours, by):
    """The owner confirms after the time how many hours were used; they count for both sides from then on."""
    with _changing(request) as fresh:
        require(fresh.resource.owner, by)
        if fresh.is_own:
            raise MoveRefused(_("Time that the owner keeps for itself is not counted."))
        if not fresh.is_over:
            raise MoveRefused(_("It is not over yet: hours are confirmed after the use."))
        if not Decimal(0) <= hours <= most_hours(fresh):
            raise PartnerError(_("At most %(n)s hours were lent.") % {"n": f"{most_hours(fresh):g}"})
        event = _move(fresh, ShareState.USED, act=Act.USED, by=by, fields={"hours": hours})
        messages.tell("alliance_used", event, to=fresh.member, about=fresh.resource.owner)
    return fresh


def most_hours(request):
    """The hours between beginning and end."""
    return Decimal((request.ends_at - request.starts_at).total_seconds()) / 3600


@transaction.atomic
def leave(member, *, by):
    """Take a member out of the alliance from today on: what it asked for or was to lend is called off."""
    locked = type(member).objects.select_for_update(of=("self",)).get(pk=member.pk)
    if locked.left_on is not None:
        raise MoveRefused(_("%(member)s has left the alliance.") % {"member": locked})
    open_ones = ShareRequest.objects.concerning(locked).filter(state__in=[ShareState.ASKED, ShareState.APPROVED])
    for request in open_ones.select_for_update(of=("self",)).select_related("resource__owner", "member"):
        if request.state == ShareState.ASKED or not request.is_over:
            _call_off(request, locked, _("The member leaves the alliance."), by)
    locked.left_on = max(timezone.localdate(), locked.joined_on)
    locked.save(update_fields=["left_on"])
    return locked


def _required(reason):
    if not reason.strip():
        raise PartnerError(_("Say why in one sentence."))
    return reason.strip()


@contextmanager
def _changing(request):
    """A transaction in which one request is locked; yields it as it is now."""
    with transaction.atomic():
        found = ShareRequest.objects.select_for_update(of=("self",)).select_related("resource__owner", "member")
        yield found.get(pk=request.pk)


def _move(request, target, *, act, by, note="", fields=None):
    source = request.state
    if not may_move(SHARE_MOVES, source, target):
        raise MoveRefused(
            _("This is not possible now: the state is “%(state)s”.") % {"state": request.get_state_display()}
        )
    request.state = target
    for name, value in (fields or {}).items():
        setattr(request, name, value)
    request.save(update_fields=["state", *(fields or {})])
    return _record(request, act, by=by, from_state=source, to_state=target, note=note)


def _record(request, act, *, by, **told):
    return ShareEvent.objects.create(request=request, act=act, by=by, **told)
