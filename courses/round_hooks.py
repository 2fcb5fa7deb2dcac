"""What admission rounds add to Wagtail's admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter

from courses.admin.rounds import RoundViewSet

_STEPS_OF_A_DRAW = [
    ("freeze", _("Close the list"), _("The list of entries was closed and published.")),
    ("digits", _("Enter digits"), _("Digits drawn before witnesses were entered.")),
    ("beacon", _("Take the beacon"), _("The seed was taken from the beacon.")),
    ("number", _("Open the number"), _("The seed is the number of this site.")),
    ("draw", _("Draw"), _("The draw took place.")),
    ("replace", _("Replace a draw"), _("A new draw took the place of the one before.")),
]


@hooks.register("register_admin_viewset")
def rounds():
    """Rounds with their entries and marks."""
    return [RoundViewSet("admission_round")]


@hooks.register("register_log_actions")
def acts_on_rounds(actions):
    """What the history of a round says of its marks and its draw."""

    @actions.register_action("courses.enter_marks")
    class EnterMarks(LogFormatter):
        """How many were changed."""

        label = _("Enter marks")

        def format_message(self, log_entry):
            """In the words of whoever did it."""
            return log_entry.data.get("what", "")

    actions.register_action("courses.cancel_round", _("Cancel the round"), _("The round was cancelled."))
    for name, label, message in _STEPS_OF_A_DRAW:
        actions.register_action(f"courses.draw_{name}", label, message)
