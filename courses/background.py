"""Work in the background whose progress is a row: stopped, taken up again, and taken over when its worker died."""

from datetime import timedelta

from django.utils import timezone

from courses.models.background import Background

LEFT_BEHIND = timedelta(minutes=2)  # untouched for so long, nobody works at it; the check of a long file takes half

_TASKS = {}
State = Background.State


def register(model, task):
    """`task` does what rows of this model wait for, given the key; running it twice does the same as once."""
    _TASKS[model] = task


def stop(work):
    """Do no more of it; what is done stays. Returns whether it was at work."""
    working = type(work).objects.filter(pk=work.pk, state=State.WORKING)
    return bool(working.update(state=State.STOPPED, touched_at=timezone.now()))


def go_on(work):
    """Go on where it was stopped. Returns whether it was."""
    stopped = type(work).objects.filter(pk=work.pk, state=State.STOPPED)
    if not stopped.update(state=State.WORKING, touched_at=timezone.now()):
        return False
    _TASKS[type(work)].enqueue(work.pk)
    return True


def resume_left_behind(now=None):
    """Have work done on whose worker died; returns how many. Running twice does the same as once."""
    now = now or timezone.now()
    resumed = 0
    for model, task in _TASKS.items():
        waiting = model.objects.filter(state__in=(State.CHECKING, State.WORKING), touched_at__lt=now - LEFT_BEHIND)
        for key, touched_at in list(waiting.values_list("pk", "touched_at")):
            if model.objects.filter(pk=key, touched_at=touched_at).update(touched_at=now):
                task.enqueue(key)
                resumed += 1
    return resumed
