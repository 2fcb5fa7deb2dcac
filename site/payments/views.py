"""What a resident sees of their own money, the way to Stripe and back, and the door for Stripe's notices."""

import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from payments import describe, money, notices, outcome, printing, providers
from payments.errors import MoneyError, ProviderFailed
from payments.models import Payment, Provider, Refund
from payments.providers.base import Refused

logger = logging.getLogger(__name__)


@login_required
@never_cache
@require_GET
def payment_list(request):
    """All payments of this account, newest first, with what went back."""
    refunds = Prefetch("refunds", Refund.objects.order_by("pk"))
    mine = Payment.objects.of(request.user).select_related("institution").prefetch_related(refunds, "receipts")
    page = Paginator(mine, 20).get_page(request.GET.get("page"))
    page.object_list = [describe.payment(one) for one in page.object_list]
    return render(request, "payments/payment_list.html", {"page": page})


@login_required
@never_cache
@require_GET
def payment_detail(request, reference):
    """One payment: what it is for, how it stands, how to pay it, and every refund with its state and expected day."""
    payment = describe.payment(_mine(request, reference))
    refunds = [describe.refund(one) for one in payment.refunds.order_by("pk")]
    can_pay_online = payment.can_be_paid and providers.is_online_possible()
    receipts = payment.receipts.order_by("pk")
    context = {"payment": payment, "refunds": refunds, "receipts": receipts, "can_pay_online": can_pay_online}
    return render(request, "payments/payment_detail.html", context)


@login_required
@require_POST
def payment_start(request, reference):
    """On to the provider's page."""
    payment = _mine(request, reference)
    back = settings.SITE_URL + reverse("payment_back", args=[payment.reference])
    try:
        return redirect(money.start(payment, provider=Provider.STRIPE, return_url=back))
    except (MoneyError, Refused) as error:
        if not isinstance(error, MoneyError) or isinstance(error, ProviderFailed):
            logger.warning("Payment %s could not be started: %s", payment.reference, error)
            error = MoneyError(_("Paying online does not work at the moment. Please try again, or pay at the desk."))
        messages.error(request, error.message)
    return redirect("payment_detail", payment.reference)


@login_required
@never_cache
@require_GET
def payment_back(request, reference):
    """Back from the provider's page. The address proves nothing: the provider is asked, and its answer counts."""
    payment = _mine(request, reference)
    outcome.ask_about(payment)
    return redirect(describe.payment(payment).url)


@login_required
@never_cache
@require_GET
def payment_receipt(request, reference, pk):
    """A receipt, to read and to print."""
    payment, receipt = _my_receipt(request, reference, pk)
    context = {"payment": payment, "receipt": receipt, "paper": printing.paper(receipt)}
    return render(request, "payments/receipt.html", context)


@login_required
@never_cache
@require_GET
def payment_receipt_pdf(request, reference, pk):
    """A receipt as a file."""
    _payment, receipt = _my_receipt(request, reference, pk)
    headers = {"Content-Disposition": f'inline; filename="{receipt}.pdf"'}
    return HttpResponse(printing.pdf(receipt), content_type="application/pdf", headers=headers)


def _my_receipt(request, reference, pk):
    payment = _mine(request, reference)
    return payment, get_object_or_404(payment.receipts.select_related("payment__institution", "refund"), pk=pk)


def _mine(request, reference):
    """A payment of this account; somebody else's does not exist."""
    return get_object_or_404(Payment.objects.of(request.user).select_related("institution"), reference=reference)


@csrf_exempt
@never_cache
@require_POST
def stripe_notice(request):
    """A notice of Stripe, proved by its signature over the raw body. 400: not Stripe's. 503: send it again, please."""
    try:
        notices.receive(request.body, request.headers)
    except Refused:
        return HttpResponse(status=400)
    except ProviderFailed:
        return HttpResponse(status=503)
    return HttpResponse(status=200)
