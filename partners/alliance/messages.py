"""What the two sides of a request are told."""

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from notifications.sending import say
from notifications.texts import explain, register
from partners.alliance.acting import acting_for

explain("resource", meaning=_("What the alliance's members share"), example=_("Nursing training room"))
explain("other", meaning=_("The other member of the alliance"), example=_("Example Care Home"))
explain("time", meaning=_("From when until when"), example="2027-03-07 09:00 – 11:30")

_KINDS = {
    "alliance_asked": (
        _("Request for %(resource)s"),
        _("%(other)s asks for “%(resource)s”: %(time)s. Please approve or decline."),
    ),
    "alliance_approved": (
        _("Approved: %(resource)s"),
        _("%(other)s lends you “%(resource)s”: %(time)s."),
    ),
    "alliance_declined": (
        _("Not possible: %(resource)s"),
        _("%(other)s cannot lend you “%(resource)s” (%(time)s): %(comment)s"),
    ),
    "alliance_cancelled": (
        _("Cancelled: %(resource)s"),
        _("%(other)s cancelled “%(resource)s” (%(time)s): %(comment)s"),
    ),
    "alliance_used": (
        _("Hours confirmed: %(resource)s"),
        _("%(other)s confirmed the hours for “%(resource)s” (%(time)s)."),
    ),
}
for _kind, (_title, _body) in _KINDS.items():
    register(_kind, title=_title, body=_body, also={"resource", "other", "time", "comment"})


def spell_time(request):
    """2027-03-07 09:00 – 11:30; with both days where it goes over midnight."""
    first, last = timezone.localtime(request.starts_at), timezone.localtime(request.ends_at)
    end = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M}"
    return f"{first:%Y-%m-%d %H:%M} – {end}"


def tell(kind, event, *, to, about, comment=""):
    """Tell all who act for the member `to`; `about` is the other member."""
    request = event.request
    name = "alliance_request" if to.enterprise_id else "alliance:request"
    url = reverse(name, args=[to.enterprise_id or to.pk, request.pk])
    for account in acting_for(to):
        with translation.override(account.language):
            context = {
                "resource": request.resource.name,
                "other": str(about),
                "time": spell_time(request),
                "comment": comment,
            }
            key = f"{kind}:{event.pk}:{account.pk}"
            say(account, kind, context, key=key, url=url, institution_id=to.institution_id)
