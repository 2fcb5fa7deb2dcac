"""Who acts for an enterprise: inviting, joining, changing a role, leaving, and second people who claim to belong.

What changes takes effect with the next request: every view asks for the membership again.
"""

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.signals import code_sms
from partners import messages
from partners.models import Claim, EnterpriseEvent, Member, MemberInvitation, Role
from partners.moves import PartnerError, lock_enterprise, record

_SALT = "partners.invitation"
Act = EnterpriseEvent.Act


def _require_owner(enterprise, account):
    if not enterprise.members.filter(account=account, role=Role.OWNER).exists():
        raise PartnerError(_("Only an owner can do this."))


@transaction.atomic
def invite(enterprise, *, role, by, phone="", email=""):
    """Ask somebody by SMS or e-mail to become a member; returns the invitation. Only owners invite."""
    enterprise = lock_enterprise(enterprise.pk)
    _require_owner(enterprise, by)
    target = {"phone": phone} if phone else {"email": email.lower()}
    if enterprise.members.filter(**{f"account__{name}": value for name, value in target.items()}).exists():
        raise PartnerError(_("This person is a member already."))
    open_ones = enterprise.invitations.filter(**target, accepted_at=None, withdrawn_at=None)
    open_ones.update(withdrawn_at=timezone.now())  # The newest link counts.
    invitation = MemberInvitation.objects.create(enterprise=enterprise, role=Role(role), invited_by=by, **target)
    record(enterprise, Act.INVITED, by=by, subject=invitation.get_role_display())
    transaction.on_commit(lambda: _send(invitation))
    return invitation


def link_of(invitation):
    """The address, signed, under which the invitation is accepted."""
    return settings.SITE_URL + reverse("enterprise_join", args=[signing.dumps(invitation.pk, salt=_SALT)])


def _send(invitation):
    context = {
        "by": invitation.invited_by,
        "enterprise": invitation.enterprise,
        "link": link_of(invitation),
        "until": date_format(timezone.localtime(invitation.expires_at), "DATETIME_FORMAT"),
    }
    text = _("%(by)s invites you to act for %(enterprise)s. Accept until %(until)s: %(link)s") % context
    if invitation.email:
        send_mail(_("Invitation to Xuelin"), text, None, [invitation.email])
    else:
        code_sms.send(sender=MemberInvitation, to=invitation.phone, text=text)


def read(token):
    """The invitation behind a link; PartnerError when it is no longer good, in words."""
    try:
        pk = signing.loads(token, salt=_SALT)
        invitation = MemberInvitation.objects.select_related("enterprise", "invited_by").get(pk=pk)
    except (signing.BadSignature, MemberInvitation.DoesNotExist):
        raise PartnerError(_("This link is not complete. Open it once more from the message.")) from None
    # Whoever invited may have left since.
    is_owner = invitation.enterprise.members.filter(account=invitation.invited_by, role=Role.OWNER).exists()
    over = invitation.accepted_at or invitation.withdrawn_at or invitation.expires_at < timezone.now()
    if over or not is_owner:
        raise PartnerError(_("This invitation is no longer valid. Ask for a new one."))
    return invitation


def is_for(invitation, account):
    """Whether the account is the one that was invited: it has that phone or mailbox, confirmed by a code."""
    if invitation.phone:
        return account.phone == invitation.phone and account.phone_verified
    return account.emailaddress_set.filter(email__iexact=invitation.email, verified=True).exists()


@transaction.atomic
def join(token, *, by):
    """Accept an invitation; returns the enterprise. Two taps make one member."""
    invitation = read(token)
    if not is_for(invitation, by):
        raise PartnerError(_("This invitation is for %(whom)s. Sign in with that.") % {"whom": invitation.sent_to})
    enterprise = lock_enterprise(invitation.enterprise_id)
    if not MemberInvitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=timezone.now()):
        return enterprise
    _add(enterprise, by, invitation.role, by=by)
    return enterprise


def _add(enterprise, account, role, *, by):
    member, made = Member.objects.get_or_create(enterprise=enterprise, account=account, defaults={"role": role})
    if not made and role == Role.OWNER:
        Member.objects.filter(pk=member.pk).update(role=role)
    record(enterprise, Act.JOINED, by=by, whom=account, subject=Role(role).label)


def withdraw_invitation(invitation, *, by):
    """Take an invitation back: its link no longer works."""
    _require_owner(invitation.enterprise, by)
    MemberInvitation.objects.filter(pk=invitation.pk, accepted_at=None).update(withdrawn_at=timezone.now())


@transaction.atomic
def set_role(member, *, role, by):
    """Give a member another role. The last owner stays one."""
    enterprise = lock_enterprise(member.enterprise_id)
    _require_owner(enterprise, by)
    member = enterprise.members.get(pk=member.pk)
    if Role(role) != Role.OWNER:
        _require_another_owner(enterprise, member)
    member.role = Role(role)
    member.save(update_fields=["role"])
    record(enterprise, Act.ROLE, by=by, whom=member.account, subject=member.get_role_display())


@transaction.atomic
def remove(member, *, by):
    """Take a member out, or leave oneself; the last owner cannot. It takes effect with the next click."""
    enterprise = lock_enterprise(member.enterprise_id)
    if member.account_id != by.pk:
        _require_owner(enterprise, by)
    member = enterprise.members.get(pk=member.pk)
    _require_another_owner(enterprise, member)
    member.delete()
    record(enterprise, Act.LEFT, by=by, whom=member.account)


def _require_another_owner(enterprise, member):
    if member.role == Role.OWNER and not enterprise.members.filter(role=Role.OWNER).exclude(pk=member.pk).exists():
        raise PartnerError(_("There must be an owner. Make somebody else an owner first."))


@transaction.atomic
def claim(enterprise, *, by, name, message, decider):
    """Say that one acts for an enterprise that is registered already; its owners or staff decide. Returns the claim."""
    enterprise = lock_enterprise(enterprise.pk)
    if enterprise.members.filter(account=by).exists():
        raise PartnerError(_("You are a member of this enterprise already."))
    try:
        with transaction.atomic():
            made = Claim.objects.create(enterprise=enterprise, account=by, name=name, message=message, decider=decider)
    except IntegrityError:
        raise PartnerError(_("You have asked already. You will be told the answer.")) from None
    record(enterprise, Act.CLAIMED, by=by, whom=by)
    if decider == Claim.Decider.OWNERS:
        messages.tell_enterprise(enterprise, "enterprise_claimed", owners_only=True, occasion=made.pk, who=name)
    return made


@transaction.atomic
def decide(claim, *, accept, by, role=Role.RECRUITER, note=""):
    """Answer a claim: an owner one that asks the owners, staff any. Whoever is accepted by staff becomes an owner.

    The caller has asked for the right to decide (`may_decide`).
    """
    enterprise = lock_enterprise(claim.enterprise_id)
    answer = Claim.State.ACCEPTED if accept else Claim.State.REFUSED
    waiting = Claim.objects.filter(pk=claim.pk, state=Claim.State.OPEN)
    if not waiting.update(state=answer, decided_at=timezone.now()):
        raise PartnerError(_("This was decided a moment ago."))
    if accept:
        _add(enterprise, claim.account, role, by=by)
    act = Act.CLAIM_ACCEPTED if accept else Act.CLAIM_REFUSED
    record(enterprise, act, by=by, whom=claim.account, note=note)
    kind = "claim_accepted" if accept else "claim_refused"
    messages.tell_account(enterprise, claim.account, kind, occasion=claim.pk, comment=note)


def owners_may_decide(claim, account):
    """Whether this account answers the claim as an owner."""
    is_owner = claim.enterprise.members.filter(account=account, role=Role.OWNER).exists()
    return is_owner and claim.decider == Claim.Decider.OWNERS
