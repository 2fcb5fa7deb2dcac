"""Seats: the only place that changes the counters of a SeatPool.

A seat is taken by a guarded UPDATE inside the transaction that moves the enrollment: the database compares and counts
in one statement, so that no number of clients and no crash can seat one too many. Whoever changes the seats of people
already inside (withdrawal, expiry, promotion) first locks all pools of the intake in the order of their keys (`lock`),
so two such changes never wait for each other crosswise.

In front of the transaction stands a first-in-first-out gate per intake and process: PostgreSQL hands a contended row
to waiting transactions in no fixed order, and on opening day that would let some overtake others.
"""

import threading
from collections import deque
from contextlib import contextmanager

from django.db.models import F

from courses.models import Enrollment, SeatPool
from courses.states import State

_lines = {}
_lines_guard = threading.Lock()
_inside = threading.local()


@contextmanager
def gate(intake_id):
    """Let the threads of this process through one at a time per intake, in the order in which they came.

    Whoever is inside may enter again: saving an intake holds the gate around a transaction that also promotes.
    """
    mine = _inside.__dict__.setdefault("intakes", set())
    if intake_id in mine:
        yield
        return
    ticket = threading.Event()
    with _lines_guard:
        line = _lines.setdefault(intake_id, deque())
        line.append(ticket)
        if len(line) == 1:
            ticket.set()
    ticket.wait()
    mine.add(intake_id)
    try:
        yield
    finally:
        mine.discard(intake_id)
        with _lines_guard:
            line.popleft()
            if line:
                line[0].set()
            else:
                del _lines[intake_id]


def lock(intake_id):
    """Lock and return all pools of an intake, most specific first. Call inside a transaction."""
    pools = SeatPool.objects.filter(intake_id=intake_id).order_by("pk").select_for_update(no_key=True)
    return most_specific_first(pools)


def lock_both(intake_id, other_id):
    """Lock the pools of two intakes in the one order of all pools; return those of the first, most specific first."""
    both = SeatPool.objects.filter(intake_id__in=[intake_id, other_id]).order_by("pk").select_for_update(no_key=True)
    return most_specific_first(pool for pool in both if pool.intake_id == intake_id)


def most_specific_first(pools):
    """The pools (in the order of their keys) as a person is tried in them: a total order, told to everyone."""
    return sorted(pools, key=lambda pool: pool.specificity, reverse=True)


def release(pools, now):
    """Move free seats of priority pools whose moment has come to the pool that is open to all; returns how many.

    `pools` are all of one intake, locked. While somebody who applied in time waits for a decision (a draw, a review),
    nothing is unclaimed yet. Capacity moves in the caller's transaction: the sum of all pools stays what it was.
    """
    open_pool = next((pool for pool in pools if not pool.is_priority), None)
    due = [pool for pool in pools if pool.is_priority and pool.free and pool.released_at and pool.released_at <= now]
    if not due or open_pool is None or open_pool.closed:
        return 0
    if Enrollment.objects.filter(intake=open_pool.intake_id, state=State.SUBMITTED).exists():
        return 0
    moved = sum(pool.free for pool in due)
    for pool in due:
        pool.capacity = pool.seats_taken
        SeatPool.objects.filter(pk=pool.pk).update(capacity=F("seats_taken"))
    open_pool.capacity += moved
    SeatPool.objects.filter(pk=open_pool.pk).update(capacity=F("capacity") + moved)
    return moved


def take(pools):
    """Take one seat in the first of these pools that has one; return that pool, or None when all are full."""
    for pool in pools:
        free = SeatPool.objects.filter(pk=pool.pk, closed=False, seats_taken__lt=F("capacity"))
        if free.update(seats_taken=F("seats_taken") + 1):
            return pool
    return None


def give_back(pool_id):
    """Give back one seat. A counter below zero would be a bug: the database refuses it."""
    SeatPool.objects.filter(pk=pool_id).update(seats_taken=F("seats_taken") - 1)


def close(intake_id):
    """Give no more seats in this intake, not even to those who looked at it before it was cancelled."""
    SeatPool.objects.filter(intake_id=intake_id).update(closed=True)


def join_waitlist(pool_id, count=1):
    """Count one more, or several, who wait for this pool."""
    SeatPool.objects.filter(pk=pool_id).update(waiting=F("waiting") + count)


def leave_waitlist(pool_id):
    """Count one fewer who waits for this pool."""
    SeatPool.objects.filter(pk=pool_id).update(waiting=F("waiting") - 1)
