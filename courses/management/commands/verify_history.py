"""`manage.py verify_history`: is the history of enrollments as it was? Says in words what is wrong and where."""

import sys

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from courses.answering import verifying
from courses.answering.chain import seal_new

SHOWN = 100


class Command(BaseCommand):
    """Walks over the whole chain. Ends with status 1 when something was found."""

    help = "Checks that no row of history was changed, removed or put in."

    def add_arguments(self, parser):
        """The options, as `--help` shows them."""
        parser.add_argument(
            "--head", default="", help="a published seal (64 hexadecimal digits) that must be in the chain"
        )
        parser.add_argument("--seal", action="store_true", help="seal what is new first, as the scheduler does")

    def handle(self, *, head, seal, **options):
        """Each finding a line; then what was looked at."""
        if seal:
            seal_new()
        found, seen = 0, []
        for finding in verifying.check(lambda result: seen.append(result) if not seen else None, head=head):
            found += 1
            if found <= SHOWN:
                self.stdout.write(str(finding))
        if found > SHOWN:
            self.stdout.write(_("%(n)d more.") % {"n": found - SHOWN})
        result = seen[0]
        self.stdout.write(
            _("%(rows)d rows looked at, %(found)d findings. Newest seal: %(hash)s")
            % {"rows": result.rows, "found": found, "hash": result.newest or "-"}
        )
        if found:
            sys.exit(1)
