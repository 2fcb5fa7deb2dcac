"""What members of an enterprise are told: one kind of message for each thing that happens."""

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from notifications.sending import say
from notifications.texts import explain, register
from partners.models.enterprises import WRITERS, Role

explain("enterprise", meaning=_("Name of the enterprise"), example=_("Example Blueberry Plant"))
explain("order", meaning=_("Title of the training order"), example=_("Blueberry processing workers"))
explain("comment", meaning=_("What staff or owners say about it; may be empty"), example=_("Please name the post."))
explain("day", meaning=_("The day that it is about"), example="2027年3月7日")
explain("who", meaning=_("Who asks to act for the enterprise"), example=_("Wang Fang"))

_KINDS = {
    "enterprise_verified": (
        _("Verified: %(enterprise)s"),
        _("%(enterprise)s is verified and can submit training orders. %(comment)s"),
    ),
    "enterprise_returned": (
        _("Please mend: %(enterprise)s"),
        _("Something in the details of %(enterprise)s must be mended; the page says what. %(comment)s"),
    ),
    "enterprise_suspended": (
        _("Suspended: %(enterprise)s"),
        _("%(enterprise)s is suspended and cannot submit orders: %(comment)s"),
    ),
    "enterprise_recheck_soon": (
        _("Yearly check soon: %(enterprise)s"),
        _("On %(day)s the details of %(enterprise)s are checked again. Look whether they are still right."),
    ),
    "enterprise_recheck": (
        _("Yearly check: %(enterprise)s"),
        _("The details of %(enterprise)s are being checked again. Orders that stand go on; new ones wait for it."),
    ),
    "enterprise_claimed": (
        _("Somebody asks to join: %(enterprise)s"),
        _("%(who)s says they act for %(enterprise)s. Accept or refuse on the page of members."),
    ),
    "claim_accepted": (
        _("You act for %(enterprise)s now"),
        _("You are a member of %(enterprise)s. %(comment)s"),
    ),
    "claim_refused": (
        _("Not accepted: %(enterprise)s"),
        _("Your request to act for %(enterprise)s was not accepted. %(comment)s"),
    ),
    "order_received": (
        _("In review: %(order)s"),
        _("The order “%(order)s” of %(enterprise)s was submitted. You get an answer by %(day)s."),
    ),
    "order_changes": (
        _("Changes asked for: %(order)s"),
        _("Please change something in the order “%(order)s”; the page says what, field by field. %(comment)s"),
    ),
    "order_approved": (
        _("Approved: %(order)s"),
        _("The order “%(order)s” of %(enterprise)s is approved. %(comment)s"),
    ),
    "order_rejected": (
        _("Not approved: %(order)s"),
        _("The order “%(order)s” was not approved: %(comment)s"),
    ),
    "order_school": (
        _("A school trains for it: %(order)s"),
        _("%(comment)s has accepted the order “%(order)s” with a plan. The bureau now has the program made."),
    ),
    "order_matched": (
        _("Matched: %(order)s"),
        _("%(comment)s trains for the order “%(order)s”. Its page is being written."),
    ),
    "order_recruiting": (
        _("Open for learners: %(order)s"),
        _("The page of the order “%(order)s” is public. Learners of %(enterprise)s can apply."),
    ),
    "match_asked": (
        _("Asked to train: %(order)s"),
        _("%(enterprise)s looks for a school for “%(order)s”. Please answer by %(day)s, with a plan or a reason."),
    ),
    "match_withdrawn": (
        _("No longer asked: %(order)s"),
        _("The request to train for “%(order)s” of %(enterprise)s was withdrawn: %(comment)s"),
    ),
    "match_made": (
        _("Please finish the page: %(order)s"),
        _("The program for “%(order)s” of %(enterprise)s is made: finish its page and timetable, then publish it."),
    ),
    "match_accepted": (
        _("Accepted: %(order)s"),
        _("%(comment)s trains for “%(order)s” of %(enterprise)s. Read the plan, and make the program."),
    ),
    "match_declined": (
        _("Declined: %(order)s"),
        _("The school declined “%(order)s” of %(enterprise)s: %(comment)s"),
    ),
    "order_closed": (
        _("Closed: %(order)s"),
        _("The order “%(order)s” of %(enterprise)s is closed: %(comment)s"),
    ),
}
_ALWAYS = {"enterprise", "comment"}
for _kind, (_title, _body) in _KINDS.items():
    register(_kind, title=_title, body=_body, also=_ALWAYS)


def tell_enterprise(enterprise, kind, *, owners_only=False, occasion=None, comment="", who=""):
    """Tell the owners (and recruiters) of an enterprise. `occasion` names what it is about, so that it is said once."""
    occasion = occasion or enterprise.history.order_by("-pk").values_list("pk", flat=True).first()
    url = reverse("enterprise_board", args=[enterprise.pk])
    for account in _members(enterprise, owners_only):
        _say(enterprise, account, kind, occasion, url=url, comment=comment, who=who, day=enterprise.recheck_on)


def tell_account(enterprise, account, kind, *, occasion, comment=""):
    """Tell one account something about an enterprise."""
    _say(enterprise, account, kind, occasion, url=reverse("enterprise_home"), comment=comment)


def tell_order(order, kind, *, event, comment=""):
    """Tell the owners and recruiters about an order; `event` is the row of history that it is about."""
    url = reverse("order", args=[order.reference])
    told = {"order": order.name, "comment": comment, "day": order.review_due_on}
    for account in _members(order.enterprise, owners_only=False):
        _say(order.enterprise, account, kind, f"order:{event.pk}", url=url, **told)


def tell_school(request, kind):
    """Tell those who answer for a school about a request to it."""
    managers = get_user_model().objects.filter(
        posts__institution=request.institution_id, groups__permissions__codename="change_matchrequest", is_active=True
    )
    for account in managers.distinct():
        _tell_of_match(request, account, kind, comment=request.reason)


def tell_asker(request, kind):
    """Tell whoever asked a school what it answered."""
    comment = request.reason or request.institution.name
    _tell_of_match(request, request.asked_by, kind, comment=comment)


def _tell_of_match(request, account, kind, *, comment):
    url = reverse("match_request:inspect", args=[request.pk])
    told = {"order": request.order.name, "comment": comment, "day": request.answer_by}
    _say(request.order.enterprise, account, kind, f"match:{request.pk}", url=url, **told)


def _members(enterprise, owners_only):
    roles = [Role.OWNER] if owners_only else WRITERS
    return [one.account for one in enterprise.members.filter(role__in=roles).select_related("account")]


def _say(enterprise, account, kind, occasion, *, url, day=None, **told):
    with translation.override(account.language):
        context = {"enterprise": enterprise.name, "order": "", "comment": "", "who": ""} | told
        context["day"] = date_format(day or timezone.localdate())
        key = f"{kind}:{enterprise.pk}:{occasion}:{account.pk}"
        say(account, kind, context, key=key, url=url)
