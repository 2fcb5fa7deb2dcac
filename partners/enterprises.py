"""An enterprise from its registration on: every change of its state is one function here, in one transaction.

Views, admin actions, commands and jobs call these; nothing else writes a state. Members: members.py.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction

from partners import messages
from partners.models import Enterprise, EnterpriseEvent, Member, PartnerSettings, Role
from partners.moves import PartnerError, changing, move, record
from partners.states import EnterpriseState

Act = EnterpriseEvent.Act
# What the enterprise tells of itself, in the order in which it is asked and checked.
DETAILS = [
    *("name", "uscc", "industry", "size", "employees", "district", "address"),
    *("contact_name", "contact_phone", "contact_post", "introduction", "authorised"),
]
# Staff compared these with the public register: whoever changes one is checked again.
CHECKED = {"name", "uscc", "authorised"}


class AlreadyRegistered(PartnerError):
    """There is an enterprise with this code: one joins it, by its owners or by staff (members.claim)."""


class NotComplete(PartnerError):
    """A paper or a statement is lacking."""


def register(*, details, papers, by):
    """Register an enterprise with the account as its first owner; it waits for staff. Returns the enterprise.

    `details` are the fields in DETAILS, `papers` the kept uploads; a licence must be among them.
    Raises AlreadyRegistered or NotComplete.
    """
    _require_whole(details["authorised"], papers)
    try:
        with transaction.atomic():
            enterprise = Enterprise.objects.create(**details)
            Member.objects.create(enterprise=enterprise, account=by, role=Role.OWNER)
            _attach(enterprise, papers)
            record(enterprise, Act.REGISTERED, by=by, to_state=EnterpriseState.PENDING)
            return enterprise
    except IntegrityError:
        raise AlreadyRegistered(_("An enterprise with this code is registered already.")) from None


def change_details(enterprise, *, details, papers, by):
    """Change what the enterprise tells of itself.

    Whoever was returned, or changes what staff checked, is checked (again); a new telephone number just counts.
    Raises AlreadyRegistered, or NotComplete.
    """
    try:
        with changing(enterprise) as fresh:
            changed = [name for name in DETAILS if getattr(fresh, name) != details[name]]
            _require_whole(details["authorised"], papers or list(fresh.papers.all()))
            if fresh.state == EnterpriseState.SUSPENDED:
                raise PartnerError(_("The enterprise is suspended. Please ring the education bureau."))
            for name in changed:
                setattr(fresh, name, details[name])
            fresh.save(update_fields=changed)
            _attach(fresh, papers)
            subject = "、".join([*(str(_label(name)) for name in changed), *(one.get_kind_display() for one in papers)])
            must_check = fresh.state == EnterpriseState.VERIFIED and (papers or CHECKED & set(changed))
            if must_check or fresh.state == EnterpriseState.RETURNED:
                waits = {"waits_since": timezone.now()}
                move(fresh, EnterpriseState.PENDING, act=Act.SENT, by=by, fields=waits, subject=subject[:200])
            elif subject:
                record(fresh, Act.CHANGED, by=by, subject=subject[:200])
            return fresh
    except IntegrityError:
        raise AlreadyRegistered(_("An enterprise with this code is registered already.")) from None


def _label(name):
    return Enterprise._meta.get_field(name).verbose_name


def _require_whole(authorised, papers):
    if not authorised:
        raise NotComplete(_("Only somebody who is authorised by the enterprise can register it."))
    if not any(paper.kind == "licence" for paper in papers):
        raise NotComplete(_("The business licence is lacking."))


def _attach(enterprise, papers):
    for paper in papers:
        paper.enterprise = enterprise
        paper.save(update_fields=["enterprise"])


def verify(enterprise, *, by, note="", private_note=""):
    """Staff found everything right: it may submit orders until the next yearly check."""
    with changing(enterprise) as fresh:
        fields = {"recheck_on": _in_months(settings().recheck_months), "recheck_told_at": None}
        told = {"note": note, "private_note": private_note}
        move(fresh, EnterpriseState.VERIFIED, act=Act.VERIFIED, by=by, fields=fields, **told)
        messages.tell_enterprise(fresh, "enterprise_verified", comment=note)
    return fresh


def send_back(enterprise, *, by, remarks, note="", private_note=""):
    """Staff ask the enterprise to mend fields; `remarks` say for each what to mend."""
    if not remarks and not note:
        raise PartnerError(_("Say what must be mended, beside the field or in the comment."))
    with changing(enterprise) as fresh:
        told = {"note": note, "private_note": private_note, "remarks": remarks}
        move(fresh, EnterpriseState.RETURNED, act=Act.RETURNED, by=by, **told)
        messages.tell_enterprise(fresh, "enterprise_returned", comment=note)
    return fresh


def suspend(enterprise, *, by, note, private_note=""):
    """Stop an enterprise; `note` says why. It submits nothing any more, and its public page is taken down.

    While it is suspended its members see and decide on no candidates, and nobody signs with it; what it owes (reports
    of pay and placements) it can still tell.
    """
    if not note:
        raise PartnerError(_("Say why: the enterprise reads it."))
    with changing(enterprise) as fresh:
        move(fresh, EnterpriseState.SUSPENDED, act=Act.SUSPENDED, by=by, note=note, private_note=private_note)
        page = getattr(fresh, "page", None)
        if page and page.live:
            # Whoever may suspend takes the page down with it, whatever they may do with pages otherwise.
            UnpublishPageAction(page, user=by).execute(skip_permission_checks=True)
        messages.tell_enterprise(fresh, "enterprise_suspended", comment=note)
    return fresh


def reinstate(enterprise, *, by, note="", private_note=""):
    """Lift a suspension. The page is published again by hand."""
    with changing(enterprise) as fresh:
        fields = {"recheck_on": fresh.recheck_on or _in_months(settings().recheck_months)}
        told = {"note": note, "private_note": private_note}
        move(fresh, EnterpriseState.VERIFIED, act=Act.REINSTATED, by=by, fields=fields, **told)
        messages.tell_enterprise(fresh, "enterprise_verified", comment=note)
    return fresh


def rechecks(today=None):
    """The yearly check: remind in time, and on the day let staff check again; returns how many fell due.

    Orders that stand go on; new ones wait for the check.
    """
    today = today or timezone.localdate()
    verified = Enterprise.objects.filter(state=EnterpriseState.VERIFIED)
    soon = today + timedelta(days=settings().recheck_notice_days)
    for enterprise in verified.filter(recheck_on__gt=today, recheck_on__lte=soon, recheck_told_at=None):
        with changing(enterprise) as fresh:
            if fresh.recheck_told_at is None and fresh.is_verified:
                fresh.recheck_told_at = timezone.now()
                fresh.save(update_fields=["recheck_told_at"])
                messages.tell_enterprise(fresh, "enterprise_recheck_soon", occasion=fresh.recheck_on)
    due = 0
    for enterprise in verified.filter(recheck_on__lte=today):
        with changing(enterprise) as fresh:
            if fresh.is_verified and fresh.recheck_on <= today:
                waits = {"waits_since": timezone.now()}
                move(fresh, EnterpriseState.PENDING, act=Act.RECHECK, by=None, fields=waits)
                messages.tell_enterprise(fresh, "enterprise_recheck", occasion=fresh.recheck_on)
                due += 1
    return due


def settings():
    """The limits as staff set them."""
    return PartnerSettings.objects.first() or PartnerSettings()


def _in_months(months):
    today = timezone.localdate()
    years, month = divmod(today.month - 1 + months, 12)
    # The 28th exists in every month; three days earlier hurts nobody.
    return today.replace(year=today.year + years, month=month + 1, day=min(today.day, 28))


def draft_page(enterprise, *, by):
    """The enterprise's public page as a draft with its own words, for staff to finish and publish; the one it has."""
    from partners.pages import EnterpriseIndexPage, EnterprisePage

    with changing(enterprise) as fresh:
        page = EnterprisePage.objects.filter(enterprise=fresh).first()
        if page:
            return page
        parent = EnterpriseIndexPage.objects.first()
        if parent is None:
            raise PartnerError(_("There is no list of enterprises yet. Add that page below the home page first."))
        summary = fresh.introduction.replace("\n", " ")[:120] or fresh.get_industry_display()
        page = EnterprisePage(title=fresh.name, slug=f"e{fresh.pk}", enterprise=fresh, summary=summary, live=False)
        page.body = [("paragraph", f"<p>{escape(fresh.introduction)}</p>")] if fresh.introduction else []
        parent.add_child(instance=page)
        page.save_revision(user=by)
        return page
