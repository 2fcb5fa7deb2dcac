"""What the site does by itself, at its time, whatever fails."""

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from home import jobs
from home.management.commands import scheduler
from notifications.models import Message
from tests.factories import account


@pytest.fixture
def run_jobs(monkeypatch):
    """A function that runs what is due of these jobs, and the clock they go by."""
    clock = [0.0]
    command = scheduler.Command()
    command.begun = {}
    command.stopping = scheduler.threading.Event()
    monkeypatch.setattr(scheduler.time, "monotonic", lambda: clock[0])

    def run(*table, at):
        monkeypatch.setattr(scheduler, "JOBS", table)
        clock[0] = at
        command.run_due()

    return run


@pytest.mark.django_db
def test_each_job_runs_at_its_time(run_jobs):
    ran = []
    table = [
        jobs.Job("often", timedelta(seconds=2), lambda: ran.append("often")),
        jobs.Job("daily", timedelta(days=1), lambda: ran.append("daily")),
    ]
    for at in (0, 1, 2, 90_000):
        run_jobs(*table, at=at)
    assert ran == ["often", "daily", "often", "often", "daily"]


@pytest.mark.django_db
def test_a_job_that_fails_stops_no_other(run_jobs, caplog):
    ran = []
    run_jobs(
        jobs.Job("broken", timedelta(seconds=2), lambda: 1 / 0),
        jobs.Job("sound", timedelta(seconds=2), lambda: ran.append("sound")),
        at=0,
    )
    assert ran == ["sound"]
    assert "'broken' failed" in caplog.text


@pytest.mark.django_db
def test_all_jobs_of_the_site_run_once_for_cron(caplog, settings):
    # As in production; no worker is running.
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    Message.objects.create(account=account(), kind="seat", title="有名额了", body="请确认。", key="1")
    call_command("scheduler", "--once")
    assert caplog.text == ""
    assert DBTaskResult.objects.ready().count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_scheduler_ends_when_told(process_environment):
    command = [sys.executable, "manage.py", "scheduler"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=process_environment, stdout=subprocess.PIPE)
    assert b"running" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
