"""What a resident sees of the fee of a seat: what is due until when, how to pay it, the proof for a lower one."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses import dues, fees, paying, proofs
from courses.answering.documents import accept
from courses.models import Enrollment, FeeProof
from courses.moves import EnrollmentError
from courses.states import State
from courses.timeline import Step
from payments import describe, providers
from payments.models import Payment, Refund
from payments.states import RefundState


@dataclass(frozen=True)
class Due:
    """What a page says of a seat that is held until its fee is paid. `objection`: why it should not be paid for."""

    payment: Payment | None
    amount: str
    until: datetime
    left: str
    online: bool
    desk_until: datetime | None
    proof: FeeProof | None
    objection: str
    is_processing: bool


def due_of(enrollment, now=None):
    """What is to be paid for an offered seat, or None."""
    now = now or timezone.now()
    if enrollment.state != State.OFFERED or not enrollment.due or enrollment.offer_expires_at <= now:
        return None
    payment = dues.open_payment(enrollment)
    shown = describe.payment(payment) if payment else None
    desk_until = paying.desk_deadline(enrollment)
    return Due(
        payment=payment,
        amount=fees.money(payment.amount if payment else enrollment.due),
        until=enrollment.offer_expires_at,
        left=left_in_words(enrollment.offer_expires_at - now),
        online=bool(payment) and providers.is_online_possible(),
        desk_until=desk_until if desk_until > enrollment.offer_expires_at else None,
        proof=FeeProof.objects.filter(enrollment=enrollment, state=FeeProof.State.WAITING).first(),
        objection=paying.clash(enrollment) or "",
        is_processing=bool(shown and shown.is_processing),
    )


def left_in_words(left):
    """How much time is left: the two largest units would be a countdown; one is enough to decide."""
    minutes = int(left.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)d minute left", "%(n)d minutes left", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours}
    return ngettext("%(n)d day left", "%(n)d days left", hours // 24) % {"n": hours // 24}


def bill_of(enrollment):
    """The lines of the bill that was told, with what is due; None for a class that is free."""
    kept = enrollment.terms.get("bill")
    return {"lines": fees.lines(kept), "due": fees.money(kept["due"])} if kept else None


def money_steps(enrollment):
    """What happened to the money of an enrollment, as points of its timeline."""
    if not enrollment.terms.get("bill"):
        return []
    steps = []
    for payment in dues.payments_of(enrollment).prefetch_related("refunds"):
        if payment.paid_at:
            title = _("Paid: %(amount)s") % {"amount": fees.money(payment.amount)}
            steps.append(Step("done", title, str(describe.method(payment.method)), payment.paid_at))
        steps += [_refund_step(refund) for refund in payment.refunds.all() if refund.state != RefundState.FAILED]
    return steps


def _refund_step(refund):
    amount = {"amount": fees.money(refund.amount)}
    if refund.state == RefundState.DONE:
        return Step("done", _("Refunded: %(amount)s") % amount, refund.get_reason_display(), refund.done_at)
    if refund in Refund.objects.at_the_desk():
        text = _("It is ready at the desk: %(reason)s.") % {"reason": refund.get_reason_display()}
    else:
        words = {"reason": refund.get_reason_display(), "day": _day(refund.expected_on)}
        text = _("It should arrive by %(day)s: %(reason)s.") % words
    return Step("done", _("Refund on its way: %(amount)s") % amount, text, refund.created_at)


def _day(day):
    from courses.describe import day as in_words

    return in_words(day) if day else _("a few days from now")


class ProofForm(forms.Form):
    """The paper that shows that a lower fee holds."""

    paper = forms.FileField(
        label=gettext_lazy("Photograph or PDF of the paper"),
        help_text=gettext_lazy("Only the school's staff see it, to check it; it is kept encrypted."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf", "class": "in"}),
    )

    def clean_paper(self):
        """Looked at by its content and made safe."""
        return accept(self.cleaned_data["paper"])


def _mine(request, reference):
    related = "intake__program__institution", "learner"
    return get_object_or_404(Enrollment.objects.of(request.user).select_related(*related), reference=reference)


def _back(enrollment):
    return HttpResponseRedirect(reverse("enrollment_detail", args=[enrollment.reference]))


@login_required
@require_POST
def enrollment_desk(request, reference):
    """Rather pay at the desk: the seat is held longer."""
    enrollment = _mine(request, reference)
    try:
        paying.pay_at_desk(enrollment, by=request.user)
    except EnrollmentError as refused:
        messages.error(request, " ".join(refused.messages))
    return _back(enrollment)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrollment_proof(request, reference):
    """Upload the proof for a lower fee."""
    enrollment = _mine(request, reference)
    proof = get_object_or_404(FeeProof, enrollment=enrollment, state=FeeProof.State.WAITING)
    form = ProofForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            proofs.upload(enrollment, form.cleaned_data["paper"])
            text = _("Thank you. The seat is held until the school has checked it; you get a message.")
            messages.success(request, text)
        except EnrollmentError as refused:
            messages.error(request, " ".join(refused.messages))
        return _back(enrollment)
    return render(request, "courses/enrollment_proof.html", {"enrollment": enrollment, "proof": proof, "form": form})


@login_required
@require_POST
def enrollment_full_fee(request, reference):
    """Rather pay the full fee now than wait for the check."""
    enrollment = _mine(request, reference)
    try:
        proofs.give_up(enrollment, by=request.user)
    except EnrollmentError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("enrollment_detail", enrollment.reference)
