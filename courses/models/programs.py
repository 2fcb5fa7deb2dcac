"""What is published: categories, and the part that all kinds of program share."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from courses.ownership import ProgramForm
from courses.pinyin import pinyin_of
from institutions.models import Institution
from institutions.ownership import OwnedPagePermissionTester, owned


class Category(models.Model):
    """A subject that residents look for, for example music or baking."""

    name = models.CharField(
        _("name"), max_length=40, unique=True, help_text=_("A word that residents use, for example: baking.")
    )
    slug = models.SlugField(_("slug"), unique=True, help_text=_("For the address of the course list: letters only."))
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Smaller numbers stand further up in the list of filters.")
    )

    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("order")]

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name


@owned
class Program(Page):
    """What a person can enroll in, as a page. Each kind is a page type of its own; intakes belong to a program."""

    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        related_name="programs",
        verbose_name=_("institution"),
        help_text=_("Who offers it. Staff of this institution run its intakes."),
    )
    summary = models.CharField(
        _("summary"),
        max_length=120,
        help_text=_("One sentence that a neighbor would say: what one can do afterwards. Shown in lists."),
    )
    cover = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cover picture"),
        help_text=_("A wide picture of people learning or of what they make. Without one, a drawn scene is shown."),
    )

    is_sample = models.BooleanField(
        _("sample"),
        default=False,
        help_text=_("Made up to show the site; marked as a sample wherever it appears."),
    )

    is_creatable = False
    base_form_class = ProgramForm
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("pinyin"),
        index.AutocompleteField("pinyin"),
        index.RelatedFields("institution", [index.SearchField("name")]),
        index.FilterField("institution_id"),
    ]

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")

    @property
    def pinyin(self):
        """The title in pinyin and its initials, so that either finds it."""
        return pinyin_of(self.title)

    def problems(self):
        """What keeps the page from being published, besides what is checked on every page (page_checks)."""
        from courses.publishing import problems_of_intakes  # It needs the models of this package.

        return problems_of_intakes(self)

    def permissions_for_user(self, user):
        """What this person may do with the page: nothing, unless they work for its institution."""
        return OwnedPagePermissionTester(user, self)
