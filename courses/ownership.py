"""Whose program is it: staff see and change those of their own institutions only (invariant 9).

Used by the page type itself, so that every view of Wagtail's admin that touches a program asks here.
"""

from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import PagePermissionTester

from institutions.models import Institution


def institutions_of(account):
    """The keys of the institutions that the account works for; read once per request (accounts are made anew)."""
    if not hasattr(account, "_institution_keys"):
        account._institution_keys = set(Institution.objects.staffed_by(account).values_list("pk", flat=True))
    return account._institution_keys


class ProgramPermissionTester(PagePermissionTester):
    """Wagtail's rules for pages, and none of its permissions on a program of someone else's institution.

    A moderator still reaches it while a workflow task of theirs waits for an answer: that is the task's own right.
    """

    def __init__(self, user, page):
        super().__init__(user, page)
        if user.is_active and not user.is_superuser and page.institution_id not in institutions_of(user):
            self.permissions = set()


class ProgramForm(WagtailAdminPageForm):
    """The form of a program: one's own institutions to choose from."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields.get("institution")
        if field is None or self.for_user is None:
            return
        field.queryset = Institution.objects.filter(
            pk__in=institutions_of(self.for_user) | {self.instance.institution_id}
        )
        if len(field.queryset) == 1:
            field.initial = field.queryset[0].pk
