"""Tables of the exam office in the admin: send one, choose its columns, look at what would happen, write, watch."""

import csv
import io

from django import forms
from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, View
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from courses.importing.reading import FileError
from courses.models import AdmissionRound, ExamImport, ExamImportLine, PathwayPage
from courses.scores import columns, importing
from courses.scores.reading import SUFFIXES
from institutions.admin import GuardedViewSet
from institutions.models import Institution
from notifications.admin_log import local

State = ExamImport.State
_LINES_A_PAGE = 100


class SendForm(forms.Form):
    """The file, and what it holds."""

    kind = forms.ChoiceField(label=_("what it holds"), choices=ExamImport.Kind.choices, widget=forms.RadioSelect)
    round = forms.ModelChoiceField(
        label=_("admission round"),
        queryset=AdmissionRound.objects.none(),
        required=False,
        help_text=_("For official scores: only those who apply in it are looked for."),
    )
    institution = forms.ModelChoiceField(
        label=_("institution"),
        queryset=Institution.objects.none(),
        required=False,
        help_text=_("For results of the official channel: the school in whose pathways interest was registered."),
    )
    file = forms.FileField(
        label=_("file"),
        help_text=_("CSV (also as Excel and WPS save it in Chinese), an Excel workbook .xlsx, or .dbf; at most 8 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
        error_messages={"required": _("Choose a file.")},
    )

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        mine = AdmissionRound.objects.staffed_by(account).filter(rule=AdmissionRound.Rule.RANKED)
        pathways = PathwayPage.objects.values("pk")
        self.fields["round"].queryset = mine.filter(intakes__program__in=pathways).distinct()
        self.fields["institution"].queryset = Institution.objects.staffed_by(account)

    def clean(self):
        """Scores are of a round, results of a school."""
        data = super().clean()
        if data.get("kind") == ExamImport.Kind.SCORES and not data.get("round"):
            self.add_error("round", gettext("Choose the round for which the scores count."))
        if data.get("kind") == ExamImport.Kind.RESULTS and not data.get("institution"):
            self.add_error("institution", gettext("Choose the school."))
        return data


class ColumnsForm(forms.Form):
    """Which column is what."""

    def __init__(self, *args, work, **kwargs):
        super().__init__(*args, **kwargs)
        self.names = columns.asked(work.kind, work.round)
        titles = [("", gettext("— not in the file —")), *((title, title) for title in work.header)]
        for number, (name, label) in enumerate(self.names.items()):
            self.fields[f"column{number}"] = forms.ChoiceField(
                label=label,
                choices=titles,
                initial=work.mapping.get(name, ""),
                error_messages={"required": gettext("An import needs this: choose a column.")},
            )

    def clean(self):
        """No column twice."""
        data = super().clean()
        chosen = [title for title in data.values() if title]
        if len(chosen) != len(set(chosen)):
            raise forms.ValidationError(gettext("One column was chosen for two things. Look at them again."))
        return data

    def mapping(self):
        """{our name: title}."""
        return {name: self.cleaned_data[f"column{number}"] for number, name in enumerate(self.names)}


class _Mixin(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """For those who may import."""

    permission_required = "add"
    permission_policy = None
    header_icon = "upload"

    def get_breadcrumbs_items(self):
        """List, this page."""
        listing = {"url": reverse("exam_import:index"), "label": _("Tables of the exam office")}
        return [*self.breadcrumbs_items, listing, {"url": "", "label": self.get_page_subtitle() or self.page_title}]


class SendView(_Mixin, FormView):
    """Send a table."""

    form_class = SendForm
    template_name = "courses/admin/exam/form.html"
    page_title = _("Send a table of the exam office")

    def get_form_kwargs(self):
        """One's own rounds and institutions."""
        return super().get_form_kwargs() | {"account": self.request.user}

    def form_valid(self, form):
        """Keep it, then ask for its columns."""
        data = form.cleaned_data
        scores = data["kind"] == ExamImport.Kind.SCORES
        round = data["round"] if scores else None
        institution = round.institution if scores else data["institution"]
        file = {"name": data["file"].name, "data": data["file"].read()}
        try:
            work = importing.receive(
                by=self.request.user, kind=data["kind"], institution=institution, round=round, **file
            )
        except FileError as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        return redirect("exam_import:columns", work.pk)


class ColumnsView(_Mixin, FormView):
    """Which column is what; then the check."""

    form_class = ColumnsForm
    template_name = "courses/admin/exam/form.html"
    page_title = _("Choose the columns")

    def setup(self, request, *args, **kwargs):
        """The import; the guard has looked whether it is one's own."""
        super().setup(request, *args, **kwargs)
        self.work = get_object_or_404(ExamImport.objects.select_related("round", "institution"), pk=kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        """Only until it is written."""
        if self.work.state not in (State.COLUMNS, State.CHECKED):
            return redirect("exam_import:inspect", self.work.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        """The file."""
        return self.work.file_name

    def get_form_kwargs(self):
        """The header and what is known of it."""
        return super().get_form_kwargs() | {"work": self.work}

    def form_valid(self, form):
        """Keep the choice and check the table."""
        importing.choose(self.work, form.mapping())
        return redirect("exam_import:inspect", self.work.pk)

    def get_context_data(self, **kwargs):
        """With what was not found."""
        return super().get_context_data(work=self.work, **kwargs)


class InspectView(_Mixin, DetailView):
    """What would happen, what happens, what happened; and the button that writes."""

    model = ExamImport
    queryset = ExamImport.objects.light().select_related("by", "institution", "round")
    template_name = "courses/admin/exam/inspect.html"
    page_title = _("Table of the exam office")
    any_permission_required = ["add", "view"]
    permission_required = None

    def get(self, request, *args, **kwargs):
        """Before the columns are chosen there is nothing to look at."""
        self.object = self.get_object()
        if self.object.state == State.COLUMNS:
            return redirect("exam_import:columns", self.object.pk)
        return self.render_to_response(self.get_context_data())

    def get_page_subtitle(self):
        """The file."""
        return self.object.file_name

    def get_context_data(self, **kwargs):
        """The lines, narrowed to one outcome where asked; what must be mended is asked for first."""
        lines, kind = self.object.lines.all(), self.request.GET.get("outcome", "")
        counts = [(outcome, self.object.counts.get(outcome.value, 0)) for outcome in ExamImportLine.Outcome]
        if kind in ExamImportLine.Outcome.values:
            lines = lines.filter(outcome=kind)
        return super().get_context_data(
            **kwargs,
            page=Paginator(lines, _LINES_A_PAGE).get_page(self.request.GET.get("p")),
            kind=kind,
            counts=[(outcome, count) for outcome, count in counts if count],
            may_write=self.request.user.has_perm("courses.add_examimport"),
            to_write=self.object.counts.get("write", 0),
            problems=self.object.counts.get("problem", 0),
        )

    def post(self, request, *args, **kwargs):
        """Write it."""
        if request.user.has_perm("courses.add_examimport") and importing.start(self.get_object()):
            messages.success(request, gettext("It is being written. You may leave this page."))
        return redirect(request.path)


class ReportView(_Mixin, View):
    """The report as a table to download: row, outcome, words."""

    any_permission_required = ["add", "view"]
    permission_required = None

    def get(self, request, pk):
        """All lines, read in portions."""
        work = get_object_or_404(ExamImport.objects.light(), pk=pk)
        response = StreamingHttpResponse(_table(work), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="report-{work.pk}.csv"'
        response.headers["Cache-Control"] = "private, no-store"
        return response


def _table(work):
    """The lines as CSV that Excel opens as UTF-8; no cell is taken for a formula."""
    yield "\ufeff" + _csv_line([gettext("row"), gettext("outcome"), gettext("what it says")])
    for line in work.lines.iterator(chunk_size=1000):
        words = f"'{line.words}" if line.words[:1] in ("=", "+", "-", "@", "\t", "\r") else line.words
        yield _csv_line([line.row, line.get_outcome_display(), words])


def _csv_line(cells):
    stream = io.StringIO()
    csv.writer(stream).writerow(cells)
    return stream.getvalue()


class ExamImportIndexView(generic.IndexView):
    """Who sent what, when, and what became of it."""

    def get_base_queryset(self):
        """Start from the guard; the files themselves are not read."""
        return ExamImport.objects.staffed_by(self.request.user).light().select_related("by", "institution")


class ExamImportViewSet(GuardedViewSet):
    """Tables of the exam office."""

    model = ExamImport
    name = "exam_import"
    icon = "upload"
    menu_label = _("Tables of the exam office")
    index_view_class = ExamImportIndexView
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields = ["file_name"]  # Wagtail wants a form; the real ones are above.
    list_filter = ["kind", "state"]
    search_fields = ["file_name"]
    search_backend_name = None
    ordering = ["-pk"]
    list_display = [
        TitleColumn("file_name", label=_("file"), url_name="exam_import:inspect"),
        Column("get_kind_display", label=_("what it holds")),
        Column("institution", label=_("institution")),
        Column("by", label=_("who")),
        Column("created_at", label=_("when"), accessor=lambda work: local(work.created_at)),
        Column("get_state_display", label=_("state")),
        Column("total", label=_("rows")),
        Column("problems", label=_("to be mended"), accessor=lambda work: work.counts.get("problem", "")),
    ]

    def get_common_view_kwargs(self, **kwargs):
        """What was imported is neither edited nor deleted."""
        return super().get_common_view_kwargs(edit_url_name=None, delete_url_name=None, **kwargs)

    def visible_to(self, account):
        """Those of one's own institutions."""
        return ExamImport.objects.staffed_by(account)

    def get_urlpatterns(self):
        """The list, the steps, the report."""
        view = self.construct_view
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", view(SendView), name="add"),
            path("<int:pk>/", view(InspectView), name="inspect"),
            path("<int:pk>/columns/", view(ColumnsView), name="columns"),
            path("<int:pk>/report/", view(ReportView), name="report"),
        ]
