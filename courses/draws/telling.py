"""Telling an account what a draw gave to its entry. A seat is told with its offer (messages.py); the rest here."""

from collections import defaultdict

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import DrawOutcome
from notifications import wording
from notifications.sending import message, write
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


def tell_results(draw, entries):
    """Tell the entries without a seat where they wait now, or why they do not. Telling twice does the same as once."""
    outcomes = defaultdict(list)
    found = draw.outcomes.filter(entry__in=[entry.reference for entry in entries])
    for outcome in found.select_related("enrollment__intake__program").order_by("enrollment__choice", "pk"):
        outcomes[outcome.entry].append(outcome)
    write(
        _message(draw, entry, outcomes[entry.reference])
        for entry in entries
        if outcomes[entry.reference]
        and all(outcome.kind != DrawOutcome.Kind.SEAT for outcome in outcomes[entry.reference])
    )


def _message(draw, entry, outcomes):
    with translation.override(entry.account.language):
        context = {
            "name": entry.learner.name,
            "round": draw.round.name,
            "places": " ".join(_place(outcome) for outcome in outcomes),
            "reference": entry.reference,
        }
        return message(
            entry.account,
            "entry_drawn",
            *wording.fill("entry_drawn", entry.account.language, context),
            key=f"entry:{entry.pk}:drawn:{draw.pk}",
            url=reverse("entry_detail", args=[entry.reference]),
            institution_id=draw.round.institution_id,
        )


def _place(outcome):
    title = outcome.enrollment.intake.title
    if outcome.line:
        return _("%(title)s: number %(line)d in the waitlist.") % {"title": title, "line": outcome.line}
    return f"{title}：{outcome.get_kind_display()}。"
