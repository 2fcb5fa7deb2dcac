"""The requests of providers/stripe_table.py, answered. Each function gets checked parameters and returns an object."""

import json

from payments.development import shapes
from payments.development.errors import ApiError
from payments.development.state import KEY_LIFE
from payments.providers import stripe_table

_SHORTEST, _LONGEST = 30 * 60, 24 * 3600


class Api:
    """Answers to requests, on a state; `tell(type, object)` is called for each notice that Stripe would send."""

    def __init__(self, state, tell, address):
        self.state, self.tell, self.address = state, tell, address
        self.acts = {
            "open a page": self.open_page,
            "look at a page": self.look_at_page,
            "close a page": self.close_page,
            "refund": self.refund,
            "look at a refund": lambda params, name: self._get("refunds", name),
            "find the refunds of a payment": self.list_refunds,
            "look at a dispute": lambda params, name: self._get("disputes", name),
            "find notices that we missed": self.list_events,
        }

    def answer(self, method, path, pairs, key=""):
        """The answer to a request: (status, object). The same key gets the same answer, for a day."""
        act, name = _match(method, path)
        asked = json.dumps([method, path, sorted(pairs)])
        with self.state.lock:
            answers = self.state.tables["answers"]
            known = answers.get(key) if key else None
            if known and known["at"] > self.state.now() - KEY_LIFE:
                if known["asked"] != asked:
                    raise ApiError(400, "Keys for idempotent requests can only be used once.", kind="idempotency_error")
                return known["status"], known["body"]
            try:
                params = shapes.check(act, shapes.nested(pairs))
                status, body = 200, self._expanded(self.acts[act](params, name), params.get("expand", []))
            except ApiError as error:
                status, body = error.status, error.body
            if key:
                answers[key] = {"asked": asked, "status": status, "body": body, "at": self.state.now()}
            self.state.keep()
            return status, body

    def open_page(self, params, name):
        """A Checkout Session for one amount, whose life is as long as Stripe allows."""
        if not params.get("line_items"):
            raise ApiError(400, "`line_items` is required in payment mode.")
        now = self.state.now()
        until = params.get("expires_at", now + _LONGEST)
        if not now + _SHORTEST <= until <= now + _LONGEST:
            raise ApiError(400, "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.")
        price = params["line_items"][0]["price_data"]
        amount = price["unit_amount"] * params["line_items"][0]["quantity"]
        page = self.state.make(
            "sessions",
            "checkout.session",
            "cs_test",
            amount_total=amount,
            amount_subtotal=amount,
            currency=price["currency"],
            expires_at=until,
            payment_intent=None,
            payment_status="unpaid",
            status="open",
            customer_details=None,
            intent_metadata=params.get("payment_intent_data", {}).get("metadata", {}),
            **{field: params.get(field) for field in ("client_reference_id", "success_url", "cancel_url", "locale")},
            payment_method_types=params.get("allowed_payment_method_types", ["card"]),
            metadata=params.get("metadata", {}),
        )
        page["url"] = f"{self.address}/pay/{page['id']}"
        return page

    def look_at_page(self, params, name):
        """A page as it is now."""
        self.state.expire_pages()
        return self._get("sessions", name)

    def close_page(self, params, name):
        """Expire a page early, unless it was paid."""
        page = self.look_at_page(params, name)
        if page["status"] != "open":
            raise ApiError(400, f"Only Checkout Sessions with a status of open can be expired, not {page['status']}.")
        page["status"] = "expired"
        self.tell("checkout.session.expired", page)
        return page

    def refund(self, params, name):
        """Give money back: a card's at once, a wallet's in a while."""
        intent = self._get("intents", params["payment_intent"])
        charge = self.state.tables["charges"].get(intent["latest_charge"])
        if charge is None:
            raise ApiError(400, "This PaymentIntent does not have a successful charge to refund.")
        if charge["disputed"]:
            raise ApiError(400, "The charge has been charged back.", code="charge_disputed")
        left = charge["amount"] - charge["amount_refunded"]
        amount = params.get("amount", left)
        if left == 0:
            raise ApiError(400, "The charge has already been refunded.", code="charge_already_refunded")
        if not 0 < amount <= left:
            raise ApiError(400, f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).")
        charge["amount_refunded"] += amount
        by_wallet = charge["payment_method_details"]["type"] != "card"
        made = self.state.make(
            "refunds",
            "refund",
            "re",
            amount=amount,
            charge=charge["id"],
            payment_intent=intent["id"],
            currency=charge["currency"],
            metadata=params.get("metadata", {}),
            status="pending" if by_wallet else "succeeded",
        )
        self.tell("refund.created", made)
        return made

    def list_refunds(self, params, name):
        """The refunds of one payment, newest first."""
        of_payment = [
            one for one in self.state.tables["refunds"].values() if one["payment_intent"] == params["payment_intent"]
        ]
        return _page(of_payment, params, "/v1/refunds")

    def list_events(self, params, name):
        """Notices since a moment, of these types, newest first."""
        since, kinds = params.get("created", {}).get("gte", 0), params.get("types")
        events = [
            one
            for one in self.state.tables["events"].values()
            if one["created"] >= since and (not kinds or one["type"] in kinds)
        ]
        return _page(events, params, "/v1/events")

    def _get(self, kind, name):
        found = self.state.tables[kind].get(name)
        if found is None:
            raise ApiError(404, f"No such object: '{name}'", code="resource_missing")
        return found

    def _expanded(self, body, expand):
        body = dict(body)
        if "payment_intent.latest_charge" in expand and body.get("payment_intent"):
            intent = dict(self._get("intents", body["payment_intent"]))
            intent["latest_charge"] = self.state.tables["charges"].get(intent["latest_charge"])
            body["payment_intent"] = intent
        body.pop("intent_metadata", None)
        return body


def _match(method, path):
    for act, (its_method, its_path) in stripe_table.REQUESTS.items():
        parts, asked = its_path.split("/"), path.split("/")
        fits = len(parts) == len(asked) and all(
            mine == its or mine.startswith("{") for mine, its in zip(parts, asked, strict=True)
        )
        if method == its_method and fits:
            return act, next((its for mine, its in zip(parts, asked, strict=True) if mine.startswith("{")), "")
    raise ApiError(404, f"Unrecognized request URL ({method}: {path}): it is not in providers/stripe_table.py.")


def _page(rows, params, url):
    rows = list(reversed(rows))
    after = params.get("starting_after")
    if after:
        rows = rows[[row["id"] for row in rows].index(after) + 1 :]
    limit = params.get("limit", 10)
    return {"object": "list", "url": url, "data": rows[:limit], "has_more": len(rows) > limit}
