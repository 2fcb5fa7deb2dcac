"""The reports in Wagtail's menu of reports: each a chart in a table, filtered, exported, printed."""

from django.core.exceptions import PermissionDenied
from django.urls import path, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.reports import ReportView

from courses.admin.report_filters import ALL, CLASSES, ReportFilterSet, countable
from courses.models import Intake
from courses.reports.catalog import REPORTS
from courses.reports.keeping import counted
from courses.reports.tables import Figures, Question
from institutions.ownership import institutions_of

# Nobody reads further on a screen; the export has all.
SHOWN_AT_MOST = 200
PERMISSION = "courses.view_enrollment"


class FiguresView(ReportView):
    """One report (`report`), for those who may see enrollments, over the classes that they may count."""

    report = None
    template_name = "courses/admin/reports/report.html"
    results_template_name = "courses/admin/reports/results.html"
    filterset_class = ReportFilterSet
    paginate_by = None
    columns = []

    def dispatch(self, request, *args, **kwargs):
        """Only for those who may see enrollments."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def setup(self, request, *args, **kwargs):
        """Take name and icon from the report."""
        super().setup(request, *args, **kwargs)
        self.page_title, self.header_icon = self.report.title, self.report.icon
        self.index_url_name = f"report_{self.report.slug}"
        self.index_results_url_name = f"report_{self.report.slug}_results"
        self.export_filename = f"{self.report.slug}-{timezone.localdate()}"

    def get_filterset_kwargs(self):
        """The filters know by what the report may be counted."""
        return super().get_filterset_kwargs() | {"report": self.report, "queryset": self.get_base_queryset()}

    def get_base_queryset(self):
        """The classes that the account may count."""
        return Intake.objects.filter(program__institution__in=countable(self.request.user))

    def get_filtered_queryset(self):
        """The rows of the report. With a filter that cannot be read none: better than figures of something else."""
        return self.figures.rows

    @cached_property
    def figures(self):
        """What was counted; `counted_at` says when."""
        self.counted_at = timezone.now()
        if not self.filters.is_valid():
            return Figures([], [])
        given = self.filters.form.cleaned_data
        chosen = [getattr(given[name], "pk", None) for name in CLASSES]
        asked = ["all" if self.sees_all else sorted(institutions_of(self.request.user)), chosen]
        figures, self.counted_at = counted(self.report, self.question, asked=asked)
        return figures

    @cached_property
    def sees_all(self):
        """Whether the account answers for all institutions."""
        return self.request.user.has_perm(ALL)

    @cached_property
    def question(self):
        """What the filters ask for."""
        given = self.filters.form.cleaned_data
        days = given["days"]
        return Question(
            intakes=self.filters.qs,
            by=self.dimension,
            since=days and days.start and timezone.localdate(days.start),
            until=days and days.stop and timezone.localdate(days.stop),
            everything=self.sees_all and not any(given[name] for name in CLASSES),
        )

    @cached_property
    def dimension(self):
        """What it is counted by."""
        return self.report.dimension(self.request.GET.get("by"))

    # --- On the screen

    @cached_property
    def active_filters(self):
        """Without what it is counted by: that stands in a line of its own."""
        return [one for one in super().active_filters if not one.auto_id.endswith("_by")]

    def get_context_data(self, *args, **kwargs):
        """The table with its bars; what it was narrowed to, in words."""
        if self.is_export:
            return {"object_list": self.object_list}
        figures, rows = self.figures, self.figures.rows[:SHOWN_AT_MOST]
        return super().get_context_data(*args, **kwargs) | {
            "report": self.report,
            "figures": figures,
            "lines": [(row.label, figures.bar(row), figures.cells(row)) for row in rows],
            "sum": figures.total and figures.cells(figures.total),
            "more": max(0, len(figures.rows) - SHOWN_AT_MOST),
            "ways": self._ways(),
            "dimension": self.dimension,
            "scope": self._scope(),
            "counted_at": self.counted_at,
            "wrong": [error for errors in self.filters.form.errors.values() for error in errors],
        }

    def _ways(self):
        """(label, address, is it this one) of all that it may be counted by."""
        query = self.request.GET.copy()
        for name in ("_w_filter_fragment", "export"):
            query.pop(name, None)
        ways = []
        for one in self.report.dimensions:
            query["by"] = one.key
            ways.append((one.label, f"{self.index_url}?{query.urlencode()}", one == self.dimension))
        return ways

    def _scope(self):
        """What it was narrowed to, for paper."""
        if not self.filters.is_valid():
            return []
        given = self.filters.form.cleaned_data
        chosen = [str(given[name]) for name in CLASSES if given[name]]
        if not given["institution"]:
            chosen.insert(0, _("all institutions") if self.sees_all else _("all of my institutions"))
        if self.question.since or self.question.until:
            first, last = self.question.since or "…", self.question.until or "…"
            chosen.append(f"{self.report.days} {first} – {last}")
        return chosen

    # --- Exported

    @cached_property
    def list_export(self):
        """The group, then each figure."""
        return ["label", *(column.key for column in self.figures.columns)]

    def to_row_dict(self, item):
        """One row: figures as numbers, shares in percent."""
        return {"label": item.label} | {column.key: item.values[column.key] for column in self.figures.columns}

    def get_heading(self, queryset, field):
        """What stands above a column."""
        if field == "label":
            return str(self.dimension.label)
        column = next(column for column in self.figures.columns if column.key == field)
        return f"{column.label} (%)" if column.kind == "percent" else str(column.label)

    def as_spreadsheet(self, queryset, spreadsheet_format):
        """All rows, the sum last."""
        rows = [*queryset, *filter(None, [self.figures.total])]
        return super().as_spreadsheet(rows, spreadsheet_format)

    def stream_csv(self, queryset):
        """With the mark by which spreadsheet programs know UTF-8."""
        yield "\ufeff".encode()
        yield from super().stream_csv(queryset)


class ReportMenuItem(MenuItem):
    """One report in Wagtail's menu of reports."""

    def __init__(self, report, order):
        address = reverse_lazy(f"report_{report.slug}")
        super().__init__(report.title, address, name=f"report-{report.slug}", icon_name=report.icon, order=order)

    def is_shown(self, request):
        """For those who may see enrollments."""
        return request.user.has_perm(PERMISSION)


@hooks.register("register_admin_urls")
def report_urls():
    """The address of each report, and of its table alone."""
    found = []
    for report in REPORTS:
        address, name = f"reports/figures/{report.slug}/", f"report_{report.slug}"
        found.append(path(address, FiguresView.as_view(report=report), name=name))
        results = FiguresView.as_view(report=report, results_only=True)
        found.append(path(f"{address}results/", results, name=f"{name}_results"))
    return found


@hooks.register("construct_reports_menu")
def report_menu(request, menu_items):
    """Ours first, in their order."""
    ours = [ReportMenuItem(report, order) for order, report in enumerate(REPORTS)]
    menu_items[:0] = [item for item in ours if item.is_shown(request)]


@hooks.register("construct_main_menu")
def name_of_the_menu(request, menu_items):
    """By the word of this site; Wagtail's own means a written report."""
    for item in menu_items:
        if item.name == "reports":
            item.label = pgettext_lazy("menu", "Reports")
