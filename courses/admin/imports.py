"""Importing courses in the admin: send a table, choose its columns, look at what would happen, import, watch."""

import csv
import io

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
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
from wagtail.admin.widgets.button import Button, HeaderButton

from courses import background
from courses.admin.import_forms import ColumnsForm, UploadForm
from courses.importing import template, uploads
from courses.importing.reading import FileError
from courses.models import CourseImport, CourseIndexPage, ImportLine
from institutions.admin import GuardedViewSet
from notifications.admin_log import local

State = CourseImport.State
_LINES_A_PAGE = 100


class ImportIndexView(generic.IndexView):
    """Who imported what, when, and what became of it."""

    def get_base_queryset(self):
        """Start from the guard; the files themselves are not read."""
        return CourseImport.objects.staffed_by(self.request.user).light().select_related("by", "institution")

    @property
    def header_more_buttons(self):
        """Beside adding one: an empty table to fill in."""
        url = reverse("course_import:template")
        return [*super().header_more_buttons, Button(_("Empty table"), url=url, icon_name="download", priority=30)]


class _ImportMixin(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """For those who may import."""

    permission_required = "add"
    permission_policy = None
    header_icon = "upload"

    def get_breadcrumbs_items(self):
        """List, this page."""
        listing = {"url": reverse("course_import:index"), "label": _("Imports of courses")}
        return [*self.breadcrumbs_items, listing, {"url": "", "label": self.get_page_subtitle() or self.page_title}]


class ImportUploadView(_ImportMixin, FormView):
    """Send a table."""

    form_class = UploadForm
    template_name = "courses/admin/imports/upload.html"
    page_title = _("Import courses")

    def get_form_kwargs(self):
        """One's own institutions."""
        return super().get_form_kwargs() | {"account": self.request.user}

    def get_header_buttons(self):
        """An empty table to fill in."""
        return [HeaderButton(_("Empty table"), url=reverse("course_import:template"), icon_name="download")]

    def form_valid(self, form):
        """Keep it, then ask for its columns."""
        data = form.cleaned_data
        if not CourseIndexPage.objects.exists():
            form.add_error(None, gettext("Make the page “list of courses” first: courses stand below it."))
            return self.form_invalid(form)
        try:
            work = uploads.receive(
                by=self.request.user,
                institution=data["institution"],
                name=data["file"].name,
                data=data["file"].read(),
                header_row=data["header_row"],
                sheet=data["sheet"],
            )
        except FileError as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        return redirect("course_import:columns", work.pk)


class ImportColumnsView(_ImportMixin, FormView):
    """Which column is what; then the check."""

    form_class = ColumnsForm
    template_name = "courses/admin/imports/columns.html"
    page_title = _("Choose the columns")

    def setup(self, request, *args, **kwargs):
        """The import; the guard has looked whether it is one's own."""
        super().setup(request, *args, **kwargs)
        self.work = get_object_or_404(CourseImport.objects.select_related("institution"), pk=kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        """Only until it is imported."""
        if self.work.state not in (State.COLUMNS, State.CHECKED):
            return redirect("course_import:inspect", self.work.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        """The file."""
        return self.work.file_name

    def get_form_kwargs(self):
        """The header and what is known of it."""
        return {k: v for k, v in super().get_form_kwargs().items() if k != "initial"} | {
            "work": self.work,
            "account": self.request.user,
        }

    def form_valid(self, form):
        """Keep the choice and check the file."""
        uploads.choose(self.work, form.mapping())
        return redirect("course_import:inspect", self.work.pk)

    def form_invalid(self, form):
        """Say so on top, too: the page is long."""
        messages.error(self.request, gettext("Not checked yet: please look at the marked fields."))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs):
        """With the first rows of the file."""
        return super().get_context_data(work=self.work, **kwargs)


class ImportInspectView(_ImportMixin, DetailView):
    """What would happen, what happens, what happened; and the button that begins it."""

    model = CourseImport
    queryset = CourseImport.objects.light().select_related("by", "institution")
    template_name = "courses/admin/imports/inspect.html"
    page_title = _("Import of courses")
    any_permission_required = ["add", "view"]
    permission_required = None

    def get(self, request, *args, **kwargs):
        """Before the columns are chosen there is nothing to look at."""
        self.object = self.get_object()
        if self.object.state == State.COLUMNS and self._may_import:
            return redirect("course_import:columns", self.object.pk)
        return self.render_to_response(self.get_context_data())

    @property
    def _may_import(self):
        return self.request.user.has_perm("courses.add_courseimport")

    def get_page_subtitle(self):
        """The file."""
        return self.object.file_name

    def get_context_data(self, **kwargs):
        """The lines, those that ask for something first unless one kind is asked for."""
        lines, kind = self.object.lines.all(), self.request.GET.get("outcome", "")
        counts = [(outcome, self.object.counts.get(outcome, 0)) for outcome in ImportLine.Outcome]
        if kind in ImportLine.Outcome.values:
            lines = lines.filter(outcome=kind)
        page = Paginator(lines, _LINES_A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            **kwargs,
            page=page,
            kind=kind,
            counts=[(outcome, count) for outcome, count in counts if count],
            may_import=self._may_import,
            to_write=sum(count for outcome, count in counts if outcome in ("create", "change")),
            failed=sum(count for outcome, count in counts if outcome in ("problem", "left_out")),
        )

    def post(self, request, *args, **kwargs):
        """Import, stop, or go on."""
        work = self.get_object()
        if not self._may_import:
            return redirect(request.path)
        if "import" in request.POST and uploads.start(work):
            messages.success(request, gettext("It is being imported. You may leave this page."))
        elif "stop" in request.POST and background.stop(work):
            messages.success(request, gettext("Stopped. What is imported stays; the other rows are not."))
        elif "go_on" in request.POST and background.go_on(work):
            messages.success(request, gettext("It goes on with the rows that are left."))
        return redirect(request.path)


class ImportReportView(_ImportMixin, View):
    """The report as a table to download: row, outcome, words."""

    any_permission_required = ["add", "view"]
    permission_required = None

    def get(self, request, pk):
        """All lines, read in portions."""
        work = get_object_or_404(CourseImport.objects.light(), pk=pk)
        response = StreamingHttpResponse(_table(work), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="import-{work.pk}.csv"'
        return response


def _table(work):
    """The lines as CSV that Excel opens as UTF-8."""
    yield "\ufeff" + _csv_line([gettext("row"), gettext("outcome"), gettext("what it says")])
    for line in work.lines.iterator(chunk_size=1000):
        yield _csv_line([line.row, line.get_outcome_display(), _harmless(line.words)])


def _csv_line(cells):
    stream = io.StringIO()
    csv.writer(stream).writerow(cells)
    return stream.getvalue()


def _harmless(text):
    """A text that no spreadsheet takes for a formula: it may quote what stood in the file."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


class ImportTemplateView(_ImportMixin, View):
    """An empty table to fill in, with a sheet that explains it."""

    def get(self, request):
        """Made anew each time: it is small."""
        stream = io.BytesIO()
        template.save(stream)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(stream.getvalue(), content_type=kind)
        response.headers["Content-Disposition"] = 'attachment; filename="courses.xlsx"'
        return response


class ImportViewSet(GuardedViewSet):
    """Imports of courses: a step from the list of intakes."""

    model = CourseImport
    name = "course_import"
    url_prefix = "import"
    icon = "upload"
    menu_label = _("Imports of courses")
    index_view_class = ImportIndexView
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields = ["file_name"]  # Wagtail wants a form; the real ones are in import_forms.
    list_filter = ["state", "institution"]
    search_fields = ["file_name"]
    search_backend_name = None
    ordering = ["-pk"]
    list_display = [
        TitleColumn("file_name", label=_("file"), url_name="course_import:inspect"),
        Column("institution", label=_("institution"), accessor=lambda work: work.institution or _("several")),
        Column("by", label=_("who")),
        Column("created_at", label=_("when"), accessor=lambda work: local(work.created_at)),
        Column("get_state_display", label=_("state")),
        Column("total", label=_("rows")),
        Column("new", label=_("new"), accessor=lambda work: work.counts.get("create", "")),
        Column("problems", label=_("cannot be imported"), accessor=lambda work: work.counts.get("problem", "")),
    ]

    def get_common_view_kwargs(self, **kwargs):
        """What was imported is neither edited nor deleted."""
        return super().get_common_view_kwargs(edit_url_name=None, delete_url_name=None, **kwargs)

    def visible_to(self, account):
        """Those for one's own institutions."""
        return CourseImport.objects.staffed_by(account)

    def get_urlpatterns(self):
        """The list, the steps, the report."""
        view = self.construct_view
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", view(ImportUploadView), name="add"),
            path("template/", view(ImportTemplateView), name="template"),
            path("<int:pk>/", view(ImportInspectView), name="inspect"),
            path("<int:pk>/columns/", view(ImportColumnsView), name="columns"),
            path("<int:pk>/report/", view(ImportReportView), name="report"),
        ]
