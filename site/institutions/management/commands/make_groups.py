"""`manage.py make_groups`: the groups of staff with their permissions, as institutions/roles.py has them."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from institutions import roles


class Command(BaseCommand):
    """Make the groups, or bring them up to date; to be run after each update and as often as one likes."""

    help = "Makes the groups of staff, or brings their permissions up to date."

    def handle(self, *args, **options):
        """Make them and say what is missing."""
        without_pages = roles.make_groups()
        if options["verbosity"]:
            self.stdout.write(_("Groups: %(names)s.") % {"names": "、".join(roles.ROLES)})
        if without_pages:
            self.stdout.write(
                _("No list of courses yet, so %(names)s have no permissions on pages. Run this again later.")
                % {"names": "、".join(without_pages)}
            )
