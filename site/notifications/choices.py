"""What people do not want to hear by SMS and e-mail, and the signed links by which they say so without signing in.

A link holds the account, the topic and a short signature: it fits into an SMS, does nothing but switch one topic off,
and is good for ever, because mails are kept for years.
"""

import base64

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from accounts.models import Account
from notifications.models import Refusal, Topic

_SALT = "notifications.choices"
_SIGNATURE_BYTES = 9  # 72 bits, twelve characters


def link(account_id, topic):
    """The full address at which this account switches off the topic."""
    return settings.SITE_URL + reverse("unsubscribe", args=[_token(account_id, topic, settings.SECRET_KEY)])


def read(token):
    """(account, topic) of a token, or None when it was not made by `link` or the account is gone."""
    number, _dot, rest = token.partition(".")
    letter, signature = rest[:1], rest[1:]
    topic = next((topic for topic in Topic if topic[0] == letter), None)
    try:
        account_id = base36_to_int(number)
    except ValueError:
        return None
    if topic is None or not signature:
        return None
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(_token(account_id, topic, key), token) for key in keys):
        return None
    account = Account.objects.filter(pk=account_id).first()
    return (account, topic) if account else None


def _token(account_id, topic, key):
    digest = salted_hmac(_SALT, f"{account_id}:{topic}", secret=key, algorithm="sha256").digest()
    signature = base64.urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode()
    return f"{int_to_base36(account_id)}.{topic[0]}{signature}"


def refuse(account, topic):
    """Switch a topic off; twice is the same as once."""
    Refusal.objects.get_or_create(account=account, topic=topic)


@transaction.atomic
def choose(account, wanted):
    """Keep which topics an account wants to hear of; the others are switched off."""
    Refusal.objects.filter(account=account, topic__in=wanted).delete()
    for topic in Topic:
        if topic not in wanted:
            refuse(account, topic)


def wanted_by(account):
    """The topics that this account wants to hear of."""
    refused = set(Refusal.objects.filter(account=account).values_list("topic", flat=True))
    return [topic for topic in Topic if topic not in refused]


def refuses(account, topic):
    """Whether the account has switched this topic off. Nobody can switch off what has no topic."""
    return bool(topic) and Refusal.objects.filter(account=account, topic=topic).exists()


def refusing(account_ids, topic):
    """Those of these accounts that have switched the topic off."""
    return set(Refusal.objects.filter(account__in=account_ids, topic=topic).values_list("account", flat=True))
