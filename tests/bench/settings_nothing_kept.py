"""The same without the cache of pages and their parts: every page is made anew in whole."""

from tests.bench.settings import *  # noqa: F403

CACHES = {**CACHES, "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}  # noqa: F405
