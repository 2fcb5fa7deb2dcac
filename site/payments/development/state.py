"""What the stand-in knows: pages, money, refunds, disputes, notices, and the answers already given by key."""

import json
import secrets
import threading
import time
from copy import deepcopy
from pathlib import Path

EXAMPLES = json.loads((Path(__file__).parent / "objects.json").read_text(encoding="utf-8"))
KINDS = ("sessions", "intents", "charges", "refunds", "disputes", "events")
# Stripe forgets keys of requests after a day.
KEY_LIFE = 24 * 3600


class State:
    """Everything by its identifier, kept in a file when one is given. One lock around each request."""

    def __init__(self, path=None):
        self.path = Path(path) if path else None
        self.lock = threading.RLock()
        self.tables = {kind: {} for kind in (*KINDS, "answers")}
        # Moved forward by tests and by those who try what happens later.
        self.ahead = 0
        if self.path and self.path.exists():
            self.tables |= json.loads(self.path.read_text(encoding="utf-8"))

    def now(self):
        """This moment, in whole seconds since 1970."""
        return int(time.time()) + self.ahead

    def keep(self):
        """Write everything to the file."""
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.path.with_suffix(".new")
            fresh.write_text(json.dumps(self.tables), encoding="utf-8")
            fresh.replace(self.path)

    def make(self, kind, example, prefix, **facts):
        """A new object: Stripe's example of it with these facts."""
        made = deepcopy(EXAMPLES[example]) | facts
        made |= {"id": f"{prefix}_{secrets.token_hex(12)}", "created": self.now(), "livemode": False}
        self.tables[kind][made["id"]] = made
        return made

    def expire_pages(self):
        """Pages whose time is over are expired, as Stripe does by itself; returns those that just were."""
        over = [
            page
            for page in self.tables["sessions"].values()
            if page["status"] == "open" and page["expires_at"] <= self.now()
        ]
        for page in over:
            page["status"] = "expired"
        return over
