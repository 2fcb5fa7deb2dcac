"""What this room adds to Wagtail's admin, and what it takes out of it for staff of one institution."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.site_summary import PagesSummaryItem
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.permissions import page_permission_policy

from institutions.admin import InstitutionViewSet
from institutions.colleague_admin import ColleagueViewSet
from institutions.guard import SHOW_ALL
from institutions.ownership import foreign_pages


class InstitutionsGroup(ModelViewSetGroup):
    """One entry of the menu: institutions and their staff."""

    menu_label = _("Institutions")
    menu_icon = "home"
    menu_order = 220
    items = (InstitutionViewSet("institution"), ColleagueViewSet("staff"))


@hooks.register("register_admin_viewset")
def institutions():
    """Institutions and staff, in the menu."""
    return InstitutionsGroup()


@hooks.register("construct_explorer_page_queryset")
def explore_own_pages(parent_page, pages, request):
    """The explorer shows pages of one's own institutions, and those of nobody's."""
    return pages.exclude(foreign_pages(request.user))


@hooks.register("construct_page_chooser_queryset")
def choose_own_pages(pages, request):
    """So do the choosers."""
    return pages.exclude(foreign_pages(request.user))


class _OwnPagesSummaryItem(PagesSummaryItem):
    """The number of pages on the admin's home: of those that the person may reach."""

    def get_context_data(self, parent_context):
        """Counted by the policy."""
        context = super().get_context_data(parent_context)
        reachable = page_permission_policy.instances_user_has_any_permission_for(
            self.request.user, {"add", "change", "publish"}
        )
        return context | {"total_pages": reachable.exclude(depth=1).count()}


@hooks.register("construct_homepage_summary_items", order=100)
def count_own_pages(request, items):
    """Put our count in the place of Wagtail's."""
    items[:] = [_OwnPagesSummaryItem(request) if type(item) is PagesSummaryItem else item for item in items]


@hooks.register("construct_help_menu", order=100)
def no_news_of_the_tool(request, menu_items):
    """Wagtail's news and its guide are in English, on another site: not what staff look for under help."""
    menu_items[:] = [item for item in menu_items if not item.name.startswith(("whats-new", "editor-guide"))]


@hooks.register("construct_reports_menu", order=100)
def no_reports_of_all(request, menu_items):
    """Wagtail's reports that show everything are for administrators, and nobody else is led to them (guard.py)."""
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if not item.url.startswith(SHOW_ALL)]
