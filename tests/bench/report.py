"""The table, the goals, and the JSON that is kept."""

import json
import os
import platform
import time
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from django.db import connection

from tests.bench import servers

PACKAGES = ["django", "wagtail", "gunicorn", "psycopg", "whitenoise"]
HEAD = "| row | clients | ratio | per second | p50 ms | p99 ms | longest ms | errors |"
RULE = "|---|---:|---:|---:|---:|---:|---:|---:|"


def machine():
    """What it ran on."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone()
    model = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = next((int(line.split()[1]) // 2**20 for line in _lines("/proc/meminfo")), 0)
    return {
        "processors": f"{os.cpu_count()} x {model[0] if model else platform.machine()}",
        "memory GiB": memory,
        "system": platform.platform(),
        "load before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "postgresql": postgres,
        **{name: version(name) for name in PACKAGES},
        "server": " ".join(["gunicorn", *servers.GUNICORN]),
    }


def _lines(path):
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def table(rows):
    """The rows of one size of the database, as Markdown."""
    lines = [HEAD, RULE]
    for row in rows:
        cells = [row.name, row.clients, f"{row.ratio:.2f}", f"{row.middle('rate'):,.0f}"]
        cells += [f"{1000 * row.middle(name):.1f}" if row.middle(name) else "" for name in ("p50", "p99", "longest")]
        lines.append("| " + " | ".join(map(str, [*cells, row.errors])) + " |")
        if row.overtaken:
            lines.append(f"| … overtaken (each round) | | {', '.join(map(str, row.overtaken))} | | | | | |")
    return "\n".join(lines)


def goals(small, large, broken):
    """Each goal with what was measured and whether it is met. `small` and `large` are rows by name."""
    hot, spread = (_find(small, part) for part in ("POST, hot", "POST, spread"))
    worst = max(
        (_find(small, part).ratio / max(_find(large, part).ratio, 1e-9), part)
        for part in ("POST, hot", "POST, spread", "8 clients", "64 clients")
    )
    errors = sum(row.errors for row in [*small, *large])
    wrong = sum(len(rules) for rules in broken.values())
    return [
        _at_least("cached page", _find(small, "course page, anonymous, cached").ratio, 0.8),
        _at_least("uncached course page", _find(small, "course page, anonymous, not cached").ratio, 0.2),
        _at_least("enrollment POST, hot", hot.ratio, 0.2),
        _at_least("hot / spread", hot.ratio / spread.ratio, 0.8),
        _at_most("errors", errors, 0),
        _at_most("rules of the database broken", wrong, 0),
        _at_most(f"slower with the larger database ({worst[1]})", worst[0], 1.5),
    ]


def staff_tables(looks, exports):
    """What the staff's screens and exports took, as Markdown."""
    lines = ["\nThe staff's screens, in the process, for an administrator\n"]
    lines += ["| screen | queries | ms | KiB |", "|---|---:|---:|---:|"]
    lines += [f"| {one.name} | {one.queries} | {one.milliseconds:.0f} | {one.kib:,.0f} |" for one in looks]
    lines += ["\n| export | first byte s | last byte s | memory MiB | MiB |", "|---|---:|---:|---:|---:|"]
    for one in exports:
        lines.append(f"| {one.name} | {one.first:.1f} | {one.last:.1f} | {one.memory:.0f} | {one.mib:.1f} |")
    return "\n".join(lines)


def staff_goals(looks, exports):
    """Bounded queries for every screen, bounded memory for every export."""
    worst = max(looks, key=lambda one: one.queries)
    memory = {one.name.split(",")[0]: [] for one in exports}
    for one in exports:
        memory[one.name.split(",")[0]].append(one.memory)
    return [
        _at_most(f"queries of a staff's screen ({worst.name})", worst.queries, 40),
        *(
            _at_most(f"MiB more for a hundred times the rows, {form}", many - few, 32)
            for form, (few, many) in memory.items()
        ),
    ]


def _find(rows, part):
    return next(row for row in rows if part in row.name)


def _at_least(name, value, bound):
    return {"goal": f"{name} >= {bound}", "measured": round(value, 2), "met": value >= bound}


def _at_most(name, value, bound):
    return {"goal": f"{name} <= {bound}", "measured": round(value, 2), "met": value <= bound}


def goal_lines(found):
    """The goals as lines."""
    return "\n".join(f"{'met    ' if one['met'] else 'NOT MET'}  {one['goal']}: {one['measured']}" for one in found)


def keep(result):
    """Write the JSON; returns its path."""
    folder = servers.BASE / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / time.strftime("%Y%m%d-%H%M%S.json")
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1))
    return path


def plain(rows):
    """Rows for the JSON; the long lists of starting times stay out."""
    return [
        {**asdict(row), "tallies": [{**asdict(tally), "starts": None} for tally in row.tallies], "ratio": row.ratio}
        for row in rows
    ]
