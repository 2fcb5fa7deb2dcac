"""Rules for applying, and interest in pathways, in the admin."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSetGroup

from accounts.models import mask_phone
from courses.admin.applications import ApplicationViewSet
from courses.admin.enrollments import local
from courses.admin.exam_imports import ExamImportViewSet
from courses.models import AdmissionRound, ApplicationRules, Intake, Interest, PathwayPage
from institutions.admin import GuardedViewSet, RegisterViewSet


class LinesField(forms.CharField):
    """A list of sentences, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value):
        """As lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        """The lines that hold something, each once."""
        return list(dict.fromkeys(line.strip()[:120] for line in (value or "").splitlines() if line.strip()))

    def validate(self, value):
        """None is fine."""


class RulesForm(WagtailAdminModelForm):
    """Of one of one's own rounds of pathways, or of an intake where interest is registered."""

    conditions = LinesField(
        label=_("further conditions"),
        required=False,
        help_text=_("One sentence a line that must be true, for example: I have signed up for the exam of 2027."),
    )
    bonus_kinds = LinesField(
        label=_("what gives bonus points"), required=False, help_text=_("One kind a line; each needs a proof.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        pathways = PathwayPage.objects.values("pk")
        rounds = AdmissionRound.objects.staffed_by(self.for_user).filter(intakes__program__in=pathways).distinct()
        intakes = Intake.objects.staffed_by(self.for_user).filter(program__in=pathways, mode=Intake.Mode.INTEREST)
        for name, queryset in (("round", rounds), ("intake", intakes.select_related("program"))):
            self.fields[name].queryset = queryset
            if self.instance.pk:
                self.fields[name].disabled = True


class RulesIndexView(generic.IndexView):
    """Those of one's own rounds and intakes."""

    def get_base_queryset(self):
        """One query for a page of rows."""
        mine = ApplicationRules.objects.staffed_by(self.request.user)
        return mine.select_related("round", "intake__program")


def _earlier(rules):
    return pgettext("answer", "yes") if rules.earlier_graduates else pgettext("answer", "no")


class ApplicationRulesViewSet(GuardedViewSet):
    """Rules for applying: they differ by province and year, so staff write them."""

    model = ApplicationRules
    name = "application_rules"
    icon = "form"
    menu_label = _("Rules for applying")
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = RulesIndexView
    list_display = [
        "__str__",
        "exam_year",
        Column("earlier_graduates", label=_("graduates of earlier years may apply, too"), accessor=_earlier),
        Column("get_household_display", label=_("household registration")),
        "minimum_score",
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("round"), FieldPanel("intake")]),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("exam_year"), FieldPanel("earlier_graduates")]),
                    FieldRowPanel([FieldPanel("household"), FieldPanel("minimum_score")]),
                    FieldPanel("conditions"),
                ],
                heading=_("Who may apply"),
            ),
            MultiFieldPanel(
                [FieldPanel("bonus_kinds"), FieldPanel("typed_scores_count"), FieldPanel("correct_until")],
                heading=_("The application"),
            ),
            FieldPanel("remark"),
        ],
        base_form_class=RulesForm,
    )

    def visible_to(self, account):
        """Those of one's own rounds and intakes."""
        return ApplicationRules.objects.staffed_by(account)


def _phone_to_ring(interest):
    """The learner's own, or that of the family: a child has none."""
    return interest.learner.masked_phone or mask_phone(interest.learner.account.phone)


class InterestIndexView(generic.IndexView):
    """Who is interested, the newest first; for the school to know how many and to ring."""

    def get_base_queryset(self):
        """Live ones, one query for a page of rows."""
        mine = Interest.objects.staffed_by(self.request.user).live()
        return mine.select_related("learner__account", "intake__program")

    def get_add_url(self):
        """None: families register."""

    def get_edit_url(self, instance):
        """None."""

    def get_delete_url(self, instance):
        """None."""

    columns = [
        TitleColumn("learner.name", label=_("learner")),
        Column("intake.title", label=_("intake")),
        Column("learner.residence", label=_("residence")),
        Column("phone", label=_("phone"), accessor=_phone_to_ring),
        Column("created_at", label=_("registered"), accessor=lambda row: local(row.created_at)),
        Column("get_outcome_display", label=_("official result")),
        Column("admitted_to", label=_("admitted to")),
    ]


class InterestViewSet(RegisterViewSet):
    """Interest in pathways whose admission the official channel decides."""

    model = Interest
    name = "interest"
    icon = "user"
    menu_label = _("Interest in pathways")
    index_view_class = InterestIndexView
    list_filter = ["intake", "outcome"]
    search_fields = ["learner__name"]

    def visible_to(self, account):
        """Those in pathways of one's own institutions."""
        return Interest.objects.staffed_by(account)


class ApplyingGroup(ModelViewSetGroup):
    """One entry of the menu: all about applying to pathways."""

    menu_label = _("Applying to pathways")
    menu_icon = "clipboard-list"
    menu_order = 218
    items = (
        ApplicationViewSet("pathway_application"),
        InterestViewSet("interest"),
        ExamImportViewSet("exam_import"),
        ApplicationRulesViewSet("application_rules"),
    )
