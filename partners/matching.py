"""Finding the school that trains for an order: who is proposed and why, asking, answering, making the program.

The order of the proposals is a plain sum, shown with its parts (`Proposal.reasons`); people decide. Each function that
changes something is one transaction, with the order locked; what happened stands in the order's history.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Major, MajorOffer
from institutions.models import Institution
from partners import messages
from partners.enterprises import settings
from partners.models import MatchRequest, OrderEvent, TrainingOrder
from partners.moves import MoveRefused, PartnerError, changing, record
from partners.states import MATCH_MOVES, MatchState, OrderState, may_move
from partners.working_days import working_days_after

Act = OrderEvent.Act
# What counts for a school, in points. A major that the order itself names counts more than one of the bureau's table.
NAMED, MAPPED, SAME_COUNTY, ROOM_FOR_ALL, ROOM_FOR_SOME, MOST_PLACED = 4, 2, 2, 3, 1, 2
PLACED_SHARE = 60  # percent of the graduates at work in the trade, from which past results count
_LEVELS = {
    TrainingOrder.Level.SECONDARY: {Institution.Kind.SECONDARY},
    TrainingOrder.Level.COLLEGE: {Institution.Kind.COLLEGE},
    TrainingOrder.Level.ADULT: {Institution.Kind.COMMUNITY, Institution.Kind.SECONDARY, Institution.Kind.COLLEGE},
}


@dataclass
class Proposal:
    """A school that could train for an order: its points, and every reason with the figures behind it."""

    institution: Institution
    points: int = 0
    reasons: list = field(default_factory=list)
    free: int = 0

    def count(self, points, reason):
        """Add points, with the reason in words."""
        self.points += points
        self.reasons.append(reason)


def proposals(order):
    """The schools that teach a fitting major, the best first: points, then free places, then name.

    A school fits by majors that the order names, or that the bureau's table leads to its occupation; figures are those
    of the newest year that the school has told of the major.
    """
    named = set(order.majors.values_list("pk", flat=True))
    mapped = set(Major.objects.filter(occupations_from_it__occupation=order.occupation_id).values_list("pk", flat=True))
    found = {}
    for offer in _newest_offers(named | mapped):
        proposal = found.setdefault(offer.institution_id, Proposal(offer.institution))
        _count_major(proposal, offer, is_named=offer.major_id in named)
    fitting = _LEVELS.get(order.level)
    if fitting:
        found = {pk: one for pk, one in found.items() if one.institution.kind in fitting}
    for proposal in found.values():
        _count_place_and_room(proposal, order)
    return sorted(found.values(), key=lambda one: (-one.points, -one.free, one.institution.name))


def _newest_offers(majors):
    """The newest row of each school and major among these majors."""
    rows = MajorOffer.objects.filter(major__in=majors)
    newest = defaultdict(int)
    for institution, major, year in rows.order_by().values_list("institution", "major").annotate(Max("year")):
        newest[institution, major] = year
    rows = rows.select_related("institution__district", "major").order_by("institution__name", "major__code")
    return [row for row in rows if row.year == newest[row.institution_id, row.major_id]]


def _count_major(proposal, offer, *, is_named):
    words = {"major": offer.major.name, "year": offer.year}
    if is_named:
        proposal.count(NAMED, _("teaches %(major)s, which the order names") % words)
    else:
        proposal.count(MAPPED, _("teaches %(major)s, which leads to the occupation") % words)
    proposal.free += offer.seats - offer.enrolled
    if offer.graduates and offer.placed * 100 >= offer.graduates * PLACED_SHARE:
        text = _("%(placed)d of %(graduates)d graduates of %(major)s at work in the trade (%(year)d)")
        proposal.count(MOST_PLACED, text % (words | {"placed": offer.placed, "graduates": offer.graduates}))


def _count_place_and_room(proposal, order):
    institution = proposal.institution
    if institution.district_id == order.district_id:
        proposal.count(SAME_COUNTY, _("in the county of the posts: %(place)s") % {"place": institution.district})
    room = ngettext("%(n)d free place", "%(n)d free places", proposal.free) % {"n": proposal.free}
    if proposal.free >= order.posts:
        proposal.count(ROOM_FOR_ALL, room)
    elif proposal.free > 0:
        proposal.count(ROOM_FOR_SOME, room)
    else:
        proposal.reasons.append(_("no free place in these majors at present"))


def standing(order):
    """The request that waits for an answer or was accepted, or None."""
    return order.requests.standing().select_related("institution", "answered_by", "asked_by").first()


def ask(order, institution, *, by, note=""):
    """Ask a school to train for an approved order. Returns the request; raises PartnerError while another stands."""
    with changing(order) as fresh:
        if fresh.state != OrderState.APPROVED:
            raise MoveRefused(_("Only an approved order without a school is matched."))
        if standing(fresh):
            raise PartnerError(_("A school is asked already. Withdraw that request first."))
        due = working_days_after(timezone.localdate(), settings().match_days)
        made = MatchRequest.objects.create(
            order=fresh, institution=institution, asked_by=by, note=note.strip(), answer_by=due
        )
        record(fresh, Act.ASKED, by=by, note=institution.name)
        messages.tell_school(made, "match_asked")
    return made


def withdraw(request, *, by, reason):
    """Take a request back: the school is told why, and another one can be asked."""
    with changing(request.order) as order:
        fresh = _move(request, MatchState.WITHDRAWN, by=by, reason=_required(reason))
        if order.state != OrderState.APPROVED:
            raise MoveRefused(_("The program is made already. Close the order instead."))
        record(order, Act.UNASKED, by=by, note=f"{fresh.institution.name}：{fresh.reason}")
        messages.tell_school(fresh, "match_withdrawn")
    return fresh


def release(order, *, by, reason):
    """The order is closed: the school that was asked or has accepted is told. The caller has locked the order."""
    for request in order.requests.standing():
        messages.tell_school(_move(request, MatchState.WITHDRAWN, by=by, reason=reason), "match_withdrawn")


def decline(request, *, by, reason):
    """The school says no; the bureau reads why."""
    with changing(request.order) as order:
        fresh = _move(request, MatchState.DECLINED, by=by, reason=_required(reason))
        record(order, Act.DECLINED, by=by, note=fresh.institution.name)
        messages.tell_asker(fresh, "match_declined")
    return fresh


def accept(request, *, by, plan):
    """The school says yes with a plan (fields of MatchRequest); the enterprise and the bureau are told."""
    with changing(request.order) as order:
        if plan["seats"] > order.posts:
            text = _("The order has %(n)d posts; plan at most as many seats.")
            raise PartnerError(text % {"n": order.posts})
        fresh = _move(request, MatchState.ACCEPTED, by=by, **plan)
        event = record(order, Act.ACCEPTED, by=by, note=fresh.institution.name)
        messages.tell_order(order, "order_school", event=event, comment=fresh.institution.name)
        messages.tell_asker(fresh, "match_accepted")
    return fresh


def _move(request, target, *, by, **fields):
    """Move a request along its table; the order is locked, so nobody else is moving it."""
    fresh = MatchRequest.objects.select_related("institution", "order").get(pk=request.pk)
    if not may_move(MATCH_MOVES, fresh.state, target):
        raise MoveRefused(
            _("This is not possible now: the state is “%(state)s”.") % {"state": fresh.get_state_display()}
        )
    fields |= {"state": target, "answered_by": by, "answered_at": timezone.now()}
    for name, value in fields.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=list(fields))
    return fresh


def _required(reason):
    if not reason.strip():
        raise PartnerError(_("Say why in one sentence."))
    return reason.strip()
