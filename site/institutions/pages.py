"""The pages of institutions: a list of all, and one each with its address, hours and courses."""

from django.db import models
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from institutions.blocks import BodyBlock
from institutions.ownership import ListPermissionTester, OwnedPagePermissionTester, owned
from institutions.page_checks import CheckedPageForm

KEEP = 600  # seconds that an answer may be kept for everyone; publishing makes it anew at once


class PublicPage(Page):
    """A page that is the same for every anonymous reader, and says so (home.page_cache)."""

    base_form_class = CheckedPageForm

    class Meta:
        abstract = True

    def serve(self, request, *args, **kwargs):
        """Answer, and let the answer be kept."""
        response = super().serve(request, *args, **kwargs)
        patch_cache_control(response, public=True, s_maxage=KEEP)
        return response


class InstitutionIndexPage(PublicPage):
    """Where learning takes place: all institutions, by county."""

    introduction = models.CharField(
        _("introduction"), max_length=200, blank=True, help_text=_("One sentence above the list.")
    )

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["institutions.InstitutionPage"]
    max_count = 1
    template = "institutions/institution_index_page.html"

    class Meta:
        verbose_name = _("list of institutions")
        verbose_name_plural = _("lists of institutions")

    def get_context(self, request, *args, **kwargs):
        """Add the institutions' pages, grouped in the template by county."""
        pages = InstitutionPage.objects.live().child_of(self).select_related("institution__district")
        return super().get_context(request, *args, **kwargs) | {
            "pages": pages.order_by("institution__district_id", "institution__name"),
        }

    def permissions_for_user(self, user):
        """Rights that are given on the list hold for the pages in it, not for the list."""
        return ListPermissionTester(user, self)


@owned
class InstitutionPage(PublicPage):
    """One institution: how to reach it, what it is, and its courses."""

    institution = models.OneToOneField(
        "institutions.Institution", models.PROTECT, related_name="page", verbose_name=_("institution")
    )
    summary = models.CharField(
        _("summary"),
        max_length=120,
        help_text=_("One sentence: who learns here, and what. Shown in the list."),
    )
    getting_there = models.CharField(
        _("getting there"),
        max_length=200,
        blank=True,
        help_text=_("Bus line and stop, entrance, step-free way in, where to park."),
    )
    body = StreamField(
        BodyBlock(),
        verbose_name=_("body"),
        blank=True,
        help_text=_("What visitors ask: rooms, equipment, heating in winter, canteen, who to call for what."),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("institution"),
        FieldPanel("summary"),
        FieldPanel("getting_there"),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    parent_page_types = ["institutions.InstitutionIndexPage"]
    subpage_types = []
    template = "institutions/institution_page.html"

    class Meta:
        verbose_name = _("institution page")
        verbose_name_plural = _("institution pages")

    def permissions_for_user(self, user):
        """What this person may do with the page: nothing, unless they work for its institution."""
        return OwnedPagePermissionTester(user, self)
