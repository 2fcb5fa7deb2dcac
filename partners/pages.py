"""The public pages of this room: enterprises and their directory, order programs and their list."""

from django.db import models
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from accounts.models import District
from courses.models import Program
from courses.panels import IntakesPanel
from institutions.blocks import BodyBlock
from institutions.ownership import ListPermissionTester
from institutions.pages import PublicPage
from partners.models.enterprises import Enterprise
from partners.models.orders import TrainingOrder
from partners.states import SHOWN, EnterpriseState


class EnterpriseIndexPage(PublicPage):
    """The enterprises that train and employ with us, found by name, trade and county."""

    introduction = models.CharField(
        _("introduction"), max_length=200, blank=True, help_text=_("One sentence above the list.")
    )

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["partners.EnterprisePage"]
    max_count = 1
    template = "partners/enterprise_index_page.html"

    class Meta:
        verbose_name = _("list of enterprises")
        verbose_name_plural = _("lists of enterprises")

    def get_context(self, request, *args, **kwargs):
        """Add the pages that the filters leave, and what the filters offer; a value that is none is passed over."""
        pages = EnterprisePage.objects.public_in(self)
        industries = set(pages.values_list("enterprise__industry", flat=True))
        counties = District.objects.filter(enterprises__page__in=pages).distinct()
        words = " ".join(request.GET.get("q", "").replace("\0", "").split())[:40]
        industry, county = request.GET.get("industry", ""), request.GET.get("county", "")
        for part in words.split():
            pages = pages.filter(models.Q(title__icontains=part) | models.Q(summary__icontains=part))
        if industry in industries:
            pages = pages.filter(enterprise__industry=industry)
        if county.isdecimal():
            pages = pages.filter(enterprise__district_id=county)
        return super().get_context(request, *args, **kwargs) | {
            "pages": pages,
            "narrowed": words or industry or county,
            "words": words,
            "chosen": (industry, county),
            "industries": [one for one in Enterprise.Industry.choices if one[0] in industries],
            "counties": counties,
        }


class EnterprisePageManager(type(Page.objects)):
    """Reads enterprises' pages with their enterprise."""

    def public_in(self, parent):
        """The live pages of verified enterprises below a page, by name."""
        pages = self.get_queryset().live().public().child_of(parent).select_related("enterprise__district")
        return pages.filter(enterprise__state=EnterpriseState.VERIFIED).order_by("title", "pk")


class EnterprisePage(PublicPage):
    """One enterprise as visitors see it: what it makes, where, whom it employs. Staff publish every word of it."""

    enterprise = models.OneToOneField(Enterprise, models.PROTECT, related_name="page", verbose_name=_("enterprise"))
    summary = models.CharField(
        _("summary"), max_length=120, help_text=_("One sentence: what it makes or does, and where. Shown in the list.")
    )
    body = StreamField(
        BodyBlock(),
        verbose_name=_("body"),
        blank=True,
        help_text=_("What a learner wants to know: the work, the place, who worked their way up, how to get there."),
    )

    content_panels = [*Page.content_panels, FieldPanel("enterprise"), FieldPanel("summary"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    parent_page_types = ["partners.EnterpriseIndexPage"]
    subpage_types = []
    template = "partners/enterprise_page.html"

    objects = EnterprisePageManager()

    class Meta:
        verbose_name = _("page of an enterprise")
        verbose_name_plural = _("pages of enterprises")

    def problems(self):
        """What keeps it from being published, besides what is checked on every page (page_checks)."""
        if self.enterprise_id and not self.enterprise.is_verified:
            yield "enterprise", _("This enterprise is not verified.")

    def programs(self):
        """The order programs that learners can look at, those that close last first."""
        found = OrderProgramPage.objects.shown().filter(order__enterprise=self.enterprise_id)
        return found.select_related("order").order_by("-order__closes_on", "title")


class OrderProgramIndexPage(Page):
    """The list of all order programs, with filters. There is one; every order program stands below it."""

    introduction = models.CharField(
        _("introduction"), max_length=200, blank=True, help_text=_("One sentence above the list.")
    )

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["partners.OrderProgramPage"]
    max_count = 1

    class Meta:
        verbose_name = _("list of order programs")
        verbose_name_plural = _("lists of order programs")

    def serve(self, request, *args, **kwargs):
        """The list, whatever the page's own address."""
        from partners.views.programs import show_list  # Views stand above the models.

        return show_list(request, self)

    def permissions_for_user(self, user):
        """Rights that are given on the list hold for the programs in it, not for the list."""
        return ListPermissionTester(user, self)


class OrderProgramPageManager(type(Program.objects)):
    """Reads order programs."""

    def shown(self):
        """Those that visitors meet: published, of an order that stands, of an enterprise that is not suspended."""
        found = self.get_queryset().live().public().filter(order__state__in=SHOWN)
        return found.exclude(order__enterprise__state=EnterpriseState.SUSPENDED)


class OrderProgramPage(Program):
    """A program trained for one enterprise's order. `institution` is the school that accepted it.

    Work, pay and terms are those of the order as approved, curriculum and teachers those of the school's plan: they are
    read from there, so that the page cannot say something else. What editors add stands in `summary` and `body`.
    """

    order = models.OneToOneField(TrainingOrder, models.PROTECT, related_name="page", verbose_name=_("training order"))
    body = StreamField(
        BodyBlock(),
        verbose_name=_("more about the training"),
        blank=True,
        help_text=_("What a learner asks first: a day there, who learned it before, how to get there."),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("institution", read_only=True),
        FieldPanel("order", read_only=True),
        FieldPanel("cover"),
        IntakesPanel(),
        FieldPanel("body"),
    ]
    settings_panels = [*Page.settings_panels, FieldPanel("is_sample")]
    search_fields = [*Program.search_fields, index.SearchField("body")]
    # Made out of an accepted plan (program_making.py), never by hand.
    parent_page_types = ["partners.OrderProgramIndexPage"]
    subpage_types = []
    template = "partners/order_program_page.html"

    objects = OrderProgramPageManager()

    class Meta:
        verbose_name = _("order program")
        verbose_name_plural = _("order programs")

    @classmethod
    def can_create_at(cls, parent):
        """Nowhere by hand."""
        return False

    def problems(self):
        """What keeps it from being published: of its intakes, and of its order."""
        yield from super().problems()
        if self.order_id and self.order.state not in SHOWN:
            yield None, _("The order is %(state)s.") % {"state": self.order.get_state_display()}

    def serve(self, request, *args, **kwargs):
        """The program's page, while visitors may meet it."""
        from partners.views.programs import show_program  # Views stand above the models.

        if not OrderProgramPage.objects.shown().filter(pk=self.pk).exists():
            raise Http404
        return show_program(request, self)

    def get_context(self, request, *args, **kwargs):
        """What a preview in the admin shows."""
        from partners.programs import OrderProgram  # It needs the models of this room.

        return super().get_context(request, *args, **kwargs) | {"program": OrderProgram(self)}

    @property
    def path_on_site(self):
        """The address without asking the database which site this is."""
        return reverse("order_program", args=[self.slug])
