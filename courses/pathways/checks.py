"""What keeps a pathway from being published: families decide about five years from what stands there."""

from django.utils.translation import gettext as _

from courses.pathways.blocks import YEARS

# Fields without which the page does not answer what every family asks.
_NEEDED = {
    "who_may_apply": lambda: _("Say who may apply, one condition a line."),
    "progression_criteria": lambda: _("Say what is assessed in the passage, one criterion a line."),
    "progression_failed": lambda: _("Say what becomes of those who do not pass."),
}


def problems_of_pathway(page):
    """(Field name or None, sentence) pairs: the five years, the passage, and the approved number."""
    if len(page.journey) != YEARS:
        yield "journey", _("Describe all %(n)d years; there are %(there)d.") % {"n": YEARS, "there": len(page.journey)}
    for name, sentence in _NEEDED.items():
        if not getattr(page, name).strip():
            yield name, sentence()
    yield from _numbers(page)


def _numbers(page):
    """Families holding letters for seats that did not exist are the field's worst failure: the plan is the limit."""
    for year in page.years.all():
        if year.admitted is not None and year.plan is not None and year.admitted > year.plan:
            yield None, _("%(year)s: more admitted than planned.") % {"year": year.year}
    if page.pk is None or not page.approved_seats:
        return
    for intake in too_large(page):
        text = _("Intake %(code)s: it has %(seats)d seats, but %(document)s approves %(approved)d a year.")
        yield (
            None,
            text
            % {
                "code": intake.code,
                "seats": intake.seats_total,
                "document": page.approval_document,
                "approved": page.approved_seats,
            },
        )


def too_large(page):
    """The intakes of this pathway whose pools together exceed the approved number; cancelled ones do not count."""
    from courses.models import Intake  # The pages are part of the models.

    intakes = Intake.objects.filter(program=page.pk).exclude(status=Intake.Status.CANCELLED).with_counts()
    return intakes.filter(seats_total__gt=page.approved_seats)
