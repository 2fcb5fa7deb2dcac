"""Where a member of the alliance is at work: an enterprise on the website, an institution's staff in the admin.

Both have the same screens (screens.py); a Desk knows whose they are, what their addresses are called and what they
stand in. Who may sit down at it is asked anew at each request.
"""

from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from partners.alliance.acting import SHARE
from partners.models import AllianceMember
from partners.views.access import enterprise_of, members_only


@dataclass(frozen=True)
class Look:
    """What the same things are called in the stylesheets of the website and of the admin."""

    base: str
    button: str
    second: str
    serious: str
    table: str


SITE = Look("partners/alliance/site.html", "btn", "btn btn--2", "btn btn--danger", "tbl")
ADMIN = Look(
    "partners/alliance/admin.html", "button", "button button-secondary", "button no serious", "listing partners-review"
)


@dataclass(frozen=True)
class Desk:
    """A member at work. `key` is what its addresses begin with; `may_write`: this person decides, else only reads."""

    member: AllianceMember
    key: int
    may_write: bool
    look: Look
    prefix: str

    @property
    def is_admin(self):
        """Whether it stands in the admin."""
        return self.look is ADMIN

    def url(self, name, *args):
        """The address of a screen."""
        return reverse(self.prefix + name, args=[self.key, *args])

    def render(self, request, template, context, status=200):
        """A screen at this desk."""
        return render(request, f"partners/alliance/{template}", context | {"desk": self}, status=status)


def on_site(view):
    """A screen for the members of an enterprise; who only reads may not send forms."""

    @wraps(view)
    def wrapped(request, pk, **kwargs):
        enterprise = enterprise_of(request, pk, write=request.method == "POST")
        member = enterprise.alliance_memberships.filter(left_on=None).first()
        if member is None:
            return render(request, "partners/alliance/no_member.html", {"enterprise": enterprise})
        return view(request, Desk(member, pk, enterprise.may_write, SITE, "alliance_"), **kwargs)

    return members_only(wrapped)


def in_admin(view):
    """A screen for staff of an institution who may share."""

    @wraps(view)
    def wrapped(request, member, **kwargs):
        if not request.user.has_perm(SHARE):
            raise PermissionDenied
        found = desks_of(request.user).filter(pk=member)
        return view(request, Desk(get_object_or_404(found), member, True, ADMIN, "alliance:"), **kwargs)

    return wrapped


def desks_of(account):
    """The present members for which this account is at work in the admin."""
    if not account.has_perm(SHARE):
        return AllianceMember.objects.none()
    return AllianceMember.objects.staffed_by(account).present().named()
