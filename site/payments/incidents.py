"""What does not fit is written down for staff, once, and logged without personal data."""

import logging

from django.utils import timezone

from payments.models import Incident

logger = logging.getLogger(__name__)


def report(kind, key, *, payment=None, attempt=None, provider_reference="", amount=None, currency="", note=""):
    """Raise an exception for staff, unless this very one was raised before; returns whether it is new."""
    found = Incident.objects.filter(key=key).exists()
    if found:
        return False
    Incident.objects.bulk_create(
        [
            Incident(
                key=key,
                kind=kind,
                payment=payment,
                attempt=attempt,
                institution_id=payment.institution_id if payment else None,
                provider_reference=provider_reference,
                amount=amount,
                currency=currency,
                note=note[:200],
            )
        ],
        ignore_conflicts=True,
    )
    logger.warning("Money: %s (%s) payment %s, provider %s", kind, key, payment or "-", provider_reference or "-")
    return True


def clear(incident, *, by, note):
    """A member of staff has looked at it and says what was done."""
    Incident.objects.filter(pk=incident.pk, closed_at=None).update(
        closed_at=timezone.now(), closed_by=by, note=note[:200]
    )
