"""`python -m tests.bench [--quick] [--port 8110]`: prepare, measure at two sizes of the database, report, clean up."""

import argparse
import logging
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

sys.path[1:1] = [str(Path(__file__).resolve().parents[2] / "site")]

from tests import postgres  # noqa: E402
from tests.bench import servers  # noqa: E402

SMALL = 1_000
_started = time.monotonic()


def main():
    """Run the whole bench; the exit code is 0 when no answer was wrong and no rule was broken."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter and coarser, with 50,000 enrollments at most")
    parser.add_argument("--port", type=int, default=8110, help="the first of three free ports")
    parser.add_argument(
        "--only", choices=["reading", "enrolling", "staff", "draws"], help="this part, at the larger size only"
    )
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if postgres.find_binaries() is None:
        sys.exit(postgres.HINT)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xuelin-bench-")))
        database = postgres.Server(durable=True)
        stack.callback(database.stop)
        servers.set_environment(database_url=database.url, folder=folder)
        sys.exit(_run(stack, database, options))


def _progress(text):
    print(f"{time.monotonic() - _started:5.0f} s  {text}", file=sys.stderr, flush=True)


def _run(stack, database, options):
    import django

    django.setup()
    logging.disable(logging.WARNING)
    from tests.bench import content, draws, people, report, rows, staff

    large = 50_000 if options.quick else 1_000_000
    size = (
        rows.Size(rounds=3, seconds=0.5, posts=160, crowd=300)
        if options.quick
        else rows.Size(rounds=3, seconds=2.0, posts=800, crowd=3000)
    )
    machine = report.machine()
    _prepare(content, people)
    ports = range(options.port, options.port + 3)
    places = [
        ("tests.bench.hello:application", None),
        ("config.wsgi", None),
        ("config.wsgi", "tests.bench.settings_nothing_kept"),
    ]
    for port, (application, settings) in (
        zip(ports, places, strict=True) if options.only not in ("staff", "draws") else ()
    ):
        server = servers.Gunicorn(application, port=port, settings=settings)
        stack.callback(server.stop)
    bench = rows.Bench(ports=ports, database=database, crowd=people.Crowd(), size=size)
    found, filled = {}, 0
    sizes = {None: (SMALL, large), "draws": ()}.get(options.only, (large,))
    for count in sizes:
        _progress(f"filling the database with {count:,} enrollments")
        people.fill(filled, count)
        filled = count
        found[count] = bench.read(_progress) if options.only in (None, "reading") else []
        found[count] += bench.enroll(_progress) if options.only in (None, "enrolling") else []
    screens = []
    if options.only in (None, "staff"):
        screens = [list(staff.looks(_progress)), list(staff.exports(_progress, min(large // 2, staff.EXPORTED)))]
    drawn = []
    if options.only in (None, "draws"):
        drawn = list(draws.measure(_progress, draws.SIZES[:2] if options.quick else draws.SIZES))
        print(draws.table(drawn))
    return _report(report, machine, found, bench.broken, screens, drawn)


def _prepare(content, people):
    from django.core.management import call_command

    _progress("tables")
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    _progress("static files")
    call_command("collectstatic", interactive=False, verbosity=0)
    _progress("pages")
    content.publish()
    people.part_sequences()


def _report(report, machine, found, broken, screens, drawn):
    from tests.bench import draws

    for name, value in machine.items():
        print(f"{name}: {value}")
    for count, rows in found.items():
        if rows:
            _print_rows(report, count, rows)
    print(report.staff_tables(*screens) if screens else "")
    goals = report.goals(*found.values(), broken) if len(found) == 2 else []
    goals += report.staff_goals(*screens) if screens else []
    goals += draws.goals(drawn) if drawn else []
    print("\n" + report.goal_lines(goals))
    for name, rules in broken.items():
        print(f"BROKEN after {name}: {rules}")
    every = [row for rows in found.values() for row in rows]
    for row in every:
        for tally in row.tallies:
            for example in tally.examples:
                print(f"WRONG ANSWER in {row.name}: {example!r}")
    rows = {count: report.plain(rows) for count, rows in found.items()}
    shown = [[vars(one) for one in part] for part in screens]
    path = report.keep(
        {
            "machine": machine,
            "goals": goals,
            "broken": broken,
            "rows": rows,
            "staff": shown,
            "draws": [vars(one) for one in drawn],
        }
    )
    print(f"\nKept in {os.path.relpath(path)}")
    return 1 if broken or any(row.errors for row in every) else 0


def _print_rows(report, count, rows):
    print(f"\n{count:,} enrollments in the database; ratio: to hello-world in the same round, median of rounds\n")
    print(report.table(rows))
    share = max(tally.own_cpu for row in rows for tally in row.tallies)
    print(f"\nThe load generator used at most {share:.0%} of one processor.")


if __name__ == "__main__":
    main()
