"""Pictures and documents by institution, in Wagtail's own terms: a collection each, and a group that may use it.

The group is kept by the code: whoever works for an institution and writes pages is in it. What all may use lies in
the collection SHARED.
"""

from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission

SHARED = "共用素材"
_ALL = [f"{act}_{kind}" for kind in ("image", "document") for act in ("add", "change", "choose")]
_CHOOSE = ["choose_image", "choose_document"]


def shared_collection():
    """The collection from which everyone may choose; made when it is missing."""
    root = Collection.get_first_root_node()
    return root.get_children().filter(name=SHARED).first() or root.add_child(name=SHARED)


def grant(group, collection, *, names):
    """Give a group these permissions on a collection, and no others there."""
    allowed = Permission.objects.filter(content_type__app_label__in=["wagtailimages", "wagtaildocs"])
    allowed = allowed.filter(codename__in=names)
    given = GroupCollectionPermission.objects.filter(group=group, collection=collection)
    given.exclude(permission__in=allowed).delete()
    for permission in allowed:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)


def grant_shared(group, *, may_add):
    """What a group of roles.py may do with pictures and documents of all."""
    GroupCollectionPermission.objects.filter(group=group).exclude(collection=shared_collection()).delete()
    grant(group, shared_collection(), names=_ALL if may_add else _CHOOSE)


def workspace_of(institution):
    """The group whose members use the institution's own collection; made when it is missing."""
    # Read again: another copy of the row may have got its collection meanwhile.
    stored = type(institution).objects.select_related("collection", "workspace").get(pk=institution.pk)
    if stored.collection is None:
        stored.collection = Collection.get_first_root_node().add_child(name=stored.name)
    if stored.workspace is None:
        stored.workspace = Group.objects.get_or_create(name=f"{stored.name} · 图片和文件")[0]
    stored.save(update_fields=["collection", "workspace"])
    grant(stored.workspace, stored.collection, names=_ALL)
    return stored.workspace


def sync_workspaces(account):
    """Bring the account into the groups of the institutions it writes pages for, and out of all others."""
    from institutions.models import Institution  # The models of this room use this module.
    from institutions.roles import writes_pages

    posts = Institution.objects.filter(staff__account=account) if writes_pages(account) else Institution.objects.none()
    wanted = {workspace_of(institution).pk for institution in posts}
    present = set(account.groups.filter(institution_workspace__isnull=False).values_list("pk", flat=True))
    account.groups.remove(*(present - wanted))
    account.groups.add(*(wanted - present))
