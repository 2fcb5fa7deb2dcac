"""The arithmetic of the bench: what counts as an answer, as a percentile, as overtaken."""

import http.server
import threading

import pytest

from tests.bench import load, statements, truth


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)],
)
def test_a_percentile_is_the_smallest_value_that_the_share_does_not_exceed(share, expected):
    assert load.percentile(list(range(1, 101)), share) == expected


def test_a_percentile_of_nothing_is_zero():
    assert load.percentile([], 0.99) == 0


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi", False),
        (b"HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Le", False),
    ],
)
def test_an_answer_is_whole_when_all_its_bytes_are_there(data, whole):
    assert load.is_whole(data) is whole


def test_an_answer_is_right_with_its_status_and_marker():
    data = b"HTTP/1.1 302 Found\r\nLocation: /my/?done=1\r\n\r\n"
    assert load.is_right(data, b"302", b"done=1")
    assert not load.is_right(data, b"200", b"done=1")
    assert not load.is_right(data, b"302", b"refused")


def test_overtaken_is_who_got_no_seat_although_somebody_later_did():
    assert truth.overtaken([11, 12, 13, 14, 15], {11, 14}) == [1, 2]
    assert truth.overtaken([11, 12, 13], {11, 12}) == []
    assert truth.overtaken([11, 12], set()) == []


class _Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b"welcome" if self.path == "/right" else b"sorry"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Keep quiet."""


def test_each_request_is_sent_once_and_a_wrong_answer_is_counted():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        requests = [f"GET /{name} HTTP/1.1\r\nHost: x\r\n\r\n" for name in ["right"] * 9 + ["wrong"]]
        tally = load.run(load.Plan(server.server_port, 3, requests, 200, "welcome"))
        server.shutdown()
    assert (tally.answers, tally.errors, len(tally.starts)) == (9, 1, 10)
    assert tally.starts == sorted(tally.starts)
    assert "sorry" in tally.examples[0]


def recorded(monkeypatch, mine, theirs):
    """The script of one statement with these parameters of two people (learner 2026 and 2027, enrollment 7 and 9)."""
    monkeypatch.setattr(statements, "_filled", lambda sql, parameters: f"{sql} {parameters}")
    own = {"learner": (2026, 2027), "id": (7, 9), "reference": ("XL-A", "XL-B")}
    both = ({name: values[turn] for name, values in own.items()} for turn in (0, 1))
    one, other = (([("INSERT", parameters)], own) for parameters, own in zip((mine, theirs), both, strict=True))
    return statements.script(one, other).splitlines()[1]


def test_a_key_that_equals_a_year_is_replaced_at_its_own_place_only(monkeypatch):
    assert recorded(monkeypatch, (2026, 2026, 7), (2026, 2027, 7)) == "INSERT (2026, :learner, 7);"


def test_keys_inside_arrays_and_texts_are_replaced(monkeypatch):
    line = recorded(monkeypatch, ([7, 7], "enrollment:7:enrolled", "XL-A"), ([9, 9], "enrollment:9:enrolled", "XL-B"))
    assert line == "INSERT ([:id, :id], 'enrollment::id:enrolled', 'P:learner');"


def test_a_difference_that_is_nobodys_own_stops_the_bench(monkeypatch):
    with pytest.raises(RuntimeError, match="nobody's own"):
        recorded(monkeypatch, (2026, 5), (2027, 6))
