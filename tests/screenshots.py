"""`make screenshots`: the pictures of the README, taken from the demo in a database of its own.

They show sample content. Port 8190 must be free.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import HINT, find_chromium  # noqa: E402

PORT = 8190
SITE = f"http://127.0.0.1:{PORT}"
FOLDER = ROOT / "docs" / "screenshots"
START_SECONDS = 600


def main():
    """Start the demo, walk through it, leave home.png, course.png and enrolled.png."""
    browser = find_chromium() or sys.exit(HINT)
    with tempfile.TemporaryDirectory() as folder:
        own = {
            "XUELIN_MODE": "demo",
            "SITE_URL": SITE,
            "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3",
            "MEDIA_ROOT": f"{folder}/media",
            "STATIC_ROOT": f"{folder}/static",
        }
        command = [sys.executable, "manage.py", "demo", "--port", str(PORT)]
        demo = subprocess.Popen(command, cwd=ROOT, env=os.environ | own)
        try:
            wait_for(demo)
            take(browser)
        finally:
            demo.terminate()
            demo.wait()


def wait_for(demo):
    """Return when the site answers."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and demo.poll() is None:
        try:
            urlopen(f"{SITE}/health/").close()
            return
        except OSError:
            time.sleep(1)
    sys.exit("The demo did not start.")


def take(chromium):
    """The home page at a desk; a course and a confirmed seat on a phone."""
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        desk = browser.new_page(viewport={"width": 1280, "height": 860}, base_url=SITE)
        desk.goto("/")
        desk.screenshot(path=FOLDER / "home.png")
        phone = browser.new_page(viewport={"width": 375, "height": 812}, base_url=SITE)
        phone.goto("/courses/?q=烘焙")
        phone.locator(".card a", has_text="烘焙").first.click()
        phone.wait_for_url(re.compile(r"/courses/[^?]+/"))
        phone.screenshot(path=FOLDER / "course.png")
        sign_in(phone, "13800000001")
        phone.goto("/my/")
        phone.locator("article.card", has_text="已报名").first.get_by_role("link").click()
        phone.screenshot(path=FOLDER / "enrolled.png")
        browser.close()


def sign_in(page, phone):
    """With the code that the demo shows on its page of messages."""
    page.goto("/account/login/?next=/my/")
    page.locator("main input[name=login]").fill(phone)
    page.locator("main form button[type=submit]").first.click()
    codes = page.context.browser.new_page()
    codes.goto(f"{SITE}/development/messages/")
    code = re.search(r"(?<!\d)\d{6}(?!\d)", codes.locator("main").inner_text()).group()
    codes.close()
    page.locator("main input[name=code]").fill(code)
    page.locator("main form button[type=submit]").first.click()


if __name__ == "__main__":
    main()
