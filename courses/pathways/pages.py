"""The pages of pathways: the list (with its finder) and a pathway."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from courses.models.majors import Major
from courses.models.programs import Program
from institutions.models import Institution
from institutions.ownership import ListPermissionTester


class PathwayIndexPage(Page):
    """The list of all pathways, with filters. There is one; every pathway stands below it."""

    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.PathwayPage"]

    class Meta:
        verbose_name = _("list of pathways")
        verbose_name_plural = _("lists of pathways")

    def permissions_for_user(self, user):
        """Rights that are given on the list hold for the pathways in it, not for the list."""
        return ListPermissionTester(user, self)


class PathwayPage(Program):
    """A 3+2 pathway: an approved pairing of a secondary school's major with a college's.

    `institution` is the secondary school, whose staff run it; the college decides about the passage (progression).
    `approved_seats` is the number of the approving document: no year admits more.
    """

    secondary_major = models.ForeignKey(
        Major, models.PROTECT, related_name="secondary_pathways", verbose_name=_("major at the secondary school")
    )
    college = models.ForeignKey(Institution, models.PROTECT, related_name="pathways_to", verbose_name=_("college"))
    college_major = models.ForeignKey(
        Major, models.PROTECT, related_name="college_pathways", verbose_name=_("major at the college")
    )
    approval_document = models.CharField(
        _("approving document"), max_length=60, help_text=_("Its number, as printed on it.")
    )
    approved_seats = models.PositiveSmallIntegerField(_("approved number a year"))

    parent_page_types = ["courses.PathwayIndexPage"]
    subpage_types = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("institution"),
        FieldPanel("secondary_major"),
        FieldPanel("college"),
        FieldPanel("college_major"),
        FieldPanel("approval_document"),
        FieldPanel("approved_seats"),
    ]
    settings_panels = [*Page.settings_panels, FieldPanel("is_sample")]

    class Meta:
        verbose_name = _("pathway")
        verbose_name_plural = _("pathways")
