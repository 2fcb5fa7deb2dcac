"""What the site keeps of a person: shown, given away, erased.

Each room tells its part by `register` (upper rooms too: this room does not know them). A part is shown on "my data",
goes into the export, and is asked before anything is erased. Rows of history stay, so erasing empties the learner and
the account instead of deleting them: what is left names nobody.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts.models import mask_number

ERASED_NAME = "erased"


def _nothing(account, learner):
    return []


@dataclass(frozen=True)
class Section:
    """One part of what we keep.

    `export(account)` gives records: dictionaries of plain values, whose keys `labels` puts in words.
    `erase(account, learner)`, `obstacles(account, learner)` and `consequences(account, learner)` get the learner who is
    to be erased, or None for the whole account; the last two give sentences: why it cannot be done now, and what
    happens or has to be kept when it is done.
    """

    name: str
    title: str
    labels: dict
    export: Callable
    erase: Callable = field(default=_nothing)
    obstacles: Callable = field(default=_nothing)
    consequences: Callable = field(default=_nothing)
    # Lower comes first on the page; this room takes 10 to 40.
    order: int = 50
    # Keys that screens show masked; the file for the owner holds them whole.
    masked: tuple = ()

    def readable(self, account):
        """The records as (label, value) pairs for a page, without what is empty."""
        return [
            [
                (self.labels.get(key, key), mask_number(value) if key in self.masked else value)
                for key, value in record.items()
                if value not in ("", None)
            ]
            for record in self.export(account)
        ]


_sections = {}


def register(name, **parts):
    """Add a section, usually in `AppConfig.ready`. See `Section` for the parts. Registering again replaces."""
    _sections[name] = Section(name=name, **parts)


def sections():
    """All registered sections, in their order."""
    return sorted(_sections.values(), key=lambda section: section.order)


def obstacles(account, *, learner=None):
    """Sentences that say why the learner (None: the account) cannot be erased now; empty when it can."""
    return [str(text) for section in sections() for text in section.obstacles(account, learner)]


def consequences(account, *, learner=None):
    """Sentences that say what erasing does besides, and what has to be kept."""
    return [str(text) for section in sections() for text in section.consequences(account, learner)]


def export(account):
    """Everything that is kept of the account, as plain values: section name to records."""
    return {section.name: section.export(account) for section in sections()}


@transaction.atomic
def erase_learner(learner):
    """Empty a learner for good; rows that others need keep pointing at a learner without a name."""
    for section in sections():
        section.erase(learner.account, learner)
    _empty(learner)


@transaction.atomic
def erase_account(account):
    """Empty the account and all its learners for good, and close every session of it."""
    for section in sections():
        section.erase(account, None)
    for learner in account.learners.filter(erased_at=None):
        _empty(learner)
    _delete_sign_in(account)
    account.phone = account.email = None
    account.phone_verified = account.is_active = account.is_staff = account.is_superuser = False
    account.name = ""
    account.set_unusable_password()  # New random text: every session is closed by it.
    account.save()


def _delete_sign_in(account):
    account.emailaddress_set.all().delete()
    account.authenticator_set.all().delete()
    account.socialaccount_set.all().delete()
    account.groups.clear()
    account.user_permissions.clear()


def _empty(learner):
    learner.name = ERASED_NAME
    learner.document_type = learner.document_number = learner.sex = learner.phone = ""
    learner.guardian_name = learner.guardian_phone = ""
    learner.birth_date = learner.district = learner.township = None
    learner.lives_elsewhere = False
    learner.person = uuid.uuid4().hex
    learner.erased_at = timezone.now()
    learner.save()
