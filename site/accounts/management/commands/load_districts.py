"""Load counties and townships: `manage.py load_districts [FILE]`."""

import csv
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import District

OWN_FILE = Path(__file__).resolve().parents[2] / "data" / "districts.csv"
COLUMNS = {"code", "name", "county_code"}


class Command(BaseCommand):
    """Reads a CSV file of code, name, county_code (empty for a county). May be repeated; nothing is removed."""

    help = "Load the counties and townships of a prefecture (without a file: Daxing'anling)."

    def add_arguments(self, parser):
        """The file is optional."""
        parser.add_argument("file", nargs="?", default=str(OWN_FILE), help="CSV: code,name,county_code")

    def handle(self, *args, file, **options):
        """Create what is new, rename what has another name."""
        rows = _read(file)
        counties = {row["code"] for row in rows if not row["county_code"]}
        # Counties first: a township points at its county.
        with transaction.atomic():
            for row in sorted(rows, key=lambda row: bool(row["county_code"])):
                if row["county_code"] and row["county_code"] not in counties:
                    raise CommandError(f"Township {row['code']} names county {row['county_code']}, not in the file.")
                District.objects.update_or_create(
                    code=row["code"], defaults={"name": row["name"], "county_id": row["county_code"] or None}
                )
        self.stdout.write(f"{len(counties)} counties, {len(rows) - len(counties)} townships.")


def _read(file):
    try:
        with open(file, encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if not set(reader.fieldnames or ()) >= COLUMNS:
                raise CommandError(f"{file} needs the columns {', '.join(sorted(COLUMNS))}.")
            return [{name: row[name].strip() for name in COLUMNS} for row in reader]
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
