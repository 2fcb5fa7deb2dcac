"""Tables to which rows are added, and in which none is ever changed or removed: the database itself refuses it.

A model is an `AppendOnly`, whose own methods refuse, and is marked with `@append_only`: after every `migrate` its table
gets triggers that refuse UPDATE and DELETE (on PostgreSQL TRUNCATE too), whoever asks and in whatever way. They are not
part of a migration on purpose: SQLite makes a table anew for many changes of a field, and the triggers of the old one
would be gone without a word.
"""

from contextlib import contextmanager

from django.conf import settings
from django.db import connections, models

_models = []

_FUNCTION = """
CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


class AppendOnlyQuerySet(models.QuerySet):
    """Rows are added, and read."""

    def update(self, **kwargs):
        """Refused: a row is never changed."""
        raise TypeError(f"Rows of {self.model._meta.db_table} are never changed.")

    def delete(self):
        """Refused: a row is never removed."""
        raise TypeError(f"Rows of {self.model._meta.db_table} are never removed.")


class AppendOnly(models.Model):
    """A row that is written once. Raises TypeError when it is saved again or deleted."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Add the row; a stored one is never saved again."""
        if not self._state.adding:
            raise TypeError(f"Rows of {self._meta.db_table} are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        """Refused: the row stays."""
        raise TypeError(f"Rows of {self._meta.db_table} are never removed.")


def append_only(model):
    """Mark a model whose rows are never changed or removed; a decorator of the class."""
    _models.append(model)
    return model


def guard_after_migrate(app_config, using, **_signal):
    """Put the triggers on the tables of an app, where they are not there yet (receiver of post_migrate)."""
    connection = connections[using]
    tables = set(_tables(app_config.label)) & set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for statement in guarding(connection, sorted(tables)):
            cursor.execute(statement)


def guarding(connection, tables=None):
    """The statements that put the triggers on these tables (all of the site unless told); they may be repeated."""
    tables = _tables() if tables is None else tables
    if connection.vendor == "sqlite":
        return [
            f'CREATE TRIGGER IF NOT EXISTS "{_name(table)}_{act.lower()}" BEFORE {act} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, 'Rows of {table} are never changed or removed.'); END"
            for table in tables
            for act in ("UPDATE", "DELETE")
        ]
    statements = [_FUNCTION] if tables else []
    for table in tables:
        for suffix, acts, each in (("rows", "UPDATE OR DELETE", "ROW"), ("all", "TRUNCATE", "STATEMENT")):
            statements += [
                f'DROP TRIGGER IF EXISTS "{_name(table)}_{suffix}" ON "{table}"',
                f'CREATE TRIGGER "{_name(table)}_{suffix}" BEFORE {acts} ON "{table}" '
                f"FOR EACH {each} EXECUTE FUNCTION append_only()",
            ]
    return statements


def freeing(connection, tables=None):
    """The statements that take the triggers away again."""
    suffixes = ("update", "delete") if connection.vendor == "sqlite" else ("rows", "all")
    on = "" if connection.vendor == "sqlite" else ' ON "{table}"'
    return [
        f'DROP TRIGGER IF EXISTS "{_name(table)}_{suffix}"' + on.format(table=table)
        for table in (_tables() if tables is None else tables)
        for suffix in suffixes
    ]


def unguarded_tables(connection):
    """The tables on which a trigger is missing or switched off."""
    where = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        where = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'O' AND NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(where)
        found = {(table.strip('"'), name) for table, name in cursor.fetchall()}
    suffixes = ("update", "delete") if connection.vendor == "sqlite" else ("rows", "all")
    return [
        table for table in _tables() if any((table, f"{_name(table)}_{suffix}") not in found for suffix in suffixes)
    ]


@contextmanager
def without_guard(connection):
    """Inside a transaction, let rows be changed: for the sample, which gives its history moments in the past.

    Never on a site in production.
    """
    if settings.PRODUCTION:
        raise RuntimeError("History is never changed.")
    with connection.cursor() as cursor:
        # PostgreSQL changes no table on which checks of this transaction still wait for its end.
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in freeing(connection):
            cursor.execute(statement)
        yield
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in guarding(connection):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _tables(label=None):
    return [model._meta.db_table for model in _models if label in (None, model._meta.app_label)]


def _name(table):
    return f"{table}_kept"
