"""The reference `pgbench`: the very statements of one enrollment, recorded, sent by PostgreSQL's own load generator.

It tells what the database alone could do, without Python. Recorded is one POST through the whole site; keys and names
of its learner become variables, filled from a table of newcomers by a number that every transaction draws.
"""

import re
import subprocess

from django.db import connection
from django.test import Client

from tests import postgres
from tests.bench import servers
from tests.bench.content import add_class

# Variables are put into the text as they are: quoted places get a quoted name.
_ROW = "SELECT account, learner, person, session, form_key FROM bench_people WHERE n = (SELECT nextval('bench_turn'))"


class _Recorder:
    """Collects statements as they are sent, with the transactions around them."""

    def __init__(self):
        self.lines = []
        self._inside = False

    def __call__(self, execute, sql, parameters, many, context):
        self._turn(connection.in_atomic_block)
        literal = connection.connection.cursor()
        self.lines.append(_one_line(_filled(sql, parameters, literal)))
        return execute(sql, parameters, many, context)

    def _turn(self, inside):
        if inside != self._inside:
            self.lines.append("BEGIN" if inside else "COMMIT")
            self._inside = inside

    def end(self):
        """The statements, the last transaction closed."""
        self._turn(False)
        return self.lines


def _filled(sql, parameters, cursor):
    from psycopg import ClientCursor

    return ClientCursor(cursor.connection).mogrify(sql, parameters)


def _one_line(sql):
    return " ".join(sql.split())


def record(newcomer, intake):
    """The statements of this newcomer's enrollment in this class."""
    client = Client(headers={"host": servers.DOMAIN})
    client.cookies["sessionid"] = newcomer.session
    recorder = _Recorder()
    with connection.execute_wrapper(recorder):
        answer = client.post(
            f"/enroll/{intake.pk}/check/{newcomer.learner}/", {"form_key": newcomer.form_key}, secure=True
        )
    if "done=1" not in answer.headers.get("Location", ""):
        raise RuntimeError(f"The enrollment to record was refused: {answer.status_code} {answer.headers}")
    return recorder.end()


def script(lines, newcomer):
    """A pgbench script of these statements for any newcomer."""
    out = [f"{_ROW} \\gset"]
    for line in lines:
        text = line
        for name in ("session", "person", "form_key", "learner", "account"):
            text = re.sub(rf"\b{getattr(newcomer, name)}\b", f":{name}", text)
        text = re.sub(r"'XL\d{4}-[0-9A-Z]{4}-[0-9A-Z]{4}'", "'P:learner'", text)
        text = re.sub(r"XL\d{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", "P:learner", text)
        # Whatever the site's sequence gave to the enrollment is known after its INSERT.
        text = re.sub(r"\b5000\d{4}\b", ":id", text)
        ending = " \\gset" if text.startswith('INSERT INTO "courses_enrollment"') else ";"
        out.append(text + ending)
    return "\n".join(out) + "\n"


def prepare(crowd, count):
    """Newcomers for pgbench, and its script for a class with room for all of them."""
    first, *rest = crowd.come(count + 1)
    intake = add_class(seats=count + 1)
    text = script(record(first, intake), first)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_people; DROP SEQUENCE IF EXISTS bench_turn")
        cursor.execute("CREATE SEQUENCE bench_turn")
        cursor.execute(
            "CREATE TABLE bench_people (n int PRIMARY KEY, account int, learner int, person text, session text,"
            " form_key text)"
        )
        rows = [(n, one.account, one.learner, one.person, one.session, one.form_key) for n, one in enumerate(rest, 1)]
        cursor.executemany("INSERT INTO bench_people VALUES (%s, %s, %s, %s, %s, %s)", rows)
        cursor.execute("ANALYZE bench_people")
    return text


def run(server, text, *, clients, count):
    """Transactions per second of `count` enrollments by so many clients."""
    path = server.folder / "enroll.pgbench"
    path.write_text(text)
    path.chmod(0o644)
    command = [server.binaries / "pgbench", "-h", server.folder, "-U", postgres.USER, "-n", "-f", path]
    command += ["-c", str(clients), "-j", "1", "-t", str(count // clients), postgres.DATABASE]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120)
    rate = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if done.returncode or not rate:
        raise RuntimeError(f"pgbench failed: {done.stderr[-800:]}")
    return float(rate[1])
