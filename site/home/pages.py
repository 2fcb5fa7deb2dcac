"""The website's own pages: home, plain pages, notices."""

from django.core.paginator import Paginator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from accounts.models import District
from courses.models import Intake
from home.doors import figures_of
from home.page_cache import public
from institutions.blocks import BodyBlock
from institutions.pages import KEEP, PublicPage

KEEP_HOME = 60  # its cards say "opens tomorrow", so it is made anew more often
NOTICES_PER_PAGE = 20


class HomePage(PublicPage):
    """The front door: what one can do here, search, what opens and closes soon, notices, how it is fair."""

    headline = models.CharField(
        _("headline"),
        max_length=40,
        help_text=_("One sentence of what one can do here, in words that a neighbor would use."),
    )
    lead = models.CharField(
        _("lead"), max_length=80, blank=True, help_text=_("What there is, and that it can be done right here.")
    )
    fairness = RichTextField(
        _("how seats are shared out"),
        blank=True,
        features=["bold", "ul", "ol", "link"],
        help_text=_("Order of arrival, waitlist, lottery: the rules in three or four short sentences."),
    )
    pledges = RichTextField(
        _("service pledges"),
        blank=True,
        features=["bold", "ul", "link"],
        help_text=_("What you promise, with figures that you keep: answer within one working day."),
    )
    desk_help = models.CharField(
        _("help without the internet"),
        max_length=160,
        blank=True,
        help_text=_("Where people go or call who do not want to do it online, and what to bring."),
    )

    pathway_door = models.ForeignKey(
        Page,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("page about 3+2 pathways"),
        help_text=_("The home page shows a way in as soon as a page is chosen; its search description is the text."),
    )
    order_door = models.ForeignKey(
        Page,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("page about training orders"),
        help_text=_("As above, for enterprises and those who look for a job."),
    )

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("headline"), FieldPanel("lead")], heading=_("At the top")),
        MultiFieldPanel([FieldPanel("pathway_door"), FieldPanel("order_door")], heading=_("Ways in")),
        FieldPanel("desk_help"),
        FieldPanel("fairness"),
        FieldPanel("pledges"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def serve(self, request, *args, **kwargs):
        """Answer, to be kept for a minute."""
        return public(super().serve(request, *args, **kwargs), KEEP_HOME)

    def get_context(self, request, *args, **kwargs):
        """Add the ways in, the counties to choose from, the one remembered, and the newest notices."""
        counties = list(District.objects.filter(county=None))
        chosen = request.display.district
        notices = NoticePage.objects.live().public().descendant_of(self).order_by("-date", "-pk")
        return super().get_context(request, *args, **kwargs) | {
            "counties": counties,
            "doors": self.doors(),
            "open_count": Intake.objects.published().of_courses().open_at(timezone.now()).count(),
            "county": next((county for county in counties if county.code == chosen), None),
            "notices": notices[:5],
            "notice_index": NoticeIndexPage.objects.live().child_of(self).first(),
        }

    def doors(self):
        """The ways in beside courses: only those whose page is there to be read."""
        doors = [
            {"page": self.pathway_door, "accent": "k-path", "sign": "home/signs/pathway.svg"},
            {"page": self.order_door, "accent": "k-order", "sign": "home/signs/order.svg"},
        ]
        doors = [door for door in doors if door["page"] and door["page"].live]
        return [door | {"figures": figures_of(door["page"])} for door in doors]


class PlainPage(PublicPage):
    """Text: about us, privacy, accessibility, how to."""

    lead = models.CharField(
        _("lead"), max_length=160, blank=True, help_text=_("The answer in one sentence, before the details.")
    )
    body = StreamField(
        BodyBlock(),
        verbose_name=_("body"),
        blank=True,
        help_text=_("Short paragraphs, a heading for each question that readers have."),
    )
    in_footer = models.BooleanField(_("link in the footer"), default=False)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    promote_panels = [*Page.promote_panels, FieldPanel("in_footer")]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]
    parent_page_types = ["home.HomePage", "home.PlainPage"]
    subpage_types = ["home.PlainPage"]
    template = "home/plain_page.html"

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")


class NoticeIndexPage(RoutablePageMixin, PublicPage):
    """All notices, newest first, and their feed."""

    introduction = models.CharField(
        _("introduction"), max_length=160, blank=True, help_text=_("One sentence above the list.")
    )

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.NoticePage"]
    max_count = 1
    template = "home/notice_index_page.html"

    class Meta:
        verbose_name = _("list of notices")
        verbose_name_plural = _("lists of notices")

    def notices(self):
        """Its notices, newest first."""
        return NoticePage.objects.live().public().child_of(self).order_by("-date", "-pk")

    def get_context(self, request, *args, **kwargs):
        """Add the page of notices that `?page=` asks for; the nearest one when there is no such page."""
        page = Paginator(self.notices(), NOTICES_PER_PAGE).get_page(request.GET.get("page"))
        return super().get_context(request, *args, **kwargs) | {"notices": page}

    def serve(self, request, view=None, args=None, kwargs=None):
        """Answer with the list or the feed, and let the answer be kept. The mixin does not pass by PublicPage's."""
        return public(super().serve(request, view, args, kwargs), KEEP)

    @path("feed/", name="feed")
    def feed(self, request):
        """The newest notices as RSS."""
        from home.feeds import NoticeFeed  # It needs the models of this module.

        return NoticeFeed(self)(request)


class NoticePage(PublicPage):
    """A notice: enrollment opens, classes fall out, rules change."""

    date = models.DateField(_("date"), default=timezone.localdate, help_text=_("Shown, and sorted by."))
    summary = models.CharField(
        _("summary"),
        max_length=120,
        help_text=_("What changes, for whom, from when. Shown in the list and in feeds."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("date"), FieldPanel("summary"), FieldPanel("body")]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
        index.FilterField("date"),
    ]
    parent_page_types = ["home.NoticeIndexPage"]
    subpage_types = []
    template = "home/notice_page.html"

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
