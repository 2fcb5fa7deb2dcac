"""Telling an account what a draw gave to its entry. A seat is told with its offer (messages.py); the rest here."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import DrawOutcome
from notifications.sending import say
from notifications.texts import explain, register

register(
    "entry_drawn",
    title=gettext_lazy("No seat in the draw: %(round)s"),
    body=gettext_lazy(
        "The draw of %(round)s gave %(name)s no seat. %(places)s The draw is public and anyone can repeat it."
        " Reference %(reference)s."
    ),
    also={"name", "round", "places", "reference"},
    required={"round"},
)
explain(
    "places",
    meaning=gettext_lazy("The places in the waitlists, or why there is none"),
    example=gettext_lazy("Pastry: number 3 in the waitlist."),
)


def tell_result(draw, entry):
    """Tell an entry that got no seat where it waits now, or why it does not. Telling twice does the same as once."""
    outcomes = list(draw.outcomes.filter(entry=entry.reference).select_related("enrollment__intake__program"))
    if not outcomes or any(outcome.kind == DrawOutcome.Kind.SEAT for outcome in outcomes):
        return
    with translation.override(entry.account.language):
        context = {
            "name": entry.learner.name,
            "round": draw.round.name,
            "places": " ".join(_place(outcome) for outcome in outcomes),
            "reference": entry.reference,
        }
        say(
            entry.account,
            "entry_drawn",
            context,
            key=f"entry:{entry.pk}:drawn:{draw.pk}",
            url=reverse("entry_detail", args=[entry.reference]),
            institution_id=draw.round.institution_id,
        )


def _place(outcome):
    title = outcome.enrollment.intake.title
    if outcome.line:
        return _("%(title)s: number %(line)d in the waitlist.") % {"title": title, "line": outcome.line}
    return f"{title}：{outcome.get_kind_display()}。"
