"""Load the classification of occupations: `manage.py load_occupations [FILE]`."""

from pathlib import Path

from django.core.management.base import BaseCommand

from courses import catalogs
from partners.models import Occupation

OWN_FILE = Path(__file__).resolve().parents[2] / "data" / "occupations.csv"
COLUMNS = ["code", "edition", "name"]


class Command(BaseCommand):
    """Reads a CSV file of code, edition, name. May be repeated; nothing is removed."""

    help = "Load the national classification of occupations (without a file: 2022 and its additions)."

    def add_arguments(self, parser):
        """The file is optional."""
        parser.add_argument("file", nargs="?", default=str(OWN_FILE), help="CSV: code,edition,name")

    def handle(self, *args, file, **options):
        """Load, and say how many."""
        count = catalogs.load(Occupation, file, columns=COLUMNS, key=["code", "edition"])
        self.stdout.write(f"{count} occupations.")
