"""Load the catalogs of vocational majors: `manage.py load_majors [FILE]`."""

from pathlib import Path

from django.core.management.base import BaseCommand

from courses import catalogs
from courses.models import Major

OWN_FILE = Path(__file__).resolve().parents[2] / "data" / "majors.csv"
COLUMNS = ["code", "edition", "level", "name", "group"]


class Command(BaseCommand):
    """Reads a CSV file of code, edition, level (secondary or college), name, group. May be repeated."""

    help = "Load the catalogs of vocational majors (without a file: secondary 2021 and college 2025)."

    def add_arguments(self, parser):
        """The file is optional."""
        parser.add_argument("file", nargs="?", default=str(OWN_FILE), help="CSV: code,edition,level,name,group")

    def handle(self, *args, file, **options):
        """Load, and say how many."""
        count = catalogs.load(Major, file, columns=COLUMNS, key=["code", "edition", "level"])
        self.stdout.write(f"{count} majors.")
