"""Who acts for a member: owners and recruiters of an enterprise, and an institution's staff who may lend and borrow."""

from django.db.models import Q

from accounts.models import Account
from partners.models import AllianceMember
from partners.models.enterprises import WRITERS

# The right of staff to share what their institution has, and to ask others.
SHARE = "partners.change_sharedresource"


def may_act_for(member, account):
    """Whether the account may decide for this member now."""
    if member.enterprise_id:
        return member.enterprise.members.filter(account=account, role__in=WRITERS).exists()
    return account.has_perm(SHARE) and AllianceMember.objects.staffed_by(account).filter(pk=member.pk).exists()


def may_read_for(member, account):
    """Whether the account reads what concerns this member now: of an enterprise every member of it."""
    if member.enterprise_id:
        return member.enterprise.members.filter(account=account).exists()
    return may_act_for(member, account)


def acting_for(member):
    """The accounts that may decide for a member: those whom a message about it goes to."""
    if member.enterprise_id:
        who = Q(memberships__enterprise=member.enterprise_id, memberships__role__in=WRITERS)
    else:
        app, codename = SHARE.split(".")
        right = {"groups__permissions__codename": codename, "groups__permissions__content_type__app_label": app}
        who = Q(posts__institution=member.institution_id, is_active=True, **right)
    return Account.objects.filter(who).distinct()
