"""What admission rounds add to Wagtail's admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter

from courses.admin.rounds import RoundViewSet


@hooks.register("register_admin_viewset")
def rounds():
    """Rounds with their entries and marks."""
    return [RoundViewSet("admission_round")]


@hooks.register("register_log_actions")
def acts_on_rounds(actions):
    """What the history of a round says of its marks."""

    @actions.register_action("courses.enter_marks")
    class EnterMarks(LogFormatter):
        """How many were changed."""

        label = _("Enter marks")

        def format_message(self, log_entry):
            """In the words of whoever did it."""
            return log_entry.data.get("what", "")
