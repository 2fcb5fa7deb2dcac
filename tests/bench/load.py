"""The load: a fixed number of clients on kept-alive connections, each sending its next request after the answer.

`run(plan)` starts `python -m tests.bench.load` as a process of its own, which knows nothing of Django, and returns its
`Tally`. A plan is bounded: by seconds, or by its number of requests. Loopback only.
"""

import json
import math
import re
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field

HOST = "127.0.0.1"
_STUCK_SECONDS = 30.0  # without any answer for so long, what is on its way counts as failed
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_CLOSING = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass
class Plan:
    """What to send: `requests` are whole HTTP requests as text, `{n}` in them becomes a number never used before.

    With `seconds` they are sent in turns until the time is over, else each once. An answer is right with this `status`
    and `marker` somewhere in it.
    """

    port: int
    clients: int
    requests: list
    status: int
    marker: str
    seconds: float | None = None


@dataclass
class Tally:
    """What came of a plan. Times in seconds, `starts` in the order of sending (only of plans without `seconds`)."""

    answers: int = 0
    errors: int = 0
    rate: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    longest: float = 0.0
    own_cpu: float = 0.0
    starts: list = field(default_factory=list)
    examples: list = field(default_factory=list)


def percentile(ordered, share):
    """The smallest of these ordered values that `share` of them do not exceed (nearest rank); 0 without values."""
    if not ordered:
        return 0.0
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def is_whole(data):
    """Whether these bytes are one whole HTTP answer."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = data[: end + 2]
    if length := _LENGTH.search(head):
        return len(data) >= end + 4 + int(length[1])
    return data.endswith(b"\r\n0\r\n\r\n") if _CHUNKED.search(head) else False


def is_right(data, status, marker):
    """Whether this answer has the status and the marker."""
    return data[9:12] == status and marker in data


def run(plan):
    """Carry the plan out in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.load"]
    done = subprocess.run(command, input=json.dumps(asdict(plan)), capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(f"The load generator failed: {done.stderr.strip()[-500:]}")
    return Tally(**json.loads(done.stdout))


class _Client:
    """One connection and the answer that is coming in on it."""

    def __init__(self, port):
        self.socket = socket.create_connection((HOST, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = b""
        self.started = 0.0


class _Load:
    """One plan being carried out."""

    def __init__(self, plan):
        self.plan = plan
        self.status, self.marker = str(plan.status).encode(), plan.marker.encode()
        self.requests = [request.encode() for request in plan.requests]
        self.numbered = [b"{n}" in request for request in self.requests]
        self.tally = Tally()
        self.times = []
        self.sent = 0
        self.selector = selectors.DefaultSelector()
        self.base = time.time_ns() // 1000

    def carry_out(self):
        """Send until the end, wait for all answers, add up."""
        clients = [self._connect() for _ in range(self.plan.clients)]
        cpu, self.begin = time.process_time(), time.monotonic()
        busy = sum(self._send(client) for client in clients)
        while busy:
            events = self.selector.select(_STUCK_SECONDS)
            if not events:
                self._fail(b"no answer", times=busy)
                break
            for key, _ in events:
                busy += self._receive(key.data)
        elapsed = time.monotonic() - self.begin
        times = sorted(self.times)
        self.tally.answers = len(times)
        self.tally.rate = len(times) / elapsed
        self.tally.p50, self.tally.p99 = percentile(times, 0.5), percentile(times, 0.99)
        self.tally.longest = times[-1] if times else 0.0
        self.tally.own_cpu = (time.process_time() - cpu) / elapsed
        return self.tally

    def _connect(self):
        client = _Client(self.plan.port)
        self.selector.register(client.socket, selectors.EVENT_READ, client)
        return client

    def _send(self, client):
        """Send the next request; 0 when there is none any more, else 1."""
        now = time.monotonic()
        if self.plan.seconds is None:
            if self.sent == len(self.requests):
                return 0
            self.tally.starts.append(now - self.begin)
        elif now - self.begin >= self.plan.seconds:
            return 0
        turn = self.sent % len(self.requests)
        request = self.requests[turn]
        if self.numbered[turn]:
            request = request.replace(b"{n}", b"%d" % (self.base + self.sent))
        self.sent += 1
        client.data, client.started = b"", now
        client.socket.sendall(request)
        return 1

    def _receive(self, client):
        """Take in what came; returns by how much the number of busy clients changes: 0 or -1."""
        try:
            part = client.socket.recv(262144)
        except OSError:
            part = b""
        client.data += part
        if part and not is_whole(client.data):
            return 0
        if part and is_right(client.data, self.status, self.marker):
            self.times.append(time.monotonic() - client.started)
        else:
            self._fail(client.data)
        if not part or _CLOSING.search(client.data[: client.data.find(b"\r\n\r\n") + 2]):
            self.selector.unregister(client.socket)
            client.socket.close()
            client = self._connect()
        return self._send(client) - 1

    def _fail(self, data, times=1):
        self.tally.errors += times
        if len(self.tally.examples) < 3:
            self.tally.examples.append(data[:600].decode(errors="replace"))


def main():
    """Read a plan from standard input, carry it out, print its tally."""
    print(json.dumps(asdict(_Load(Plan(**json.load(sys.stdin))).carry_out())))


if __name__ == "__main__":
    main()
