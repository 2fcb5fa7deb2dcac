"""The site's settings, with one address more: /hello/ behind the site's whole middleware."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
