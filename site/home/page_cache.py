"""What anonymous visitors read is made once and kept: a hit costs no query and about 1 ms instead of 8-12.

A view opts in with `public(response, seconds)`. Kept are only answers to GET with status 200 that set no cookie and do
not vary by cookie: whoever looked at the session or printed a token has thereby opted out. Readers with a session, a
waiting message or an htmx request are never answered from here. The choices of display.py are part of the key, and so
is a version that `expire` changes when something is published: pages of the old version are simply never asked for
again.
"""

import hashlib
import re
import threading
import time
import uuid

from django.core.cache import caches
from django.db import transaction
from django.http import HttpResponse

from home.display import display_of, has_session

VERSION_KEY = "home.page_cache.version"
LOOK_EVERY = 1.0  # seconds: how long after publishing a process may still show the page as it was
_OPT_IN = re.compile(r"(?=.*\bpublic\b).*\bs-maxage=(\d+)")
_seen = {"version": None, "at": 0.0}
_changes = threading.local()


def public(response, seconds):
    """Let this answer be kept for everyone without a session, at most so many seconds. Returns the response."""
    response["Cache-Control"] = f"public, s-maxage={seconds}"
    return response


def version():
    """The version of everything published; read from the shared cache at most once a second in each process."""
    now = time.monotonic()
    if _seen["version"] is None or now - _seen["at"] >= LOOK_EVERY:
        shared = caches["default"]
        current = shared.get(VERSION_KEY)
        if current is None:  # Never set, or dropped by the cache: a new one is always safe.
            current = shared.get_or_set(VERSION_KEY, lambda: uuid.uuid4().hex, timeout=None)
        _seen.update(version=current, at=now)
    return _seen["version"]


def forget():
    """Look the version up again at the next request (after a change in this process, and between tests)."""
    _seen["version"] = None


def expire(**_signal):
    """Something that pages show has changed: after the commit, let every process make its pages anew.

    Ten thousand rows saved in one transaction raise the version once: the first hook to run after the commit speaks for
    all changes that this thread had made by then.
    """
    _changes.made = getattr(_changes, "made", 0) + 1
    transaction.on_commit(_raise_version)


def _raise_version():
    if getattr(_changes, "told", 0) != _changes.made:
        caches["default"].set(VERSION_KEY, uuid.uuid4().hex, timeout=None)
        forget()
        _changes.told = _changes.made


class PageCacheMiddleware:
    """Answer anonymous readers from what is kept, and keep what views offer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not _is_anonymous_read(request):
            return _for_one_reader(self.get_response(request))
        # Made before the page: what is rendered while something is published is kept under the old version.
        key = _key(request)
        kept = caches["pages"].get(key)
        if kept is None:
            response = self.get_response(request)
            seconds = _seconds_to_keep(request, response)
            if seconds:
                caches["pages"].set(key, (response.content, dict(response.items())), seconds)
            return _for_one_reader(response)
        content, headers = kept
        return _for_one_reader(HttpResponse(content, headers=headers))


def _key(request):
    """The name of the page for this reader's choices: hashed, since an address may be longer than a key."""
    text = f"{version()}:{display_of(request).key}:{request.build_absolute_uri()}"
    return "page-" + hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _is_anonymous_read(request):
    """Whether the answer can be one for everyone."""
    return (
        request.method in ("GET", "HEAD")
        and not has_session(request)
        and "messages" not in request.COOKIES
        and "HX-Request" not in request.headers
    )


def _seconds_to_keep(request, response):
    """How long this answer may be kept; 0 for not at all."""
    if request.method != "GET" or response.status_code != 200 or response.streaming or response.cookies:
        return 0
    if "cookie" in response.get("Vary", "").lower():
        return 0
    asked = _OPT_IN.search(response.get("Cache-Control", ""))
    return int(asked[1]) if asked else 0


def _for_one_reader(response):
    """Outside this process a page belongs to one reader: it differs by cookies, and by who has signed in since."""
    if _OPT_IN.search(response.get("Cache-Control", "")):
        response["Cache-Control"] = "private, no-cache"
    return response
