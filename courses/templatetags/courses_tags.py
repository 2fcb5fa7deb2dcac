"""Intakes for the templates of all rooms: cards and lists of cards, and the words of courses/describe.py."""

from django import template

from courses import cards, describe, fees
from courses.states import State

register = template.Library()


@register.inclusion_tag("courses/card.html")
def intake_card(intake, level=3):
    """One intake as a card: an Intake or a Card; `level` is that of its heading."""
    card = intake if isinstance(intake, cards.Card) else cards.cards_of([intake])[0]
    return {"card": card, "level": level}


@register.simple_tag
def intakes_of(institution, count=6):
    """Cards of the open and coming intakes of an institution."""
    return cards.of_institution(institution, count)


@register.simple_tag
def opening_soon(count=3):
    """Cards of the next intakes to open."""
    return cards.opening_soon(count)


@register.simple_tag
def closing_soon(count=3):
    """Cards of open intakes with seats that close next."""
    return cards.closing_soon(count)


@register.simple_tag
def intakes_near(district, count=3):
    """Cards of open intakes in a county or district: a District or its code. Empty without one."""
    code = getattr(district, "code", district)
    return cards.near(str(code), count) if code else []


@register.filter
def when(intake):
    """First meeting, weekdays and number of meetings, in words."""
    return describe.when(intake)


@register.filter
def where(intake):
    """County and place, in words."""
    return describe.where(intake)


@register.filter
def yuan(fen):
    """Money in words; takes fen."""
    return describe.yuan(fen)


@register.filter
def day(value):
    """A day in words, with tomorrow or this Wednesday when it is near."""
    return describe.day(value) if value else ""


@register.filter
def moment(value):
    """Day and time of day in words."""
    return describe.moment(value) if value else ""


@register.filter
def hours(meeting):
    """From when to when a meeting is: 19:00-20:30."""
    return describe.hours(meeting.starts_at, meeting.ends_at)


@register.filter
def age(months):
    """An age in words; takes months."""
    return describe.age(months)


@register.filter
def weekday(number):
    """The short name of a weekday, 0 is Monday."""
    return describe.weekday_name(number)


@register.filter
def state_tag(state):
    """The class of the tag that shows the state of an enrollment."""
    return {
        State.ENROLLED: "tag--ok",
        State.COMPLETED: "tag--ok",
        State.OFFERED: "tag--wait",
        State.WAITLISTED: "tag--wait",
        State.SUBMITTED: "tag--info",
        State.CANCELLED: "tag--bad",
    }.get(state, "")


@register.filter
def money(fen):
    """An amount in fen for people: ¥120, ¥0."""
    return fees.money(fen)
