"""An order in real browsers: two hard stops, mended, submitted, returned on one field by staff, approved. No script is
needed for any of it: the enterprise's browser runs without JavaScript."""

import pytest
from django.test import Client

from partners.states import OrderState
from tests import factories
from tests.partners import making

pytestmark = pytest.mark.django_db(transaction=True)
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
def signed_in(open_page, live_server, settings):
    """A function that opens a page with the session of an account."""
    settings.SECOND_FACTOR_REQUIRED = False

    def open_for(account, width, **options):
        client = Client()
        client.force_login(account)
        session = client.session
        session["second_factor_not_now"] = True
        session.save()
        page = open_page(width, **options)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        return page

    return open_for


def fill(page, **values):
    """Type into boxes and tick answers by their names, then save."""
    for name, value in values.items():
        box = page.locator(f"[name={name}]")
        if box.first.get_attribute("type") == "radio":
            page.check(f"[name={name}][value={value}]")
        else:
            box.fill(value)
    page.click("main form[method=post] button >> nth=0")


def test_an_order_is_stopped_mended_returned_and_approved(signed_in, axe):
    order = making.order(min_age="15", charges="yes")
    staff = factories.account(is_staff=True, is_superuser=True, email="bureau@example.org")
    base = f"/enterprise/orders/{order.reference}/"
    phone = signed_in(making.owner_of(order.enterprise), 375, java_script_enabled=False)
    desk = signed_in(staff, 1280)

    phone.goto(base)
    assert phone.locator(".note--bad li").count() == 2
    phone.goto(f"{base}check/")
    assert phone.locator("[name=declared]").count() == 0
    phone.goto(f"{base}people/")
    fill(phone, min_age="16")
    phone.goto(f"{base}terms/")
    fill(phone, charges="no")
    phone.goto(f"{base}check/")
    phone.check("[name=declared]")
    phone.click("form button.btn--block")
    order.refresh_from_db()
    assert order.state == OrderState.SUBMITTED

    desk.goto(f"/cms/training_order/inspect/{order.pk}/")
    desk.fill("[name=remark-hours]", "请写明倒班")
    desk.click("button[value=changes]")
    desk.wait_for_url("**/cms/training_order/")

    phone.goto(base)
    phone.click(".note--warn a")
    fill(phone, hours="两班倒，每周五天")
    phone.goto(f"{base}check/")
    phone.check("[name=declared]")
    phone.click("form button.btn--block")

    desk.goto(f"/cms/training_order/inspect/{order.pk}/")
    assert "每周五天，每天八小时" in desk.locator(".partners-review td p").inner_text()
    desk.click("button[value=approve]")
    desk.wait_for_url("**/cms/training_order/")
    order.refresh_from_db()
    assert order.state == OrderState.APPROVED
    wide = signed_in(making.owner_of(order.enterprise), 320)
    for path in (base, f"{base}preview/", f"/enterprise/{order.enterprise_id}/"):
        wide.goto(path)
        assert wide.evaluate(FITS), path
        axe(wide)
