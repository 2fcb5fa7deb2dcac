"""`manage.py demo`: the whole site with sample content on this machine, in one command (`make demo`).

Prepares the database, static files and sample content, skipping what is done already, then runs the application
server, the worker and the scheduler until Ctrl-C, and ends them all together.
"""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from courses.sample.people import SIGN_INS

START_SECONDS = 60


class Command(BaseCommand):
    """Prepares the demo and runs it."""

    help = "Run the site with sample content on this machine, with its worker and scheduler."

    def add_arguments(self, parser):
        """The options --port and --reset."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--reset", action="store_true", help="throw the demo's data away and end")

    def handle(self, *, port, reset, **options):
        """Prepare, start, wait, stop."""
        if not settings.DEMO:
            raise CommandError("The demo runs with XUELIN_MODE=demo only: it shows sign-in codes to everyone.")
        if reset:
            self.reset()
            return
        check_port(port)
        if settings.STRIPE_ADDRESS:
            check_port(urlsplit(settings.STRIPE_ADDRESS).port)
        self.prepare()
        self.serve(port)

    def reset(self):
        """Remove the database file, uploads and kept messages."""
        database = settings.DATABASES["default"]
        if database["ENGINE"] != "django.db.backends.sqlite3":
            raise CommandError("The demo's database is not a file: drop it with the tools of its server.")
        for ending in ("", "-wal", "-shm"):
            Path(f"{database['NAME']}{ending}").unlink(missing_ok=True)
        (settings.VAR_DIR / "stripe.json").unlink(missing_ok=True)
        for folder in (settings.MEDIA_ROOT, settings.OUTBOX_DIR):
            shutil.rmtree(folder, ignore_errors=True)
        self.stdout.write("The demo's data are gone; `make demo` starts over.")

    def prepare(self):
        """Bring database, static files and sample content up to date, and say how long each took."""
        logging.getLogger("wagtail").setLevel(logging.WARNING)  # It tells of every page made.
        steps = {
            "database": self.prepare_database,
            "static files": self.prepare_static_files,
            "sample content": self.prepare_sample,
        }
        for number, (name, step) in enumerate(steps.items(), 1):
            self.stdout.write(f"{number}/{len(steps)} {name} ...")
            self.stdout.flush()
            started = time.monotonic()
            step()
            self.stdout.write(f"    done in {time.monotonic() - started:.1f} s")

    def prepare_database(self):
        """Migrations and the table of the shared cache."""
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)

    def prepare_static_files(self):
        """Collect them under names that change with their content."""
        call_command("collectstatic", interactive=False, verbosity=0)

    def prepare_sample(self):
        """Load the sample, unless it is there."""
        call_command("load_sample", stdout=self.stdout)

    def serve(self, port):
        """Run site, worker, scheduler and what stands in for Stripe until one ends or we are told to; end them all."""
        python = [sys.executable, "-u"]
        server = ["-m", "gunicorn", "--pythonpath", "site", "--bind", f"127.0.0.1:{port}"]
        server += ["--threads", "8", "--graceful-timeout", "3", "--log-level", "warning"]
        server += ["--no-control-socket", "config.wsgi"]
        commands = [server, ["manage.py", "db_worker", "--verbosity", "0"], ["manage.py", "scheduler"]]
        if settings.STRIPE_ADDRESS:
            commands.append(["manage.py", "stripe_stand_in"])
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        # Sessions of their own: Ctrl-C reaches us only, and each child is told once.
        options = {"cwd": settings.BASE_DIR, "start_new_session": True}
        # The arguments are ours alone: nothing of a visitor's gets here.
        children = [subprocess.Popen(python + rest, **options) for rest in commands]  # noqa: S603
        try:
            wait_until_up(port, children[0])
            self.welcome(port)
            while all(child.poll() is None for child in children):
                time.sleep(0.5)
            raise CommandError("A process of the demo has ended; see its message above.")
        except KeyboardInterrupt:
            self.stdout.write("\nStopping ...")
        finally:
            stop(children)

    def welcome(self, port):
        """What to open, and who to sign in as."""
        site = f"http://127.0.0.1:{port}"
        self.stdout.write(self.style.SUCCESS(f"\nXuelin is up: {site}/"))
        self.stdout.write(f"staff pages: {site}/cms/")
        self.stdout.write(f"codes and messages: {site}/development/messages/")
        if settings.STRIPE_ADDRESS:
            self.stdout.write(f"what stands in for Stripe: {settings.STRIPE_ADDRESS}/ (test cards are on its page)")
        self.stdout.write("Sign in with one of these and the code that the last page shows:")
        for person in SIGN_INS:
            password = f" (password: {person.password})" if person.password else ""
            self.stdout.write(f"  {person.sign_in_name:20} {person.role}: {person.note}{password}")
        self.stdout.write("Ctrl-C stops it; the data stay. make demo-reset starts over.\n")


def check_port(port):
    """Refuse a port that is taken, before any work is done."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(f"Port {port} is taken. Try: make demo PORT={port + 1}") from None


def wait_until_up(port, server):
    """Return when the site answers; CommandError when its server ends before, or takes too long."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            urlopen(f"http://127.0.0.1:{port}/health/", timeout=START_SECONDS).close()
            return
        except HTTPError:
            return  # It answers, be it with an error.
        except OSError:
            time.sleep(0.2)
    raise CommandError("The site did not start; see the message above.")


def stop(children):
    """End all children: ask, wait, insist."""
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
