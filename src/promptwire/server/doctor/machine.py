"""The machine: where files go, and what the system allows."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from shutil import disk_usage

from promptwire.domain.diagnosis import Diagnosis, failed, warning, well
from promptwire.domain.errors import InvalidInput
from promptwire.server.sockets import listen
from promptwire.settings import ServerSettings

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORKED = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "lustre", "afs", "fuse.sshfs"}
)
_LITTLE, _TOO_LITTLE = 1_000_000_000, 100_000_000  # bytes
_FEW_FILES = 4096
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def _folder(settings: ServerSettings) -> Path:
    """Give the data directory, or what there is of the way to it."""
    folder = settings.data.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder


def data_directory(settings: ServerSettings) -> Iterator[Diagnosis]:
    """See whether files can be written, and by whom read."""
    about, folder = "data directory", _folder(settings)
    if not folder.is_dir():
        yield failed(about, f"{folder} is no directory", "choose another with PROMPTWIRE_DATA or --data")
    elif not os.access(folder, os.W_OK | os.X_OK):
        who = f"user {os.getuid()}" if hasattr(os, "getuid") else "this user"
        yield failed(
            about, f"{folder} cannot be written to by {who}", f"chown it to {who}, or choose another directory"
        )
    elif folder != settings.data.absolute():
        yield well(about, f"{settings.data} will be made by the first start")
    elif stat.S_IMODE(folder.stat().st_mode) & _OTHERS:
        yield warning(about, f"{settings.data} is open to other users of this machine", f"chmod 700 {settings.data}")
    else:
        yield well(about, f"{settings.data} can be written to")


def disk_space(settings: ServerSettings) -> Iterator[Diagnosis]:
    """See whether there is room."""
    free = disk_usage(_folder(settings)).free
    says, remedy = f"{free / 1e9:,.1f} GB are free for {settings.data}", "make room: writes fail on a full disk"
    if free < _TOO_LITTLE:
        yield failed("disk space", says, remedy)
    elif free < _LITTLE:
        yield warning("disk space", says, remedy)
    else:
        yield well("disk space", says)


def file_system(settings: ServerSettings) -> Iterator[Diagnosis]:
    """See whether SQLite's locks and shared memory work where its file is."""
    if settings.database is not None or not _MOUNTS.exists():
        return
    kind = mounted_as(_folder(settings).resolve(), _MOUNTS.read_text(encoding="utf-8").splitlines())
    if kind in _NETWORKED:
        says = f"{settings.data} is on a network file system ({kind}), on which SQLite loses data"
        yield failed("file system", says, "use a local disk, or PostgreSQL (PROMPTWIRE_DATABASE)")
    else:
        yield well("file system", f"{settings.data} is on {kind}")


def mounted_as(folder: Path, lines: Iterable[str]) -> str:
    """Give the kind of the file system that a folder is on, by the lines of `/proc/self/mountinfo`."""
    longest, kind = "", "an unknown file system"
    for line in lines:
        left, _, right = line.partition(" - ")
        point = left.split()[4].replace("\\040", " ")
        if folder.is_relative_to(point) and len(point) >= len(longest):
            longest, kind = point, right.split()[0]
    return kind


def port(settings: ServerSettings) -> Iterator[Diagnosis]:
    """See whether the server can listen; that it does already is well, too."""
    about, place = "port", f"{settings.host}:{settings.port}"
    try:
        listen(settings.host, settings.port).close()
    except InvalidInput as error:
        if _serves(settings):
            yield well(about, f"Promptwire serves at {place} now")
        else:
            yield failed(about, error.message, "stop what uses it, or choose another address")
    else:
        yield well(about, f"{place} is free")


def _serves(settings: ServerSettings) -> bool:
    connection = HTTPConnection(settings.host, settings.port, timeout=2)
    try:
        connection.request("GET", "/v1/health")
        return connection.getresponse().read(200) == b'{"status":"OK"}'
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def open_files(_: ServerSettings) -> Iterator[Diagnosis]:
    """See how many connections the system lets a process have."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ModuleNotFoundError:
        return
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < _FEW_FILES:
        says = f"a process may have {hard} files open, and each connection of an application is one"
        yield warning("open files", says, "raise it: LimitNOFILE=65536 of systemd, --ulimit nofile of a container")
    else:
        yield well("open files", "as many as are needed")
