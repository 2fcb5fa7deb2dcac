"""A check of the whole history by a worker, begun by an auditor, with progress that survives leaving the page."""

import time
from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from courses.answering import verifying
from courses.models import HistoryCheck

KEPT = 200  # findings; of more, how many there are
_EVERY = 1.0  # seconds between two notes of progress
LEFT_BEHIND = timedelta(minutes=2)


def begin(*, by, head=""):
    """Have a worker check everything; returns the HistoryCheck."""
    check = HistoryCheck.objects.create(by=by, head=head)
    run.enqueue(check.pk)
    return check


def is_left_behind(check):
    """Whether no worker is at it any more; then one begins a new one."""
    return check.finished_at is None and check.touched_at < timezone.now() - LEFT_BEHIND


@task()
def run(check_id):
    """Check, noting progress about once a second, and what was found."""
    check = HistoryCheck.objects.get(pk=check_id)
    said = {"at": 0.0}

    def tell(result):
        check.total, check.done, check.rows, check.newest = result.total, result.done, result.rows, result.newest
        if time.monotonic() - said["at"] >= _EVERY:
            said["at"] = time.monotonic()
            check.touched_at = timezone.now()
            check.save()

    check.findings, check.found = [], 0
    for finding in verifying.check(tell, head=check.head):
        check.found += 1
        if len(check.findings) < KEPT:
            check.findings.append([finding.kind, finding.data])
    check.finished_at = check.touched_at = timezone.now()
    check.save()
