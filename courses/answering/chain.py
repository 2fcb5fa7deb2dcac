"""The chain of seals over history: sealing new rows, and publishing the newest seal of each day.

Enrolling knows nothing of it: it adds its rows as before, and once a minute a job seals those that are new, in the
order of their keys. A row whose transaction commits late has a lower key than rows already seen; sealing past it would
miss it for ever. So a job seals only up to a key below which everything is decided (`settled`).
"""

import hashlib
import json
import struct
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as midnight

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Sum
from django.utils import timezone

from courses.models import CaseEntry, ChainHead, HistoryEntry, Seal

AT_ONCE = 1000  # rows in one seal
PATIENCE = 5.0  # seconds to wait for transactions under way; else the next job does it
_MARK = struct.Struct(">I8s")
_SPAN = 2**32 - 1  # keys in one seal, as far as a mark reaches


@dataclass(frozen=True)
class Source:
    """A table whose rows are sealed, and the fields that count, the first of them the key and the second its moment."""

    model: type
    fields: tuple


SOURCES = {
    "history": Source(
        HistoryEntry,
        ("id", "at", "enrollment_id", "by_id", "from_state", "to_state", "reason", "note", "other_id"),
    ),
    "cases": Source(CaseEntry, ("id", "at", "enrollment_id", "by_id", "act", "reason", "intake_id")),
}


def digest(source, row):
    """The SHA-256 of a row (the values of the source's fields): the same bytes on every database.

    They are the UTF-8 of a JSON list without spaces: the source, the key, the moment in UTC with microseconds, the
    other fields.
    """
    pk, at, *rest = row
    values = [source, pk, at.astimezone(UTC).isoformat(timespec="microseconds"), *rest]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def hash_of(seal):
    """The hash of a seal: over all that it says, and the hash of the seal before."""
    values = [seal.number, seal.source, seal.after, seal.last, seal.count, seal.content, seal.previous, seal.complete]
    at = seal.at.astimezone(UTC).isoformat(timespec="microseconds")
    marks = hashlib.sha256(bytes(seal.marks)).hexdigest()
    return hashlib.sha256(json.dumps([*values, at, marks], separators=(",", ":")).encode()).hexdigest()


def pack(after, rows):
    """The marks of rows, given as (key, digest)."""
    return b"".join(_MARK.pack(pk - after, found[:8]) for pk, found in rows)


def unpack(seal):
    """The marks of a seal as {key: first 8 bytes of the digest}."""
    return {seal.after + offset: mark for offset, mark in _MARK.iter_unpack(bytes(seal.marks))}


# --- Sealing -------------------------------------------------------------------------------------------------------


def seal_new():
    """Seal all rows that are new and decided; returns how many. Two who do it at once do the same as one."""
    sealed = 0
    for name, source in SOURCES.items():
        last = Seal.objects.filter(source=name).aggregate(last=Max("last"))["last"] or 0
        if not source.model.objects.filter(pk__gt=last).exists():
            continue
        horizon = settled(source.model)
        while horizon and (count := _seal_next(name, source, horizon)):
            sealed += count
    return sealed


def settled(model):
    """A key up to which every row is either committed or never will be; None when that cannot be said now.

    On SQLite writers come one after the other, in the order of their keys. On PostgreSQL whoever inserts holds a lock
    on the table from before the key is drawn until the end of the transaction: once those who held it when the newest
    key was read are gone, nothing below it is open. Nobody has to wait for this.
    """
    newest = model.objects.aggregate(newest=Max("pk"))["newest"]
    if connection.vendor == "sqlite":
        return newest
    writing = _writers(model)
    waited_until = time.monotonic() + PATIENCE
    while writing:
        if time.monotonic() > waited_until:
            return None
        time.sleep(0.05)
        writing &= _writers(model)
    return newest


def _writers(model):
    """The other transactions that have written, or are about to write, to the table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock'"
            " AND relation = %s::regclass AND pid <> pg_backend_pid()",
            [model._meta.db_table],
        )
        return {row[0] for row in cursor.fetchall()}


def _seal_next(name, source, horizon):
    """Seal the next rows up to the horizon; returns how many: 0 when none are left, or somebody else was first."""
    before = Seal.objects.order_by("-number").first()
    after = Seal.objects.filter(source=name).aggregate(last=Max("last"))["last"] or 0
    limit = min(horizon, after + _SPAN)
    rows = list(
        source.model.objects.filter(pk__gt=after, pk__lte=limit).order_by("pk").values_list(*source.fields)[:AT_ONCE]
    )
    if not rows:
        return 0
    digests = [(row[0], digest(name, row)) for row in rows]
    seal = Seal(
        number=before.number + 1 if before else 1,
        source=name,
        after=after,
        last=rows[-1][0],
        count=len(rows),
        content=hashlib.sha256(b"".join(found for _pk, found in digests)).hexdigest(),
        marks=pack(after, digests),
        previous=before.hash if before else "",
        complete=len(rows) < AT_ONCE or rows[-1][0] == horizon,
    )
    seal.hash = hash_of(seal)
    try:
        with transaction.atomic():
            seal.save(force_insert=True)
    except IntegrityError:
        return 0
    return len(rows)


# --- Publishing ----------------------------------------------------------------------------------------------------


def publish_heads(now=None):
    """Keep the newest seal of each day that is over; returns how many days were added. A day without new seals has none
    of its own: the head of the day before still holds."""
    today = timezone.localdate(now)
    newest = ChainHead.objects.order_by("-day").first()
    added = 0
    while seal := Seal.objects.filter(number__gt=newest.number if newest else 0).order_by("number").first():
        day = timezone.localdate(seal.at)
        if day >= today or (newest and day <= newest.day):
            break
        newest = _publish(day)
        added += 1
    return added


def _publish(day):
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), midnight()))
    last = Seal.objects.filter(at__lt=ends).order_by("-number").first()
    rows = Seal.objects.filter(number__lte=last.number).aggregate(n=Sum("count"))["n"]
    return ChainHead.objects.get_or_create(day=day, defaults={"number": last.number, "rows": rows, "hash": last.hash})[
        0
    ]


def begin_anew():
    """Forget the chain: the sample is being taken away with its history. The caller has lifted the guard."""
    ChainHead.objects.all().delete()
    Seal.objects.all().delete()
