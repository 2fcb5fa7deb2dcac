"""What people and banks do at Stripe: pay, fail, let it take a while, dispute, refund in the dashboard."""

from payments.development.errors import ApiError

# The test cards that people know from Stripe.
GOOD_CARD, BAD_CARD = "4242 4242 4242 4242", "4000 0000 0000 0002"


class People:
    """Acts on a state; `tell(type, object)` is called for each notice that Stripe would send."""

    def __init__(self, state, tell):
        self.state, self.tell = state, tell

    def pay(self, name, method="card", *, amount=None, currency=None):
        """Somebody pays a page. Another amount or currency than asked for cannot happen at Stripe; tests make it."""
        page = self._open_page(name)
        intent = self._intent(page, method, amount, currency)
        self._succeed(page, intent)
        self.tell("checkout.session.completed", page)
        return page

    def fail(self, name, method="card"):
        """The bank says no at once: the page stays open, and another card may be tried."""
        page = self._open_page(name)
        intent = self._intent(page, method)
        intent["status"], intent["last_payment_error"] = "requires_payment_method", {"code": "card_declined"}
        return page

    def pay_later(self, name, method="card"):
        """Somebody completes the page, and the money takes a while."""
        page = self._open_page(name)
        intent = self._intent(page, method)
        intent["status"], page["status"] = "processing", "complete"
        self.tell("checkout.session.completed", page)
        return page

    def arrive(self, name):
        """The money that took a while is here."""
        page = self._page(name)
        self._succeed(page, self.state.tables["intents"][page["payment_intent"]])
        self.tell("checkout.session.async_payment_succeeded", page)

    def bounce(self, name):
        """The money that took a while will not come."""
        page = self._page(name)
        self.state.tables["intents"][page["payment_intent"]]["status"] = "requires_payment_method"
        self.tell("checkout.session.async_payment_failed", page)

    def expire(self, name):
        """The page's time is over."""
        page = self._open_page(name)
        page["status"] = "expired"
        self.tell("checkout.session.expired", page)

    def finish_refund(self, name, *, failed=False):
        """A refund under way has arrived, or the bank has sent it back."""
        refund = self.state.tables["refunds"][name]
        refund["status"] = "failed" if failed else "succeeded"
        if failed:
            refund["failure_reason"] = "lost_or_stolen_card"
            self.state.tables["charges"][refund["charge"]]["amount_refunded"] -= refund["amount"]
        self.tell("refund.failed" if failed else "refund.updated", refund)

    def refund_in_dashboard(self, name, amount):
        """Somebody with access to the account refunds there, past our books."""
        page = self._page(name)
        charge = self._charge(page)
        charge["amount_refunded"] += amount
        facts = {"amount": amount, "charge": charge["id"], "payment_intent": page["payment_intent"]}
        refund = self.state.make(
            "refunds", "refund", "re", currency=charge["currency"], metadata={}, status="succeeded", **facts
        )
        self.tell("refund.created", refund)
        return refund

    def dispute(self, name):
        """A payer calls all the money back through the bank."""
        page = self._page(name)
        charge = self._charge(page)
        charge["disputed"] = True
        facts = {"amount": charge["amount"], "charge": charge["id"], "payment_intent": page["payment_intent"]}
        dispute = self.state.make(
            "disputes", "dispute", "dp", currency=charge["currency"], status="needs_response", **facts
        )
        self.tell("charge.dispute.created", dispute)
        return dispute

    def decide(self, name, *, won):
        """The bank decides a dispute, for us or against us."""
        dispute = self.state.tables["disputes"][name]
        dispute["status"] = "won" if won else "lost"
        self.state.tables["charges"][dispute["charge"]]["disputed"] = not won
        self.tell("charge.dispute.closed", dispute)

    def _succeed(self, page, intent):
        charge = self.state.make(
            "charges",
            "charge",
            "ch",
            amount=intent["amount"],
            amount_captured=intent["amount"],
            amount_refunded=0,
            captured=True,
            disputed=False,
            currency=intent["currency"],
            payment_intent=intent["id"],
            payment_method_details={"type": intent["payment_method_types"][0]},
            billing_details={},
            metadata=intent["metadata"],
        )
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charge["id"]}
        page |= {"status": "complete", "payment_status": "paid"}

    def _intent(self, page, method, amount=None, currency=None):
        if method not in page["payment_method_types"]:
            raise ApiError(400, f"This page does not take {method}.")
        intent = self.state.tables["intents"].get(page["payment_intent"]) or self.state.make(
            "intents", "payment_intent", "pi", latest_charge=None, amount_received=0, last_payment_error=None
        )
        intent |= {
            "amount": amount or page["amount_total"],
            "currency": currency or page["currency"],
            "payment_method_types": [method],
            "metadata": page["intent_metadata"],
        }
        page["payment_intent"] = intent["id"]
        return intent

    def _page(self, name):
        page = self.state.tables["sessions"].get(name)
        if page is None:
            raise ApiError(404, f"No such page: {name}")
        return page

    def _open_page(self, name):
        self.state.expire_pages()
        page = self._page(name)
        if page["status"] != "open":
            raise ApiError(400, f"This page is {page['status']}.")
        return page

    def _charge(self, page):
        return self.state.tables["charges"][self.state.tables["intents"][page["payment_intent"]]["latest_charge"]]
