"""Sets back the time of sample enrollments: the engine writes "now", but the demo's people came over some weeks.

Only the sample does this. History is never changed on a site in use; here its moments are given once, at its making.
"""

import random
from datetime import timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.append_only import without_guard
from accounts.consent import TEXTS
from accounts.models import Consent
from courses.models import Enrollment, HistoryEntry
from courses.sample import paying
from courses.states import State
from notifications.models import Delivery, Message


def set_back(planned):
    """Give every sample enrollment, its history, consents and messages moments in the past, in the order they have."""
    moments = {}
    for plan in planned:
        moments |= _arrivals(plan)
    enrollments = Enrollment.objects.in_bulk(list(moments))
    for pk, enrollment in enrollments.items():
        enrollment.submitted_at = moments[pk]
    Enrollment.objects.bulk_update(enrollments.values(), ["submitted_at"], batch_size=200)
    said = _set_back_history(moments)
    paying.set_back({(enrollments[pk].reference, state): at for (pk, state), at in said.items()})
    _set_back_messages(said, {pk for pk, one in enrollments.items() if one.state == State.OFFERED})
    _add_consents(enrollments.values())


def _arrivals(plan):
    """When each enrollment of an intake came: most of them soon after the opening, in the order of arrival."""
    rng = random.Random(f"arrivals {plan.intake.code}")  # noqa: S311 - chance for looks, not for secrets
    keys = list(plan.intake.enrollments.order_by("pk").values_list("pk", flat=True))
    first, last = plan.intake.opens_at, min(timezone.now() - timedelta(hours=1), plan.closes_at)
    moments = sorted(min(last, _by_day(first + (last - first) * rng.random() ** 1.8)) for _ in keys)
    return dict(zip(keys, moments, strict=True))


def _by_day(moment):
    """The same moment, or some hours later where people sleep."""
    return moment + timedelta(hours=8) if timezone.localtime(moment).hour < 7 else moment


def _set_back_history(moments):
    """The rows of history; returns for each (enrollment, state) when it was reached."""
    now, said = timezone.now(), {}
    rows = HistoryEntry.objects.filter(enrollment__in=moments).select_related("enrollment__intake").order_by("pk")
    changed = list(rows)
    for row in changed:
        row.at = _moment_of(row, moments[row.enrollment_id], now)
        said[row.enrollment_id, row.to_state] = row.at
    # Past the manager and the database, which refuse every change: see the head of this module.
    with without_guard(connection):
        QuerySet(HistoryEntry).bulk_update(changed, ["at"], batch_size=200)
    return said


def _moment_of(row, arrived, now):
    if row.from_state in ("", State.SUBMITTED):
        return arrived
    if row.from_state == State.OFFERED and row.to_state == State.ENROLLED:
        return min(now, arrived + timedelta(minutes=20))
    if row.to_state == State.COMPLETED:
        return min(now, row.enrollment.intake.ends_at + timedelta(hours=20))
    if row.to_state == State.CANCELLED:
        return max(arrived + timedelta(hours=1), now - timedelta(hours=30))
    if row.to_state == State.WITHDRAWN:
        return arrived + (now - arrived) / 2
    return now


def _set_back_messages(said, offered):
    """Messages were sent when written, and mostly read; offers are still to be sent, so that one sees it happen."""
    now = timezone.now()
    keys = {
        f"enrollment:{pk}:{state}": (state == State.OFFERED and pk in offered, at) for (pk, state), at in said.items()
    }
    messages = [message for message in Message.objects.filter(dispatched_at=None) if message.key in keys]
    for message in messages:
        is_offer, message.created_at = keys[message.key]
        if not is_offer:
            message.dispatched_at = message.created_at
        if message.created_at < now - timedelta(days=3):
            message.read_at = message.created_at + timedelta(hours=3)
    Message.objects.bulk_update(messages, ["created_at", "dispatched_at", "read_at"], batch_size=200)
    Delivery.objects.bulk_create(
        Delivery(
            message=message,
            channel=Delivery.Channel.SMS,
            state=Delivery.State.SENT,
            attempts=1,
            sent_at=message.dispatched_at + timedelta(seconds=3),
        )
        for message in messages
        if message.dispatched_at
    )


def _add_consents(enrollments):
    """Each learner's consents, given with their first enrollment."""
    learners = {}
    for enrollment in sorted(enrollments, key=lambda enrollment: enrollment.submitted_at):
        learners.setdefault(enrollment.learner_id, enrollment)
    purposes = (Consent.Purpose.ENROLLMENT, Consent.Purpose.IDENTITY)
    Consent.objects.bulk_create(
        Consent(
            account_id=first.account_id,
            learner_id=learner_id,
            purpose=purpose,
            version=TEXTS[purpose].version,
            given_at=first.submitted_at,
        )
        for learner_id, first in learners.items()
        for purpose in purposes
    )
