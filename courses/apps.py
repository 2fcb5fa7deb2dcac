"""The app of programs and enrollment."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    """Programs, intakes, enrollment."""

    name = "courses"
    verbose_name = _("courses")

    def ready(self):
        """Register what this room keeps of a person."""
        from courses import personal_data

        personal_data.register()
