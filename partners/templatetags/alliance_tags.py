"""For the alliance's screens, which the website and the admin share."""

from django import template

register = template.Library()


@register.simple_tag
def desk_url(desk, name, *args):
    """The address of a screen where this member is at work: on the website or in the admin."""
    return desk.url(name, *args)
