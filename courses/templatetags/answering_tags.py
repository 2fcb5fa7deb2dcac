"""What an enrollment's page says of reviews and ratings."""

from django import template
from django.utils import timezone

from courses.answering import appeals, ratings
from courses.models import Appeal, Rating
from courses.states import State

register = template.Library()


@register.inclusion_tag("courses/answering.html")
def answering(enrollment):
    """The review that was asked for, or the way to ask; the rating, or the way to rate. Nothing for what lives."""
    context = {"enrollment": enrollment}
    if enrollment.state == State.COMPLETED:
        until = ratings.until(enrollment)
        context["may_rate"] = until is not None and timezone.now() < until
        context["rating"] = Rating.objects.filter(enrollment=enrollment).first()
    elif enrollment.state in appeals.APPEALABLE or enrollment.reinstated:
        context["appeal"] = Appeal.objects.filter(enrollment=enrollment).order_by("-pk").first()
        context["may_ask"] = appeals.open_decision(enrollment) is not None
    return context
