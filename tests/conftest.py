"""What every test stands on: test mode, the database of this run, clean caches, and what was sent to people.

`pytest --database sqlite|postgres` chooses the database (`make test` runs both); DATABASE_URL in the environment wins.
PostgreSQL is started by the suite itself, see postgres.py. On both, tests use the same kind of database as the site:
SQLite is a file, because threads and processes cannot share one in memory as they share a file.
"""

import os
import re
import shutil
import tempfile
import threading
from pathlib import Path
from urllib.parse import urlsplit

import django
import pytest

from tests import postgres

os.environ["XUELIN_MODE"] = "test"
CI = os.environ.get("CI") == "true"
_EMPTIED = pytest.StashKey[bool]()


def pytest_addoption(parser):
    """Our option."""
    parser.addoption("--database", choices=["sqlite", "postgres"], default="sqlite", help="which database to test on")
    parser.addoption("--only-database", action="store_true", help="leave out what is the same on every database")


def pytest_configure(config):
    """Choose and start the database of this run, and keep uploads and the like in a folder of its own.

    No ini file names the settings, so pytest-django has not yet read them. A process that only hands out tests to
    others (`pytest -n 2`) has no database, and passes on no address of one: each of them has its own.
    """
    config.addinivalue_line("markers", "once: uses the database, but is the same on each: one run has it")
    if config.getoption("numprocesses", None):
        return
    folder = Path(tempfile.mkdtemp(prefix="xuelin-test-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["XUELIN_TEST_FOLDER"] = str(folder)
    for name in ("media", "static", "private"):
        (folder / name).mkdir()
        os.environ[f"{name.upper()}_ROOT"] = str(folder / name)
    if "DATABASE_URL" not in os.environ:
        on_postgres = config.getoption("--database") == "postgres"
        os.environ["DATABASE_URL"] = _postgres_url(config) if on_postgres else f"sqlite:///{folder}/site.sqlite3"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()


def _postgres_url(config):
    """Start a PostgreSQL for this run; without one, end with a hint (in CI: as a failure)."""
    if postgres.find_binaries() is None:
        pytest.exit(postgres.HINT, returncode=1 if CI else 0)
    server = postgres.Server()
    config.add_cleanup(server.stop)
    return server.url


def pytest_collection_modifyitems(config, items):
    """Tests with real transactions end by emptying all tables: give the next one back what migrations had put there.

    Browser tests come last: Playwright keeps an event loop in the main thread, which Django takes for async code.
    """
    for item in items:
        if _empties_tables(item):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
    items.sort(key=lambda item: "browser" in item.path.parts)
    if config.getoption("--only-database"):
        same = [item for item in items if _is_same_on_every_database(item)]
        config.hook.pytest_deselected(items=same)
        items[:] = [item for item in items if item not in set(same)]


def _empties_tables(item):
    marker = item.get_closest_marker("django_db")
    return (marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & set(item.fixturenames)


def _is_same_on_every_database(item):
    uses = item.get_closest_marker("django_db") or {"db", "transactional_db", "live_server"} & set(item.fixturenames)
    return not uses or item.get_closest_marker("once")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Give a test what migrations had put into the tables when the one before has emptied them."""
    if item.config.stash.get(_EMPTIED, False) and not _empties_tables(item):
        from django.db import connection
        from pytest_django.plugin import blocking_manager_key

        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
        item.config.stash[_EMPTIED] = False


def pytest_runtest_teardown(item):
    """Remember that this test empties the tables."""
    if _empties_tables(item):
        item.config.stash[_EMPTIED] = True


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Make the test database of SQLite a file."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database.setdefault("TEST", {})["NAME"] = os.environ["XUELIN_TEST_FOLDER"] + "/test.sqlite3"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Keep what migrations put into the tables on the class, for connections that are made later, too."""
    from django.db import connections

    with django_db_blocker.unblock():
        connection = connections["default"]
        _let_flush_empty_guarded_tables(connection)
        contents = getattr(connection, "_test_serialized_contents", None)
        if contents is not None:
            type(connection)._test_serialized_contents = contents


def _let_flush_empty_guarded_tables(connection):
    """Tests with real transactions end by emptying all tables, those that refuse it (append_only.py) too."""
    from accounts import append_only

    operations = type(connection.ops)
    emptying = operations.sql_flush

    def sql_flush(self, *args, **options):
        free, guard = append_only.freeing(self.connection), append_only.guarding(self.connection)
        return [*free, *emptying(self, *args, **options), *guard]

    operations.sql_flush = sql_flush


@pytest.fixture(autouse=True)
def _clean_slate(request, monkeypatch):
    """No test meets cached pages, rate limits, texts or messages of another."""
    from django.core.cache import caches

    from home import frame, page_cache
    from notifications import wording
    from notifications.sms import MemoryBackend

    caches["pages"].clear()
    page_cache.forget()
    monkeypatch.setattr(frame, "_kept", {})
    # As in a process that looked a moment ago, however long the test takes; saving a text looks again.
    monkeypatch.setattr(wording, "LOOK_EVERY", float("inf"))
    monkeypatch.setattr(wording, "_kept", {"newest": 0, "at": 0.0, "texts": {}})
    MemoryBackend.outbox.clear()
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        request.getfixturevalue("transactional_db")
        caches["default"].clear()


@pytest.fixture
def sms():
    """The text messages sent in this test, oldest first, each with `to` and `text`."""
    from notifications.sms import MemoryBackend

    return MemoryBackend.outbox


@pytest.fixture
def last_code(sms, mailoutbox):
    """A function that reads the code last sent by SMS or, with `email=True`, by e-mail."""

    def read(*, email=False):
        text = mailoutbox[-1].body if email else sms[-1].text
        return re.search(r"(?<!\d)\d{6}(?!\d)", text).group()

    return read


@pytest.fixture
def together(transactional_db):
    """A function that calls `act(argument)` for all arguments at the same moment, each in a thread and connection of
    its own, and returns what each returned or raised, in order."""
    from django.db import connections

    def run(act, arguments):
        arguments = list(arguments)
        outcomes = [None] * len(arguments)
        start = threading.Barrier(len(arguments))

        def work(position):
            try:
                start.wait()
                outcomes[position] = act(arguments[position])
            except Exception as error:
                outcomes[position] = error
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work, args=[position]) for position in range(len(arguments))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    return run


@pytest.fixture
def process_environment(transactional_db):
    """The environment for a process of its own (`python manage.py ...`) that works on the database of this test."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["DATABASE_URL"])
    path = f"/{name}" if url.scheme.startswith("postgres") else name
    return os.environ | {"DATABASE_URL": f"{url.scheme}://{url.netloc}{'/' if url.scheme == 'sqlite' else ''}{path}"}
