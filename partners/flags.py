"""What staff have to look into about agreements: put once while it waits, settled by a person with a note."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import AgreementFlag
from partners.moves import PartnerError


def put(agreement, kind, *, subject, text):
    """Put a flag; while one of this kind and subject waits, its text is brought up to date. Returns it."""
    waiting = AgreementFlag.objects.waiting().filter(agreement=agreement, kind=kind, subject=subject)
    if waiting.update(text=text[:600]):
        return waiting.get()
    try:
        with transaction.atomic():
            return AgreementFlag.objects.create(agreement=agreement, kind=kind, subject=subject, text=text[:600])
    except IntegrityError:  # Put at the same moment.
        return waiting.get()


def settle_by_itself(agreement, kind, *, subject, note):
    """What was flagged is no longer so: it was mended by those concerned."""
    waiting = AgreementFlag.objects.waiting().filter(agreement=agreement, kind=kind, subject=subject)
    waiting.update(settled_at=timezone.now(), note=note)


def settle(flag, *, note, by):
    """Say what came of it. Settled twice, the first counts."""
    if not note.strip():
        raise PartnerError(_("Say in one sentence what came of it."))
    waiting = AgreementFlag.objects.seen_by(by).waiting().filter(pk=flag.pk)
    waiting.update(settled_at=timezone.now(), settled_by=by, note=note.strip()[:500])
