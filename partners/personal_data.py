"""What this room keeps of a person: for which enterprises they act, and that they asked to."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import personal_data
from partners.models import Member, Role


def export(account):
    """One record for each membership and each request."""
    return [
        {"enterprise": one.enterprise.name, "role": str(one.get_role_display()), "since": _moment(one.since)}
        for one in account.memberships.select_related("enterprise")
    ] + [
        {"enterprise": one.enterprise.name, "role": str(one.get_state_display()), "since": _moment(one.created_at)}
        for one in account.claims.select_related("enterprise")
    ]


def _moment(at):
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def obstacles(account, learner):
    """An enterprise whose only owner this is would be left without one."""
    if learner is not None:
        return []
    owned = account.memberships.filter(role=Role.OWNER).select_related("enterprise")
    return [
        _("You are the only owner of %(enterprise)s. Make somebody else an owner first.")
        % {"enterprise": one.enterprise}
        for one in owned
        if not Member.objects.filter(enterprise=one.enterprise, role=Role.OWNER).exclude(pk=one.pk).exists()
    ]


def consequences(account, learner):
    """What follows, and what stays."""
    if learner is not None or not account.memberships.exists():
        return []
    return [_("You no longer act for any enterprise. What you did in its orders stays in their history, without name.")]


def erase(account, learner):
    """Take the account out of all enterprises."""
    if learner is None:
        account.memberships.all().delete()
        account.claims.all().delete()


def register():
    """Tell the room below about this part."""
    personal_data.register(
        "enterprises",
        title=gettext_lazy("Enterprises"),
        labels={
            "enterprise": gettext_lazy("Enterprise"),
            "role": gettext_lazy("Role"),
            "since": gettext_lazy("Since"),
        },
        export=export,
        obstacles=obstacles,
        consequences=consequences,
        erase=erase,
    )
