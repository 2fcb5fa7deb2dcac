"""The pages of the website itself in a real browser: in all sizes, contrasts and schemes, with and without a script."""

import pytest
from playwright.sync_api import expect

from home.models import HomePage
from institutions.models import InstitutionIndexPage, InstitutionPage
from tests import factories
from tests.home.site import notices, plain, website

PATHS = ["/", "/notices/", "/notices/n0/", "/institutions/", "/institutions/tahe/", "/help/", "/nothing/"]
PATHS += ["/development/style/", "/development/style/?confirm=1", "/development/errors/500/"]
# Each value of each choice meets each of the others at least once.
READERS = [
    (1280, "standard", "normal", "light"),
    (1280, "large", "high", "dark"),
    (375, "large", "normal", "dark"),
    (375, "xlarge", "high", "light"),
    (320, "standard", "high", "dark"),
    (320, "xlarge", "normal", "light"),
]
TOO_SMALL = """() => [...document.querySelectorAll("a, button, select, textarea, summary, input:not([type=hidden])")]
  .map((control) => control.matches("[type=radio], [type=checkbox]") ? control.closest("label") : control)
  .filter((control) => {
    const box = control.getBoundingClientRect();
    // The skip link waits above the page; a link in a sentence is as large as the words; a card's link covers it.
    if (!box.width || control.matches(".skip, .body a, p a, .card h3 a, .tasks a")) return false;
    return box.width < 43.5 || box.height < 43.5;
  }).map((control) => control.outerHTML.slice(0, 100))"""


@pytest.fixture
def site(live_server):
    """A website with one page of each kind."""
    home = website(help_phone="0457-123 4567")
    notices(home, "停课通知", "开班通知")
    plain(home, "报名帮助", "help", show_in_menus=True, lead="一步一步来。")
    index = home.add_child(instance=InstitutionIndexPage(title="学校和学习中心", slug="institutions"))
    institution = factories.institution(address="曙光大街 1 号", phone="0457-123 4567")
    index.add_child(
        instance=InstitutionPage(title=institution.name, slug="tahe", institution=institution, summary="学书法。")
    )
    factories.website()
    factories.intake(program=factories.program(institution=institution))
    return HomePage.objects.get()


@pytest.mark.parametrize(("width", "size", "contrast", "scheme"), READERS)
def test_every_page_can_be_read_by_everyone(site, live_server, open_page, axe, width, size, contrast, scheme):
    page = open_page(width, color_scheme=scheme)
    remembered = {"size": size, "contrast": contrast}
    page.context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in remembered.items()])
    # Pages for errors are looked at like others: their status alone would count as a fault of the page.
    for address in ("**/nothing/", "**/errors/500/"):
        page.route(address, lambda route: route.fulfill(response=route.fetch(), status=200))
    for path in PATHS:
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the screen"
        assert page.evaluate(TOO_SMALL) == [], path


def test_the_largest_letters_leave_the_phone_to_the_page(site, live_server, open_page):
    page = open_page(375, height=667)
    page.context.add_cookies([{"name": "size", "value": "xlarge", "url": live_server.url}])
    page.goto("/help/")
    assert page.locator("main").bounding_box()["y"] <= 667 / 4


def test_size_language_and_menu_work_without_a_script(site, open_page):
    page = open_page(375, java_script_enabled=False)
    page.goto("/help/")
    page.get_by_role("button", name="特大").click()
    expect(page.locator("html")).to_have_attribute("data-size", "xlarge")
    page.locator(".menu > summary").click()
    page.locator(".menu").get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/help/")


def test_the_summary_of_errors_takes_the_focus_and_leads_into_the_field(site, page_375):
    page_375.goto("/development/style/")
    expect(page_375.locator(".errsum")).to_be_focused()
    page_375.locator(".errsum a").nth(1).click()
    expect(page_375.locator("#id_bad-phone, #id_bad-district").first).to_be_focused()


def test_the_keyboard_reaches_the_content_first(site, page_1280):
    page_1280.goto("/help/")
    page_1280.keyboard.press("Tab")
    expect(page_1280.locator(".skip")).to_be_focused()
    page_1280.keyboard.press("Enter")
    expect(page_1280.locator("main")).to_be_focused()


def test_a_double_tap_sends_a_form_once(site, page_375):
    sent = []
    page_375.route("**/display/", lambda route: sent.append(route.request.url))
    page_375.goto("/")
    page_375.evaluate("""() => {
      const button = document.querySelector("form[action='/display/'] [value=large]");
      button.click();
      button.click();
    }""")
    page_375.wait_for_timeout(300)
    assert len(sent) == 1
