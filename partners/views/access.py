"""Who reaches what: everything begins with the memberships of the account, asked anew at each request.

What is not the account's does not exist for it (404). A member who may only read is told so (403).
"""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from partners.models import Enterprise, Role, TrainingOrder
from partners.models.enterprises import WRITERS


def members_only(view):
    """For whoever is signed in, and never kept by anybody."""
    return login_required(never_cache(view))


def enterprise_of(request, pk, *, write=False, own=False):
    """An enterprise of the account, with the account's `role` in it. `write` and `own` ask for more than reading."""
    found = get_object_or_404(Enterprise.objects.of(request.user).select_related("district"), pk=pk)
    return _with_role(request, found, found, write=write, own=own)


def order_of(request, reference, *, write=False):
    """An order of one of the account's enterprises, with the account's `role`."""
    mine = TrainingOrder.objects.of(request.user).select_related("enterprise__district", "occupation", "district")
    found = get_object_or_404(mine, reference=reference)
    return _with_role(request, found, found.enterprise, write=write)


def _with_role(request, row, enterprise, *, write=False, own=False):
    row.role = enterprise.role_of(request.user)
    row.may_write = row.role in WRITERS
    row.may_own = row.role == Role.OWNER
    if (write and not row.may_write) or (own and not row.may_own):
        raise PermissionDenied
    return row
