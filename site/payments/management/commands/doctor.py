"""`manage.py doctor`: does what the site knows of money agree, with itself and with the provider?"""

from django.core.management.base import BaseCommand, CommandError

from payments.doctor import disagreements


class Command(BaseCommand):
    """Says what does not agree; the exit code is 0 when everything does."""

    help = "Check that payments, books, receipts, provider and what is paid for agree. Changes nothing."

    def add_arguments(self, parser):
        """The option --offline."""
        parser.add_argument("--offline", action="store_true", help="do not ask the payment provider")

    def handle(self, *, offline, **options):
        """Check, and say it."""
        found = disagreements(ask_provider=not offline)
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"{len(found)} things do not agree.")
        self.stdout.write("Everything agrees.")
