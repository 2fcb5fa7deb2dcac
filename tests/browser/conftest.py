"""A real Chromium for the journeys: pages at 375 and 1280 px that accept no script error and no accessibility fault.

`page_375` and `page_1280` are Playwright pages at the start of a fresh session of the live site; `open_page` makes
more (other widths, without JavaScript). A test with an error in the console or a violation of the content security
policy fails at its end. `axe(page)` asserts that axe finds nothing.
"""

import os
import shutil
from pathlib import Path

import pytest

HINT = "No browser: apt-get install chromium fonts-noto-cjk"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTEXTS = pytest.StashKey[list]()
# Playwright's own event loop runs in this thread, so Django would refuse the database; nothing here is async.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def find_chromium():
    """The browser of this machine, or None."""
    return next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


@pytest.fixture(scope="session")
def browser(django_db_setup):
    """One Chromium for the whole run; without one the tests are skipped with a hint, in CI they fail."""
    path = find_chromium()
    if path is None:
        pytest.fail(HINT) if os.environ.get("CI") == "true" else pytest.skip(HINT)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, live_server, request):
    """A function that opens a page of a fresh session, `width` CSS pixels wide; options go to Playwright's context.

    Addresses are relative to the live site: `page.goto("/")`. On failure a picture is left in test-results/.
    """
    contexts, faults = [], []
    request.node.stash[CONTEXTS] = contexts

    def note(kind, text):
        faults.append(f"{kind}: {text}")

    def note_error(message):
        if message.type == "error":
            note("console", f"{message.text} {message.location['url']}")

    def make(width=375, *, height=812, **options):
        options = {"base_url": live_server.url, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | options
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        # A violation of the content security policy and a file that is missing are console errors, too.
        page.on(
            "console",
            lambda message: message.type == "error" and note("console", f"{message.text} {message.location['url']}"),
        )
        page.on("pageerror", lambda error: note("script", str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def page_375(open_page):
    """A phone."""
    return open_page(375)


@pytest.fixture
def page_1280(open_page):
    """A desk."""
    return open_page(1280, height=900)


# What moves on the page has come to rest: a message of the admin fades in, and has too little contrast until then.
AT_REST = "() => document.getAnimations().every(one => one.playState !== 'running')"


@pytest.fixture
def signed_in(open_page, live_server, settings):
    """A function that opens a page with the session of an account, past the second factor."""
    from django.test import Client

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


@pytest.fixture
def axe():
    """A function that asserts that axe finds no fault on the page, for the tags in AXE_TAGS."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page):
        page.wait_for_load_state()
        page.wait_for_function(AT_REST)
        options = {"runOnly": AXE_TAGS, "resultTypes": ["violations"]}
        results = Axe().run(page, options=options)
        assert not results.violations_count, f"{page.url}\n{results.generate_report()}"

    return check


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Leave a picture of every open page when a browser test fails."""
    report = yield
    if report.when == "call" and report.failed:
        folder = Path("test-results")
        folder.mkdir(exist_ok=True)
        pages = [page for context in item.stash.get(CONTEXTS, []) for page in context.pages]
        for number, page in enumerate(pages, 1):
            page.screenshot(path=folder / f"{item.name}-{number}.png", full_page=True)
    return report
