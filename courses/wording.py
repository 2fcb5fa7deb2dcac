"""What the texts of messages about enrollments may say, for staff who write them; and a real one to try them on."""

from django.utils.translation import gettext_lazy as _

from courses.models import Enrollment
from courses.states import State
from notifications import preview
from notifications.texts import explain

# What a text about an enrollment in this state must say in its body: without it nobody knows what to do.
REQUIRED = {
    State.ENROLLED: {"title"},
    State.OFFERED: {"title", "deadline"},
    State.CANCELLED: {"title", "reason"},
    State.NOT_ADMITTED: {"title", "reason"},
}
ALWAYS = {"name", "title", "reference", "start"}

explain("name", meaning=_("Name of the learner"), example=_("Wang Fang"))
explain("title", meaning=_("Title of the class"), example=_("Chinese pastry, evening class"))
explain("reference", meaning=_("Reference of the enrollment, read out over the telephone"), example="XL2611-7K3M-9QXT")
explain("start", meaning=_("Day and hour of the first meeting"), example=_("7 March 2027, 19:00"))
explain("place", meaning=_("Where the class meets"), example=_("Community college, room 201"))
explain("deadline", meaning=_("Until when an offered seat must be confirmed"), example=_("3 March 2027, 18:00"))
explain("reason", meaning=_("Why: the listed reason, and a note if there is one"), example=_("the class was cancelled"))
explain("change", meaning=_("What has changed in the class"), example=_("The meeting moves to room 305."))
explain("left", meaning=_("Title of the class that was left"), example=_("Pastry, morning class"))


def example_of(account, reference):
    """What the texts say about a real enrollment of this person's institutions; None when there is none such."""
    from courses.messages import context_of

    enrollments = Enrollment.objects.staffed_by(account).select_related(
        "intake__program__institution", "intake__district", "learner"
    )
    enrollment = enrollments.filter(reference__iexact=reference.strip()).first()
    return context_of(enrollment, with_place=True) if enrollment else None


preview.register(example_of)
