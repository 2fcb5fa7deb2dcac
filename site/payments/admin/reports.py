"""Reports of money: by day or month, institution and place; and the books as a table for the accountant."""

import tempfile
from datetime import timedelta

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from openpyxl import Workbook
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from institutions.models import Institution
from payments import reports
from payments.admin.shared import local
from payments.models import LedgerEntry


class _PeriodForm(forms.Form):
    first = forms.DateField(label=_("first day"), widget=AdminDateInput)
    last = forms.DateField(label=_("last day"), widget=AdminDateInput)
    period = forms.ChoiceField(label=_("by"), choices=[("day", _("day")), ("month", _("month"))], initial="day")


class ReportView(WagtailAdminTemplateMixin, TemplateView):
    """Sums, for whoever may see reports, of their institutions."""

    template_name = "payments/admin/report.html"
    page_title = _("Money by day and month")
    header_icon = "table"

    def dispatch(self, request, *args, **kwargs):
        """For those who may."""
        if not request.user.has_perm("payments.report_money"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """Where one is."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def asked(self):
        """The form, with the last thirty days when nothing valid was asked."""
        today = timezone.localdate()
        usual = {"first": today - timedelta(days=30), "last": today, "period": "day"}
        form = _PeriodForm(self.request.GET if self.request.GET else usual)
        return form, form.cleaned_data if form.is_valid() else usual

    def get_context_data(self, **kwargs):
        """The rows and their sum."""
        form, asked = self.asked()
        rows = reports.sums(Institution.objects.staffed_by(self.request.user), **asked)
        for row in rows:
            row["place"] = LedgerEntry.Ledger(row["ledger"]).label
            row["institution"] = row["booking__institution__name"]
        total = {name: sum(row[name] for row in rows) for name in ("received", "given", "remains")}
        query = f"first={asked['first']}&last={asked['last']}&period={asked['period']}"
        export = f"{reverse('money_export')}?{query}"
        return super().get_context_data(
            form=form, rows=rows, total=total, export=export, by_month=asked["period"] == "month", **kwargs
        )


class ExportView(ReportView):
    """Every entry of the books in a period as a spreadsheet: booking, ledger account, debit, credit."""

    def get(self, request, *args, **kwargs):
        """The file."""
        _form, asked = self.asked()
        found = reports.entries(Institution.objects.staffed_by(request.user), first=asked["first"], last=asked["last"])
        related = "booking__payment", "booking__refund", "booking__institution"
        book = Workbook(write_only=True)
        sheet = book.create_sheet(gettext("Books"))
        headings = _("when"), _("booking"), _("institution"), _("ledger account"), _("debit (yuan)"), _("credit (yuan)")
        sheet.append([str(one) for one in (*headings, _("payment"), _("refund"))])
        for entry in found.select_related(*related).order_by("pk").iterator(chunk_size=1000):
            booking, debit = entry.booking, max(entry.amount, 0)
            row = [local(booking.at), booking.get_kind_display(), booking.institution.name, entry.get_ledger_display()]
            row += [debit / 100 or None, max(-entry.amount, 0) / 100 or None]
            sheet.append([*row, str(booking.payment or ""), str(booking.refund or "")])
        output = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        book.save(output)
        output.seek(0)
        return FileResponse(output, as_attachment=True, filename=f"books-{asked['first']}-{asked['last']}.xlsx")
