"""What a resident sees of their own money."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from payments import purposes
from payments.models import Payment


@login_required
@require_safe
def payment_list(request):
    """All payments of this account, newest first."""
    payments = [_described(payment) for payment in Payment.objects.of(request.user)]
    return render(request, "payments/payment_list.html", {"payments": payments})


@login_required
@require_safe
def payment_detail(request, reference):
    """One payment, with its refunds. Somebody else's does not exist."""
    payment = get_object_or_404(Payment.objects.of(request.user).select_related("institution"), reference=reference)
    context = {"payment": _described(payment), "refunds": payment.refunds.order_by("pk")}
    return render(request, "payments/payment_detail.html", context)


def _described(payment):
    handler = purposes.handler(payment)
    payment.title, payment.url = handler.title(payment), handler.url(payment)
    return payment
