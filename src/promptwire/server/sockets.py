"""Taking the port before anything else is done."""

from __future__ import annotations

import errno
import socket

from promptwire.domain.errors import InvalidInput

_BACKLOG = 2048
_FILES = 65_536
_PATIENCE_MS = 60_000


def listen(host: str, port: int) -> socket.socket:
    """Give a socket that listens.

    Raises:
        InvalidInput: In one clear line, when the port is taken or the address is none of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise InvalidInput(f"cannot listen on {host}: {error.strerror or error}", "host") from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # of every connection: whoever takes nothing for so long is cut off
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _PATIENCE_MS)
    try:
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise InvalidInput(_reason(error, host, port), "port") from None
    return listener


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use: stop what uses it, or choose another with --port"
    if error.errno == errno.EACCES:
        return f"port {port} may not be used without more rights: choose one from 1024 up with --port"
    return f"cannot listen on {host}:{port}: {error.strerror}"


def allow_many_connections() -> None:
    """Let the process hold as many connections as the system allows it to, where it knows such limits."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ModuleNotFoundError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def open_files() -> int | None:
    """Give how many files and connections the process may have open; None where no limit is known."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ModuleNotFoundError:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft


def origin(listener: socket.socket) -> str:
    """Give the address a reader on this machine can open."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not listened on
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
