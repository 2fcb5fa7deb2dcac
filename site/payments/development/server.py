"""The stand-in for Stripe as an HTTP server: the requests under /v1/, the page on which to pay, and a list of pages."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from payments.development import screens
from payments.development.api import Api
from payments.development.errors import ApiError
from payments.development.notifier import Notifier
from payments.development.people import People
from payments.development.state import State


class StripeServer:
    """The stand-in, listening on this machine. `send(body, signature)` brings notices to the site."""

    def __init__(self, *, key, secret, send, port=0, path=None):
        self.key, self.state = key, State(path)
        self.notifier = Notifier(self.state, secret, send)
        # What was asked, as (method, path): for tests that walk the table of requests.
        self.requests = []
        handler = type("Handler", (_Handler,), {"stand_in": self})
        self.http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        self.api = Api(self.state, self.tell, self.address)
        self.people = People(self.state, self.tell)

    def tell(self, kind, subject):
        """A notice, in the manner that is set."""
        self.notifier.tell(kind, subject)

    def start(self):
        """Serve in a thread of its own; returns the server."""
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self):
        """End it."""
        self.http.shutdown()
        self.http.server_close()


class _Handler(BaseHTTPRequestHandler):
    stand_in = None
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._answer()

    def do_POST(self):
        self._answer()

    def _answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        address = urlsplit(self.path)
        pairs = parse_qsl(address.query if self.command == "GET" else body, keep_blank_values=True)
        try:
            if address.path.startswith("/v1/"):
                self._api(address.path, pairs)
            else:
                self._screen(address.path, dict(pairs))
        except ApiError as error:
            self._send(error.status, json.dumps(error.body), "application/json")

    def _api(self, path, pairs):
        self.stand_in.requests.append((self.command, path))
        if self.headers.get("Authorization") != f"Bearer {self.stand_in.key}":
            raise ApiError(401, "Invalid API Key provided.")
        key = self.headers.get("Idempotency-Key", "") if self.command == "POST" else ""
        status, answer = self.stand_in.api.answer(self.command, path, pairs, key)
        self._send(status, json.dumps(answer), "application/json")

    def _screen(self, path, fields):
        with self.stand_in.state.lock:
            if self.command == "GET":
                self._send(200, screens.show(self.stand_in, path), "text/html; charset=utf-8")
            else:
                target = screens.act(self.stand_in, path, fields)
                self.stand_in.state.keep()
                self._send(303, "", "text/plain", Location=target)

    def _send(self, status, body, kind, **headers):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        """Silent: what matters is in the site's log."""
