"""What an enterprise's home shows: its orders by state, what waits for it, its details in words."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.phones import show_phone
from courses import beside
from partners import candidate_board, order_outcomes
from partners.alliance.screens import waiting_for
from partners.enterprises import DETAILS, settings
from partners.models import Claim, Enterprise, EnterpriseEvent
from partners.states import LIVE, EnterpriseState, OrderState

# The columns, each with its states; what has ended comes last and is short.
_COLUMNS = [
    ("write", lambda: _("To write"), (OrderState.DRAFT, OrderState.CHANGES_REQUESTED)),
    ("review", lambda: _("In review"), (OrderState.SUBMITTED,)),
    ("live", lambda: _("Approved and running"), LIVE),
    ("over", lambda: _("Ended"), (OrderState.FULFILLED, OrderState.REJECTED, OrderState.WITHDRAWN, OrderState.CLOSED)),
]


def columns(enterprise):
    """The board: (key, title, orders), every column there, the newest order first."""
    orders = list(enterprise.orders.select_related("occupation", "district"))
    return [(key, title(), [one for one in orders if one.state in states]) for key, title, states in _COLUMNS]


def waits(enterprise):
    """What needs the enterprise now, the most urgent first: (sentence, address) pairs. `enterprise.role` is set."""
    found = []
    details = reverse("enterprise_details", args=[enterprise.pk])
    if enterprise.state == EnterpriseState.RETURNED and enterprise.may_own:
        found.append((_("Mend what the bureau asks for in your details."), f"{details}?change=1"))
    if enterprise.may_own:
        for claim in enterprise.claims.filter(state=Claim.State.OPEN, decider=Claim.Decider.OWNERS):
            text = _("%(name)s asks to act for the enterprise.") % {"name": claim.name}
            found.append((text, reverse("enterprise_members", args=[enterprise.pk])))
    if enterprise.may_write:
        found += order_outcomes.waits(enterprise)
        found += candidate_board.waits(enterprise)
        found += _orders_that_wait(enterprise)
        found += _alliance_that_waits(enterprise)
    soon = timezone.localdate() + timedelta(days=settings().recheck_notice_days)
    if enterprise.is_verified and enterprise.recheck_on <= soon:
        told = {"day": date_format(enterprise.recheck_on)}
        found.append((_("Yearly check on %(day)s: look whether your details are right.") % told, details))
    return found


def _orders_that_wait(enterprise):
    for order in enterprise.orders.filter(state=OrderState.CHANGES_REQUESTED):
        text = _("The bureau asks for changes: %(order)s") % {"order": order.name}
        yield text, reverse("order", args=[order.reference])
    for order in enterprise.orders.filter(state=OrderState.DRAFT):
        yield _("Not submitted yet: %(order)s") % {"order": order.name}, reverse("order", args=[order.reference])
    for order in enterprise.orders.filter(state=OrderState.APPROVED, closes_on__lt=timezone.localdate()):
        text = _("The last day to apply has passed: %(order)s. Choose a later one, or close it.")
        yield text % {"order": order.name}, reverse("order_dates", args=[order.reference])


def _alliance_that_waits(enterprise):
    member = enterprise.alliance_memberships.filter(left_on=None).first()
    if member is None:
        return
    answer, confirm = waiting_for(member)
    for one in answer:
        text = _("%(member)s asks for “%(resource)s”.") % {"member": one.member, "resource": one.resource}
        yield text, reverse("alliance_request", args=[enterprise.pk, one.pk])
    for one in confirm:
        text = _("Confirm the hours: “%(resource)s”, %(member)s") % {"member": one.member, "resource": one.resource}
        yield text, reverse("alliance_request", args=[enterprise.pk, one.pk])


def last_return(enterprise):
    """What staff last asked the enterprise to mend, while it still has to: (event, [(label, remark)]), or None."""
    if enterprise.state != EnterpriseState.RETURNED:
        return None
    event = enterprise.history.filter(act=EnterpriseEvent.Act.RETURNED).order_by("-pk").first()
    return event, [(label_of(name), text) for name, text in event.remarks.items()] if event else None


def label_of(name):
    """A detail or a paper in words."""
    if name in DETAILS:
        return Enterprise._meta.get_field(name).verbose_name
    return dict(Enterprise.papers.rel.related_model.Kind.choices).get(name, name)


def details(enterprise):
    """What the enterprise tells of itself: (name, label, words), and its papers last."""
    for name in DETAILS:
        if name != "authorised":
            value = getattr(enterprise, f"get_{name}_display", lambda name=name: getattr(enterprise, name))()
            yield name, label_of(name), show_phone(value) if name == "contact_phone" else value


def links(account):
    """Its enterprises, on my page: (name, address) pairs."""
    for one in Enterprise.objects.of(account):
        yield one.name, reverse("enterprise_board", args=[one.pk])


def register():
    """Tell the room below about this part."""
    beside.register(links=links)
