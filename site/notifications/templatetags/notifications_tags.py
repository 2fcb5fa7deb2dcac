"""Tags of messages for the templates of other rooms."""

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("notifications/outbox_link.html", takes_context=True)
def outbox_link(context):
    """In the demo, the way to the page that shows the codes; elsewhere nothing."""
    return {"shown": settings.DEMO, "back": context["request"].get_full_path()}
