"""Cohorts of pathways in the admin: where everyone is, who is at risk, how many are still on the way; the criteria.

The school collects and keeps the records of the first three years, the college decides: `collected_by`, `decided_by`.
"""

from django.http import Http404
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import View
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic

from courses import tables
from courses.admin.cohort_acts import AgainView, DecideView, DecisionsView, LeaveView, RollView, StudentView
from courses.admin.cohort_forms import CRITERIA
from courses.admin.cohort_grid import GridView, MarksTableView, MarksView
from courses.models import Cohort
from courses.progression import retention
from courses.progression.assessing import standings
from courses.progression.rolling import rolls
from courses.progression.stages import Stage
from institutions.admin import CarefulDeleteView, GlanceFirstMixin, GuardedViewSet

_BAR = 160  # The longest bar, in CSS pixels.
_LISTS = {"everybody": retention.everybody, "province": retention.for_the_province}


class CohortFilterSet(WagtailFilterSet):
    """Filters of the list: by year, and by what the home of the admin counts."""

    waits = ChoiceFilter(
        choices=[("papers", _("papers due within 30 days")), ("decision", _("the college decides"))],
        method="filter_waits",
        label=_("waits for you"),
    )

    class Meta:
        model = Cohort
        fields = ["entry_year"]

    def filter_waits(self, cohorts, name, value):
        """Where papers are due for one's school, or where one's college decides."""
        user = self.request.user
        if value == "papers":
            found = Cohort.objects.collected_by(user).due_soon()
        else:
            found = Cohort.objects.decided_by(user).to_decide()
        return cohorts.filter(pk__in=found.values("pk"))


class CohortIndexView(GlanceFirstMixin, generic.IndexView):
    """The cohorts of one's own schools, and of the pathways that lead to one's college."""

    def get_base_queryset(self):
        """With how many are still on the way."""
        mine = Cohort.objects.staffed_by(self.request.user)
        related = "pathway__institution", "pathway__college"
        return retention.with_summary(Cohort.objects.filter(pk__in=mine.values("pk"))).select_related(*related)

    def get_add_url(self):
        """None: a cohort begins with the first who is enrolled."""

    def get_delete_url(self, instance):
        """None: what happened to people stays."""


class CohortInspectView(generic.InspectView):
    """A cohort: the flow chart, where everyone is, who is at risk, and what can be done now."""

    page_title = _("Cohort")
    template_name = "courses/admin/cohorts/cohort.html"

    def get_fields(self):
        """None of Wagtail's list of all fields: the template says what matters."""
        return []

    @cached_property
    def counts(self):
        """How many stand at each stage."""
        return retention.counts_of(self.object)

    def acts(self):
        """(label, address, icon) of what can be done now."""
        user, key = self.request.user, self.object.pk
        changing = user.has_perm("courses.change_cohort")
        school = changing and Cohort.objects.collected_by(user).filter(pk=key).exists()
        college = changing and Cohort.objects.decided_by(user).filter(pk=key).exists()
        acts = [
            (
                f"{roll.label} ({roll.count})",
                f"{reverse('cohort:roll', args=[key])}?source={roll.source}",
                "arrow-right",
            )
            for roll in rolls(self.object, self.counts)
            if (school if roll.by_school else college)
        ]
        collecting = school and (self.counts.get(Stage.YEAR_3) or self.counts.get(Stage.ELIGIBLE))
        deciding = college and self.counts.get(Stage.ELIGIBLE)
        more = [
            (collecting, _("Collect"), "cohort:grid", "table"),
            (collecting, _("Marks from a table"), "cohort:marks", "upload"),
            (deciding, pgettext_lazy("progression", "Decide"), "cohort:decisions", "check"),
            (changing, pgettext_lazy("progression", "Criteria"), "cohort:edit", "edit"),
            (changing, _("History"), "cohort:history", "history"),
        ]
        return acts + [(label, reverse(name, args=[key]), icon) for allowed, label, name, icon in more if allowed]

    def get_context_data(self, **kwargs):
        """All of it in a handful of queries."""
        people = standings(self.object, self.object.students.all())
        figures = retention.flow(self.object)
        most = max(self.counts.values(), default=1)
        return super().get_context_data(object=self.object, **kwargs) | {
            "cohort": self.object,
            "acts": self.acts(),
            "under_way": self.counts.get(Stage.YEAR_3) or self.counts.get(Stage.ELIGIBLE),
            "figures": figures,
            "lines": [(row.label, figures.bar(row), figures.cells(row)) for row in figures.rows],
            "bars": [(s.label, self.counts[s], _BAR * self.counts[s] // most) for s in Stage if self.counts.get(s)],
            "at_risk": [standing for standing in people if standing.at_risk],
            "people": sorted(people, key=lambda standing: Stage.values.index(standing.student.stage)),
            "on_the_way": sum(n for stage, n in self.counts.items() if stage not in (Stage.LEFT, Stage.GRADUATED)),
            "admitted": len(people),
        }


class DownloadView(View):
    """A list of the cohort as a file: everybody, or those for the province."""

    def get(self, request, pk, what, file_format):
        """Of one's own cohorts; nothing else exists."""
        if what not in _LISTS or file_format not in (*tables.FORMATS, tables.GB18030):
            raise Http404
        related = "pathway__institution", "pathway__college", "pathway__secondary_major", "pathway__college_major"
        if not request.user.has_perm("courses.view_cohort"):
            raise Http404
        cohort = Cohort.objects.select_related(*related).get(pk=pk)
        return tables.download(f"cohort-{pk}-{what}", _LISTS[what](cohort), file_format=file_format)


class SummaryView(View):
    """All of one's cohorts, one a line, as a file."""

    def get(self, request, file_format):
        """For who may see them."""
        if file_format not in tables.FORMATS or not request.user.has_perm("courses.view_cohort"):
            raise Http404
        mine = Cohort.objects.filter(pk__in=Cohort.objects.staffed_by(request.user).values("pk"))
        rows = retention.summary_of(mine.select_related("pathway"))
        return tables.download("cohorts", rows, file_format=file_format)


class CohortViewSet(GuardedViewSet):
    """Cohorts of pathways."""

    model = Cohort
    name = "cohort"
    icon = "group"
    menu_label = _("Cohorts")
    menu_order = 214
    add_to_admin_menu = True
    copy_view_enabled = False
    add_to_reference_index = False
    index_view_class = CohortIndexView
    index_results_template_name = "courses/admin/cohorts/list.html"
    delete_view_class = CarefulDeleteView
    inspect_view_enabled = True
    inspect_view_class = CohortInspectView
    inspect_template_name = CohortInspectView.template_name
    search_fields = ["pathway__title"]
    search_backend_name = None
    filterset_class = CohortFilterSet
    list_display = [
        "__str__",
        Column("admitted", label=_("admitted")),
        Column("on_the_way", label=_("on the way")),
        Column("graduated", label=_("graduated")),
        Column("left", label=_("left the pathway")),
        Column("pathway.institution", label=_("secondary school")),
        Column("pathway.college", label=_("college")),
    ]
    edit_handler = CRITERIA

    def visible_to(self, account):
        """Those of one's own school or college."""
        return Cohort.objects.staffed_by(account)

    def get_urlpatterns(self):
        """Wagtail's, and what is done with a cohort."""
        one = "<int:pk>/<int:student>/"
        return [
            *super().get_urlpatterns(),
            path("roll/<int:pk>/", self.construct_view(RollView), name="roll"),
            path("collect/<int:pk>/", self.construct_view(GridView), name="grid"),
            path("marks/<int:pk>/", self.construct_view(MarksView), name="marks"),
            path("marks/<int:pk>/table/", self.construct_view(MarksTableView), name="marks_table"),
            path("decide/<int:pk>/", self.construct_view(DecisionsView), name="decisions"),
            path(f"learner/{one}", self.construct_view(StudentView), name="student"),
            path(f"decide/{one}", self.construct_view(DecideView), name="decide"),
            path(f"again/{one}", self.construct_view(AgainView), name="again"),
            path(f"leave/{one}", self.construct_view(LeaveView), name="leave"),
            path("list/<int:pk>/<slug:what>/<slug:file_format>/", self.construct_view(DownloadView), name="download"),
            path("all/<slug:file_format>/", SummaryView.as_view(), name="summary"),
        ]
