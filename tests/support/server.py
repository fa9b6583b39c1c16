"""A real server process."""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx

ADMIN_EMAIL = "root@example.com"
ADMIN_PASSWORD = "Correct-Horse-1"
API_KEY = "ak_" + "0123456789abcdef" * 4
PRESETS = {
    "PROMPTWIRE_ADMIN_EMAIL": ADMIN_EMAIL,
    "PROMPTWIRE_ADMIN_PASSWORD": ADMIN_PASSWORD,
    "PROMPTWIRE_BOOTSTRAP_API_KEY": API_KEY,
    "PROMPTWIRE_ADDRESS_LIMIT": "1000000",  # every test comes from one address
    "PROMPTWIRE_KEY_LIMIT": "1000000",  # and some ask much
    "PROMPTWIRE_REQUESTS_PER_KEY": "1000000000",
    "PROMPTWIRE_REQUESTS_PER_ADDRESS": "1000000000",
}
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # servers here speak plain HTTP; the default costs each client 27 ms
_READY = re.compile(r"Promptwire is ready at (\S+)")


def clean_environment(**extra: str) -> dict[str, str]:
    """Give this process's environment without any setting of Promptwire, and with what is given."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PROMPTWIRE_")} | extra


def ready_at(output: str) -> str | None:
    """Give the address that a server has said it serves."""
    found = _READY.search(output)
    return found[1] if found else None


def http_client(url: str, token: str | None) -> httpx.Client:
    """Give an HTTP client that sends a token."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=url, headers=headers, timeout=30, verify=_NO_TLS)


class ServerProcess:
    """`promptwire serve` on a port of its own, in a process of its own."""

    def __init__(self, data: Path, *options: str, **environment: str) -> None:
        self.data = data
        self.database = f"sqlite:///{data / 'promptwire.db'}"
        command = [sys.executable, "-m", "promptwire", "serve", "--data", str(data), "--port", "0", *options]
        self.process = subprocess.Popen(
            command,
            env=clean_environment(**environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.output = ""
        self.errors = ""
        self._readers = [
            threading.Thread(target=self._read_output, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def _read_output(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.output += line

    def _read_errors(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.errors += line

    def wait_ready(self, seconds: float = 30) -> ServerProcess:
        """Wait until it serves."""
        deadline = time.monotonic() + seconds
        while not ready_at(self.output):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"the server did not start:\n{self.output}\n{self.errors}")
            time.sleep(0.01)
        return self

    @property
    def url(self) -> str:
        """Give the address it serves."""
        found = ready_at(self.output)
        assert found, "the server is not ready"
        return found

    def client(self, token: str | None = None) -> httpx.Client:
        """Give an HTTP client that sends a token."""
        return http_client(self.url, token)

    def stop(self) -> int:
        """Stop it as an operator does; gives its exit status."""
        self.process.terminate()
        return self._end()

    def kill(self) -> int:
        """Kill it as a crash does; gives its exit status."""
        self.process.kill()
        return self._end()

    def _end(self) -> int:
        status = self.process.wait(timeout=30)
        for reader in self._readers:
            reader.join(timeout=5)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()
        return status
