#!/usr/bin/env python3
"""Django's command line, with site/ on the path.

site/ is a folder on the path and never a package: the standard library owns
the module name `site` and has loaded it before our first line runs, so
`import site.anything` cannot work. Its rooms (accounts, home ...) are therefore
imported by their own names. gunicorn gets the same by `--pythonpath site`, pytest by
`pythonpath` in pyproject.toml.
"""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(1, str(Path(__file__).resolve().parent / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
