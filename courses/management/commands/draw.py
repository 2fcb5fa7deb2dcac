"""`manage.py draw D-7K3M-9QXT [--dry-run]`: the draw of a round, whose list is closed and whose seed is fixed."""

from django.core.management.base import BaseCommand, CommandError

from courses.draws import admitting, drawing, explaining
from courses.models import Draw
from courses.moves import EnrollmentError


class Command(BaseCommand):
    """Draw, and carry out the result at once; run again after a crash, it goes on where it was."""

    help = "Draws the seats of a round: the list of entries is closed and the seed fixed in the admin."

    def add_arguments(self, parser):
        """The draw's reference."""
        parser.add_argument("reference", help="of the draw, D-XXXX-XXXX")
        parser.add_argument("--dry-run", action="store_true", help="say what would come out, and keep nothing")

    def handle(self, *, reference, dry_run, **options):
        """Try out or draw."""
        draw = Draw.objects.select_related("round").filter(reference=reference).first()
        if draw is None:
            raise CommandError(f"There is no draw {reference}.")
        try:
            self.stdout.write(explaining.summary(drawing.try_out(draw)))
            if dry_run:
                return
            draw = drawing.carry_out(draw, by=None)
        except EnrollmentError as refused:
            raise CommandError(" ".join(refused.messages)) from None
        admitting.admit.call(draw.pk)
        done = admitting.progress(draw)
        self.stdout.write(f"{done['done']} of {done['total']} choices are carried out.")
