"""Who works for an institution, in which role: inviting, accepting, changing a role, leaving.

Nobody gives a role above their own, or changes somebody who has one. What changes takes effect with the next request,
because every view asks for roles and posts again; whoever leaves is signed out everywhere besides.
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.signals import code_sms
from institutions import roles
from institutions.models import Institution, Invitation, Staff

_SALT = "institutions.invitation"
# Whoever is above gives everything below; editor and enrollment officer stand beside each other.
_RANKS = {roles.MANAGER: 2, roles.BUREAU: 3, roles.ADMINISTRATOR: 4}


class ColleagueError(Exception):
    """What cannot be done, as a sentence for people."""


def rank_of(account):
    """How high the account stands: 1 for editors and officers, 0 for those without a role."""
    if account.is_superuser:
        return 9
    names = account.groups.filter(name__in=roles.ROLES).values_list("name", flat=True)
    return max((_RANKS.get(name, 1) for name in names), default=0)


def roles_to_give(account):
    """The names of the roles that this account may give and take: up to its own."""
    return [name for name in roles.ROLES if _RANKS.get(name, 1) <= rank_of(account)]


def refusal(post, *, by):
    """Why this person may not change that colleague's post, or None."""
    if post.account_id == by.pk:
        return _("This is you. Ask another manager.")
    if rank_of(post.account) > rank_of(by):
        return _("%(name)s has a role above yours.") % {"name": post.account}
    return None


@transaction.atomic
def invite(*, institution, role, name, by, email="", phone=""):
    """Ask somebody by e-mail or SMS to work for the institution; returns the invitation."""
    if role not in roles_to_give(by) or not Institution.objects.staffed_by(by).filter(pk=institution.pk).exists():
        raise ColleagueError(_("You cannot give this role."))
    invitation = Invitation.objects.create(
        institution=institution, role=role, name=name, email=email.lower(), phone=phone, invited_by=by
    )
    log(instance=institution, action="wagtail.edit", user=by, data={"invited": invitation.pk, "role": role})
    transaction.on_commit(lambda: _send(invitation))
    return invitation


def link_of(invitation):
    """The address, signed, under which the invitation is accepted."""
    token = signing.dumps(invitation.pk, salt=_SALT)
    return settings.SITE_URL + reverse("invitation", args=[token])


def _send(invitation):
    context = {
        "by": invitation.invited_by,
        "institution": invitation.institution,
        "role": invitation.role,
        "link": link_of(invitation),
        "until": f"{timezone.localtime(invitation.expires_at):%Y-%m-%d %H:%M}",
    }
    text = _("%(by)s invites you to work for %(institution)s as “%(role)s”. Accept until %(until)s: %(link)s") % context
    if invitation.email:
        send_mail(_("Invitation to Xuelin"), text, None, [invitation.email])
    else:
        code_sms.send(sender=Invitation, to=invitation.phone, text=text)


def read(token):
    """The invitation behind a link; ColleagueError when it is no longer good, in words."""
    try:
        invitation = Invitation.objects.select_related("institution", "invited_by").get(
            pk=signing.loads(token, salt=_SALT)
        )
    except (signing.BadSignature, Invitation.DoesNotExist):
        raise ColleagueError(_("This link is not complete. Open it once more from the message.")) from None
    if invitation.accepted_at:
        raise ColleagueError(_("This invitation was accepted already. Sign in with the same e-mail or phone."))
    if invitation.withdrawn_at or invitation.expires_at < timezone.now():
        raise ColleagueError(_("This invitation is no longer valid. Ask for a new one."))
    if invitation.role not in roles_to_give(invitation.invited_by) or not invitation.invited_by.is_active:
        raise ColleagueError(_("This invitation is no longer valid. Ask for a new one."))
    return invitation


@transaction.atomic
def accept(token):
    """Open the account, or take the one that is there, and give it the post and the role; returns the account.

    The link proves the mailbox or the phone; signing in asks for a code there once more.
    """
    invitation = read(token)
    target = {"email": invitation.email} if invitation.email else {"phone": invitation.phone}
    account = get_user_model().objects.filter(**target).first()
    if account is None:
        account = get_user_model().objects.create_user(
            **target, name=invitation.name, phone_verified=bool(invitation.phone)
        )
    if not account.is_active:
        raise ColleagueError(_("This account is closed. Ask the administrator."))
    has_role = account.groups.filter(name=invitation.role).exists()
    if not has_role and account.posts.exclude(institution=invitation.institution).exists():
        # A role holds wherever one works: it must not be raised from elsewhere.
        raise ColleagueError(_("You work for another institution in another role. Ask the administrator."))
    # Guarded, so that two taps make one post.
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=timezone.now()):
        raise ColleagueError(_("This invitation was accepted already. Sign in with the same e-mail or phone."))
    account.is_staff = True
    account.save(update_fields=["is_staff"])
    account.groups.add(Group.objects.get(name=invitation.role))
    post = Staff.objects.get_or_create(account=account, institution=invitation.institution)[0]
    log(instance=post, action="wagtail.create", user=invitation.invited_by, data={"role": invitation.role})
    return account


@transaction.atomic
def set_roles(post, *, names, by):
    """Give a colleague exactly these roles, of those that one may give."""
    if reason := refusal(post, by=by):
        raise ColleagueError(reason)
    mine = Institution.objects.staffed_by(by)
    if post.account.posts.exclude(institution__in=mine).exists():
        raise ColleagueError(
            _("%(name)s works for another institution, too. Ask the administrator.") % {"name": post.account}
        )
    may_give = roles_to_give(by)
    if not set(names) <= set(may_give):
        raise ColleagueError(_("You cannot give this role."))
    present = set(post.account.groups.filter(name__in=may_give).values_list("name", flat=True))
    post.account.groups.remove(*Group.objects.filter(name__in=present - set(names)))
    post.account.groups.add(*Group.objects.filter(name__in=set(names) - present))
    log(instance=post, action="wagtail.edit", user=by, data={"from": sorted(present), "to": sorted(names)})


@transaction.atomic
def remove(post, *, by):
    """A colleague leaves the institution, and is signed out at once. What they did keeps their name."""
    if reason := refusal(post, by=by):
        raise ColleagueError(reason)
    account = post.account
    log(instance=post, action="wagtail.delete", user=by, deleted=True)
    post.delete()
    if not account.posts.exists() and not account.is_superuser:
        account.groups.remove(*Group.objects.filter(name__in=roles.ROLES))
        account.is_staff = False
        account.save(update_fields=["is_staff"])
    type(account).objects.filter(pk=account.pk).update(session_version=F("session_version") + 1)


def withdraw(invitation):
    """Take an invitation back: its link no longer works."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(withdrawn_at=timezone.now())
