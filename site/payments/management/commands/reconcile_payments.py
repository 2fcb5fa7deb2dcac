"""`manage.py reconcile_payments`: ask providers about everything open, and find what their notices missed."""

from datetime import timedelta

from django.core.management.base import BaseCommand
from django.utils import timezone

from payments.reconcile import LOOK_BACK, reconcile


class Command(BaseCommand):
    """One run; the scheduler does the same every five minutes."""

    help = "Ask payment providers about everything open and find notices that were missed."

    def add_arguments(self, parser):
        """The option --days."""
        parser.add_argument("--days", type=int, default=LOOK_BACK.days, help="how far back to look for notices")

    def handle(self, *, days, **options):
        """Ask, and say how much there was."""
        done = reconcile(since=timezone.now() - timedelta(days=days))
        for name, count in done.items():
            self.stdout.write(f"{name}: {count}")
        if done["without an answer"]:
            self.stderr.write("The provider did not answer everything: run this again.")
