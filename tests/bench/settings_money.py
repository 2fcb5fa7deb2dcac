"""The site's settings, with a server that stands in for Stripe: production itself knows only Stripe's own address."""

import os

from tests.bench.settings import *  # noqa: F403

STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET = "sk_test_bench", "whsec_bench"
STRIPE_ADDRESS = os.environ["BENCH_STRIPE_ADDRESS"]
