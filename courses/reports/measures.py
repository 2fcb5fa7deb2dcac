"""Two measures that the database takes itself: whole years of age, and seconds between two moments.

Django's own difference of moments is a Python function on SQLite, called for every row; these are not.
"""

from django.db import models
from django.db.models import Func
from django.utils import timezone


def _here():
    """The offset of local time from UTC, in seconds."""
    return int(timezone.localtime().utcoffset().total_seconds())


class WholeYears(Func):
    """Whole years between a date (of birth) and the local day of a moment; None where the date is not known."""

    arity = 2
    output_field = models.IntegerField()

    def as_sqlite(self, compiler, connection, **context):
        """The difference of two days written as YYYYMMDD, by ten thousand."""
        template = (
            f"((CAST(strftime('%%%%Y%%%%m%%%%d', %(second)s, '{_here():+d} seconds') AS INTEGER)"
            " - CAST(replace(%(first)s, '-', '') AS INTEGER)) / 10000)"
        )
        return self._filled(template, compiler)

    def as_postgresql(self, compiler, connection, **context):
        """The years of the interval between the two days."""
        name = timezone.get_current_timezone_name()
        template = f"EXTRACT(YEAR FROM age(%(second)s AT TIME ZONE '{name}', %(first)s::timestamp))::integer"
        return self._filled(template, compiler)

    def _filled(self, template, compiler):
        (first, first_values), (second, second_values) = map(compiler.compile, self.source_expressions)
        return template % {"first": first, "second": second}, [*second_values, *first_values]


class Seconds(Func):
    """Seconds from the first moment to the second."""

    arity = 2
    output_field = models.FloatField()

    def as_sqlite(self, compiler, connection, **context):
        """By Julian days."""
        return self.as_sql(
            compiler, connection, template="((julianday(%(expressions)s)) * -86400.0)", arg_joiner=")-julianday("
        )

    def as_postgresql(self, compiler, connection, **context):
        """By the interval between the two."""
        return self.as_sql(compiler, connection, template="(-EXTRACT(EPOCH FROM (%(expressions)s)))", arg_joiner=" - ")
