"""Servers on one core and wrk on another: starting, loading, and what they took."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 32
_UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


@dataclass(frozen=True)
class Run:
    """What came of loading a server for a while."""

    rate: float
    """Requests a second."""
    p99: float
    """Milliseconds."""
    cpu: float
    """Microseconds of processor time that the server took for a request: steadier than the rate on a busy machine."""


def check_tools() -> None:
    """End where there is nothing to measure with."""
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: apt-get install wrk")
    if not shutil.which("taskset") or (os.cpu_count() or 1) < 2:  # noqa: PLR2004 - a core each
        raise SystemExit("server and load need a core each, and taskset to keep to it")


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def serving(command: Sequence[str | Path], port: int, environment: dict[str, str] | None = None) -> Iterator[int]:
    """Run a server on the first core until it is asked no more; gives the id of its process."""
    process = subprocess.Popen(
        ["taskset", "-c", "0", *map(str, command)],
        env=os.environ | (environment or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(port, process)
        yield process.pid
    finally:
        os.killpg(process.pid, 15)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"nothing listens on port {port}")


def load(port: int, path: str, pid: int, *, seconds: int, script: Path) -> Run:
    """Send requests over keep-alive connections from the second core for some seconds."""
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script)]
    before = cpu_seconds(pid)
    said = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True)
    spent = cpu_seconds(pid) - before
    if "Non-2xx" in said.stdout or "Socket errors" in said.stdout:
        raise SystemExit(f"{path} is not answered as it should be:\n{said.stdout}")
    rate = float(_find(r"Requests/sec:\s+([\d.]+)", said.stdout)[0])
    number, unit = _find(r"99%\s+([\d.]+)(us|ms|s)", said.stdout)
    requests = int(_find(r"(\d+) requests in", said.stdout)[0])
    return Run(rate, float(number) * _UNITS[unit], 1e6 * spent / max(1, requests))


def _find(pattern: str, text: str) -> tuple[str, ...]:
    found = re.search(pattern, text)
    if found is None:
        raise SystemExit(f"wrk said something else:\n{text}")
    return found.groups()


def cpu_seconds(pid: int) -> float:
    """Give the processor time of a process and of all that it has started."""
    total = 0.0
    for one in _family(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def resident_bytes(pid: int) -> int:
    """Give the memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
