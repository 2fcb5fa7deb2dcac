"""What was said to an account (Message) and whether it arrived by SMS or e-mail (Delivery).

A message is written in the transaction of what it tells about, so that it is never lost and never told of what did
not happen; the worker delivers it after the commit (delivery.py). The inbox shows it at once.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    dispatched_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
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

        PENDING = "pending", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

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
