"""The whole suite: on SQLite, then on PostgreSQL with the browser tests (`make test`).

The browser tests run once, on PostgreSQL: it is what production runs on, and serves a browser's parallel requests
best. Both runs always happen; the last lines say how each ended.
"""

import subprocess
import sys
import time

RUNS = {
    "SQLite": ["--database", "sqlite", "--ignore", "tests/browser"],
    "PostgreSQL and Chromium": ["--database", "postgres"],
}


def run(name, arguments):
    """Run pytest, show its output as it comes, and return its exit code and closing line."""
    print(f"\n=== {name}", flush=True)
    command = [sys.executable, "-m", "pytest", "-rfEs", "--durations=5", *arguments, *sys.argv[1:]]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    closing = ""
    for line in process.stdout:
        print(line, end="", flush=True)
        closing = line.strip() or closing
    return process.wait(), closing


def main():
    """Do all runs; the exit code is 0 when all are."""
    started = time.monotonic()
    outcomes = {name: run(name, arguments) for name, arguments in RUNS.items()}
    print(f"\n=== Both in {time.monotonic() - started:.0f} s")
    for name, (_, closing) in outcomes.items():
        print(f"{name}: {closing}")
    return max(code for code, _ in outcomes.values())


if __name__ == "__main__":
    sys.exit(main())
