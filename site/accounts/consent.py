"""Consent: what is asked, in which words and version, and who agreed to it.

Each purpose is asked apart, is never pre-ticked and names purpose, scope, retention and the consequence of refusing
(Personal Information Protection Law, articles 13 to 17 and 29 to 31). When a text changes in substance, raise its
version: who agreed to an older one is asked again.
"""

from dataclasses import dataclass

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Consent


@dataclass(frozen=True)
class Text:
    """The words of one consent. `agree` is the sentence beside the box."""

    version: str
    title: str
    agree: str
    purpose: str
    scope: str
    retention: str
    refusal: str


TEXTS = {
    Consent.Purpose.ENROLLMENT: Text(
        version="2026-11",
        title=_("How we use data for enrollment"),
        agree=_("I agree that these data are used for this enrollment."),
        purpose=_(
            "To check the rules of the class, to hold the seat, to tell you about changes, and to keep the class list."
        ),
        scope=_(
            "The learner's name and what the class needs besides: birth date, sex, phone or place of residence. "
            "The school or community college that runs the class sees them; nobody else does."
        ),
        retention=_(
            "Until you erase them. After that a record without name stays, so that the history of seats stays whole."
        ),
        refusal=_("Without this we cannot enroll the learner. You can still read everything on this site."),
    ),
    Consent.Purpose.IDENTITY: Text(
        version="2026-11",
        title=_("How we use the identity number"),
        agree=_("I agree that the identity number is kept and used for the enrollment."),
        purpose=_(
            "To know a person for certain where a rule or the law asks for it, and so that nobody takes two seats."
        ),
        scope=_(
            "The kind and number of the document. It is stored encrypted and is masked on every screen; "
            "when staff have to see it whole, that is recorded."
        ),
        retention=_("Until you erase the learner. The number is then removed at once."),
        refusal=_("Only classes that ask for a document are closed to the learner; all others stay open."),
    ),
    Consent.Purpose.MINOR: Text(
        version="2026-11",
        title=_("How we use data of children and young people"),
        agree=_("I am the guardian, or act with the guardian's consent, and agree that the child's data are used."),
        purpose=_("To enroll a learner under 18, and to reach the guardian when something happens."),
        scope=_("The child's name and birth date, what the class needs besides, and the guardian's name and phone."),
        retention=_("Until you erase the learner. The guardian may ask for that at any time."),
        refusal=_("Without a guardian's consent we cannot enroll a learner under 18."),
    ),
}


def give(account, purpose, *, learner=None, recorded_by=None):
    """Record that the account agreed to the purpose in today's version. Agreed already: nothing is added.

    `recorded_by` is the member of staff who holds the signed paper.
    """
    live = _live(account, purpose, learner)
    return live.first() or Consent.objects.create(
        account=account, purpose=purpose, learner=learner, version=TEXTS[purpose].version, recorded_by=recorded_by
    )


def has(account, purpose, *, learner=None):
    """Whether the account has agreed to the purpose in today's version, and not taken it back."""
    return _live(account, purpose, learner).exists()


def withdraw(account, purpose, *, learner=None):
    """Take the agreement back. What was done before stays lawful; the row is kept as evidence."""
    rows = Consent.objects.filter(account=account, purpose=purpose, learner=learner, withdrawn_at=None)
    return rows.update(withdrawn_at=timezone.now())


def _live(account, purpose, learner):
    return Consent.objects.filter(
        account=account, purpose=purpose, learner=learner, withdrawn_at=None, version=TEXTS[purpose].version
    )


def _in_short(purpose):
    text = TEXTS[purpose]
    return format_html(
        '{} <a href="{}">{}</a>',
        gettext("%(first)s %(second)s") % {"first": text.purpose, "second": text.refusal},
        reverse("privacy", args=[purpose]),
        gettext("The whole text"),
    )


class ConsentField(forms.BooleanField):
    """An unticked box for one purpose, with what it means in short and a link to the whole text."""

    def __init__(self, purpose, **kwargs):
        text = TEXTS[purpose]
        kwargs.setdefault("label", text.agree)
        kwargs.setdefault("help_text", lazy(_in_short, str)(purpose))
        kwargs.setdefault("error_messages", {"required": _("Tick the box to agree. Without it we cannot go on.")})
        kwargs["initial"] = False
        super().__init__(**kwargs)
