"""The public randomness beacon drand: one number every three seconds, made by many together, that nobody foresees.

The chain is "quicknet" of the League of Entropy. Each beacon is a BLS signature over its number; the randomness is its
SHA-256. Whoever pastes or fetches one is not believed: the signature is checked here.
Source of the figures: https://docs.drand.love and the chain's own /info.
"""

import hashlib
import json
import math
import urllib.request
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
_PUBLIC_KEY = bytes.fromhex(
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
_GENESIS = datetime.fromtimestamp(1692803367, UTC)
_PERIOD = timedelta(seconds=3)
_DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_TIMEOUT = 10  # seconds


class BeaconError(Exception):
    """The beacon could not be fetched, or is not genuine; says so to people."""


def first_at(moment):
    """The number of the first beacon at this moment or after it."""
    return math.ceil((moment - _GENESIS) / _PERIOD) + 1


def address_of(number):
    """Where anybody can read a beacon."""
    return f"https://api.drand.sh/{CHAIN}/public/{number}"


def time_of(number):
    """When a beacon comes out."""
    return _GENESIS + (number - 1) * _PERIOD


def is_genuine(number, signature):
    """Whether these 48 bytes (hexadecimal) are the chain's signature of this beacon. Takes two seconds."""
    # Imported here: it computes tables for a second, and only a draw needs it.
    from py_ecc.bls.hash_to_curve import hash_to_G1
    from py_ecc.bls.point_compression import decompress_G1, decompress_G2
    from py_ecc.optimized_bls12_381 import G2, is_inf, multiply, pairing
    from py_ecc.optimized_bls12_381 import curve_order as order

    try:
        raw = bytes.fromhex(signature)
        if len(raw) != 48:
            return False
        point = decompress_G1(int.from_bytes(raw, "big"))
    except ValueError:
        return False
    if is_inf(point) or not is_inf(multiply(point, order)):
        return False
    key = decompress_G2((int.from_bytes(_PUBLIC_KEY[:48], "big"), int.from_bytes(_PUBLIC_KEY[48:], "big")))
    message = hash_to_G1(hashlib.sha256(number.to_bytes(8, "big")).digest(), _DOMAIN, hashlib.sha256)
    return pairing(G2, point) == pairing(key, message)


def randomness(number, signature):
    """The randomness of a beacon, in hexadecimal. Raises BeaconError when the signature is not the chain's."""
    if not is_genuine(number, signature):
        raise BeaconError(_("This is not the signature of beacon %(number)d.") % {"number": number})
    return hashlib.sha256(bytes.fromhex(signature)).hexdigest()


def fetch(number):
    """The signature of a beacon, from the server of the settings. Raises BeaconError when it cannot be had."""
    if not settings.DRAND_URL:
        raise BeaconError(_("No server of the beacon is set up. Paste its signature instead."))
    url = f"{settings.DRAND_URL.rstrip('/')}/{CHAIN}/public/{number}"
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT) as answer:  # noqa: S310 - the address is a setting
            return json.load(answer)["signature"]
    except (OSError, ValueError, KeyError, TypeError):
        raise BeaconError(_("The beacon cannot be reached now. Try again, or paste its signature.")) from None
