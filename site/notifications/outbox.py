"""What the demo would send: kept in files for the development page, which several processes write and read.

Each message is one file in OUTBOX_DIR, named by the time in nanoseconds, so that nothing need be locked. Only the
demo uses this; in production the page does not exist.
"""

import json
import re
import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

KEPT = 100
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def keep(*, channel, to, text, title=""):
    """Keep one message, and let go of the oldest beyond `KEPT`."""
    folder = Path(settings.OUTBOX_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    entry = {"channel": channel, "to": to, "title": title, "text": text}
    name = f"{time.time_ns()}-{secrets.token_hex(4)}"
    # Under another name first: a reader never meets half a file.
    unfinished = folder / f"{name}.part"
    unfinished.write_text(json.dumps(entry, ensure_ascii=False), encoding="utf-8")
    unfinished.rename(folder / f"{name}.json")
    for old in sorted(folder.glob("*.json"))[:-KEPT]:
        old.unlink(missing_ok=True)


def latest():
    """The kept messages, newest first: `channel`, `to`, `title`, `text`, `at`, and the six-digit `code` if any."""
    entries = []
    for path in sorted(Path(settings.OUTBOX_DIR).glob("*.json"), reverse=True):
        entry = json.loads(path.read_text(encoding="utf-8"))
        code = _CODE.search(entry["text"])
        at = datetime.fromtimestamp(int(path.name.partition("-")[0]) / 1e9, tz=UTC)
        entries.append(entry | {"at": at, "code": code.group() if code else ""})
    return entries


class EmailBackend(BaseEmailBackend):
    """Prints e-mail and puts it on the development page instead of sending it."""

    def send_messages(self, email_messages):
        """Keep each message."""
        for message in email_messages:
            to = ", ".join(message.to)
            keep(channel="email", to=to, title=message.subject, text=message.body)
            sys.stdout.write(f"E-mail to {to}: {message.subject}\n{message.body}\n")
        sys.stdout.flush()
        return len(email_messages)
