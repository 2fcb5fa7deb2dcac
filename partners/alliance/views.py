"""What everybody may read of the alliance: its members, and how much of what is shared where; and calendar files."""

from collections import Counter

from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.alliance import calendars
from partners.models import AllianceMember, SharedResource, ShareRequest
from partners.states import EnterpriseState, ShareState

SECONDS_KEPT = 600


@require_safe
def alliance(request):
    """Members by name, resources as numbers: which of them, and when, only members see."""
    members = [
        one
        for one in AllianceMember.objects.present().named()
        if one.institution_id or one.enterprise.state == EnterpriseState.VERIFIED
    ]
    keys = {one.pk: one for one in members}
    found = SharedResource.objects.offered().filter(owner__in=keys).values_list("owner", "kind")
    counted = Counter((keys[owner].district, kind) for owner, kind in found)
    kinds = [(kind, label, sum(n for (_at, one), n in counted.items() if one == kind)) for kind, label in _KINDS]
    kinds = [one for one in kinds if one[2]]
    districts = sorted({district for district, _kind in counted}, key=lambda one: one.code)
    context = {
        "members": members,
        "kinds": [(label, n) for _kind, label, n in kinds],
        "districts": [(one, [(label, counted[one, kind]) for kind, label, _n in kinds]) for one in districts],
        "hours": ShareRequest.objects.filter(state=ShareState.USED).aggregate(n=Sum("hours"))["n"],
    }
    response = render(request, "partners/alliance/public.html", context)
    response["Cache-Control"] = f"public, s-maxage={SECONDS_KEPT}"
    return response


_KINDS = SharedResource.Kind.choices


@require_safe
def calendar(request, token):
    """When a resource is taken, for calendar programs, which cannot sign in: whoever has the address reads it."""
    found = calendars.behind(token)
    if found is None:
        raise Http404
    response = HttpResponse(calendars.as_file(found), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="resource.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
