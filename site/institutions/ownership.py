"""Whose page is it: staff see and change those of their own institutions only (invariant 9).

Wagtail's permissions on pages go by subtrees, and courses of all institutions stand in one list. So its own page
policy and its own permission testers are narrowed here, by the one field `institution` of the page types that
register with `owned`. A test pins what this relies on (tests/institutions/test_ownership.py).
"""

from django.db.models import Q
from wagtail.models import Page, PagePermissionTester
from wagtail.permission_policies.pages import PagePermissionPolicy

_OWNED = []


def owned(model):
    """Mark a page type as belonging to an institution (its field `institution`); a decorator of the class."""
    _OWNED.append(model)
    return model


def institutions_of(account):
    """The keys of the institutions that the account works for; read once per request (accounts are made anew)."""
    from institutions.models import Institution  # The models of this room use this module.

    if not hasattr(account, "_institution_keys"):
        account._institution_keys = set(Institution.objects.staffed_by(account).values_list("pk", flat=True))
    return account._institution_keys


def foreign_pages(account):
    """A condition on pages: those that belong to an institution which is not the account's."""
    condition = Q(pk__in=[])
    for model in [] if account.is_superuser else _OWNED:
        others = model.objects.exclude(institution__in=institutions_of(account))
        condition |= Q(pk__in=others.values("pk"))
    return condition


def is_foreign(account, keys):
    """Whether one of these pages belongs to an institution that is not the account's."""
    return Page.objects.filter(pk__in=keys).filter(foreign_pages(account)).exists()


class OwnPagesPolicy(PagePermissionPolicy):
    """Wagtail's policy, asked by its explorer, search, choosers, reports, histories and workflows."""

    def user_has_any_permission_for_instance(self, user, actions, instance):
        """Not on a page of others."""
        allowed = super().user_has_any_permission_for_instance(user, actions, instance)
        return allowed and not is_foreign(user, [instance.pk])

    def instances_user_has_any_permission_for(self, user, actions):
        """Without pages of others."""
        return super().instances_user_has_any_permission_for(user, actions).exclude(foreign_pages(user))

    def explorable_instances(self, user):
        """Without pages of others; nothing for those who have no permission on pages at all."""
        if not user.is_superuser and not self.get_cached_permissions_for_user(user):
            return Page.objects.none()
        return super().explorable_instances(user).exclude(foreign_pages(user))

    def users_with_any_permission_for_instance(self, actions, instance, include_superusers=True):
        """Those of the page's institution only, and administrators."""
        users = super().users_with_any_permission_for_instance(actions, instance, include_superusers)
        institution = getattr(instance.specific, "institution_id", None)
        if institution is None:
            return users
        return users.filter(Q(posts__institution=institution) | Q(is_superuser=True)).distinct()


def narrow_wagtail():
    """Let Wagtail ask OwnPagesPolicy: all of its views hold one policy for pages, and there is no setting for it."""
    from wagtail import permissions
    from wagtail.admin.api import views

    permissions.page_permission_policy.__class__ = OwnPagesPolicy
    views.PagePermissionPolicy = OwnPagesPolicy


class OwnedPagePermissionTester(PagePermissionTester):
    """Wagtail's rules for a page, and none of its permissions when it belongs to someone else's institution."""

    def __init__(self, user, page):
        super().__init__(user, page)
        self.is_foreign = not user.is_superuser and page.institution_id not in institutions_of(user)
        if self.is_foreign:
            self.permissions = set()


class ListPermissionTester(PagePermissionTester):
    """For a list of pages: permissions given on the list itself hold for what stands below it.

    The list is changed, moved or unpublished only by those who have that permission on a page above: an editor of one
    school must not take the courses of all schools off the site.
    """

    def __init__(self, user, page):
        super().__init__(user, page)
        self.below = getattr(self, "permissions", set())
        if user.is_active and not user.is_superuser:
            self.permissions = {
                given.permission.codename.removesuffix("_page")
                for given in self.permission_policy.get_cached_permissions_for_user(user)
                if page.path.startswith(given.page.path) and page.path != given.page.path
            }

    def can_add_subpage(self):
        """By what is given on the list."""
        return self._as_below(super().can_add_subpage)

    def can_publish_subpage(self):
        """By what is given on the list."""
        return self._as_below(super().can_publish_subpage)

    def _as_below(self, question):
        own, self.permissions = getattr(self, "permissions", set()), self.below
        try:
            return question()
        finally:
            self.permissions = own
