"""The whole suite: on SQLite, and beside it on PostgreSQL with the browser tests (`make test`).

The browser tests run once, on PostgreSQL: it is what production runs on, and serves a browser's parallel requests
best. The two runs share nothing, so they go on at the same time; what they print comes one after the other.
"""

import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack

RUNS = {
    "PostgreSQL and Chromium": ["--database", "postgres"],
    "SQLite": ["--database", "sqlite", "--ignore", "tests/browser"],
}


def start(arguments, output):
    """Start pytest; what it prints goes to `output`."""
    command = [sys.executable, "-m", "pytest", "-rfEs", "--durations=5", *arguments, *sys.argv[1:]]
    return subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)


def show(process, output):
    """Print what the run prints, as it comes, until it ends; returns its closing line."""
    closing = ""
    with open(output.name, encoding="utf-8", errors="replace") as lines:
        while True:
            ended = process.poll() is not None
            for line in lines:
                print(line, end="", flush=True)
                closing = line.strip() or closing
            if ended:
                return closing
            time.sleep(0.2)


def main():
    """Do all runs; the exit code is 0 when all are."""
    started = time.monotonic()
    with ExitStack() as stack:
        outputs = {name: stack.enter_context(tempfile.NamedTemporaryFile(prefix="xuelin-tests-")) for name in RUNS}
        processes = {name: start(arguments, outputs[name]) for name, arguments in RUNS.items()}
        closings = {}
        for name, process in processes.items():
            print(f"\n=== {name}", flush=True)
            closings[name] = show(process, outputs[name])
    print(f"\n=== Both in {time.monotonic() - started:.0f} s")
    for name, closing in closings.items():
        print(f"{name}: {closing}")
    return max(process.returncode for process in processes.values())


if __name__ == "__main__":
    sys.exit(main())
