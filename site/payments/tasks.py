"""What the worker (`manage.py db_worker`) does for this room: all that speaks with providers by itself."""

from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from payments import providers, reconcile
from payments.models import Attempt
from payments.states import OPEN, AttemptState


@task()
def move_money():
    """Send refunds, close pages."""
    return reconcile.move_money()


@task()
def ask_providers():
    """Ask about everything open."""
    return dict(reconcile.reconcile())


def enqueue_due(now=None):
    """Have the worker move money when there is some to move, unless it already has that before it."""
    if not providers.is_online_possible() or not _is_due(now or timezone.now()):
        return False
    return _enqueue(move_money)


def enqueue_asking():
    """Have the worker ask the providers, unless it already has that before it."""
    return providers.is_online_possible() and _enqueue(ask_providers)


def _is_due(now):
    late = Q(payment__expires_at__lte=now) | ~Q(payment__state__in=OPEN)
    pages = Attempt.objects.filter(late, state__in=(AttemptState.STARTING, AttemptState.OPEN))
    return pages.exists() or bool(reconcile.to_send(now))


def _enqueue(work):
    if DBTaskResult.objects.ready().filter(task_path=work.module_path).exists():
        return False
    work.enqueue()
    return True
