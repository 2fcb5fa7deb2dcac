"""What this room adds to Wagtail's admin: its lists, the menu entry of the programs, and what must not be deleted."""

from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter

from courses import people_hooks, round_hooks, today  # noqa: F401 - hooks of their own
from courses.admin import answering, reports  # noqa: F401 - hooks of their own
from courses.admin.application_rules import ApplyingGroup
from courses.admin.attendance import AttendanceViewSet
from courses.admin.broadcasts import BroadcastViewSet
from courses.admin.cohorts import CohortViewSet
from courses.admin.fees import PROOF_URLS, RefundPolicyViewSet
from courses.admin.imports import ImportViewSet
from courses.admin.intakes import IntakeViewSet
from courses.admin.schooling import MajorOfferViewSet
from courses.admin.shared import SubjectsGroup
from courses.admin.work import WorkPanel, WorkView
from courses.models import CourseIndexPage, Intake, PathwayIndexPage, Program
from courses.pathways.choosers import all_majors, college_majors, secondary_majors

LOGGED = [
    ("cancel_class", _("Cancel the class"), _("Cancelled.")),
    ("change_class", _("Change the class"), _("Changed.")),
    ("run_anyway", _("Runs anyway"), _("Takes place with fewer than its minimum.")),
]


@hooks.register("register_admin_viewset")
def viewsets():
    """Intakes, and what they are ordered by."""
    return [
        IntakeViewSet("intake"),
        AttendanceViewSet("attendance"),
        BroadcastViewSet("broadcast"),
        CohortViewSet("cohort"),
        ImportViewSet("course_import"),
        RefundPolicyViewSet("refund_policy"),
        MajorOfferViewSet("major_offer"),
        all_majors,
        secondary_majors,
        college_majors,
        ApplyingGroup(),
        SubjectsGroup(),
    ]


@hooks.register("construct_homepage_panels")
def what_waits(request, panels):
    """First on the home of the admin: what waits for this person."""
    panels += [today.TodayPanel(), WorkPanel()]


@hooks.register("register_admin_urls")
def work_urls():
    """How far a work in the background is; proofs for lower fees."""
    return [path("work/<int:pk>/", WorkView.as_view(), name="bulk_work"), path("proofs/", include(PROOF_URLS))]


@hooks.register("register_log_actions")
def acts_on_classes(actions):
    """What the history of an intake says of acts on the class."""
    for name, label, text in LOGGED:
        words = {"label": label, "message": text}
        actions.register_action(f"courses.{name}")(type(f"_{name}", (_WithNote,), words))


class _WithNote(LogFormatter):
    """The sentence of an act, what it changed, and why."""

    def format_message(self, log_entry):
        """In the reader's language; what was changed stands in that of whoever did it."""
        data = log_entry.data
        return " ".join(filter(None, [str(self.message), data.get("what", ""), data.get("note", "")]))


class ProgramsMenuItem(MenuItem):
    """Programs of one kind: the part of the page tree below their list."""

    def __init__(self, label, listing, **kwargs):
        super().__init__(label, "#", **kwargs)
        self.listing = listing

    def is_shown(self, request):
        """For those who may edit pages there."""
        return request.user.is_superuser or request.user.has_perm("wagtailcore.change_page")

    def render_component(self, request):
        """The address is known only when the page exists."""
        page = self.listing.objects.only("pk").first()
        self.url = reverse("wagtailadmin_explore", args=[page.pk]) if page else reverse("wagtailadmin_explore_root")
        return super().render_component(request)


@hooks.register("register_admin_menu_item")
def programs_menu_item():
    """Courses, first among ours."""
    return ProgramsMenuItem(_("Programs"), CourseIndexPage, icon_name="doc-full-inverse", order=200, name="programs")


@hooks.register("register_admin_menu_item")
def pathways_menu_item():
    """Pathways beside them."""
    return ProgramsMenuItem(_("3+2 pathways"), PathwayIndexPage, icon_name="order", order=201, name="pathways")


@hooks.register("insert_global_admin_css")
def small_repairs():
    """Our few rules for the admin's look."""
    return format_html('<link rel="stylesheet" href="{}">', static("courses/admin.css"))


@hooks.register("register_page_header_buttons")
def intake_buttons(page, user, view_name, next_url=None):
    """From a program to its intakes."""
    if isinstance(page.specific_deferred, Program) and user.has_perm("courses.change_intake"):
        query = f"?program={page.pk}"
        yield Button(_("Intakes"), url=reverse("intake:index") + query, icon_name="date", priority=15)
        if user.has_perm("courses.add_intake"):
            yield Button(_("Add an intake"), url=reverse("intake:add") + query, icon_name="plus", priority=16)


@hooks.register("before_delete_page")
def keep_pages_with_intakes(request, page):
    """A page below which people are or were enrolled is not deleted: say so instead of failing."""
    return _refuse(request, [page])


@hooks.register("before_bulk_action")
def keep_pages_with_intakes_in_bulk(request, action_type, objects, action):
    """The same when several pages are ticked."""
    if action_type == "delete" and getattr(action, "models", None) and objects and hasattr(objects[0], "path"):
        return _refuse(request, objects)
    return None


def _refuse(request, pages):
    for page in pages:
        count = Intake.objects.filter(program__path__startswith=page.path).count()
        if count:
            text = ngettext(
                "“%(title)s” has %(n)d intake, so it stays. Unpublish the page, or delete the intake first.",
                "“%(title)s” has %(n)d intakes, so it stays. Unpublish the page, or delete the intakes first.",
                count,
            ) % {"title": page.get_admin_display_title(), "n": count}
            messages.error(request, text)
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None
