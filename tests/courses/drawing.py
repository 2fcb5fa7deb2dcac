"""What stories about draws need: a round that closed, its draw as far as one likes."""

from datetime import timedelta

from django.utils import timezone

from courses import entering
from courses.draws import admitting, drawing, freezing, seeding
from courses.models import AdmissionRound, Draw
from tests import factories

DIGITS = "40713562"


def apply(round, *positions, who=None, together=()):
    """A learner (a new one, unless given; with `together` two) lists these classes; returns the first entry."""
    learners = [who or factories.learner(), *together]
    choices = [round.list_of_intakes[position] for position in positions]
    return entering.apply(
        round=round, learners=learners, choices=choices, by=learners[0].account, together=bool(together)
    )[0]


def close(round):
    """Let the window of a round be over; its draw was announced before."""
    draw = freezing.announce(round)
    now = timezone.now()
    Draw.objects.filter(pk=draw.pk).update(created_at=now - timedelta(hours=1))
    AdmissionRound.objects.filter(pk=round.pk).update(closes_at=now - timedelta(seconds=1))
    round.refresh_from_db(fields=["closes_at"])
    return draw


def frozen(round):
    """The draw of a round, its list closed."""
    close(round)
    return freezing.freeze(round, by=factories.account())


def seeded(round, digits=DIGITS):
    """The draw of a round with a witnessed seed."""
    draw = frozen(round)
    for _reader in range(2):
        seeding.read_digits(draw, digits, by=factories.account())
    draw.refresh_from_db()
    return draw


def drawn(round, **options):
    """The draw of a round, drawn; nobody has a seat yet."""
    draw = drawing.carry_out(seeded(round, **options), by=factories.account())
    draw.refresh_from_db()
    return draw


def admitted(round, **options):
    """The draw of a round, carried out."""
    draw = drawn(round, **options)
    admitting.admit.call(draw.pk)
    draw.refresh_from_db()
    return draw


def state_of(entry):
    """What became of the choices of an entry, in order."""
    return [row.state for row in entry.enrollments.order_by("choice")]
