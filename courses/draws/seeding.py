"""The seed of a draw: fixed after the list of entries, by something that nobody here controls."""

from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.draws import drand
from courses.draws.freezing import DrawError
from courses.models import AdmissionRound, Draw, SeedReading

FEWEST_DIGITS = 6
Source = AdmissionRound.SeedSource


def read_digits(draw, digits, *, by):
    """One person's reading of the balls drawn before witnesses; the second person's, when equal, fixes the seed.

    Returns whether the seed is fixed now. Raises DrawError for a second reading by the same person, and when the two
    differ: then both start over, and both readings stay on record.
    """
    digits = "".join(digits.split())
    if not (digits.isascii() and digits.isdecimal()) or len(digits) < FEWEST_DIGITS:
        raise DrawError(_("At least %(n)d digits, and nothing else.") % {"n": FEWEST_DIGITS})
    with _unseeded(draw, Source.WITNESSED) as draw:
        pending = pending_reading(draw)
        if pending and pending.by_id == by.pk:
            raise DrawError(_("Another person must enter the digits the second time."))
        SeedReading.objects.create(draw=draw, by=by, digits=digits)
        agreed = bool(pending) and pending.digits == digits
        if agreed:
            _fix(draw, digits)
    if pending and not agreed:
        raise DrawError(_("The two entries differ. Both people look at the balls again and start over."))
    return agreed


def pending_reading(draw):
    """The reading that waits for a second one, or None."""
    readings = list(draw.readings.all())
    return readings[-1] if len(readings) % 2 else None


def differing(draw):
    """How often two people entered different digits: published, for a seed must not be tried twice in secret."""
    return draw.readings.count() // 2 - bool(draw.seed) if draw.round.seed_source == Source.WITNESSED else 0


def take_beacon(draw, signature=""):
    """Fix the seed by the announced beacon: fetched, or as pasted. Raises DrawError or drand.BeaconError."""
    if timezone.now() < drand.time_of(draw.beacon or 0):
        raise DrawError(_("The beacon comes out later."))
    signature = (signature or drand.fetch(draw.beacon)).strip().lower()
    randomness = drand.randomness(draw.beacon, signature)
    with _unseeded(draw, Source.DRAND) as draw:
        _fix(draw, randomness, signature=signature)


def open_own_number(draw):
    """Fix the seed by the number of this site whose fingerprint was published before the list closed."""
    with _unseeded(draw, Source.COMMITTED) as draw:
        _fix(draw, draw.own_number)


@contextmanager
def _unseeded(draw, source):
    """The transaction in which a closed list gets its seed; yields the draw, locked. Raises DrawError otherwise."""
    with transaction.atomic():
        draw = Draw.objects.select_for_update(of=("self",)).select_related("round").get(pk=draw.pk)
        if draw.round.seed_source != source:
            raise DrawError(_("This round has another source of chance."))
        if not draw.frozen_at:
            raise DrawError(_("The list of entries is not closed yet."))
        if draw.seeded_at:
            raise DrawError(_("The seed is fixed already."))
        yield draw


def _fix(draw, seed, **fields):
    draw.seed, draw.seeded_at = seed, timezone.now()
    for name, value in fields.items():
        setattr(draw, name, value)
    draw.save(update_fields=["seed", "seeded_at", *fields])
