"""Django's settings. What differs between places is read in environment.py and only used here."""

from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import environment

BASE_DIR = Path(__file__).resolve().parents[2]
MODE = environment.mode()
PRODUCTION = MODE == environment.PRODUCTION
DEMO = MODE == environment.DEMO
TEST = MODE == environment.TEST

# --- Secrets and hosts -------------------------------------------------------------------------------

DEBUG = False
SECRET_KEY = environment.secret("SECRET_KEY", development="development-only-" + "x" * 50)
_keys = environment.secret("IDENTITY_KEYS", development="ZGV2ZWxvcG1lbnQtb25seS1kZXZlbG9wbWVudC1vbmw=")
IDENTITY_KEYS = [key.strip() for key in _keys.split(",")]
IDENTITY_HASH_KEY = environment.secret("IDENTITY_HASH_KEY", development="development-only-hash-key-" + "x" * 20)

SITE_URL = environment.text("SITE_URL").rstrip("/")
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS")
if PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts of this site, for example xuelin.example.cn.")
if not PRODUCTION:
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
PROXY_COUNT = environment.number("PROXY_COUNT")

# --- Applications ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Ours, top of the house first (see docs/decisions.md): templates and texts of ours win over those of libraries.
    "home",
    "partners",
    "courses",
    "payments",
    "notifications",
    "institutions",
    "accounts",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.staff.StaffUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
]
if environment.text("WECHAT_CLIENT_ID") and environment.text("WECHAT_SECRET"):
    INSTALLED_APPS.append("allauth.socialaccount.providers.weixin")
    SOCIALACCOUNT_PROVIDERS = {
        "weixin": {
            "APPS": [
                {
                    "client_id": environment.text("WECHAT_CLIENT_ID"),
                    "secret": environment.text("WECHAT_SECRET"),
                }
            ]
        }
    }

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "home.page_cache.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "home.display.DisplayMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "home.security.AdminPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.limits.RateLimitMiddleware",
    "accounts.staff.SecondFactorMiddleware",
    "institutions.guard.ForeignPagesMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.display.display",
            ],
        },
    }
]

# --- Data --------------------------------------------------------------------------------------------

VAR_DIR = BASE_DIR / "var"
DATABASES = {"default": dj_database_url.parse(environment.text("DATABASE_URL"), conn_max_age=0)}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    if _database["NAME"] != ":memory:":
        _database["NAME"] = str(BASE_DIR / _database["NAME"])
        Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    _database["OPTIONS"] = {
        # A transaction takes the write lock at its start: two that both read and then write never deadlock.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        "PRAGMA busy_timeout=20000;",
    }
else:
    # Few connections: competing for one row costs more than waiting in our own line (courses/seats.py).
    _database["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": environment.number("DATABASE_POOL"), "timeout": 20},
        # Statements are planned once for each connection: a third less work for the database in an enrollment.
        "server_side_binding": True,
        "prepare_threshold": 2,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Two caches. `default` is shared by all processes (sign-in limits count there). `pages` holds what anonymous
# visitors read; without Redis each process has its own, made stale by a version in `default`.
_cache_url = environment.text("CACHE_URL")
if _cache_url:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": _cache_url},
        "pages": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": _cache_url,
            "KEY_PREFIX": "pages",
        },
    }
    SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "shared_cache",
            # Sign-in limits count here: Django's 300 would forget them as soon as 300 people sign in.
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        },
        "pages": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "pages",
            "OPTIONS": {"MAX_ENTRIES": 2000},
        },
    }
    SESSION_ENGINE = "django.contrib.sessions.backends.db"

TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend" if TEST else "django_tasks_db.DatabaseBackend"
    }
}

# --- Language, time, files -----------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese (simplified)")), ("en", _("English"))]
# The second holds what the Chinese catalog of Wagtail lacks.
LOCALE_PATHS = [BASE_DIR / "site" / "home" / "locale", BASE_DIR / "site" / "home" / "locale_wagtail"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / environment.text("STATIC_ROOT")
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / environment.text("MEDIA_ROOT")
# Licences, letters and the like: no address leads there, views that ask who reads give them out.
PRIVATE_ROOT = BASE_DIR / environment.text("PRIVATE_ROOT")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "accounts.private_storage.PrivateStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": {
            environment.PRODUCTION: "whitenoise.storage.CompressedManifestStaticFilesStorage",
            # As in production, but not compressed, which takes ten seconds and more.
            environment.DEMO: "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
            environment.TEST: "django.contrib.staticfiles.storage.StaticFilesStorage",
        }[MODE]
    },
}
WHITENOISE_USE_FINDERS = TEST
WHITENOISE_MAX_AGE = 3600

# --- Sign-in (STACK: allauth) ----------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_page"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.sign_in.SignInForm",
    "change_phone": "accounts.contact_forms.PhoneForm",
    "add_email": "accounts.contact_forms.EmailForm",
    "confirm_login_code": "accounts.code_forms.SignInCodeForm",
    "verify_phone": "accounts.code_forms.PhoneCodeForm",
    "confirm_email_verification_code": "accounts.code_forms.EmailCodeForm",
    "confirm_password_reset_code": "accounts.code_forms.PasswordCodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"phone", "email"}
ACCOUNT_SIGNUP_FIELDS = ["phone", "email*"]  # Only checks of allauth read it: nobody signs up on its page.
SOCIALACCOUNT_EMAIL_REQUIRED = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
# By a link: our content security policy keeps forms from leading to another site.
SOCIALACCOUNT_LOGIN_ON_GET = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = 4
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = 4
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # Of addresses added later; signing in: see the adapter.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = "/my/account/"
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_SESSION_REMEMBER = False  # Staff sit at shared desks: a password signs in until the browser closes.
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,1/m/key,5/h/key,10/d/key",
    "verify_phone": "1/m/key,5/h/key,10/m/ip",
    "confirm_email": "1/m/key,5/h/key",
    "change_phone": "10/h/user",
    "manage_email": "20/h/user",
    "change_password": "5/m/user",
    "reset_password": "10/m/ip,3/h/key",
    "reset_password_from_key": "10/m/ip",
    "reauthenticate": "10/m/user",
}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Xuelin"
MFA_FORMS = {
    "activate_totp": "accounts.factor_forms.ActivateAppForm",
    "authenticate": "accounts.factor_forms.FactorForm",
    "reauthenticate": "accounts.factor_forms.FactorAgainForm",
    "add_webauthn": "accounts.factor_forms.AddPasskeyForm",
    "edit_webauthn": "accounts.factor_forms.EditPasskeyForm",
}
# Passkeys over plain http exist on localhost only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
SILENCED_SYSTEM_CHECKS = [
    "account.W001",  # A phone is required by our form, not of staff.
    "security.W019",  # Wagtail shows its previews in a frame of the same site.
]
# In the demo the second factor of staff is offered and may be passed by.
SECOND_FACTOR_REQUIRED = PRODUCTION

# --- Messages to people ------------------------------------------------------------------------------------

SMS_BACKEND = (
    environment.text("SMS_BACKEND")
    or {
        environment.PRODUCTION: "notifications.sms.ConsoleBackend",
        environment.DEMO: "notifications.sms.OutboxBackend",
        environment.TEST: "notifications.sms.MemoryBackend",
    }[MODE]
)
SMS_GATEWAY = {
    "url": environment.text("SMS_GATEWAY_URL"),
    "key": environment.text("SMS_GATEWAY_KEY"),
    "secret": environment.text("SMS_GATEWAY_SECRET"),
}
# At night nothing is sent but sign-in codes, unless the admin says other hours. The same hour twice means never: tests
# and those who try the demo are awake by night, too.
QUIET_HOURS = ("21:00", "08:00") if PRODUCTION else ("00:00", "00:00")
OUTBOX_DIR = VAR_DIR / "outbox"  # the demo's messages, for its development page
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("EMAIL_FROM")
_email = urlsplit(environment.text("EMAIL_URL"))
if _email.scheme:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _email.hostname, _email.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email.username or "", _email.password or ""
    EMAIL_USE_SSL = _email.scheme == "smtps"
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "notifications.outbox.EmailBackend" if DEMO else "django.core.mail.backends.console.EmailBackend"

# --- Draws (courses/draws/drand.py) and money (payments/providers) -------------------------------------------

DRAND_URL = environment.text("DRAND_URL")
VIRUS_SCAN = environment.text("VIRUS_SCAN")
STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_ADDRESS = environment.stripe(SITE_URL)

# --- Security ----------------------------------------------------------------------------------------------

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail shows its previews in a frame of the same site.
CSRF_FAILURE_VIEW = "home.errors.csrf_failure"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_REDIRECT_EXEMPT = [r"^health/$"]
    if PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/cms/"],  # Wagtail's admin: its own policy in home.security.
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        # Browsers look at this for the redirect after a form, too: "pay" leads to Stripe's page.
        "form-action": ["'self'", "https://checkout.stripe.com", *filter(None, [STRIPE_ADDRESS])],
        "frame-ancestors": ["'self'"],
    },
}

# --- Wagtail -----------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "学林 Xuelin"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_I18N_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # One prefecture, one clock.
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "txt"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "home.search"}}
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Logs: no personal data; who did what is in the database's history ------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING" if TEST else "INFO"},
    "loggers": {"django.request": {"level": "CRITICAL" if TEST else "ERROR"}},
}
