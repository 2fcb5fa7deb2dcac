"""What is said about agreements, pay and placements: to the learner, a guardian, the enterprise and the school."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.signals import code_sms
from notifications.models import Topic
from notifications.sending import say
from notifications.texts import explain, register
from partners.models import Agreement
from partners.models.enterprises import WRITERS

explain("agreement", meaning=_("Reference of the agreement"), example="XY2611-7K3M-9QXT")
explain("month", meaning=_("The month that it is about"), example="2027-03")
explain("paid", meaning=_("What the enterprise reported (yuan)"), example="3300")
explain("point", meaning=_("When the placement is asked for"), example=_("after 6 months"))

_KINDS = {
    "agreement_to_sign": (
        _("Please read and sign: %(title)s"),
        _(
            "The agreement of %(name)s with %(enterprise)s is ready: %(agreement)s. Read it in peace, then sign it "
            "with a code. The training begins once all have signed."
        ),
    ),
    "agreement_for_guardian": (
        _("Please read and sign as guardian: %(title)s"),
        _("%(name)s is under 18. Please read the agreement %(agreement)s with %(enterprise)s, and sign it, too."),
    ),
    "agreement_in_force": (
        _("Signed by all: %(title)s"),
        _("The agreement %(agreement)s of %(name)s, %(enterprise)s and the school is in force."),
    ),
    "agreement_replaced": (
        _("The text has changed: %(title)s"),
        _("The agreement %(agreement)s of %(name)s is replaced: %(comment)s Please read and sign the new one."),
    ),
    "agreement_withdrawn": (
        _("The agreement was withdrawn: %(title)s"),
        _("The agreement %(agreement)s of %(name)s with %(enterprise)s does not come into force: %(comment)s"),
    ),
    "agreement_ended": (
        _("The agreement has ended: %(title)s"),
        _("The agreement %(agreement)s of %(name)s with %(enterprise)s has ended: %(comment)s"),
    ),
    "pay_reported": (
        _("Pay for %(month)s was reported: %(title)s"),
        _("%(enterprise)s reports that it paid %(name)s %(paid)s yuan for %(month)s. If that is not so, say it here."),
    ),
    "placement_asked": (
        _("How is the work going? %(title)s"),
        _("%(name)s has learned for %(enterprise)s. Please say in two minutes where %(name)s works now (%(point)s)."),
    ),
}
_TO_ENTERPRISE = {
    "agreements_to_sign": (
        _("Agreements to sign: %(order)s"),
        _("There are agreements to sign for “%(order)s”. All of them can be signed with one code."),
    ),
    "training_began": (
        _("The training has begun: %(order)s"),
        _("All have signed, and the training for “%(order)s” has begun. Please report each month what you have paid."),
    ),
    "order_fulfilled": (
        _("Fulfilled: %(order)s"),
        _("The order “%(order)s” is done: %(comment)s"),
    ),
    "pay_due": (
        _("Please report the pay for %(month)s: %(order)s"),
        _("The pay for %(month)s of the learners for “%(order)s” has not been reported yet."),
    ),
    "placements_due": (
        _("Who works with you now? %(order)s"),
        _("Please say for each learner of “%(order)s” whether they work with you (%(point)s)."),
    ),
}
for _kind, (_title, _body) in _KINDS.items():
    _also = {"name", "title", "enterprise", "agreement", "comment"}
    _options = {"topic": Topic.REMINDERS} if _kind == "placement_asked" else {}
    register(_kind, title=_title, body=_body, also=_also, **_options)
for _kind, (_title, _body) in _TO_ENTERPRISE.items():
    register(_kind, title=_title, body=_body, also={"order", "enterprise", "comment"})


def ask_all(agreement):
    """Tell everybody who signs that there is something to sign."""
    tell_learner(agreement, "agreement_to_sign", occasion=agreement.pk)
    _ask_guardian(agreement)
    _tell_members(agreement, "agreement_to_sign", occasion=agreement.pk)


def tell_all(agreement, kind, *, occasion, comment=""):
    """Tell learner, guardian, enterprise and those who sign for the school."""
    tell_learner(agreement, kind, occasion=occasion, comment=comment)
    _tell_members(agreement, kind, occasion=occasion, comment=comment)
    url = reverse("agreement:inspect", args=[agreement.pk])
    for account in _managers(agreement.enrollment.intake.program.institution_id):
        _say(agreement, account, kind, occasion, url=url, comment=comment)
    guardian = _guardian_account(agreement)
    if guardian is not None:
        _say(agreement, guardian, kind, occasion, url=_own(agreement), comment=comment)


def tell_learner(agreement, kind, *, occasion, **told):
    """Tell the account that acts for the learner."""
    _say(agreement, agreement.enrollment.account, kind, occasion, url=_own(agreement), **told)


def _own(agreement):
    return reverse("agreement", args=[agreement.reference])


def _tell_members(agreement, kind, *, occasion, comment=""):
    order = agreement.order
    url = reverse("order_agreement", args=[order.reference, agreement.reference])
    for account in _writers(order):
        _say(agreement, account, kind, occasion, url=url, comment=comment)


def _say(agreement, account, kind, occasion, *, url, **told):
    enrollment = agreement.enrollment
    with translation.override(account.language):
        context = {
            "name": enrollment.learner.name,
            "title": enrollment.intake.title,
            "enterprise": agreement.order.enterprise.name,
            "agreement": agreement.reference,
            "comment": "",
        }
        key = f"{kind}:{agreement.pk}:{occasion}:{account.pk}"
        school = enrollment.intake.program.institution_id
        say(account, kind, context | told, key=key, url=url, institution_id=school)


def tell_enterprise(order, kind, *, occasion, url, **told):
    """Tell the owners and recruiters of the order's enterprise."""
    for account in _writers(order):
        with translation.override(account.language):
            context = {"order": order.name, "enterprise": order.enterprise.name, "comment": ""} | told
            say(account, kind, context, key=f"{kind}:{order.pk}:{occasion}:{account.pk}", url=url)


def _writers(order):
    members = order.enterprise.members.filter(role__in=WRITERS).select_related("account")
    return [one.account for one in members]


def _managers(institution):
    """Those who sign for a school."""
    found = get_user_model().objects.filter(posts__institution=institution, is_active=True)
    return found.filter(groups__permissions__codename="change_agreement").distinct()


def _guardian_account(agreement: Agreement):
    """The account of a guardian who has one of their own, or None."""
    if not agreement.needs_guardian:
        return None
    found = get_user_model().objects.filter(phone=agreement.guardian_phone, phone_verified=True)
    return found.exclude(pk=agreement.enrollment.account_id).first()


def _ask_guardian(agreement):
    """By message where the guardian has an account, else by SMS: signing in with that number is enough."""
    account = _guardian_account(agreement)
    if account is not None:
        _say(agreement, account, "agreement_for_guardian", agreement.pk, url=_own(agreement))
    elif agreement.needs_guardian and agreement.guardian_phone != agreement.enrollment.account.phone:
        words = {"enterprise": agreement.order.enterprise.name, "link": f"{settings.SITE_URL}{_own(agreement)}"}
        text = _now("As a guardian, please read and sign the agreement with %(enterprise)s. Sign in here: %(link)s")
        phone = agreement.guardian_phone
        transaction.on_commit(lambda: code_sms.send(sender=Agreement, to=phone, text=text % words))
