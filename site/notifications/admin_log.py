"""Wagtail's admin: what was said to whom, and whether it arrived."""

import re

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, TemplateView
from django_filters import ChoiceFilter, DateFromToRangeFilter
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button

from accounts.models import mask_phone
from institutions.admin import GuardedViewSet
from notifications import delivery, texts
from notifications.models import Delivery, Message

_PHONE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")
_EMAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w.-]+)")
_RETRY = "notifications.change_delivery"
_TAIL = 4  # digits of a phone number that suffice to search, as staff see them


def masked(text):
    """A text without phone numbers and mail addresses: 138****5678, w***@example.cn."""
    return _EMAIL.sub(r"\1***@\2", _PHONE.sub(r"\1****\2", text))


def address_of(account):
    """How an account is reached, masked."""
    return mask_phone(account.phone) if account.phone else masked(account.email or "") or "—"


class _KindFilter(ChoiceFilter):
    """Kinds in words, as registered when the list is opened."""

    def __init__(self, **kwargs):
        super().__init__(choices=lambda: [(kind.name, str(kind)) for kind in texts.kinds()], **kwargs)


class MessageFilterSet(WagtailFilterSet):
    """By kind, way, state and day."""

    kind = _KindFilter(label=_("kind"))
    channel = ChoiceFilter(field_name="deliveries__channel", choices=Delivery.Channel.choices, label=_("channel"))
    state = ChoiceFilter(field_name="deliveries__state", choices=Delivery.State.choices, label=_("state"))
    created_at = DateFromToRangeFilter(label=_("written"), widget=DateRangePickerWidget)

    class Meta:
        model = Message
        fields = ["kind", "channel", "state", "created_at"]


class _StateColumn(Column):
    """Each way by which it went, and how far."""

    cell_template_name = "notifications/admin/state_cell.html"


class MessageIndexView(generic.IndexView):
    """The log: newest first, those that this person may see."""

    def get_base_queryset(self):
        """Their own institutions' messages, with what became of them."""
        messages_seen = Message.objects.staffed_by(self.request.user)
        return messages_seen.select_related("account", "institution").prefetch_related("deliveries")

    def search_queryset(self, queryset):
        """By a phone number or its last four digits, or by an enrollment's reference."""
        words = self.search_query.strip()
        if not words:
            return queryset
        if words.isdecimal():
            end = len(words) == _TAIL
            found = {"account__phone__endswith": words} if end else {"account__phone": words}
            return queryset.filter(**found)
        return queryset.filter(url__contains=f"/{words.upper()}/")

    @cached_property
    def is_searchable(self):
        """By our own rules, not by an index."""
        return True

    @cached_property
    def header_more_buttons(self):
        """Try again what failed of those listed."""
        buttons = list(super().header_more_buttons)
        if self.request.user.has_perm(_RETRY) and not self.is_searching:
            url = f"{reverse('message_log:retry')}?{self.request.GET.urlencode()}"
            buttons.append(Button(_("Try failed ones again"), url=url, icon_name="rotate", priority=50))
        return buttons


class MessageInspectView(WagtailAdminTemplateMixin, DetailView):
    """One message, and each attempt to bring it."""

    model = Message
    template_name = "notifications/admin/message.html"
    page_title = _("Message")
    header_icon = "mail"

    def get_breadcrumbs_items(self):
        """List, this one."""
        log = {"url": reverse("message_log:index"), "label": _("Sent messages")}
        return [*self.breadcrumbs_items, log, {"url": "", "label": self.object.title}]

    def dispatch(self, request, *args, **kwargs):
        """For those who may look at messages."""
        if not request.user.has_perm("notifications.view_message"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        """What it says."""
        return self.object.title

    def get_context_data(self, **kwargs):
        """Without the person's number."""
        deliveries = list(self.object.deliveries.order_by("pk"))
        for one in deliveries:
            one.shown_error = masked(one.error)
        return super().get_context_data(
            kind=texts.label_of(self.object.kind),
            address=address_of(self.object.account),
            deliveries=deliveries,
            may_retry=self.request.user.has_perm("notifications.change_delivery"),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        """Try again what has failed."""
        if not request.user.has_perm("notifications.change_delivery"):
            raise PermissionDenied
        self.object = self.get_object()
        failed = [one for one in self.object.deliveries.all() if delivery.retry(one)]
        if failed:
            messages.success(request, gettext("It is tried again within the next seconds."))
        else:
            messages.warning(request, gettext("Nothing has failed here, so nothing is tried again."))
        return redirect(request.path)


class RetryManyView(WagtailAdminTemplateMixin, TemplateView):
    """Ask once, then try again all that failed lately of the messages that the filters of the log leave."""

    template_name = "notifications/admin/retry.html"
    page_title = _("Try failed ones again")
    header_icon = "rotate"

    def dispatch(self, request, *args, **kwargs):
        """For those who may try one again."""
        if not request.user.has_perm(_RETRY):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """List, this."""
        log = {"url": reverse("message_log:index"), "label": _("Sent messages")}
        return [*self.breadcrumbs_items, log, {"url": "", "label": self.page_title}]

    @cached_property
    def chosen(self):
        """The messages that the filters leave, of those that this person may see; none by a filter that is wrong."""
        mine = Message.objects.staffed_by(self.request.user)
        filters = MessageFilterSet(self.request.GET, queryset=mine, request=self.request)
        return filters.qs if filters.is_valid() else mine.none()

    def get_context_data(self, **kwargs):
        """How many."""
        return super().get_context_data(
            count=delivery.failed_lately(self.chosen).count(),
            days=delivery.STILL_NEWS.days,
            log=f"{reverse('message_log:index')}?{self.request.GET.urlencode()}",
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        """Do it."""
        count = delivery.retry_all(self.chosen)
        text = ngettext(
            "%(n)d is tried again within the next minutes.", "%(n)d are tried again within the next minutes.", count
        )
        messages.success(request, text % {"n": count})
        return redirect(f"{reverse('message_log:index')}?{request.GET.urlencode()}")


class MessageLogViewSet(GuardedViewSet):
    """The log in the menu: read only, and a retry."""

    model = Message
    name = "message_log"
    icon = "mail"
    menu_label = _("Sent messages")
    menu_order = 10
    menu_hook = "register_messages_menu_item"
    index_view_class = MessageIndexView
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields = ["title"]  # Wagtail wants a form, even where nothing is edited.
    filterset_class = MessageFilterSet
    search_fields = ["url"]
    search_backend_name = None
    list_per_page = 40
    ordering = ["-created_at", "-pk"]
    list_display = [
        TitleColumn("title", label=_("message"), url_name="message_log:inspect"),
        Column("kind", label=_("kind"), accessor=lambda message: texts.label_of(message.kind)),
        Column("account", label=_("recipient"), accessor=lambda message: address_of(message.account)),
        _StateColumn("state", label=_("state"), accessor=lambda message: message.deliveries.all()),
        Column("created_at", label=_("written"), accessor=lambda message: local(message.created_at)),
        Column("institution", label=_("institution")),
    ]

    def get_common_view_kwargs(self, **kwargs):
        """Nothing is added, edited or deleted here, so nobody is offered a way to."""
        return super().get_common_view_kwargs(add_url_name=None, edit_url_name=None, delete_url_name=None, **kwargs)

    def visible_to(self, account):
        """Those of one's own institutions."""
        return Message.objects.staffed_by(account)

    def get_urlpatterns(self):
        """The list and one message. Messages are written by what happens, never here."""
        inspect = self.construct_view(MessageInspectView)
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("retry/", self.construct_view(RetryManyView), name="retry"),
            path("<int:pk>/", inspect, name="inspect"),
        ]


def local(moment):
    """A moment by the clock of the site."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
