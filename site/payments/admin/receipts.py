"""A receipt to hand out: the PDF that the payer finds on the site."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.generic import View

from payments import printing
from payments.models import Payment, Receipt


class ReceiptPrintView(View):
    """The PDF of a receipt of one's own institutions."""

    def get(self, request, pk):
        """To print it."""
        if not request.user.has_perm("payments.view_payment"):
            raise PermissionDenied
        mine = Receipt.objects.filter(payment__in=Payment.objects.staffed_by(request.user))
        receipt = get_object_or_404(mine.select_related("payment__institution", "payment__account", "refund"), pk=pk)
        headers = {"Content-Disposition": f'inline; filename="{receipt}.pdf"'}
        return HttpResponse(printing.pdf(receipt), content_type="application/pdf", headers=headers)
