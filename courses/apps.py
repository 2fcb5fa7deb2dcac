"""The app of programs and enrollment."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    """Programs, intakes, enrollment."""

    name = "courses"
    verbose_name = _("courses")

    def ready(self):
        """Register what this room keeps of a person, and the kinds of message that it sends.

        Whoever delivers must know which of them people may switch off.
        """
        from courses import (  # noqa: F401 - its kind of message, work taken up again
            broadcasts,
            bulk,
            paying,
            personal_data,
        )
        from courses.answering import personal_data as answered
        from courses.applying import needs, ranking  # noqa: F401 - what a family must mend; marks before a list closes
        from courses.applying import personal_data as applied
        from courses.draws import telling  # noqa: F401 - the same
        from courses.importing import uploads  # noqa: F401 - the same
        from courses.progression import family, steps
        from courses.scores import importing  # noqa: F401 - the same
        from courses.signals import enrollment_moved

        personal_data.register()
        answered.register()
        applied.register()
        family.register()
        enrollment_moved.connect(steps.follow, dispatch_uid="pathways")
