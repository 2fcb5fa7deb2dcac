"""The pages of pathways: the list (with its finder) and a pathway."""

from django.core.validators import MinValueValidator
from django.db import models
from django.forms import TextInput
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from courses.models.majors import Major
from courses.models.programs import Program
from courses.panels import IntakesPanel
from courses.pathways import blocks
from courses.pathways.checks import problems_of_pathway
from courses.pathways.choosers import college_majors, secondary_majors
from institutions.blocks import BodyBlock
from institutions.models import Institution
from institutions.ownership import ListPermissionTester


class PathwayIndexPage(Page):
    """The list of all pathways, with filters. There is one; every pathway stands below it."""

    intro = models.CharField(
        _("introduction"), max_length=120, blank=True, help_text=_("One short sentence under the heading.")
    )

    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.PathwayPage"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    search_fields = [*Page.search_fields, index.SearchField("intro")]

    class Meta:
        verbose_name = _("list of pathways")
        verbose_name_plural = _("lists of pathways")

    def serve(self, request, *args, **kwargs):
        """The finder of pathways, whatever the page's own address."""
        from courses.pathways.views import finder  # Views stand above the models.

        return finder(request, index_page=self)

    def permissions_for_user(self, user):
        """Rights that are given on the list hold for the pathways in it, not for the list."""
        return ListPermissionTester(user, self)


class PathwayPage(Program):
    """A 3+2 pathway: an approved pairing of a secondary school's major with a college's.

    `institution` is the secondary school, whose staff run it; the college decides about the passage (progression).
    `approved_seats` is the number of the approving document: no year admits more. Texts of several lines say one thing
    a line. Tuition and costs are in whole yuan.
    """

    secondary_major = models.ForeignKey(
        Major,
        models.PROTECT,
        related_name="secondary_pathways",
        verbose_name=_("major at the secondary school"),
        limit_choices_to={"level": Major.Level.SECONDARY},
    )
    college = models.ForeignKey(
        Institution,
        models.PROTECT,
        related_name="pathways_to",
        verbose_name=_("college"),
        limit_choices_to={"kind": Institution.Kind.COLLEGE},
        help_text=_("Where the last two years take place; it decides about the passage."),
    )
    college_major = models.ForeignKey(
        Major,
        models.PROTECT,
        related_name="college_pathways",
        verbose_name=_("major at the college"),
        limit_choices_to={"level": Major.Level.COLLEGE},
    )
    approval_document = models.CharField(
        _("approving document"), max_length=60, help_text=_("Its number, as printed on it.")
    )
    approved_seats = models.PositiveSmallIntegerField(
        _("approved number a year"),
        validators=[MinValueValidator(1)],
        help_text=_("As in the document. The seats of an intake never exceed it."),
    )
    who_may_apply = models.TextField(
        _("who may apply"),
        blank=True,
        help_text=_("One condition a line, as the rules of this year say it: graduates, household registration, exam."),
    )
    journey = StreamField(
        [("year", blocks.YearBlock())],
        blank=True,
        max_num=blocks.YEARS,
        verbose_name=_("the five years"),
        help_text=_("One block for each school year, in order. The page draws the journey from them."),
    )
    progression_when = models.CharField(
        _("when the passage is decided"),
        max_length=120,
        blank=True,
        help_text=_("For example: in spring of the third year, by the college together with the school."),
    )
    progression_criteria = models.TextField(
        _("what is assessed"),
        blank=True,
        help_text=_("One criterion a line: marks and where one passes, certificates, medical check, papers and dates."),
    )
    progression_failed = models.TextField(
        _("who does not pass"), blank=True, help_text=_("One way a line: what one has, and what one can do then.")
    )
    exits = StreamField(
        [("exit", blocks.ExitBlock())],
        blank=True,
        verbose_name=_("ways out"),
        help_text=_("Leaving the pathway is final: say where each way leads."),
    )
    occupations = models.TextField(
        _("work it leads to"),
        blank=True,
        help_text=_("One occupation a line. What graduates do, never that they will be hired."),
    )
    costs = StreamField(
        [("cost", blocks.CostBlock())],
        blank=True,
        verbose_name=_("what living costs"),
        help_text=_("Beside tuition: dormitory, meals, books, the way home."),
    )
    questions = StreamField([("question", blocks.QuestionBlock())], blank=True, verbose_name=_("questions of families"))
    contacts = StreamField([("contact", blocks.ContactBlock())], blank=True, verbose_name=_("whom to ask"))
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("more about the pathway"))

    template = "courses/course_page.html"
    parent_page_types = ["courses.PathwayIndexPage"]
    subpage_types = []
    content_panels = [
        FieldPanel("title", classname="title", widget=TextInput(attrs={"placeholder": _("Title of the pathway*")})),
        MultiFieldPanel([FieldPanel("summary"), FieldPanel("cover")], heading=_("In lists")),
        MultiFieldPanel(
            [
                FieldPanel("institution"),
                FieldPanel("secondary_major", widget=secondary_majors.widget_class),
                FieldPanel("college"),
                FieldPanel("college_major", widget=college_majors.widget_class),
                FieldRowPanel([FieldPanel("approval_document"), FieldPanel("approved_seats")]),
            ],
            heading=_("The approved pairing"),
        ),
        IntakesPanel(),
        FieldPanel("who_may_apply"),
        FieldPanel("journey"),
        MultiFieldPanel(
            [
                FieldPanel("progression_when"),
                FieldPanel("progression_criteria"),
                FieldPanel("progression_failed"),
                FieldPanel("exits"),
            ],
            heading=_("The passage to the college"),
        ),
        FieldPanel("occupations"),
        InlinePanel(
            "years",
            heading=_("The years so far"),
            label=_("year"),
            help_text=_("What was published of each year's admission. Families compare their scores with it."),
        ),
        FieldPanel("costs"),
        FieldPanel("questions"),
        FieldPanel("contacts"),
        FieldPanel("body"),
    ]
    settings_panels = [*Page.settings_panels, FieldPanel("is_sample")]
    search_fields = [
        *Program.search_fields,
        index.SearchField("occupations"),
        index.SearchField("questions"),
        index.SearchField("body"),
        index.RelatedFields("secondary_major", [index.SearchField("name"), index.SearchField("group")]),
        index.RelatedFields("college_major", [index.SearchField("name"), index.SearchField("group")]),
        index.RelatedFields("college", [index.SearchField("name")]),
    ]

    class Meta:
        verbose_name = _("pathway")
        verbose_name_plural = _("pathways")

    def problems(self):
        """What keeps the page from being published: of its intakes, and of what only pathways have."""
        yield from super().problems()
        yield from problems_of_pathway(self)

    def serve(self, request, *args, **kwargs):
        """The pathway; its own address answers faster, see courses/pathways/views.py."""
        from courses.pathways.views import show_pathway  # Views stand above the models.

        return show_pathway(request, self)

    def get_context(self, request, *args, **kwargs):
        """What a preview in the admin shows."""
        from courses.pathways.views import pathway_parts  # Views stand above the models.

        return super().get_context(request, *args, **kwargs) | {"parts": pathway_parts(request, self)}

    @property
    def path_on_site(self):
        """The address without asking the database which site this is."""
        return reverse("pathway", args=[self.slug])
