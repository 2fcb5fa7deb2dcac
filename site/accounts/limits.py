"""How long somebody has to wait until a rate limit lets them through again.

allauth counts but does not say for how long it refuses; people have to be told. We read its counters through two of
its internal helpers; tests/accounts/test_limits.py pins them.
"""

import math
import time
from datetime import timedelta

from allauth.core.exceptions import RateLimited
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext, ngettext

_APP = "allauth.account"


class RateLimitMiddleware:
    """Turns a limit that no form foresaw (two requests at once) into the page that says to wait a minute."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Nothing to do before or after."""
        return self.get_response(request)

    def process_exception(self, request, exception):
        """The page "please wait a minute"."""
        return ratelimit.respond_429(request) if isinstance(exception, RateLimited) else None


def seconds_to_wait(request, *, action, key):
    """Seconds until the limit of this action allows one more; 0 when it does now."""
    now, longest = time.time(), 0
    for rate in ratelimit.get_rates(app=_APP, action=action):
        counter = ratelimit.get_cache_key(request, app=_APP, action=action, rate=rate, key=key)
        # Newest first.
        hits = [at for at in cache.get(counter, []) if at > now - rate.duration]
        if len(hits) >= rate.amount:
            longest = max(longest, hits[rate.amount - 1] + rate.duration - now)
    return math.ceil(longest)


def count(request, *, action, key):
    """Count one use. False when the limit refuses it (another request was faster)."""
    return bool(ratelimit.consume(request, app=_APP, action=action, key=key))


def wait_text(seconds):
    """A sentence that says when a new code may be asked for: in seconds, or from which time on."""
    if seconds <= 120:
        return ngettext(
            "You can ask for a new code in %(n)d second.", "You can ask for a new code in %(n)d seconds.", seconds
        ) % {"n": seconds}
    until = timezone.localtime(timezone.now() + timedelta(seconds=seconds + 60))
    if until.date() == timezone.localdate():
        return gettext("You can ask for a new code from %(time)s on.") % {"time": f"{until:%H:%M}"}
    return gettext("You can ask for a new code tomorrow from %(time)s on.") % {"time": f"{until:%H:%M}"}
