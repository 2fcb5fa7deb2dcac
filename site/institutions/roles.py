"""The groups of staff and what each may do in the admin. Which institution they do it for: `Staff`."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

EDITOR, OFFICER, MANAGER, BUREAU, ADMINISTRATOR = "编辑", "报名管理员", "机构管理员", "教育局", "系统管理员"

_INTAKES = ["courses.view_intake", "courses.add_intake", "courses.change_intake"]
_SHARED = [
    f"courses.{act}_{model}" for model in ("term", "holiday", "category") for act in ("view", "add", "change", "delete")
]
_INSTITUTION = ["institutions.view_institution", "institutions.change_institution"]
_STAFF = [f"institutions.{act}_staff" for act in ("view", "add", "change", "delete")]
_ALL = ("add", "change", "publish", "bulk_delete", "lock", "unlock")

# Per group: permissions on models, and on pages below the list of courses or (True) everywhere. Rooms above this one
# are named as text only, so that nothing is imported upwards; a name that does not exist is an error.
ROLES = {
    EDITOR: ([], ("add", "change"), False),
    OFFICER: (_INTAKES, (), False),
    MANAGER: ([*_INTAKES, "courses.delete_intake", *_INSTITUTION, *_STAFF], ("add", "change", "publish"), False),
    BUREAU: (
        [*_INTAKES, *_SHARED, *_INSTITUTION, "institutions.add_institution", *_STAFF],
        ("add", "change", "publish", "lock", "unlock"),
        True,
    ),
    ADMINISTRATOR: (
        [
            *_INTAKES,
            "courses.delete_intake",
            *_SHARED,
            *_INSTITUTION,
            "institutions.add_institution",
            "institutions.delete_institution",
            *_STAFF,
            *(f"accounts.{act}_account" for act in ("view", "add", "change")),
        ],
        _ALL,
        True,
    ),
}


@transaction.atomic
def make_groups():
    """Make the groups, or bring them to what is written here. What was given to a group by hand is taken back.

    Returns the names of groups whose permissions on pages could not be set, because there is no list of courses yet.
    """
    courses = Page.objects.filter(content_type__app_label="courses", content_type__model="courseindexpage").first()
    top = Page.objects.filter(depth=1).first()
    without_pages = []
    for name, (permissions, on_pages, everywhere) in ROLES.items():
        group = Group.objects.get_or_create(name=name)[0]
        group.permissions.set(_permissions(["wagtailadmin.access_admin", *permissions]))
        page = top if everywhere else courses
        GroupPagePermission.objects.filter(group=group).delete()
        if on_pages and page is None:
            without_pages.append(name)
        elif on_pages:
            GroupPagePermission.objects.bulk_create(
                GroupPagePermission(group=group, page=page, permission=permission)
                for permission in _permissions([f"wagtailcore.{act}_page" for act in on_pages])
            )
        if on_pages:
            _may_use_pictures(group)
    return without_pages


def _may_use_pictures(group):
    """Whoever writes pages adds and chooses pictures and documents."""
    names = [f"wagtailimages.{act}_image" for act in ("add", "choose")]
    names += [f"wagtaildocs.{act}_document" for act in ("add", "choose")]
    root = Collection.get_first_root_node()
    for permission in _permissions(names):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)


def _permissions(names):
    """The permissions of these names (app.codename); one that does not exist is a mistake in ROLES."""
    found = []
    for name in names:
        app, codename = name.split(".")
        found.append(Permission.objects.get(content_type__app_label=app, codename=codename))
    return found
