"""Column templates in the admin, and exporting a class, a round or a cohort in one of them."""

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic.edit import FormView
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from courses import exporting, tables
from courses.models import AdmissionRound, Cohort, ColumnTemplate, IdentityReveal, Intake
from institutions.admin import GuardedViewSet

# What can be exported: the rows that the account may see, whom the list holds, and where one comes from.
_KINDS = {
    "intake": (Intake.objects.staffed_by, exporting.of_intake, "enrollment:roster", "courses.view_enrollment"),
    "round": (AdmissionRound.objects.staffed_by, exporting.of_round, "admission_round:inspect", "courses.view_entry"),
    "cohort": (Cohort.objects.staffed_by, exporting.of_cohort, "cohort:inspect", "courses.view_cohort"),
}
_REVEAL = "courses.add_identityreveal"


class ColumnTemplateForm(WagtailAdminModelForm):
    """At least one column; text where it is the same in every row."""

    def clean(self):
        """Say it beside the column."""
        data = super().clean()
        columns = self.formsets.get("columns")
        rows = [form for form in columns.forms if form.is_valid() and not form.cleaned_data.get("DELETE")]
        rows = [form for form in rows if form.cleaned_data.get("heading")]
        if not rows:
            self.add_error(None, _("A list needs at least one column."))
        return data


class ExportForm(forms.Form):
    """In which columns, in which file, and whether with whole numbers."""

    template = forms.ModelChoiceField(queryset=ColumnTemplate.objects.all(), label=_("column template"))
    file_format = forms.ChoiceField(
        label=_("file"),
        choices=[("xlsx", "XLSX"), ("csv", "CSV (UTF-8)"), (tables.GB18030, "CSV (GB18030)")],
        widget=forms.RadioSelect,
        initial="xlsx",
    )
    purpose = forms.ChoiceField(
        label=_("whole numbers"),
        required=False,
        help_text=_("All numbers, and phones, are masked unless you say why they are needed. That is recorded."),
    )
    note = forms.CharField(label=_("note"), required=False, max_length=200)

    def __init__(self, *args, may_reveal, **kwargs):
        super().__init__(*args, **kwargs)
        templates = list(self.fields["template"].queryset[:2])
        if len(templates) == 1:
            self.initial["template"] = templates[0].pk
        self.fields["purpose"].choices = [("", _("masked")), *IdentityReveal.Purpose.choices]
        if not may_reveal:
            del self.fields["purpose"], self.fields["note"]

    def clean(self):
        """Another reason is named."""
        data = super().clean()
        if data.get("purpose") == IdentityReveal.Purpose.OTHER and not data.get("note"):
            self.add_error("note", _("Say what the reason is."))
        return data


class ExportView(WagtailAdminTemplateMixin, FormView):
    """A list of those who are admitted, as a file. It is asked for by POST: whole numbers are recorded."""

    form_class = ExportForm
    template_name = "courses/admin/column_export.html"
    page_title = _("Export in columns")
    header_icon = "download"

    def dispatch(self, request, *args, **kwargs):
        """Of what one's own institutions run; nothing else exists."""
        if kwargs["kind"] not in _KINDS:
            raise Http404
        mine, self.people, self.back, permission = _KINDS[kwargs["kind"]]
        if not request.user.has_perm(permission):
            raise Http404
        self.object = get_object_or_404(mine(request.user).distinct(), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def may_reveal(self):
        """Whether this person may see whole numbers at all."""
        return self.request.user.has_perm(_REVEAL)

    def get_form_kwargs(self):
        """Whoever may not see whole numbers is not asked."""
        return super().get_form_kwargs() | {"may_reveal": self.may_reveal}

    def get_page_subtitle(self):
        """Of what."""
        return str(self.object)

    def get_breadcrumbs_items(self):
        """Where one comes from, this."""
        back = {"url": reverse(self.back, args=[self.object.pk]), "label": str(self.object)}
        return [*self.breadcrumbs_items, back, {"url": "", "label": self.page_title}]

    def form_valid(self, form):
        """The file."""
        given = form.cleaned_data
        template, purpose = given["template"], given.get("purpose", "") if self.may_reveal else ""
        note = " ".join(filter(None, [template.name, given.get("note", "")]))[:200]
        people = self.people(self.object)
        rows = exporting.rows(template, people, by=self.request.user, purpose=purpose, note=note)
        name = f"{self.kwargs['kind']}-{self.object.pk}"
        return tables.download(name, rows, file_format=given["file_format"])

    def get_context_data(self, **kwargs):
        """How many."""
        there = ColumnTemplate.objects.exists()
        return super().get_context_data(count=self.people(self.object).count(), there=there, **kwargs)


class ColumnTemplateViewSet(GuardedViewSet):
    """Column templates: of all institutions."""

    model = ColumnTemplate
    name = "column_template"
    icon = "table"
    menu_label = _("Column templates")
    list_display = ["name"]
    search_fields = ["name"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            InlinePanel(
                "columns",
                heading=_("columns"),
                label=_("column"),
                panels=[FieldRowPanel([FieldPanel("heading"), FieldPanel("source"), FieldPanel("text")])],
            ),
        ],
        base_form_class=ColumnTemplateForm,
    )

    def get_urlpatterns(self):
        """Wagtail's, and the export."""
        export = path("export/<slug:kind>/<int:pk>/", ExportView.as_view(), name="in_columns")
        return [*super().get_urlpatterns(), export]
