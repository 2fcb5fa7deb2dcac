"""Production starts with complete settings only, and says which one is missing."""

import subprocess
import sys

import pytest

from tests import production


def start(folder, **changes):
    """What Django says on the settings of a production site with these changes; an empty text when all is well."""
    environment = production.environment(folder) | changes
    command = [sys.executable, "-c", "import django; django.setup()"]
    variables = environment | {"PYTHONPATH": "site", "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(command, cwd=production.ROOT, env=variables, capture_output=True, text=True)
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


def test_production_starts_with_complete_settings(tmp_path):
    assert start(tmp_path) == ""


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "development-only-" + "x" * 50}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"IDENTITY_KEYS": ""}, "IDENTITY_KEYS"),
        ({"IDENTITY_HASH_KEY": ""}, "IDENTITY_HASH_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"XUELIN_MODE": "prodution"}, "XUELIN_MODE"),
        ({"DATABASE_POOL": "many"}, "DATABASE_POOL"),
    ],
    ids=lambda value: "" if isinstance(value, str) else "=".join(*value.items())[:40],
)
def test_production_refuses_and_names(tmp_path, changes, named):
    changes = changes | ({"DATABASE_URL": "postgres://x@localhost/x"} if "DATABASE_POOL" in changes else {})
    assert named in start(tmp_path, **changes)


def test_production_never_debugs(tmp_path):
    command = [sys.executable, "manage.py", "shell", "-c", "from django.conf import settings; print(settings.DEBUG)"]
    environment = production.environment(tmp_path) | {"DEBUG": "1", "DJANGO_DEBUG": "true"}
    done = subprocess.run(command, cwd=production.ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.strip().endswith("False"), done.stderr
