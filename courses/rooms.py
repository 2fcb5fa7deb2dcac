"""Two classes of one institution in one room at one time: found, so that staff are warned before they save.

A room is the text that stands as its place, written alike: rooms have no list of their own.
"""

from django.db.models import Q

from courses.models import ClassMeeting, Intake


def clashes(*, institution, meetings, intake=None):
    """Other meetings of the institution (its key) in the same room; `meetings` are (start, end, place), at once.

    `intake` is the class itself, whose own meetings do not count. Returns ClassMeetings in order, with their intakes.
    """
    wanted = [(start, end, _written(place)) for start, end, place in meetings if place.strip()]
    if not wanted:
        return []
    others = ClassMeeting.objects.filter(
        Q(place__gt="") | Q(intake__place__gt=""),
        intake__program__institution=institution,
        starts_at__lt=max(end for _start, end, _place in wanted),
        ends_at__gt=min(start for start, _end, _place in wanted),
    )
    others = others.exclude(intake__status=Intake.Status.CANCELLED).exclude(intake=intake and intake.pk)
    rows = others.select_related("intake__program").order_by("starts_at", "pk")
    return [other for other in rows if any(_overlap(other, *one) for one in wanted)]


def _overlap(other, start, end, place):
    return other.starts_at < end and start < other.ends_at and _written(other.place or other.intake.place) == place


def _written(place):
    """The same room, whatever its spaces."""
    return "".join(place.split()).casefold()
