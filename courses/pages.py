"""The pages of this room: the list of courses (the finder) and a community course."""

from django.db import models
from django.forms import TextInput
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from courses.models.programs import Category, Program
from courses.panels import IntakesPanel
from institutions.blocks import BodyBlock
from institutions.ownership import ListPermissionTester


class CourseIndexPage(Page):
    """The list of all courses, with search and filters. There is one; every course stands below it."""

    intro = models.CharField(
        _("introduction"),
        max_length=120,
        blank=True,
        help_text=_("One short sentence under the heading; most readers go straight to the search box."),
    )

    max_count = 1
    subpage_types = ["courses.CommunityCoursePage"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    search_fields = [*Page.search_fields, index.SearchField("intro")]

    class Meta:
        verbose_name = _("list of courses")
        verbose_name_plural = _("lists of courses")

    def serve(self, request, *args, **kwargs):
        """The finder, whatever the page's own address."""
        from courses.listings import finder  # Views stand above the models.

        return finder(request, index_page=self)

    def permissions_for_user(self, user):
        """Rights that are given on the list hold for the courses in it, not for the list."""
        return ListPermissionTester(user, self)


class CommunityCoursePage(Program):
    """A course for residents. Its classes are its intakes, edited beside it."""

    class Level(models.TextChoices):
        """What one must already know."""

        BEGINNER = "beginner", _("beginners")
        INTERMEDIATE = "intermediate", _("some experience")
        ADVANCED = "advanced", _("advanced")

    category = models.ForeignKey(
        Category,
        models.PROTECT,
        related_name="courses",
        verbose_name=_("category"),
        help_text=_("The one under which a resident would look first."),
    )
    level = models.CharField(_("level"), max_length=12, choices=Level.choices, default=Level.BEGINNER)
    outcomes = models.TextField(
        _("what you will learn"),
        blank=True,
        help_text=_("One thing a line, as something one can do: bake a loaf of rye bread at home."),
    )
    audience = models.TextField(
        _("who it is for"),
        blank=True,
        help_text=_("In two sentences: for whom it is made, what one should already know, what it is not."),
    )
    teacher_note = models.TextField(
        _("about the teacher"),
        blank=True,
        help_text=_("Two or three sentences: what they do, since when, and why learners like them. No titles only."),
    )
    bring = models.TextField(
        _("what to bring"),
        blank=True,
        help_text=_("One thing a line, with sizes and prices where something must be bought."),
    )
    body = StreamField(
        BodyBlock(),
        blank=True,
        verbose_name=_("more about the course"),
        help_text=_("The plan of the meetings, pictures of what is made. Describe each picture for those who hear it."),
    )

    template = "courses/course_page.html"
    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types = []
    content_panels = [
        # The address is made from the title in pinyin (ProgramForm): nothing to fill in beside it.
        FieldPanel("title", classname="title", widget=TextInput(attrs={"placeholder": _("Title of the course*")})),
        MultiFieldPanel(
            [
                FieldPanel("summary"),
                FieldRowPanel([FieldPanel("category"), FieldPanel("level")]),
                FieldPanel("institution"),
                FieldPanel("cover"),
            ],
            heading=_("In lists"),
        ),
        IntakesPanel(),
        MultiFieldPanel(
            [FieldPanel("outcomes"), FieldPanel("audience"), FieldPanel("teacher_note"), FieldPanel("bring")],
            heading=_("What people ask first"),
        ),
        FieldPanel("body"),
    ]
    settings_panels = [*Page.settings_panels, FieldPanel("is_sample")]
    search_fields = [
        *Program.search_fields,
        index.SearchField("outcomes"),
        index.SearchField("audience"),
        index.SearchField("body"),
        index.RelatedFields("category", [index.SearchField("name")]),
        index.FilterField("category_id"),
    ]

    class Meta:
        verbose_name = _("community course")
        verbose_name_plural = _("community courses")

    def serve(self, request, *args, **kwargs):
        """The course page; its own address answers faster, see listings.course."""
        from courses.listings import show_course  # Views stand above the models.

        return show_course(request, self)

    def get_context(self, request, *args, **kwargs):
        """What a preview in the admin shows."""
        from courses.listings import course_parts  # Views stand above the models.

        return super().get_context(request, *args, **kwargs) | {"parts": course_parts(request, self)}

    @property
    def path_on_site(self):
        """The address without asking the database which site this is."""
        return reverse("course", args=[self.slug])
