"""Encrypt identity numbers anew with the newest key: `manage.py rotate_identity_keys`."""

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.models import Learner

BATCH = 500


class Command(BaseCommand):
    """Run it after a new key was put in front of IDENTITY_KEYS; afterwards the old key may be taken out.

    May be stopped and repeated at any time: every key in IDENTITY_KEYS reads what is stored.
    """

    help = "Encrypt all identity numbers again with the first key of IDENTITY_KEYS."

    def handle(self, *args, **options):
        """Go through the learners in batches, each a short transaction of its own."""
        rows = Learner.objects.exclude(document_number="").order_by("pk")
        total, done, last = rows.count(), 0, 0
        while True:
            with transaction.atomic():
                # Locked: an edit in between must not be overwritten by the older number.
                batch = list(rows.select_for_update().filter(pk__gt=last)[:BATCH])
                Learner.objects.bulk_update(batch, ["document_number"])
            if not batch:
                break
            last, done = batch[-1].pk, done + len(batch)
            self.stdout.write(f"{done} of {total}")
        self.stdout.write(f"{done} identity numbers are encrypted with the newest key.")
