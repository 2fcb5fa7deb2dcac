"""Rows for a draw: up to 100,000 entries with five choices each over twenty classes, a seat for every fifth.

Each part of it as the site does it, on PostgreSQL: closing the list, sharing out (no database), drawing with everything
that is kept of it, giving the seats out. The last runs in the background, with a message to each entry, and takes as
long as the messages do: it is measured up to 10,000 entries.
"""

import json
import time
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils import timezone

SIZES = (1_000, 10_000, 100_000)
CLASSES, CHOICES = 20, 5
_GIVEN_OUT = 10_000  # entries, at most, whose seats are given out
_DRAWN = 120_000_000  # keys of the accounts, learners and entries made here begin here


@dataclass
class Row:
    """One size of a draw: seconds of each part, and the files in MiB."""

    entries: int
    list: float
    shared_out: float
    drawn: float
    given_out: float | None
    mib: float

    @property
    def until_public(self):
        """Seconds from closing the list to a public result, the wait for the seed aside."""
        return self.list + self.drawn


def measure(progress, sizes=SIZES):
    """A row for each size."""
    first = _DRAWN
    for entries in sizes:
        progress(f"draw: {entries:,} entries with {CHOICES} choices")
        yield _row(_round(first, entries), entries)
        first += entries


def _row(round, entries):
    from courses.draws import admitting, drawing, freezing, seeding, verify
    from courses.models import DrawDocument

    draw, listed = _timed(lambda: freezing.freeze(round, by=None))
    seeding.open_own_number(draw)
    draw.refresh_from_db()
    document = draw.document(DrawDocument.Kind.LIST)
    result, shared_out = _timed(lambda: verify.share_out(document, draw.seed))
    _draw, drawn = _timed(lambda: drawing.carry_out(draw, by=None))
    if verify.faults(document, draw.document(DrawDocument.Kind.RESULT)):
        raise RuntimeError("The result is not the one that the rule gives.")
    given_out = None
    if entries <= _GIVEN_OUT:
        _none, given_out = _timed(lambda: admitting.admit.call(draw.pk))
        _check(draw, result)
    mib = sum(len(one.raw()) for one in draw.documents.all()) / 2**20
    return Row(entries, listed, shared_out, drawn, given_out, mib)


def _timed(act):
    begun = time.perf_counter()
    return act(), time.perf_counter() - begun


def _check(draw, result):
    """A fast draw that seats people wrongly is worth nothing."""
    from courses.models import Enrollment
    from courses.states import State

    rows = Enrollment.objects.filter(entry__round=draw.round_id)
    seated = set(rows.filter(state=State.OFFERED).values_list("entry__reference", flat=True))
    if seated != set(result["seats"]):
        raise RuntimeError("The seats are not those of the draw.")
    if rows.filter(state=State.SUBMITTED).exists():
        raise RuntimeError("Somebody was forgotten.")


def _round(first, entries):
    """A round whose window is over, with these entries; keys from `first`."""
    from courses.draws import freezing
    from courses.models import AdmissionRound, Draw, Intake
    from tests.bench import content

    now = timezone.now()
    classes = [content.add_class(seats=max(1, entries // 100)) for _class in range(CLASSES)]
    round = AdmissionRound.objects.create(
        name=f"摇号 {entries} {first}",
        term=classes[0].term,
        institution=classes[0].program.institution,
        status=AdmissionRound.Status.PUBLISHED,
        choices=CHOICES,
        seed_source=AdmissionRound.SeedSource.COMMITTED,
        opens_at=now - timedelta(days=9),
        closes_at=now + timedelta(days=1),
        results_at=now + timedelta(days=2),
    )
    keys = [one.pk for one in classes]
    Intake.objects.filter(pk__in=keys).update(round=round, admission_rule=Intake.AdmissionRule.LOTTERY)
    _enter(round, keys, first, entries)
    draw = freezing.announce(round)
    Draw.objects.filter(pk=draw.pk).update(created_at=now - timedelta(days=1))
    AdmissionRound.objects.filter(pk=round.pk).update(closes_at=now - timedelta(seconds=1))
    return round


def _enter(round, classes, first, entries):
    from courses.eligibility import told
    from courses.models import Enrollment, Entry, Intake
    from tests.bench import people

    last = first + entries - 1
    people._insert_accounts(f"generate_series({first}, {last}) AS n", account="n", learner="n")
    person = people._person("n")
    people.insert(
        Entry,
        f"generate_series({first}, {last}) AS n",
        id="n",
        round=round.pk,
        learner="n",
        account="n",
        person=person,
        reference="'E-' || n",
    )
    intake = Intake.objects.select_related("term", "round").get(pk=classes[0])
    terms = f"'{json.dumps(told(intake, list(intake.pools.all()), None)['terms'])}'::jsonb"
    people.insert(
        Enrollment,
        f"generate_series({first}, {last}) AS n, generate_series(1, {CHOICES}) AS c",
        learner="n",
        account="n",
        person=person,
        entry="n",
        choice="c",
        terms=terms,
        intake=f"(ARRAY{classes})[1 + (n * 7 + c * (1 + n % 3)) % {CLASSES}]",
        reference="'D' || lpad(n::text, 9, '0') || '-' || c",
        state="'submitted'",
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def table(rows):
    """What a draw took, as Markdown."""
    lines = [f"\nA draw: entries with {CHOICES} choices over {CLASSES} classes, seconds\n"]
    lines += ["| entries | closing the list | sharing out | drawing | giving out | files MiB |"]
    lines += ["|---:|---:|---:|---:|---:|---:|"]
    for one in rows:
        parts = one.list, one.shared_out, one.drawn, one.given_out, one.mib
        shown = ("" if part is None else f"{part:.1f}" for part in parts)
        lines.append(f"| {one.entries:,} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def goals(rows):
    """Bounds that a draw must keep: seconds, and growth with the number of entries."""
    most, before = rows[-1], rows[-2]
    growth = most.until_public / before.until_public / (most.entries / before.entries)
    return [
        _at_most(f"seconds to share out {most.entries:,} entries", most.shared_out, 10),
        _at_most(
            f"seconds from the closed list to the public result, {most.entries:,} entries", most.until_public, 120
        ),
        _at_most("time of a draw grows with its entries, times", growth, 1.5),
    ]


def _at_most(name, value, bound):
    return {"goal": f"{name} <= {bound}", "measured": round(value, 2), "met": value <= bound}
