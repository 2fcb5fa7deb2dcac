"""What staff do with a payment: take the money, give some back, take back what was booked by mistake."""

import secrets

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from payments import desk, money, purposes
from payments.admin.shared import DESK_METHODS, NOTE, ActForm, ActView, YuanField
from payments.amounts import yuan
from payments.models import Payment, Refund


class _TakeForm(ActForm):
    method = forms.ChoiceField(label=_("how"), choices=DESK_METHODS, widget=forms.RadioSelect, initial="cash")
    amount = YuanField(label=_("amount received (yuan)"), help_text=_("Exactly what is due, change given already."))


class TakeView(ActView):
    """Take money at the desk; the receipt follows."""

    model, permission, form_class = Payment, "payments.take_money", _TakeForm
    page_title, button = _("Take money"), _("The money is here")
    done = _("Taken. The receipt is ready to be printed.")

    def get_initial(self):
        """What is due."""
        return {"form_key": secrets.token_hex(16), "amount": f"{self.object.amount / 100:.2f}"}

    def consequences(self):
        """What is due, and for what."""
        title = purposes.handler(self.object).title(self.object)
        due = gettext("%(amount)s is due for %(title)s.") % {"amount": yuan(self.object.amount), "title": title}
        return [due, gettext("The payer gets a receipt. A page on which they could pay online is closed.")]

    def do(self, data):
        """Take it."""
        desk.take(self.object, by=self.request.user, method=data["method"], amount=data["amount"], key=data["form_key"])

    def after(self):
        """To the payment, with its receipt."""
        return reverse("payment:inspect", args=[self.object.pk])


class _RefundForm(ActForm):
    amount = YuanField(label=_("amount (yuan)"))
    note = forms.CharField(**NOTE)


class RefundView(ActView):
    """Give money back as goodwill; the rules' own refunds come by themselves."""

    model, permission, form_class, serious = Payment, "payments.reverse_money", _RefundForm, True
    page_title, button, done = _("Refund"), _("Refund this amount"), _("Decided. The payer is told.")

    def get_initial(self):
        """All that remains."""
        return {"form_key": secrets.token_hex(16), "amount": f"{self.object.refundable / 100:.2f}"}

    def consequences(self):
        """What remains, and how it goes."""
        remains = gettext("%(amount)s of this payment can still go back.") % {"amount": yuan(self.object.refundable)}
        return [remains, gettext("It goes the way it came, or waits at the desk. What was paid for is not touched.")]

    def do(self, data):
        """Decide it, once."""
        money.refund(
            self.object,
            amount=data["amount"],
            reason=Refund.Reason.GOODWILL,
            by=self.request.user,
            note=data["note"],
            form_key=data["form_key"],
        )

    def after(self):
        """To the payment."""
        return reverse("payment:inspect", args=[self.object.pk])


class _ReverseForm(ActForm):
    note = forms.CharField(**NOTE)


class ReverseView(ActView):
    """Take back what a colleague booked by mistake."""

    model, permission, form_class, serious = Payment, "payments.reverse_money", _ReverseForm, True
    page_title, button, done = _("Taken by mistake"), _("Reverse it"), _("Taken back. The till has it no more.")

    def get_initial(self):
        """A key for the form."""
        return {"form_key": secrets.token_hex(16)}

    def consequences(self):
        """What happens to till, receipt and seat."""
        taken = desk.taken_by(self.object)
        return [
            gettext("%(amount)s leaves the till of %(cashier)s; a receipt of the refund is written.")
            % {"amount": yuan(self.object.amount), "cashier": taken or "—"},
            gettext("What was given for it is taken back, and the payer is told."),
            gettext("Whoever took the money cannot do this alone."),
        ]

    def do(self, data):
        """Take it back."""
        desk.reverse(self.object, by=self.request.user, note=data["note"])

    def after(self):
        """To the payment."""
        return reverse("payment:inspect", args=[self.object.pk])
