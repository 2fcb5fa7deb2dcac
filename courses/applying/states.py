"""The states of an application to pathways, and the one table of its moves; every other move is refused."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ApplicationState(models.TextChoices):
    """Where an application stands with the school."""

    DRAFT = "draft", pgettext_lazy("application", "being filled in")
    SUBMITTED = "submitted", pgettext_lazy("application", "submitted, being checked")
    RETURNED = "returned", pgettext_lazy("application", "returned, please mend")
    VERIFIED = "verified", pgettext_lazy("application", "checked and confirmed")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")


MOVES = {
    None: {ApplicationState.DRAFT},
    ApplicationState.DRAFT: {ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN},
    ApplicationState.SUBMITTED: {ApplicationState.RETURNED, ApplicationState.VERIFIED, ApplicationState.WITHDRAWN},
    ApplicationState.RETURNED: {ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN},
    # Changed by the family while the window is open, so to be checked anew; or staff find something later.
    ApplicationState.VERIFIED: {
        ApplicationState.SUBMITTED,
        ApplicationState.RETURNED,
        ApplicationState.WITHDRAWN,
    },
}

# Those that the school has in its hands.
SENT = (ApplicationState.SUBMITTED, ApplicationState.RETURNED, ApplicationState.VERIFIED)


def may_move(source, target):
    """Whether the table lists this move; `source` is None for something new."""
    return target in MOVES.get(source, set())
