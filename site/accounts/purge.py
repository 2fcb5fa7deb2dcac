"""Unconfirmed accounts: somebody typed a phone number or e-mail and never entered the code."""

from datetime import timedelta

from accounts.models import Account

KEPT = timedelta(days=1)


def unconfirmed(accounts):
    """Those of the accounts that no code, password or person of staff ever confirmed, and that hold nothing."""
    return accounts.filter(
        is_staff=False,
        is_superuser=False,
        last_login=None,
        phone_verified=False,
        password__startswith="!",  # noqa: S106 - how Django marks that there is none
        learners=None,
    ).exclude(emailaddress__verified=True)


def purge_unverified(now):
    """Delete the unconfirmed accounts that are older than a day. Returns how many."""
    return _delete(unconfirmed(Account.objects.filter(date_joined__lt=now - KEPT)))


def release(**target):
    """Free a phone or e-mail that only an unconfirmed account holds: its owner is about to confirm it elsewhere."""
    return _delete(unconfirmed(Account.objects.filter(**target)))


def _delete(accounts):
    keys = list(accounts.values_list("pk", flat=True).distinct())
    Account.objects.filter(pk__in=keys).delete()
    return len(keys)
