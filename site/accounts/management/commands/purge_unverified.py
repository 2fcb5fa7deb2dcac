"""Delete unconfirmed accounts: `manage.py purge_unverified`. The scheduler does it daily."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.purge import purge_unverified


class Command(BaseCommand):
    """Deletes accounts that were never confirmed by a code and are older than a day."""

    help = "Delete accounts older than a day that no code ever confirmed."

    def handle(self, *args, **options):
        """Delete, and say how many."""
        self.stdout.write(f"{purge_unverified(timezone.now())} unconfirmed accounts deleted.")
