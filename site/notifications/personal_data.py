"""What this room keeps of a person: the messages that were written to their account."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import personal_data
from notifications.models import Message


def export(account):
    """Every message, the oldest first."""
    return [
        {
            "written": f"{timezone.localtime(message.created_at):%Y-%m-%d %H:%M}",
            "title": message.title,
            "body": message.body,
        }
        for message in Message.objects.filter(account=account).order_by("pk")
    ]


def erase(account, learner):
    """Remove the messages: all of them with the account; with one learner those that name them."""
    messages = Message.objects.filter(account=account)
    if learner:
        messages = messages.filter(body__contains=learner.name)
    messages.delete()


def register():
    """Tell the room below about this part."""
    personal_data.register(
        "messages",
        title=_("Messages"),
        labels={"written": _("Written"), "title": _("Title"), "body": _("Text")},
        export=export,
        erase=erase,
        order=60,
    )
