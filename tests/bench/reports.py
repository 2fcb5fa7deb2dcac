"""`python -m tests.bench.reports [--rows 1000000] [--database postgres|sqlite]`: how long each report counts.

Made are rows of report_rows.py; asked is everything there is, one institution, one term, one year, each twice, and the
shorter time is printed with the number of queries. What is kept for ten minutes (keeping.py) is not used here.
"""

import argparse
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path[1:1] = [str(Path(__file__).resolve().parents[2] / "site")]

from tests import postgres  # noqa: E402
from tests.bench import servers  # noqa: E402

_TIMES = 2


def main():
    """Fill a database of its own, and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reports", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xuelin-bench-") as folder:
        server = postgres.Server() if options.database == "postgres" else None
        url = server.url if server else f"sqlite:///{folder}/site.sqlite3"
        servers.set_environment(database_url=url, folder=Path(folder))
        try:
            _prepare(options.rows)
            measure()
        finally:
            if server:
                server.stop()


def _prepare(rows):
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from tests.bench import report_rows

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        report_rows.fill(rows, courses=200)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def questions():
    """What is asked of each report: a name, and the fields of a Question."""
    from courses.models import Intake, Term
    from institutions.models import Institution

    everything = Intake.objects.all()
    term = Term.objects.order_by("-starts_on")[1]
    own = Institution.objects.filter(pk=Institution.objects.order_by("pk").first().pk)
    return {
        "everything": {"intakes": everything, "everything": True},
        "one institution": {"intakes": everything.filter(program__institution__in=own)},
        "one term": {"intakes": everything.filter(term=term)},
        "one year": {
            "intakes": everything,
            "everything": True,
            "since": term.starts_on - timedelta(days=365),
            "until": term.starts_on,
        },
    }


def measure():
    """Print a line for each report, way of counting and question."""
    from courses.reports.catalog import REPORTS
    from courses.reports.tables import Question

    for report in REPORTS:
        for dimension in report.dimensions:
            for name, fields in questions().items():
                if dimension == report.dimensions[0] or name == "everything":
                    taken, queries = _time(report, Question(by=dimension, **fields))
                    print(
                        f"{report.slug:12} by {dimension.key:12} {name:16} {1000 * taken:7,.0f} ms, {queries} queries"
                    )


def _time(report, question):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            report.count(question)
        times.append(time.perf_counter() - begun)
    return min(times), len(queries)


if __name__ == "__main__":
    main()
