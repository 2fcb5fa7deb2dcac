"""The only place that reads the environment.

Each `Variable` is one row of the table in README.md; a test compares the two. Everything that differs
between places (secrets, hosts, database, gateways) is here and nowhere else.
"""

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

PRODUCTION, DEMO, TEST = "production", "demo", "test"


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, what stands in for it when it is not set, what it means."""

    name: str
    default: str
    meaning: str

    def __str__(self):
        return os.environ.get(self.name, self.default)


VARIABLES = [
    Variable("XUELIN_MODE", PRODUCTION, "`production`, `demo` (sample content, codes on screen) or `test`"),
    Variable("SECRET_KEY", "", "signs sessions and links; at least 50 random characters"),
    Variable("IDENTITY_KEYS", "", "Fernet keys that encrypt identity numbers, newest first, by commas"),
    Variable("IDENTITY_HASH_KEY", "", "key of the hash that finds one person twice; never change it"),
    Variable("ALLOWED_HOSTS", "", "host names that the site answers to, by commas"),
    Variable("SITE_URL", "http://127.0.0.1:8000", "public address, used in messages"),
    Variable("DATABASE_URL", "sqlite:///var/xuelin.sqlite3", "`postgres://...` or `sqlite:///...`"),
    Variable("DATABASE_POOL", "8", "PostgreSQL connections per process; few is faster (hot rows)"),
    Variable("CACHE_URL", "", "`redis://...`; without it the cache is a table of the database"),
    Variable("MEDIA_ROOT", "var/media", "folder of uploaded pictures and documents"),
    Variable("PRIVATE_ROOT", "var/private", "folder of uploads that have no public address: licences, letters"),
    Variable("STATIC_ROOT", "var/static", "folder that `collectstatic` fills"),
    Variable("EMAIL_URL", "", "`smtp://user:password@host:port`, `smtps://` for TLS; without it, the console"),
    Variable("EMAIL_FROM", "noreply@localhost", "sender of e-mail"),
    Variable("SMS_BACKEND", "", "dotted path; `notifications.sms.GatewayBackend` for an HTTP gateway"),
    Variable("SMS_GATEWAY_URL", "", "address of the SMS gateway"),
    Variable("SMS_GATEWAY_KEY", "", "our name at the SMS gateway"),
    Variable("SMS_GATEWAY_SECRET", "", "signs requests to the SMS gateway"),
    Variable("WECHAT_CLIENT_ID", "", "WeChat sign-in appears when this and the next are set"),
    Variable("WECHAT_SECRET", "", "secret of WeChat sign-in"),
    Variable("STRIPE_SECRET_KEY", "", "paying online appears when this is set; else people pay at the desk"),
    Variable("STRIPE_WEBHOOK_SECRET", "", "proves that a notice comes from Stripe; required with the key"),
    Variable("STRIPE_ADDRESS", "", "of the development server that stands in for Stripe; not in production"),
    Variable("DRAND_URL", "", "server of the drand beacon, `https://api.drand.sh`; else staff paste its signature"),
    Variable("VIRUS_SCAN", "", "dotted path of a function that gets an upload's bytes and tells what it found"),
    Variable("PROXY_COUNT", "0", "reverse proxies in front that set X-Forwarded-For and -Proto"),
]
_VARIABLES = {variable.name: variable for variable in VARIABLES}


def text(name):
    """The value of a declared variable."""
    return str(_VARIABLES[name])


def names(name):
    """The comma-separated value of a declared variable, as a list without empty items."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def number(name):
    """The value of a declared variable as a whole number."""
    try:
        return int(text(name))
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text(name)!r}.") from None


def mode():
    """In which of the three modes the site runs."""
    value = text("XUELIN_MODE")
    if value not in (PRODUCTION, DEMO, TEST):
        raise ImproperlyConfigured(f"XUELIN_MODE is {value!r}; it must be production, demo or test.")
    return value


def stripe(site_url):
    """The key, the secret of notices, and where Stripe is when it is not at its own address: in the demo and in tests.

    Without a key the demo has a server that stands in for Stripe, ten ports above its own (stripe_stand_in).
    """
    key, notices, address = text("STRIPE_SECRET_KEY"), text("STRIPE_WEBHOOK_SECRET"), text("STRIPE_ADDRESS")
    if key and not notices:
        raise ImproperlyConfigured("STRIPE_WEBHOOK_SECRET is not set: nobody would know which notices are Stripe's.")
    if mode() == DEMO and not key:
        beside = f"http://127.0.0.1:{(urlsplit(site_url).port or 8000) + 10}"
        return "sk_test_stand_in", "whsec_stand_in", address or beside
    return key, notices, "" if mode() == PRODUCTION else address


def secret(name, *, development):
    """A secret: required and long in production, a known stand-in in the demo and in tests."""
    value = text(name)
    if mode() != PRODUCTION:
        return value or development
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. See the settings table in README.md.")
    if value == development or len(value) < 32:
        raise ImproperlyConfigured(f"{name} is a development secret or too short; make a new one.")
    return value
