"""`manage.py scheduler`: does, at its time, what the site does by itself (home/jobs.py)."""

import logging
import signal
import threading
import time

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from home.jobs import JOBS, TICK

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """One long-running process; SIGTERM or Ctrl-C ends it after the job at hand."""

    help = "Run the site's regular jobs: expire offers, have messages delivered, clear up. --once for cron."

    def add_arguments(self, parser):
        """The option --once."""
        parser.add_argument("--once", action="store_true", help="run every job once and end")

    def handle(self, *, once, **options):
        """Run the jobs that are due, every `TICK`."""
        self.stopping = threading.Event()
        self.begun = {}
        if once:
            self.run_due()
            return
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self.stop)
        self.stdout.write("The scheduler is running.")
        self.stdout.flush()
        while not self.stopping.is_set():
            close_old_connections()  # Also one that the database server ended.
            self.run_due()
            self.stopping.wait(TICK.total_seconds())

    def stop(self, *args):
        """End after the job at hand."""
        self.stopping.set()

    def run_due(self):
        """Run what is due. A job that fails is logged and tried again at its next time; the others go on."""
        for job in JOBS:
            if self.stopping.is_set():
                return
            now = time.monotonic()
            if job.name in self.begun and now - self.begun[job.name] < job.every.total_seconds():
                continue
            self.begun[job.name] = now
            try:
                job.run()
            except Exception:
                logger.exception("The job %r failed.", job.name)
