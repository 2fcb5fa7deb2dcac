"""Every request that we make of Stripe, and every notice of it that we work off. There are no others.

The development server answers these requests only, and tests walk both tables: what is outside them fails.
"""

# What we do -> method and address at Stripe.
REQUESTS = {
    "open a page": ("POST", "/v1/checkout/sessions"),
    "look at a page": ("GET", "/v1/checkout/sessions/{session}"),
    "close a page": ("POST", "/v1/checkout/sessions/{session}/expire"),
    "refund": ("POST", "/v1/refunds"),
    "look at a refund": ("GET", "/v1/refunds/{refund}"),
    "find the refunds of a payment": ("GET", "/v1/refunds"),
    "look at a dispute": ("GET", "/v1/disputes/{dispute}"),
    "find notices that we missed": ("GET", "/v1/events"),
}

SESSION, REFUND, DISPUTE = "session", "refund", "dispute"
# Type of the notice -> what it is about. That is then asked for anew: notices come late, twice and in any order.
EVENTS = {
    "checkout.session.completed": SESSION,
    "checkout.session.async_payment_succeeded": SESSION,
    "checkout.session.async_payment_failed": SESSION,
    "checkout.session.expired": SESSION,
    "refund.created": REFUND,
    "refund.updated": REFUND,
    "refund.failed": REFUND,
    "charge.dispute.created": DISPUTE,
    "charge.dispute.updated": DISPUTE,
    "charge.dispute.closed": DISPUTE,
}

# How people may pay there, of what is switched on in the account. Since 2026-09-30 ("endive") Stripe takes a list of
# allowed methods and refuses the one it wanted before (payment_method_types). WeChat is told that it is a web page.
METHODS = ["card", "alipay", "wechat_pay"]
METHOD_OPTIONS = {"wechat_pay": {"client": "web"}}
