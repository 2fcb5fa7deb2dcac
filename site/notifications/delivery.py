"""Bring messages to phones and mailboxes, after the commit that wrote them.

First each new message gets a Delivery per channel that its account has. Then each due delivery is claimed, sent and
marked, one by one. A claim is a guarded update that counts the attempt and puts the next one off by `CLAIM`, so
several workers never send the same at the same time, and what a dying worker leaves is tried again after `CLAIM`.
Dying between sending and marking therefore may send twice: better than never. The SMS gateway knows the
repetition by its key, a mailbox by the same Message-ID.

In quiet hours (quiet.py) nothing is sent: what is due then waits until morning. What somebody switched off (choices.py)
is not sent, which is looked up just before sending; only kinds of message with a topic can be switched off.
"""

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notifications import choices, texts
from notifications.models import Delivery, Message
from notifications.quiet import QuietHours
from notifications.sms import send_sms

logger = logging.getLogger(__name__)

CLAIM = timedelta(minutes=5)  # longer than any one sending takes
# The pause after each failed attempt; after the last, the delivery has failed. The message stays in the inbox.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
BATCH = 200
STILL_NEWS = timedelta(days=7)
RETRIED_AT_ONCE = 5000
FEW = 20  # broadcasts and reminders between two looks for something more urgent


class AddressGone(Exception):
    """The account gave up the phone number or e-mail address after the message was written."""

    permanent = True


def is_due(now):
    """Whether anything waits to be delivered."""
    return Message.objects.undispatched().exists() or Delivery.objects.due(now).exists()


def deliver_due(now=None):
    """Deliver all that is due at `now`; returns how many deliveries were sent. Several workers may do this at once."""
    start = now or timezone.now()
    hours, sent = QuietHours.now_valid(), 0
    # Ends: whoever claims a delivery or puts it off, we or another, moves it past `start`.
    while batch := _next_batch(start):
        for delivery in batch:
            # Asked for each: thousands of messages take minutes, and the evening does not wait for them.
            at = now or timezone.now()
            morning = hours.end_after(at)
            if morning > at:
                Delivery.objects.due(at).update(next_try_at=morning)
                return sent
            sent += _deliver(delivery, at)
    return sent


def _next_batch(now):
    """What is delivered next: all that people must be told, also what was written meanwhile, before what they may
    switch off; of that only a few at a time."""
    while _dispatch(now):
        pass
    due = Delivery.objects.due(now).order_by("next_try_at", "pk").select_related("message__account")
    optional = [kind.name for kind in texts.kinds() if kind.topic]
    return list(due.exclude(message__kind__in=optional)[:BATCH]) or list(due[:FEW])


@transaction.atomic
def _dispatch(now):
    """Give new messages their deliveries; returns how many messages that were."""
    # The lock keeps another worker off these rows on PostgreSQL; on SQLite only one transaction writes.
    new = Message.objects.undispatched().select_for_update(skip_locked=True, of=["self"]).order_by("pk")
    messages = list(new.select_related("account")[:BATCH])
    Delivery.objects.bulk_create(
        Delivery(message=message, channel=channel, next_try_at=now)
        for message in messages
        if (channel := channel_of(message.account))
    )
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(dispatched_at=now)
    return len(messages)


def channel_of(account):
    """How an account is reached outside the site: by SMS, else by e-mail; None when by neither."""
    if not account.is_active:
        return None
    if account.phone and account.phone_verified:
        return Delivery.Channel.SMS
    return Delivery.Channel.EMAIL if account.email else None


def _deliver(delivery, now):
    """Claim, send and mark one delivery; returns whether it was sent."""
    claimed = Delivery.objects.due(now).filter(pk=delivery.pk, attempts=delivery.attempts)
    if not claimed.update(attempts=delivery.attempts + 1, next_try_at=now + CLAIM):
        return False
    mine = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts + 1)
    topic = texts.topic_of(delivery.message.kind)
    if choices.refuses(delivery.message.account, topic):
        mine.update(state=Delivery.State.REFUSED, error="")
        return False
    try:
        _send(delivery, topic)
    except Exception as error:
        # One message that cannot be sent, for whatever reason, never holds up the others.
        logger.warning("Delivery %s failed: %s", delivery.pk, type(error).__name__)
        mine.update(error=str(error)[:200], **_after_failure(delivery.attempts + 1, error, now))
        return False
    mine.update(state=Delivery.State.SENT, sent_at=timezone.now(), error="")
    return True


def _after_failure(attempts, error, now):
    permanent = isinstance(error, smtplib.SMTPRecipientsRefused) or getattr(error, "permanent", False)
    if permanent or attempts > len(PAUSES):
        return {"state": Delivery.State.FAILED}
    return {"next_try_at": now + PAUSES[attempts - 1]}


def retry(delivery):
    """Try a failed delivery again now, with all its attempts. Returns whether it had failed."""
    failed = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.FAILED)
    return bool(failed.update(state=Delivery.State.PENDING, attempts=0, next_try_at=timezone.now()))


def failed_lately(messages, now=None):
    """The failed deliveries of these messages that may be tried again together: what is older would only confuse."""
    since = (now or timezone.now()) - STILL_NEWS
    recent = messages.filter(created_at__gte=since).order_by().values("pk")
    return Delivery.objects.filter(state=Delivery.State.FAILED, message__in=recent)


def retry_all(messages, now=None):
    """Try them again now, with all their attempts; returns how many."""
    keys = list(failed_lately(messages, now).values_list("pk", flat=True)[:RETRIED_AT_ONCE])
    failed = Delivery.objects.filter(pk__in=keys, state=Delivery.State.FAILED)
    return failed.update(state=Delivery.State.PENDING, attempts=0, next_try_at=now or timezone.now())


def sms_text(body, *, link="", stop=""):
    """An SMS: the text, the way on, and for what can be switched off the way to do so."""
    way_out = _("Stop: %(link)s") % {"link": stop} if stop else ""
    return " ".join(filter(None, [body, link, way_out]))


def _send(delivery, topic):
    message, account = delivery.message, delivery.message.account
    link = f"{settings.SITE_URL}{message.url}" if message.url else ""
    stop = choices.link(account.pk, topic) if topic else ""
    key = f"delivery-{delivery.pk}"
    by_sms = delivery.channel == Delivery.Channel.SMS
    if not (account.phone if by_sms else account.email):
        raise AddressGone("The account has no such address any more.")
    with translation.override(account.language):
        if by_sms:
            send_sms(account.phone, sms_text(message.body, link=link, stop=stop), key=key)
            return
        body = render_to_string("notifications/email.txt", {"message": message, "link": link, "stop": stop})
    headers = {"Message-ID": f"<{key}@{settings.SITE_URL.partition('://')[2]}>"}
    if stop:  # RFC 8058: mail programs show a button of their own and send one POST.
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    EmailMessage(message.title, body, to=[account.email], headers=headers).send()
