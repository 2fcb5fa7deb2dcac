"""What an account is told about its entries in a round; the result is told for each class (messages.py)."""

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.describe import moment
from notifications.sending import say
from notifications.texts import explain, register

_PLACEHOLDERS = {"name", "round", "choices", "results", "closes", "reference", "note"}
_TEXTS = {
    "applied": (
        gettext_lazy("Taking part: %(round)s"),
        gettext_lazy(
            "%(name)s takes part in %(round)s with these choices: %(choices)s. Results by %(results)s. "
            "Reference %(reference)s; the public result names nobody, only references."
        ),
        {"round", "choices", "reference"},
    ),
    "changed": (
        gettext_lazy("Choices changed: %(round)s"),
        gettext_lazy(
            "From now on the choices of %(name)s in %(round)s are: %(choices)s. You can change them until %(closes)s. "
            "Reference %(reference)s."
        ),
        {"round", "choices"},
    ),
    "withdrawn": (
        gettext_lazy("No longer taking part: %(round)s"),
        gettext_lazy(
            "%(name)s no longer takes part in %(round)s. You can apply again until %(closes)s. Reference %(reference)s."
        ),
        {"round"},
    ),
    "cancelled": (
        gettext_lazy("Cancelled: %(round)s"),
        gettext_lazy(
            "The school cancelled %(round)s before its draw, so %(name)s no longer takes part. Why: %(note)s "
            "(reference %(reference)s)"
        ),
        {"round", "note"},
    ),
}

for _name, (_title, _body, _required) in _TEXTS.items():
    register(f"entry_{_name}", title=_title, body=_body, also=_PLACEHOLDERS, required=_required)

explain("round", meaning=gettext_lazy("Name of the admission round"), example=gettext_lazy("Spring 2027, first round"))
explain(
    "choices",
    meaning=gettext_lazy("The classes that were chosen, in order"),
    example=gettext_lazy("1. Pastry; 2. Calligraphy"),
)
explain("note", meaning=gettext_lazy("Why the round was cancelled"), example=gettext_lazy("Too few applied."))
explain("results", meaning=gettext_lazy("By when the results come"), example=gettext_lazy("20 March 2027, 18:00"))
explain("closes", meaning=gettext_lazy("When applications close"), example=gettext_lazy("15 March 2027, 18:00"))


def tell_entry(entry, what, intakes, *, note=""):
    """Write the message: `what` is applied, changed, withdrawn or (with a `note`) cancelled; `intakes` the choices."""
    round, account = entry.round, entry.account
    with translation.override(account.language):
        context = {
            "name": entry.learner.name,
            "round": round.name,
            "choices": _("; ").join(f"{number}. {intake.title}" for number, intake in enumerate(intakes, 1)),
            "results": moment(round.results_at),
            "closes": moment(round.closes_at),
            "reference": entry.reference,
            "note": note,
        }
        say(
            account,
            f"entry_{what}",
            context,
            # The same choices may be made again after others: the moment tells the messages apart.
            key=f"entry:{entry.pk}:{what}:{timezone.now().timestamp()}",
            url=reverse("entry_detail", args=[entry.reference]),
            institution_id=round.institution_id,
        )
