"""The reference `pgbench`: the very statements of one enrollment, recorded, sent by PostgreSQL's own load generator.

It tells what the database alone could do, without Python. Recorded are the POSTs of two people through the whole site,
with their parameters: what differs between the two, and only that, becomes a variable, at its place. So a key that
happens to equal a year or a number of seats is never mistaken. The variables are filled from a table of newcomers by a
number that every transaction draws.
"""

import re
import subprocess
from datetime import date, datetime

from django.db import connection
from django.test import Client

from courses.models import Enrollment
from tests import postgres
from tests.bench import servers
from tests.bench.content import add_class

# Variables are put into the text as they are: quoted places get a quoted name.
_ROW = "SELECT account, learner, person, session, form_key FROM bench_people WHERE n = (SELECT nextval('bench_turn'))"
# Stand in the place of a variable until the statement is text; numbers and words that nothing of ours contains.
_NUMBER, _WORD = 871_263_500, "zq{}qz"


class _Recorder:
    """Collects statements with their parameters as they are sent, and the transactions around them as text."""

    def __init__(self):
        self.steps = []
        self._inside = False

    def __call__(self, execute, sql, parameters, many, context):
        self._turn(connection.in_atomic_block)
        self.steps.append((sql, parameters))
        return execute(sql, parameters, many, context)

    def _turn(self, inside):
        if inside != self._inside:
            self.steps.append(("BEGIN" if inside else "COMMIT", None))
            self._inside = inside

    def end(self):
        """The statements, the last transaction closed."""
        self._turn(False)
        return self.steps


def record(newcomer, intake):
    """The statements of this newcomer's enrollment in this class, and the values in them that are this person's."""
    client = Client(headers={"host": servers.DOMAIN})
    client.cookies["sessionid"] = newcomer.session
    recorder = _Recorder()
    with connection.execute_wrapper(recorder):
        answer = client.post(
            f"/enroll/{intake.pk}/check/{newcomer.learner}/", {"form_key": newcomer.form_key}, secure=True
        )
    if "done=1" not in answer.headers.get("Location", ""):
        raise RuntimeError(f"The enrollment to record was refused: {answer.status_code} {answer.headers}")
    made = Enrollment.objects.get(intake=intake, learner=newcomer.learner)
    own = {name: getattr(newcomer, name) for name in ("session", "person", "form_key", "learner", "account")}
    return recorder.end(), own | {"id": made.pk, "reference": made.reference}


def script(one, other):
    """A pgbench script for any newcomer, from two recordings of the same act."""
    (steps, mine), (others_steps, theirs) = one, other
    if [sql for sql, _ in steps] != [sql for sql, _ in others_steps]:
        raise RuntimeError("The two enrollments that were recorded sent different statements.")
    variables = {name: (value, theirs[name]) for name, value in mine.items()}
    out = [f"{_ROW} \\gset"]
    for (sql, parameters), (_sql, others) in zip(steps, others_steps, strict=True):
        marked = parameters and _marked(parameters, others, variables)
        text = _named(_one_line(_filled(sql, marked)), variables)
        # Whatever the site's sequence gave to the enrollment is known after its INSERT.
        out.append(text + (" \\gset" if text.startswith('INSERT INTO "courses_enrollment"') else ";"))
    return "\n".join(out) + "\n"


def _marked(mine, theirs, variables):
    """The parameters with a mark wherever the two people's differ in a value that is theirs."""
    if isinstance(mine, list | tuple):
        return type(mine)(_marked(a, b, variables) for a, b in zip(mine, theirs, strict=True))
    if _plain(mine) == _plain(theirs) or isinstance(mine, date | datetime):
        return mine
    for place, (name, (a, b)) in enumerate(variables.items()):
        if mine == a and theirs == b:
            return _NUMBER + place if isinstance(mine, int) else _WORD.format(name)
    if isinstance(mine, str):
        text, others = mine, theirs
        for name, (a, b) in variables.items():
            text, others = (one.replace(str(own), _WORD.format(name)) for one, own in ((text, a), (others, b)))
        if text == others:
            return text
    raise RuntimeError(f"Something differs between two enrollments that is nobody's own: {mine!r}, {theirs!r}")


def _plain(value):
    """The value itself where the driver wraps it, as it does JSON."""
    return getattr(value, "obj", value)


def _named(text, variables):
    """The statement with pgbench's names in the place of the marks."""
    for place, name in enumerate(variables):
        # The reference is text that nobody else may have; the learner's number, of the same length for all, is one.
        variable = "P:learner" if name == "reference" else f":{name}"
        text = text.replace(str(_NUMBER + place), variable).replace(_WORD.format(name), variable)
    return text


def _filled(sql, parameters):
    from psycopg import ClientCursor

    return ClientCursor(connection.connection).mogrify(sql, parameters)


def _one_line(sql):
    return " ".join(sql.split())


def prepare(crowd, count):
    """Newcomers for pgbench, and its script for a class with room for all of them."""
    early, first, second, *rest = crowd.come(count + 3)
    intake = add_class(seats=count + 2)
    record(early, add_class(seats=1))  # What a process reads only once is read before.
    text = script(record(first, intake), record(second, intake))
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
