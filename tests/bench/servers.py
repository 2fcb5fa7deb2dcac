"""What is measured: production settings with throw-away secrets, and the application servers."""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from cryptography.fernet import Fernet

BASE = Path(__file__).resolve().parents[2]
DOMAIN = "bench.xuelin.example"
WORKERS, THREADS = 2, 4
# As README, "Deploying", has it; there nginx stands in front, here the load generator speaks in its place.
GUNICORN = [
    *("--pythonpath", "site", "--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS)),
    *("--keep-alive", "60", "--log-level", "warning"),
]
_START_SECONDS = 60


def set_environment(*, database_url, folder):
    """Make this process and its children the production site, with uploads and static files in `folder`."""
    values = {
        "XUELIN_MODE": "production",
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "IDENTITY_KEYS": Fernet.generate_key().decode(),
        "IDENTITY_HASH_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": DOMAIN,
        "SITE_URL": f"https://{DOMAIN}",
        "PROXY_COUNT": "1",
        "DATABASE_URL": database_url,
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
    }
    os.environ.pop("CACHE_URL", None)
    os.environ.update(values)


def request(method, path, *, cookies="", body=""):
    """A whole HTTP request as nginx would pass it on."""
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {DOMAIN}",
        "X-Forwarded-Proto: https",
        "X-Forwarded-For: 192.0.2.7",
        "User-Agent: Mozilla/5.0 (Linux; Android 14) bench",
        "Accept: text/html",
        "Accept-Encoding: gzip",
    ]
    if cookies:
        lines.append(f"Cookie: {cookies}")
    if method == "POST":
        lines += [
            f"Origin: https://{DOMAIN}",
            f"Referer: https://{DOMAIN}{path}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
    return "\r\n".join(lines) + "\r\n\r\n" + body


class Gunicorn:
    """One running application server."""

    def __init__(self, application, *, port, settings=None):
        self.port = port
        environment = dict(os.environ)
        if settings:
            environment["DJANGO_SETTINGS_MODULE"] = settings
        command = [sys.executable, "-m", "gunicorn", *GUNICORN, "--bind", f"127.0.0.1:{port}", application]
        self._process = subprocess.Popen(command, cwd=BASE, env=environment, start_new_session=True)
        self._wait()

    def _wait(self):
        until = time.monotonic() + _START_SECONDS
        question = Request(
            f"http://127.0.0.1:{self.port}/hello/", headers={"Host": DOMAIN, "X-Forwarded-Proto": "https"}
        )
        while time.monotonic() < until and self._process.poll() is None:
            try:
                urlopen(question, timeout=_START_SECONDS).close()
                return
            except URLError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"The application server on port {self.port} did not start.")

    def stop(self):
        """End it and wait for it."""
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
