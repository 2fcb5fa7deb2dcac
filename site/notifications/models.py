"""What was said to an account (Message) and whether it arrived by SMS or e-mail (Delivery); the texts that staff
write (TextVersion), what people do not want to hear (Refusal), when nothing is sent (MessageSettings).

A message is written in the transaction of what it tells about, so that it is never lost and never told of what did
not happen; the worker delivers it after the commit (delivery.py). The inbox shows it at once.
"""

from datetime import time

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from institutions.models import Institution


class MessageQuerySet(models.QuerySet):
    """What may be asked of messages."""

    def of(self, account):
        """The inbox of this account, newest first."""
        return self.filter(account=account).order_by("-created_at", "-pk")

    def unread(self):
        """Not yet opened in the inbox."""
        return self.filter(read_at=None)

    def undispatched(self):
        """Not yet handed to SMS or e-mail."""
        return self.filter(dispatched_at=None)

    def staffed_by(self, account):
        """Those that staff may look at: about classes of their own institutions, or all for who may see all."""
        if account.has_perm("notifications.view_all_messages"):
            return self
        return self.filter(institution__staff__account=account)


class Message(models.Model):
    """One thing said to one account, in its language."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages", verbose_name=_("account")
    )
    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"))
    url = models.CharField(_("link"), max_length=200, blank=True, help_text=_("path on this site"))
    key = models.CharField(
        max_length=80, unique=True, help_text=_("Names what it tells about: the same is never said twice.")
    )
    institution = models.ForeignKey(
        Institution, models.SET_NULL, null=True, related_name="messages", verbose_name=_("institution")
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    dispatched_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        permissions = [("view_all_messages", _("Can see the messages of all institutions"))]
        indexes = [
            models.Index(fields=["account", "-created_at"], name="message_inbox"),
            models.Index(fields=["id"], condition=Q(dispatched_at=None), name="message_undispatched"),
        ]

    def __str__(self):
        return self.title


class DeliveryQuerySet(models.QuerySet):
    """What may be asked of deliveries."""

    def due(self, now):
        """Those to be tried at this moment."""
        return self.filter(state=Delivery.State.PENDING, next_try_at__lte=now)


class Delivery(models.Model):
    """One attempt chain to bring a message to a phone or a mailbox."""

    class Channel(models.TextChoices):
        """The ways out of the site."""

        SMS = "sms", _("SMS")
        EMAIL = "email", _("e-mail")

    class State(models.TextChoices):
        """How far a delivery has come."""

        PENDING = "pending", _("to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        REFUSED = "refused", _("not wanted")

    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries", verbose_name=_("message"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["message", "channel"], name="one_delivery_per_channel"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="pending"), name="delivery_due"),
        ]

    def __str__(self):
        return f"{self.message} · {self.get_channel_display()}"


class TextVersionQuerySet(models.QuerySet):
    """What may be asked of texts."""

    def current(self):
        """The newest of each kind and language."""
        newest = TextVersion.objects.order_by().values("kind", "language").annotate(newest=Max("pk"))
        return self.filter(pk__in=newest.values("newest"))


class TextVersion(models.Model):
    """A text of a kind of message as staff saved it. Versions are added and never changed: the newest is said."""

    kind = models.CharField(_("kind"), max_length=40)
    language = models.CharField(_("language"), max_length=10)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"))
    is_default = models.BooleanField(
        default=False, help_text=_("Back to the text in the code, which may change with the code.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = TextVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of messages")
        verbose_name_plural = _("texts of messages")
        indexes = [models.Index(fields=["kind", "language", "-id"], name="text_version_newest")]

    def __str__(self):
        return self.title


class Topic(models.TextChoices):
    """What people may switch off. Everything else they must be told."""

    REMINDERS = "reminders", _("Reminders before a class begins")
    NEWS = "news", _("News from the schools whose classes you attend")


class Refusal(models.Model):
    """An account does not want SMS and e-mail about a topic. They stay readable in the inbox."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="refusals", verbose_name=_("account")
    )
    topic = models.CharField(_("topic"), max_length=10, choices=Topic.choices)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("switched off")
        verbose_name_plural = _("switched off")
        constraints = [models.UniqueConstraint(fields=["account", "topic"], name="one_refusal_per_topic")]

    def __str__(self):
        return f"{self.account} · {self.get_topic_display()}"


def _quiet_from():
    return time.fromisoformat(settings.QUIET_HOURS[0])


def _quiet_until():
    return time.fromisoformat(settings.QUIET_HOURS[1])


@register_setting(icon="mail")
class MessageSettings(BaseGenericSetting):
    """When nothing is sent, and what an SMS costs."""

    quiet_from = models.TimeField(
        _("quiet from"),
        default=_quiet_from,
        help_text=_("Beijing time. From then on nothing is sent but sign-in codes; what is due waits until morning."),
    )
    quiet_until = models.TimeField(
        _("quiet until"), default=_quiet_until, help_text=_("The same time in both fields: there are no quiet hours.")
    )
    sms_price = models.DecimalField(
        _("price of one SMS part (fen)"),
        max_digits=5,
        decimal_places=1,
        default=5,
        validators=[MinValueValidator(0)],
        help_text=_("By your contract with the gateway. Used to say what a message costs before it is sent."),
    )

    panels = [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("quiet_from"), FieldPanel("quiet_until")])], heading=_("Quiet hours")
        ),
        MultiFieldPanel([FieldPanel("sms_price")], heading=_("Cost")),
    ]

    class Meta:
        verbose_name = _("quiet hours and cost")
        verbose_name_plural = _("quiet hours and cost")

    def __str__(self):
        return str(_("quiet hours and cost"))
