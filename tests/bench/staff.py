"""Rows for the staff: the roster of a class of 500, the list of all enrollments, an export of 100,000 rows.

Asked are queries, time, and for the export the most memory that the process ever held, read from a process of its own
(`python -m tests.bench.staff`) which sends nothing and keeps nothing of the answer.
"""

import json
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

CLASS, EXPORTED, FEW = 500, 100_000, 1_000
_TIMES = 5


@dataclass
class Look:
    """One screen: queries, the median of its times in milliseconds, the size of the answer in KiB."""

    name: str
    queries: int
    milliseconds: float
    kib: float


@dataclass
class Export:
    """One export: rows, seconds until its first and its last byte, the most memory in MiB, the answer in MiB."""

    name: str
    rows: int
    first: float
    last: float
    memory: float
    mib: float


def looks(progress):
    """The screens; the database is filled already."""
    from django.urls import reverse

    from courses.models import Enrollment

    client, account = _signed_in()
    progress("staff: a class of 500")
    intake = _class_of(CLASS)
    roster = reverse("enrollment:roster", args=[intake])
    some = Enrollment.objects.staffed_by(account).select_related("learner").order_by("pk").first()
    listing = reverse("enrollment:index")
    screens = {
        f"roster of {CLASS}": roster,
        "roster, for printing": reverse("enrollment:roster_print", args=[intake]),
        "list of all enrollments": listing,
        "its last page": f"{listing}?p=250",
        "by state": f"{listing}?state=withdrawn",
        "by term and institution": f"{listing}?term={_term()}&institution={_institution()}",
        "found by reference": f"{listing}?q={some.reference}",
        "found by name": f"{listing}?q={some.learner.name}",
        "list of intakes": reverse("intake:index"),
        "home of the admin": "/cms/",
    }
    for name, path in screens.items():
        progress(f"staff: {name}")
        yield _look(client, name, path)


def _look(client, name, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(path, secure=True)
    times = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        answer = client.get(path, secure=True)
        times.append(1000 * (time.perf_counter() - begun))
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    with CaptureQueriesContext(connection) as queries:
        client.get(path, secure=True)
    return Look(name, len(queries), sorted(times)[_TIMES // 2], len(answer.content) / 1024)


def exports(progress, most=EXPORTED):
    """Exports of few and of many rows, each in a process of its own."""
    for form in ("csv", "xlsx"):
        for rows in (FEW, most):
            progress(f"staff: {form} of {rows:,} rows")
            command = [sys.executable, "-m", "tests.bench.staff", form, str(rows)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=600)
            if done.returncode:
                raise RuntimeError(f"The export failed: {done.stderr[-800:]}")
            yield Export(**json.loads(done.stdout.splitlines()[-1]))


def _export(form, wanted):
    """In its own process: read the answer piece by piece, count its lines or parts, forget them."""
    from django.urls import reverse

    client, _account = _signed_in()
    _narrow(wanted)
    begun = time.perf_counter()
    answer = client.get(f"{reverse('enrollment:index')}?export={form}", secure=True)
    first, size, lines = None, 0, 0
    for piece in answer.streaming_content if answer.streaming else [answer.content]:
        first = first or time.perf_counter() - begun
        size += len(piece)
        lines += piece.count(b"\n")
    last = time.perf_counter() - begun
    memory = _most_memory()
    if form == "csv" and lines != wanted + 1:
        raise RuntimeError(f"{lines - 1} rows instead of {wanted}")
    return Export(f"{form}, {wanted:,} rows", wanted, first, last, memory, size / 2**20)


def _most_memory():
    """The most that this process ever held, in MiB; ru_maxrss would be that of the process which started it, too."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def _narrow(rows):
    """Let the list of enrollments hold so many rows only."""
    from courses.admin.enrollments import EnrollmentIndexView
    from courses.models import Enrollment

    whole = EnrollmentIndexView.get_base_queryset
    # The newest of the staff's own: what lies before is left out by the key, as a filter by day would.
    keys = Enrollment.objects.order_by("-pk").values_list("pk", flat=True)
    oldest = keys[rows - 1]
    EnrollmentIndexView.get_base_queryset = lambda view: whole(view).filter(pk__gte=oldest)


def _signed_in():
    """A client of an administrator, past the second factor: who sees all of it, and so has the slowest lists."""
    from allauth.mfa.models import Authenticator
    from django.test import Client

    from accounts.models import Account
    from tests.bench import servers

    account = Account.objects.filter(is_superuser=True).first()
    if account is None:
        account = Account.objects.create_user(email="bench@example.org", is_staff=True, is_superuser=True)
        Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = Client(headers={"host": servers.DOMAIN})
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, account


def _class_of(count):
    """A class with so many people in it."""
    from courses.models import Enrollment, Intake, SeatPool
    from tests.bench import content

    intake = content.add_class(seats=count)
    keys = list(Enrollment.objects.filter(state="enrolled").order_by("-pk").values_list("pk", flat=True)[:count])
    pool = SeatPool.objects.get(intake=intake)
    moved = []
    for enrollment in Enrollment.objects.filter(pk__in=keys):
        enrollment.pk, enrollment.reference = None, f"XLR{enrollment.reference[-9:]}"
        enrollment.person, enrollment.intake, enrollment.pool = f"r{enrollment.person[1:]}", intake, pool
        moved.append(enrollment)
    Enrollment.objects.bulk_create(moved)
    SeatPool.objects.filter(pk=pool.pk).update(seats_taken=count)
    return Intake.objects.get(pk=intake.pk).pk


def _term():
    from courses.models import Term

    return Term.objects.order_by("pk").first().pk


def _institution():
    from institutions.models import Institution

    return Institution.objects.order_by("pk").first().pk


def main():
    """Export once, print what it took as JSON."""
    sys.path[1:1] = ["site"]
    import django

    django.setup()
    print(json.dumps(asdict(_export(sys.argv[1], int(sys.argv[2])))))


if __name__ == "__main__":
    main()
