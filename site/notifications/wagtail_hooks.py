"""What this room adds to Wagtail's admin: the menu of messages. Rooms above add to it by the same hook."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, SubmenuMenuItem

from notifications.admin_log import MessageLogViewSet
from notifications.admin_texts import TextsViewSet

messages_menu = Menu(register_hook_name="register_messages_menu_item")


@hooks.register("register_admin_viewset")
def viewsets():
    """The log, and the texts."""
    return [MessageLogViewSet("message_log"), TextsViewSet()]


@hooks.register("register_admin_menu_item")
def messages_menu_item():
    """One entry for all that is said to people."""
    return SubmenuMenuItem(_("Messages"), messages_menu, icon_name="mail", name="messages", order=216)
