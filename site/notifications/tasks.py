"""What the worker (`manage.py db_worker`) does for this room."""

from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from notifications import delivery


@task()
def deliver():
    """Deliver what is due."""
    return delivery.deliver_due()


def enqueue_due(now=None):
    """Have the worker deliver what is due, unless it already has that before it; returns whether it was asked.

    Called by the scheduler instead of by whoever writes a message: enrolling in a rush pays no second insert.
    """
    if not delivery.is_due(now or timezone.now()):
        return False
    if DBTaskResult.objects.ready().filter(task_path=deliver.module_path).exists():
        return False
    deliver.enqueue()
    return True
