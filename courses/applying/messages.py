"""What a family is told about an application, an interest and official scores."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.describe import moment
from notifications.sending import say
from notifications.texts import explain, register

_TEXTS = {
    "submitted": (
        gettext_lazy("Application received: %(round)s"),
        gettext_lazy(
            "The application of %(name)s for %(round)s is in, with these choices: %(choices)s. The school checks it "
            "and tells you. You can change it until %(closes)s. Reference %(reference)s."
        ),
        {"round", "choices", "reference"},
    ),
    "returned": (
        gettext_lazy("Please mend the application: %(round)s"),
        gettext_lazy(
            "Something in the application of %(name)s for %(round)s must be mended by %(until)s: %(remarks)s "
            "Open it, mend what is marked and submit it again. Reference %(reference)s."
        ),
        {"round", "until"},
    ),
    "verified": (
        gettext_lazy("Application confirmed: %(round)s"),
        gettext_lazy(
            "The school has checked and confirmed the application of %(name)s for %(round)s. Results by %(results)s. "
            "Reference %(reference)s."
        ),
        {"round"},
    ),
    "withdrawn": (
        gettext_lazy("Application withdrawn: %(round)s"),
        gettext_lazy(
            "The application of %(name)s for %(round)s was withdrawn, and what was entered is erased. "
            "You can apply again until %(closes)s. Reference %(reference)s."
        ),
        {"round"},
    ),
    "scored": (
        gettext_lazy("Official scores are in: %(round)s"),
        gettext_lazy(
            "The official scores of %(name)s are in and count for %(round)s. Please look at them. "
            "Reference %(reference)s."
        ),
        {"round"},
    ),
    "unranked": (
        gettext_lazy("Cannot be ranked: %(round)s"),
        gettext_lazy(
            "The list for %(round)s was closed. %(name)s cannot be ranked: %(remarks)s "
            "Ring the school if you think that this is wrong. Reference %(reference)s."
        ),
        {"round", "remarks"},
    ),
}
_PLACEHOLDERS = {"name", "round", "choices", "results", "closes", "until", "remarks", "reference"}

for _name, (_title, _body, _required) in _TEXTS.items():
    register(f"application_{_name}", title=_title, body=_body, also=_PLACEHOLDERS, required=_required)

_INTEREST = {
    "registered": (
        gettext_lazy("Interest registered: %(title)s"),
        gettext_lazy(
            "The school knows that %(name)s is interested in %(title)s. This is no application: apply through the "
            "official channel %(channel)s. When the official result is out, you find it here."
        ),
    ),
    "admitted": (
        gettext_lazy("Official result: %(title)s"),
        gettext_lazy("By the official list %(name)s is admitted to %(pathway)s. The school tells you what comes next."),
    ),
    "not_admitted": (
        gettext_lazy("Official result: %(title)s"),
        gettext_lazy(
            "By the official list %(name)s is not admitted this time. The school tells you which ways are open now."
        ),
    ),
}
for _name, (_title, _body) in _INTEREST.items():
    register(f"interest_{_name}", title=_title, body=_body, also={"name", "title", "channel", "pathway"})

explain("until", meaning=gettext_lazy("Until when it can be mended"), example=gettext_lazy("18 March 2027, 18:00"))
explain(
    "remarks",
    meaning=gettext_lazy("What must be mended, or why not"),
    example=gettext_lazy("Candidate number: one digit is missing."),
)
explain("channel", meaning=gettext_lazy("Address of the official channel"), example="https://exam.example.cn")
explain(
    "pathway", meaning=gettext_lazy("The pathway of the official list"), example=gettext_lazy("Forestry technology 3+2")
)


def tell(application, what, *, occasion, choices=(), remarks="", until=None):
    """Write the message: `what` is a key of the texts; `occasion` tells it apart from the same message before."""
    round, account = application.round, application.account
    with translation.override(account.language):
        context = {
            "name": application.learner.name,
            "round": round.name,
            "choices": _("; ").join(f"{number}. {intake.title}" for number, intake in enumerate(choices, 1)),
            "results": moment(round.results_at),
            "closes": moment(round.closes_at),
            "until": moment(until) if until else "",
            "remarks": str(remarks() if callable(remarks) else remarks),
            "reference": application.reference,
        }
        say(
            account,
            f"application_{what}",
            context,
            key=f"application:{application.pk}:{what}:{occasion}",
            url=reverse("application_detail", args=[application.reference]),
            institution_id=round.institution_id,
        )


def tell_interest(interest, what):
    """Write the message about an interest: registered, admitted or not_admitted."""
    intake, account = interest.intake, interest.account
    with translation.override(account.language):
        context = {
            "name": interest.learner.name,
            "title": intake.title,
            "channel": intake.official_channel,
            "pathway": interest.admitted_to,
        }
        say(
            account,
            f"interest_{what}",
            context,
            key=f"interest:{interest.pk}:{what}:{interest.admitted_to}",
            url=reverse("interest_detail", args=[interest.pk]),
            institution_id=intake.program.institution_id,
        )
