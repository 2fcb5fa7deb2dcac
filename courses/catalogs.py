"""Reading a national catalog (majors, occupations) from a CSV file into its table; may be repeated."""

import csv

from django.core.management.base import CommandError
from django.db import transaction


def load(model, file, *, columns, key):
    """Add what is new and rename what has another name; returns how many rows the file has.

    `columns` are the file's and the model's fields, `key` those of them that tell rows apart, backed by a unique
    constraint. Raises CommandError with a sentence that says what is wrong with the file.
    """
    rows = _read(file, columns)
    others = [name for name in columns if name not in key]
    with transaction.atomic():
        model.objects.bulk_create(
            [model(**row) for row in rows],
            update_conflicts=True,
            unique_fields=key,
            update_fields=others,
            batch_size=500,
        )
    return len(rows)


def _read(file, columns):
    try:
        with open(file, encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if not set(reader.fieldnames or ()) >= set(columns):
                raise CommandError(f"{file} needs the columns {', '.join(columns)}.")
            return [{name: row[name].strip() for name in columns} for row in reader]
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
