"""What this room adds to Wagtail's admin."""

from wagtail import hooks

from institutions.admin import InstitutionsGroup


@hooks.register("register_admin_viewset")
def institutions():
    """Institutions and staff, in the menu."""
    return InstitutionsGroup()
