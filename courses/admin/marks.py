"""Marks of a ranked round in the admin: a table to fill in, and sending it back."""

import io

from django import forms
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from django.views.generic.edit import FormView
from openpyxl import Workbook
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import log

from courses import marks
from courses.importing.reading import FileError
from courses.models import AdmissionRound

_LARGEST = 5 * 2**20


class MarksForm(forms.Form):
    """The filled-in table."""

    file = forms.FileField(
        label=_("table"), help_text=_("XLSX or CSV, with the columns of the table below. At most 5 MB.")
    )

    def clean_file(self):
        """Not larger than any list of entries would be."""
        file = self.cleaned_data["file"]
        if file.size > _LARGEST:
            raise forms.ValidationError(_("The file is larger than 5 MB."))
        return file


class _OfRound(PermissionCheckedMixin):
    """About one ranked round of one's own institutions, for those who may change its entries."""

    permission_policy = None

    def user_has_permission(self, permission):
        """The permission is about entries, not about rounds."""
        return self.request.user.has_perm("courses.change_entry")

    permission_required = "change"

    @cached_property
    def round(self):
        """The round, or 404."""
        ranked = AdmissionRound.objects.staffed_by(self.request.user).filter(rule=AdmissionRound.Rule.RANKED)
        return get_object_or_404(ranked, pk=self.kwargs["pk"])


class MarksView(_OfRound, WagtailAdminTemplateMixin, FormView):
    """How many marks are there, the table to fill in, and the box to send it."""

    form_class = MarksForm
    template_name = "courses/admin/marks.html"
    page_title = _("Marks")
    header_icon = "upload"

    def get_breadcrumbs_items(self):
        """Rounds, this one, marks."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("admission_round:index"), "label": gettext("Admission rounds")},
            {"url": reverse("admission_round:inspect", args=[self.round.pk]), "label": self.round.name},
            {"url": "", "label": gettext("Marks")},
        ]

    def form_valid(self, form):
        """All or nothing, with every fault named."""
        file = form.cleaned_data["file"]
        try:
            count = marks.enter(self.round, file.read(), name=file.name)
        except marks.MarksError as error:
            for fault in error.faults:
                form.add_error("file", fault)
            return self.form_invalid(form)
        except FileError as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        what = ngettext("Marks of %(n)d entry were changed.", "Marks of %(n)d entries were changed.", count)
        log(self.round, "courses.enter_marks", user=self.request.user, data={"what": what % {"n": count}})
        messages.success(self.request, what % {"n": count})
        return redirect("admission_round:marks", self.round.pk)

    def get_context_data(self, **kwargs):
        """What is there and what is lacking."""
        return super().get_context_data(
            **kwargs,
            round=self.round,
            entries=self.round.entries.live().count(),
            lacking=marks.lacking(self.round),
            may_enter=marks.may_enter(self.round),
        )


class MarksTemplateView(_OfRound, View):
    """The table to fill in, as a workbook."""

    def get(self, request, pk):
        """References, names and what has been entered."""
        book = Workbook()
        sheet = book.active
        for number, row in enumerate(marks.table(self.round), 1):
            sheet.append(row)
            for cell in sheet[number][:2]:
                cell.data_type = "s"  # A name that begins with = is a name, no formula.
        file = io.BytesIO()
        book.save(file)
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=f"marks-{pk}.xlsx")
