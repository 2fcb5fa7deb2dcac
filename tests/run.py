"""The whole suite: on SQLite, then on PostgreSQL with the browser tests (`make test`).

Each run uses all cores, with a database to each process. The browser tests run once, on PostgreSQL: it is what
production runs on, and serves a browser's parallel requests best. What is the same on every database (tests without
one, and those marked `once`) runs once, on SQLite.
"""

import subprocess
import sys
import time

RUNS = {
    "SQLite": ["--database", "sqlite", "--ignore", "tests/browser"],
    "PostgreSQL and Chromium": ["--database", "postgres", "--only-database"],
}
OPTIONS = ["-rfEs", "--durations=5", "--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder"]


def run(arguments):
    """Run pytest, print what it prints as it comes; returns its exit code and closing line."""
    command = [sys.executable, "-m", "pytest", *OPTIONS, *arguments, *sys.argv[1:]]
    closing = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            closing = line.strip() or closing
    return process.returncode, closing


def main():
    """Do all runs; the exit code is 0 when all are."""
    started = time.monotonic()
    results = {}
    for name, arguments in RUNS.items():
        print(f"\n=== {name}", flush=True)
        results[name] = run(arguments)
    print(f"\n=== Both in {time.monotonic() - started:.0f} s")
    for name, (_code, closing) in results.items():
        print(f"{name}: {closing}")
    return max(code for code, _closing in results.values())


if __name__ == "__main__":
    sys.exit(main())
