"""Notices: made of an object as it was at that moment, signed as Stripe signs, and sent until they are taken."""

import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request
from copy import deepcopy

# Seconds until a notice is sent again. Stripe takes three days for it; those who try the demo do not have them.
RETRIES = (1, 3, 10, 30, 120, 600)


def sign(body, secret, at=None):
    """The header with which Stripe proves a notice: the moment, and a keyed hash of moment and body."""
    at = int(at or time.time())
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


class Notifier:
    """Makes notices and hands them to `send(body, signature)`, which returns whether they were taken.

    `manner`: "at once", "late" (20 seconds), "twice", "out of order" (each after the one that follows it) or "never".
    """

    MANNERS = ("at once", "late", "twice", "out of order", "never")

    def __init__(self, state, secret, send):
        self.state, self.secret, self.send = state, secret, send
        self.manner = "at once"
        self._kept_back = None

    def tell(self, kind, subject):
        """A notice of this type about an object."""
        snapshot = {key: value for key, value in deepcopy(subject).items() if key != "intent_metadata"}
        event = self.state.make("events", "event", "evt", type=kind, data={"object": snapshot}, pending_webhooks=1)
        self.state.keep()
        if self.manner != "never":
            self._send_in_manner(event)

    def _send_in_manner(self, event):
        if self.manner == "out of order" and self._kept_back is None:
            self._kept_back = event
            self._later(20, self._send_kept_back)
            return
        self.deliver(event, wait=20 if self.manner == "late" else 0)
        if self.manner == "twice":
            self.deliver(event, wait=1)
        if self._kept_back:
            self._later(1, self._send_kept_back)

    def _send_kept_back(self):
        event, self._kept_back = self._kept_back, None
        if event:
            self.deliver(event)

    def deliver(self, event, wait=0, attempt=0):
        """Send a notice after a while, and again until it is taken."""
        self._later(wait, self._try, event, attempt)

    def _try(self, event, attempt):
        body = json.dumps(event).encode()
        if not self.send(body, sign(body, self.secret)) and attempt < len(RETRIES):
            self.deliver(event, wait=RETRIES[attempt], attempt=attempt + 1)

    def _later(self, wait, act, *arguments):
        timer = threading.Timer(wait, act, arguments)
        timer.daemon = True
        timer.start()


def sender(url):
    """A function that posts notices to an address and says whether they were taken."""

    def send(body, signature):
        headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - our own site
        try:
            with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310
                return response.status < 300
        except (urllib.error.URLError, OSError):
            return False

    return send
