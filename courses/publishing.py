"""Checks of a program's intakes before its page is published: dates that make sense to whoever reads them."""

from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Intake


def problems_of_intakes(program):
    """What is wrong with intakes that the page would show: (None, sentence) pairs. Past and cancelled ones are left."""
    if program.pk is None:
        return
    shown = Intake.objects.filter(program=program, status=Intake.Status.PUBLISHED)
    for intake in shown.exclude(ends_at__lt=timezone.now()).with_counts():
        for sentence in _problems(intake):
            yield None, _("Intake %(code)s: %(sentence)s") % {"code": intake.code, "sentence": sentence}


def _problems(intake):
    if intake.starts_at is None:
        yield _("it has no meeting yet, so nobody knows when it takes place. Add meetings, or make it a draft.")
    elif intake.opens_at >= intake.starts_at:
        yield _("enrollment opens only after the first meeting.")
    if intake.admission_rule in (Intake.AdmissionRule.LOTTERY, Intake.AdmissionRule.RANKED) and not intake.round_id:
        yield _("it is in no admission round, so nobody can apply. Put it into one, or give seats in another way.")
    if intake.seats_total == 0:
        yield _("it has no seats.")
    if intake.mode == Intake.Mode.INTEREST and not intake.official_channel:
        yield _("people only register interest, so it must name the official channel where they apply.")
