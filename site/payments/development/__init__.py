"""A server that stands in for Stripe in the demo and in tests. Never in production: nothing outside this folder, the
demo's command and the tests imports it.

It answers, over real HTTP, exactly the requests of providers/stripe_table.py to the real `stripe` library: it keeps
state, honours idempotency keys, refuses wrong keys and unknown or mistyped parameters (by the library's own published
types, shapes.py), shows a page on which to pay, and sends signed notices with retries, also late, twice, out of order
or never when it is told to. Its answers start from Stripe's example objects (objects.json).
"""
