"""What enrollments, learners and the desk add to Wagtail's admin."""

from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from courses.admin.desk import DeskView, SlipView
from courses.admin.enrollments import EnrollmentViewSet
from courses.admin.learners import IdentityRevealViewSet, LearnerViewSet


@hooks.register("register_admin_viewset")
def people():
    """Enrollments with their rosters, learners, and who saw a whole identity number."""
    return [EnrollmentViewSet("enrollment"), LearnerViewSet("learner"), IdentityRevealViewSet("identity_reveal")]


@hooks.register("register_admin_urls")
def desk_urls():
    """The desk and its slips."""
    return [
        path("desk/", DeskView.as_view(), name="desk"),
        path("desk/slip/<int:pk>/", SlipView.as_view(), name="desk_slip"),
    ]


class DeskMenuItem(MenuItem):
    """The desk, for those who may enroll others."""

    def is_shown(self, request):
        """By permission."""
        return request.user.has_perm("courses.add_enrollment")


@hooks.register("register_admin_menu_item")
def desk_menu_item():
    """Before the list of enrollments."""
    return DeskMenuItem(_("Desk"), reverse("desk"), icon_name="user", order=214, name="desk")


@hooks.register("insert_global_admin_css")
def people_css():
    """Our few rules for these screens."""
    return format_html('<link rel="stylesheet" href="{}">', static("courses/people.css"))
