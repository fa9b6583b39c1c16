"""Our SDK against a real server process: what stands in the table of docs/explanation/performance.md."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO, cast
from urllib.parse import urlsplit

from _sdk_measures import NAMES, TEXT, VARIABLES, microseconds, middle, threads_ratio

from promptwire import AsyncPromptwire, Promptwire

KEY = "ak_" + "0123456789abcdef" * 4
_ADMIN = {"email": "root@example.com", "password": "Correct-Horse-1"}
_OURS = TEXT.replace("{{", "{{.")
_PROCESSES = 50
_MOVES = 20


class Server:
    """`promptwire serve` in a process of its own, and its author."""

    def __init__(self, data: Path) -> None:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PROMPTWIRE_")}
        environ |= {
            "PROMPTWIRE_ADMIN_EMAIL": _ADMIN["email"],
            "PROMPTWIRE_ADMIN_PASSWORD": _ADMIN["password"],
            "PROMPTWIRE_BOOTSTRAP_API_KEY": KEY,
            "PROMPTWIRE_REQUESTS_PER_KEY": "1000000000",
            "PROMPTWIRE_REQUESTS_PER_ADDRESS": "1000000000",
        }
        command = [sys.executable, "-m", "promptwire", "serve", "--data", str(data), "--port", "0"]
        self.process = subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        said = cast("TextIO", self.process.stdout)
        self.url = next(line.split(" at ")[1].split()[0] for line in said if "is ready at" in line)
        threading.Thread(target=said.read, daemon=True).start()
        self.http = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        self._token = self.ask("POST", "/v1/auth/login", _ADMIN)["token"]
        self._team = self.ask("GET", "/v1/me/teams")["teams"][0]["id"]

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 (JSON)
        """Ask the server as the author."""
        headers = {"Content-Type": "application/json"}
        self.http.close()  # the server ends a connection that was quiet for long
        if hasattr(self, "_token"):
            headers["Authorization"] = f"Bearer {self._token}"
        self.http.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.http.getresponse()
        text = answer.read()
        if answer.status >= 300:  # noqa: PLR2004 (whatever is no success)
            raise SystemExit(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text) if text else None

    def prompt(self, name: str, *texts: str) -> str:
        """Add a prompt; its first version is live and has the label `prod`. Gives its id."""
        prompt_id = str(self.ask("POST", f"/v1/teams/{self._team}/prompts", {"name": name})["prompt"]["id"])
        for text in texts:
            self.ask("POST", f"/v1/prompts/{prompt_id}/versions", {"template": text})
        self.ask("POST", f"/v1/prompts/{prompt_id}/versions/1/promote", {"to": "live"})
        self.label(prompt_id, 1)
        return prompt_id

    def label(self, prompt_id: str, version: int) -> None:
        """Put `prod` on a version."""
        self.ask("POST", f"/v1/prompts/{prompt_id}/versions/{version}/tags", {"tag": "prod"})

    def stop(self) -> None:
        """End it."""
        self.http.close()
        self.process.terminate()
        self.process.wait(30)


class _Floor:
    def __init__(self) -> None:
        self.served: dict[str, dict[str | None, object]] = {"greeting": {None: object()}}

    def get(self, name: str, label: str | None) -> object:
        return self.served[name][label]


def hot(url: str) -> dict[str, float]:
    """Measure reads from memory beside their floor."""
    floor = _Floor()
    source = f"def f({', '.join(NAMES)}): return f{TEXT.replace('{{', '{').replace('}}', '}')!r}"
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102 (our own text: an f-string is what the render is measured beside)
    by_hand = names["f"]
    with Promptwire(url=url, api_key=KEY, cache_dir=False) as pw:
        for _ in range(5):
            check(pw.render("greeting", VARIABLES) == by_hand(**VARIABLES))
        found = {
            "floor_us": microseconds(lambda: floor.get("greeting", None)),
            "string_us": microseconds(lambda: by_hand(**VARIABLES)),
            "get_us": microseconds(lambda: pw.get("greeting")),
            "render_us": microseconds(lambda: pw.render("greeting", VARIABLES)),
            "threads_ratio": threads_ratio(lambda: pw.get("greeting")),
        }
        empty = microseconds(lambda: None)
    for name in ("floor_us", "string_us", "get_us", "render_us"):
        found[name] -= empty  # the call of the lambda itself
    return found


def cold(url: str, names: list[str]) -> dict[str, float]:
    """Measure first reads beside a bare keep-alive request with the same body."""
    bare: list[float] = []
    ours: list[float] = []
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    with Promptwire(url=url, api_key=KEY, cache_dir=False, refresh=60) as pw:
        pw.get("greeting")
        for name in names:
            body = json.dumps({"cursor": None, "prompts": [{"prompt": name}]})
            began = time.perf_counter()
            connection.request("POST", "/v1/sync", body, headers)
            connection.getresponse().read()
            bare.append(time.perf_counter() - began)
            began = time.perf_counter()
            pw.get(name)
            ours.append(time.perf_counter() - began)
    connection.close()
    return {"cold_us": middle(ours), "bare_us": middle(bare)}


@contextlib.contextmanager
def hanging() -> Iterator[str]:
    """Give the address of something that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def outages(url: str) -> dict[str, float]:
    """Measure what a server that hangs, or is gone, costs."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as cache, hanging() as nowhere:
        with Promptwire(url=url, api_key=KEY, cache_dir=cache) as pw:
            pw.get("greeting")
            while not list(Path(cache).glob("*/*.json")):
                time.sleep(0.01)
        (scope,) = Path(cache).iterdir()
        with Promptwire(url=nowhere, api_key=KEY, cache_dir=cache) as pw:
            scope.rename(pw.status().cache or "")
            began = time.perf_counter()
            check(pw.get("greeting").source == "disk")
            found["disk_ms"] = (time.perf_counter() - began) * 1e3
        with Promptwire(url=nowhere, api_key=KEY, cache_dir=False) as pw:
            began = time.perf_counter()
            pw.get("greeting", fallback="Hi")
            found["fallback_first_ms"] = (time.perf_counter() - began) * 1e3
            time.sleep(0.05)
            found["fallback_then_us"] = microseconds(lambda: pw.get("greeting", fallback="Hi"), 1000)
        found["stall_ms"] = asyncio.run(_stall(nowhere))
    return found


async def _stall(nowhere: str) -> float:
    pw = AsyncPromptwire(url=nowhere, api_key=KEY, cache_dir=False, timeout=0.5)
    asked = asyncio.ensure_future(pw.get("greeting", fallback="Hi"))
    longest = 0.0
    while not asked.done():
        began = time.thread_time()
        await asyncio.sleep(0)
        longest = max(longest, time.thread_time() - began)
    await pw.close()
    return longest * 1e3


def down(server: Server, seconds: float) -> dict[str, float]:
    """Measure renders while the server is killed, and at the end whether anything grew."""
    with Promptwire(url=server.url, api_key=KEY, cache_dir=False) as pw:
        pw.render("greeting", VARIABLES)
        server.process.kill()
        server.process.wait()
        while pw.status().trouble is None:
            time.sleep(0.01)
        before, threads = memory(), threading.active_count()
        times: list[float] = []
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            for _ in range(1000):
                began = time.thread_time_ns()
                pw.render("greeting", VARIABLES)
                times.append(time.thread_time_ns() - began)
            del times[:-200_000]
        times.sort()
        grown, more = memory() - before, threading.active_count() - threads
    p999 = times[-len(times) // 1000] / 1e3
    return {"down_p999_us": p999, "down_grown_mb": grown, "down_threads": more, "down_seconds": seconds}


def fleet(server: Server, prompt_id: str, name: str) -> dict[str, float]:
    """Measure how long a moved label takes to be served by every one of many processes."""
    reader, writer = os.pipe()
    children = []
    pw = Promptwire(url=server.url, api_key=KEY, cache_dir=False)
    pw.get(name, label="prod")
    for _ in range(_PROCESSES):
        child = os.fork()
        if not child:
            _follow(pw, name, writer)
        children.append(child)
    os.close(writer)
    lines = os.fdopen(reader)
    for _ in range(_PROCESSES):
        check(lines.readline() == "ready\n")
    times: list[float] = []
    for move in range(_MOVES):
        began = time.monotonic()
        server.label(prompt_id, 2 - move % 2)
        times += [float(lines.readline()) - began for _ in range(_PROCESSES)]
    for child in children:
        os.kill(child, 15)
        os.waitpid(child, 0)
    pw.close()
    times.sort()
    return {"fleet_p50_ms": statistics.median(times) * 1e3, "fleet_p99_ms": times[len(times) * 99 // 100] * 1e3}


def _follow(pw: Promptwire, name: str, writer: int) -> None:
    """Be one process of the fleet: tell when each new version is served."""
    parent = os.getppid()
    serving = pw.get(name, label="prod").version
    while not pw.status().connected:
        time.sleep(0.01)
    os.write(writer, b"ready\n")
    while os.getppid() == parent:
        version = pw.get(name, label="prod").version
        if version != serving:
            os.write(writer, f"{time.monotonic()}\n".encode())
            serving = version
        time.sleep(0.002)
    os._exit(0)


_START = """
import os, sys, time
def memory():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
bare, modules, began = memory(), len(sys.modules), time.process_time()
import promptwire; promptwire.Promptwire
imported = (time.process_time() - began) * 1e3, len(sys.modules)
pw = promptwire.Promptwire(url=sys.argv[1], api_key=sys.argv[2], cache_dir=False)
pw.render("greeting", dict.fromkeys(sys.argv[3].split(","), "x"))
print(*imported, (time.process_time() - began) * 1e3, len(sys.modules), memory() - bare)
"""

_EXIT = """
import sys, threading, promptwire
pw = promptwire.Promptwire(url=sys.argv[1], cache_dir=False, timeout=30)
threading.Thread(target=lambda: pw.get("greeting"), daemon=True).start()
import time; time.sleep(0.3); print(time.monotonic(), flush=True)
"""


def start_and_exit(url: str) -> dict[str, float]:
    """Measure the import, what is there when a client is ready, and an exit while a fetch hangs."""
    command = [sys.executable, "-c", _START, url, KEY, ",".join(NAMES)]
    runs = [[float(word) for word in subprocess.check_output(command, text=True).split()] for _ in range(5)]
    imported, modules, ready, all_modules, grown = (min(column) for column in zip(*runs, strict=True))
    with hanging() as nowhere:
        left = float(subprocess.check_output([sys.executable, "-c", _EXIT, nowhere], text=True))
        exit_ms = (time.monotonic() - left) * 1e3
    return {
        "import_ms": imported,
        "import_modules": modules,
        "ready_ms": ready,
        "modules": all_modules,
        "memory_mb": grown,
        "exit_ms": exit_ms,
    }


def check(holds: bool) -> None:  # noqa: FBT001 (as of an assertion)
    """End the run where what is measured is not what it should be."""
    if not holds:
        raise SystemExit("what was measured is not right")


def memory() -> float:
    """Give the megabytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(seconds: float) -> dict[str, float]:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as data:
        server = Server(Path(data))
        try:
            names = [f"cold{number}" for number in range(100)]
            moved = ""
            for name in ("bench", *names):
                moved = server.prompt(name, _OURS, _OURS + ".") if name == "bench" else moved
                if name != "bench":
                    server.prompt(name, _OURS)
            greeting = server.ask("GET", "/v1/prompts/greeting/resolve")["prompt_id"]
            server.ask("POST", f"/v1/prompts/{greeting}/versions", {"template": _OURS})
            server.ask("POST", f"/v1/prompts/{greeting}/versions/2/promote", {"to": "live"})
            found = start_and_exit(server.url) | hot(server.url) | cold(server.url, names) | outages(server.url)
            return found | fleet(server, moved, "bench") | down(server, seconds)
        finally:
            server.stop()
