"""The pages on which an enterprise follows an approved order, on the narrowest phone. How an order comes to be is told
in test_order_program.py."""

import pytest

from tests.browser.order_steps import FITS
from tests.partners import making

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_of_an_order_fit_and_read_well(signed_in, axe):
    order = making.approved()
    page = signed_in(making.owner_of(order.enterprise), 320)
    base = f"/enterprise/orders/{order.reference}/"
    for path in (base, f"{base}preview/", f"/enterprise/{order.enterprise_id}/"):
        page.goto(path)
        assert page.evaluate(FITS), path
        axe(page)
