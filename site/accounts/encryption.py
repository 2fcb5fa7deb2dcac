"""Encryption at rest, and the keyed hash that finds the same value twice without reading it.

Keys come from IDENTITY_KEYS (newest first; the first encrypts, all decrypt) and IDENTITY_HASH_KEY, never from
SECRET_KEY: signing keys are changed often, these almost never.
"""

import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@cache
def _fernet(keys):
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(plain):
    """Encrypt a text with the newest key; the result is a text too."""
    return _fernet(tuple(settings.IDENTITY_KEYS)).encrypt(plain.encode()).decode()


def decrypt(token):
    """Decrypt what `encrypt` made, with whichever key made it.

    Raises `cryptography.fernet.InvalidToken` when no key fits.
    """
    return _fernet(tuple(settings.IDENTITY_KEYS)).decrypt(token.encode()).decode()


def encrypt_bytes(plain):
    """Encrypt a file's content with the newest key."""
    return _fernet(tuple(settings.IDENTITY_KEYS)).encrypt(plain)


def decrypt_bytes(token):
    """Decrypt what `encrypt_bytes` made; the database may hand it over as any kind of bytes."""
    return _fernet(tuple(settings.IDENTITY_KEYS)).decrypt(bytes(token))


def keyed_hash(value):
    """A hash that only this site can compute: 64 hexadecimal digits."""
    return hmac.new(settings.IDENTITY_HASH_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()


class EncryptedField(models.TextField):
    """A text that the database holds encrypted. Empty stays empty; it cannot be searched, by design."""

    def get_prep_value(self, value):
        """Encrypt on the way in."""
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value, expression, connection):
        """Decrypt on the way out."""
        return decrypt(value) if value else value
