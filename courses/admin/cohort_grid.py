"""What the school collects for progression, in the admin: a grid to fill in, and marks from a table."""

from decimal import Decimal

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView, View
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.log_actions import log

from courses import marks, tables
from courses.admin.cohort_acts import OfCohort
from courses.admin.marks import MarksForm
from courses.importing.reading import FileError
from courses.progression import collecting
from courses.progression.assessing import Kind, asked_of, plain, standings
from courses.progression.stages import COLLECTING

_TICKS = {"": None, "1": Decimal(1), "0": Decimal(0)}


class GridView(OfCohort, BaseObjectMixin, WagtailAdminTemplateMixin, TemplateView):
    """A row for each learner, a column for each thing; what is changed is written with who and when."""

    school = True
    template_name = "courses/admin/cohorts/grid.html"
    page_title = gettext_lazy("Collect for progression")
    header_icon = "table"
    faults = ()

    def get_page_subtitle(self):
        """Which cohort."""
        return str(self.object)

    @cached_property
    def asked(self):
        """The columns."""
        return asked_of(self.object)

    def post(self, request, *args, **kwargs):
        """All cells that can be read; a fault leaves everything as it was, and what was typed stays."""
        values, self.faults = self._read()
        if self.faults:
            return self.render_to_response(self.get_context_data())
        seen = request.POST.get("seen", "")[:18]
        count, others = collecting.collect(
            self.object, values, by=request.user, seen=int(seen) if seen.isdecimal() else 0
        )
        messages.success(request, ngettext("%(n)d entry written.", "%(n)d entries written.", count) % {"n": count})
        if others:
            text = ngettext(
                "%(n)d cell was changed by somebody else meanwhile and stays as they left it.",
                "%(n)d cells were changed by somebody else meanwhile and stay as they left them.",
                others,
            )
            messages.warning(request, text % {"n": others})
        return redirect(request.path)

    def _read(self):
        """({place: value}, faults) of the form; a learner who is not in it is left out."""
        values, faults = {}, []
        for standing in self.standings:
            for number, one in enumerate(self.asked):
                typed = self.request.POST.get(f"v-{standing.student.pk}-{number}")
                if typed is None:
                    continue
                try:
                    value = collecting.mark_of(one, typed) if one.kind == Kind.MARK else _TICKS.get(typed)
                except marks.MarksError as error:
                    faults += [f"{standing.student.enrollment.learner.name}：{text}" for text in error.faults]
                else:
                    values[standing.student.pk, *one.key] = value
        return values, faults

    @cached_property
    def standings(self):
        """Those of whom something is collected."""
        return standings(self.object, self.object.students.filter(stage__in=COLLECTING))

    def _cell(self, standing, number, one):
        name = f"v-{standing.student.pk}-{number}"
        value = standing.value(one)
        shown = "" if value is None else plain(value) if one.kind == Kind.MARK else str(int(value))
        typed = self.request.POST.get(name) if self.faults else None
        return {"name": name, "value": shown if typed is None else typed, "one": one}

    def get_context_data(self, **kwargs):
        """The grid."""
        rows = [
            (standing, [self._cell(standing, number, one) for number, one in enumerate(self.asked)])
            for standing in self.standings
        ]
        return super().get_context_data(**kwargs) | {
            "cohort": self.object,
            "asked": self.asked,
            "rows": rows,
            "faults": self.faults,
            "seen": self.request.POST.get("seen") if self.faults else collecting.newest_key(self.object),
        }


class MarksView(OfCohort, BaseObjectMixin, WagtailAdminTemplateMixin, FormView):
    """Marks from the school's table: all of it or nothing, with every fault named."""

    school = True
    form_class = MarksForm
    template_name = "courses/admin/cohorts/marks.html"
    page_title = gettext_lazy("Marks from a table")
    header_icon = "upload"

    def get_page_subtitle(self):
        """Which cohort."""
        return str(self.object)

    def form_valid(self, form):
        """Write them, or say what is wrong."""
        file = form.cleaned_data["file"]
        try:
            count = collecting.take_over(self.object, file.read(), name=file.name, by=self.request.user)
        except (marks.MarksError, FileError) as error:
            for fault in getattr(error, "faults", None) or [str(error)]:
                form.add_error("file", fault)
            return self.form_invalid(form)
        what = ngettext("%(n)d mark was changed.", "%(n)d marks were changed.", count) % {"n": count}
        log(self.object, "courses.enter_marks", user=self.request.user, data={"what": what})
        messages.success(self.request, what)
        return redirect(reverse("cohort:grid", args=[self.object.pk]))

    def get_context_data(self, **kwargs):
        """The cohort."""
        return super().get_context_data(cohort=self.object, **kwargs)


class MarksTableView(OfCohort, View):
    """The table to fill in, as a workbook."""

    school = True

    def get(self, request, pk):
        """References, names and the marks so far."""
        cohort = self.model.objects.get(pk=pk)
        return tables.download(f"marks-{pk}", collecting.table(cohort), file_format="xlsx")
