"""How fast reads are: beside the least that could be done, beside peers, and with many prompts.

    python benchmarks/bench_server.py [--rounds 5] [--seconds 3] [--peers DIRECTORY] [--sizes]
    python benchmarks/bench_server.py --telemetry

Needs wrk (`apt-get install wrk`) and two cores, one for the server, one for the load. `--peers` also measures MLflow
and Phoenix, installed into a virtual environment in that directory where it has none. `--sizes` measures 100,000
prompts of 10 versions beside 100. `--telemetry` measures nothing but a server with metrics, traces and logs going to a
receiver beside one without. Servers take turns, round for round; what is printed are medians, and ratios of one
run.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread

import _load
import _peers
import _sizes
from _load import Run, free_port, load, serving

KEY = "ak_" + "0" * 64
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
NAMES = ("name", "city", "plan", "day", "language", "tone", "limit")
TEMPLATE = (
    "You help {{.name}} from {{.city}}, who is on the {{.plan}} plan, on this {{.day}}. Answer in {{.language}}, in a "
    "{{.tone}} tone, in {{.limit}} words at most.\n" + "Be kind, be brief, and say so when you do not know. " * 30
)
PEER_TEXT = TEMPLATE.replace("{{.", "{{")
VARIABLES = {name: f"some {name}" for name in NAMES}
TARGETS = {
    ("asgi", "resolve"): 0.8,
    ("asgi", "render"): 0.6,
    ("protocol", "resolve"): 0.65,
    ("protocol", "render"): 0.5,
}
LEAST = 0.85
"""Of the throughput, that telemetry leaves."""
PATHS = {"resolve": "/v1/prompts/support/resolve", "render": "/v1/prompts/support/render"}
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Contestant:
    """A server that is running, and what it is asked."""

    name: str
    port: int
    pid: int
    path: str
    script: Path


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--sizes", action="store_true")
    parser.add_argument("--telemetry", action="store_true")
    asked = parser.parse_args()
    _load.check_tools()
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        data = Path(directory)
        scripts = {verb: _script(data, verb) for verb in PATHS}
        if asked.telemetry:
            return _measure_telemetry(stack, data, scripts, asked)
        found = _ways(stack, data, scripts) + (_others(stack, data, asked.peers, scripts) if asked.peers else [])
        runs = _measure(found, asked)
        _show(found, runs)
    if asked.sizes:
        _sizes.measure(asked.rounds, asked.seconds)
    return 0


def _ways(stack: ExitStack, data: Path, scripts: dict[str, Path]) -> list[Contestant]:
    """Start our two ways, and beside each the least that gives the same bytes."""
    found = []
    for way in ("asgi", "protocol"):
        port, pid = stack.enter_context(promptwire(data / way, way))
        _prepare(port)
        for verb, path in PATHS.items():
            answer = data / f"{way}-{verb}"
            answer.write_bytes(_answer(port, verb))
            bare_port = free_port()
            bare = stack.enter_context(
                serving([sys.executable, HERE / "_bare.py", way, str(bare_port), answer], bare_port)
            )
            found.append(Contestant(f"bare {way} {verb}", bare_port, bare, path, scripts[verb]))
            found.append(Contestant(f"{way} {verb}", port, pid, path, scripts[verb]))
    return found


def _measure_telemetry(stack: ExitStack, data: Path, scripts: dict[str, Path], asked: argparse.Namespace) -> int:
    """Compare servers with telemetry and without; gives 1 where it costs more than it may."""
    url = stack.enter_context(swallowing())
    found = []
    for way in ("asgi", "protocol"):
        for state, more in (
            ("off", {}),
            ("on", {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_METRIC_EXPORT_INTERVAL": "1000"}),
        ):
            port, pid = stack.enter_context(promptwire(data / f"{way}-{state}", way, **more))
            _prepare(port)
            found += [
                Contestant(f"{way} {verb} {state}", port, pid, path, scripts[verb]) for verb, path in PATHS.items()
            ]
    runs = _measure(found, asked)
    print(f"at least {LEAST}\n| with telemetry, of without | rate, median of ratios | by CPU |\n|---|---|---|")
    dear = False
    for way in ("asgi", "protocol"):
        for verb in PATHS:
            on, off = runs[f"{way} {verb} on"], runs[f"{way} {verb} off"]
            ratio = median(one.rate / other.rate for one, other in zip(on, off, strict=True))
            by_cpu = median(other.cpu / one.cpu for one, other in zip(on, off, strict=True))
            dear |= ratio < LEAST
            print(f"| {way} {verb} | {ratio:.2f} | {by_cpu:.2f} |")
    return 1 if dear else 0


@contextmanager
def swallowing() -> Iterator[str]:
    """Run a receiver that takes whatever is exported, and keeps none of it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take it."""
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def promptwire(data: Path, way: str, **more: str) -> Iterator[tuple[int, int]]:
    """Run a server of ours on a store; gives its port and its process."""
    port = free_port()
    command = [sys.executable, "-m", "promptwire", "serve", "--port", str(port), "--data", str(data)]
    environment = {
        "PROMPTWIRE_BOOTSTRAP_API_KEY": KEY,
        "PROMPTWIRE_READ_PATH": way,
        "PROMPTWIRE_REQUESTS_PER_KEY": "1000000000",
        "PROMPTWIRE_REQUESTS_PER_ADDRESS": "1000000000",
        **more,
    }
    with serving(command, port, environment) as pid:
        yield port, pid


def ask(port: int, method: str, path: str, body: object = None) -> bytes:
    """Ask a server of ours once; gives the body of its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, json.dumps(body) if body is not None else None, HEADERS)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status >= 300:  # noqa: PLR2004 - anything but success
        raise SystemExit(f"{method} {path}: {answer.status} {said.decode()}")
    connection.close()
    return said


def _prepare(port: int) -> None:
    team = json.loads(ask(port, "GET", "/v1/prompts/greeting"))["prompt"]["team_id"]
    prompt = json.loads(ask(port, "POST", f"/v1/teams/{team}/prompts", {"name": "support"}))["prompt"]["id"]
    ask(port, "POST", f"/v1/prompts/{prompt}/versions", {"template": TEMPLATE})
    ask(port, "POST", f"/v1/prompts/{prompt}/versions/1/promote", {"to": "live"})


def _answer(port: int, verb: str) -> bytes:
    """Give the very bytes that are answered, as HTTP/1.1 has them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    method, body = ("POST", json.dumps({"variables": VARIABLES})) if verb == "render" else ("GET", None)
    connection.request(method, PATHS[verb], body, HEADERS)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    lines = [f"{name}: {value}\r\n" for name, value in answer.getheaders()]
    return f"HTTP/1.1 200 OK\r\n{''.join(lines)}\r\n".encode() + content


def _script(data: Path, verb: str) -> Path:
    """Write what wrk sends."""
    lines = [
        f'wrk.headers["{name}"] = "{value}"'
        for name, value in HEADERS.items()
        if verb == "render" or name != "Content-Type"
    ]
    if verb == "render":
        lines += ['wrk.method = "POST"', f"wrk.body = [==[{json.dumps({'variables': VARIABLES})}]==]"]
    file = data / f"{verb}.lua"
    file.write_text("\n".join(lines))
    return file


def _others(stack: ExitStack, data: Path, directory: Path, scripts: dict[str, Path]) -> list[Contestant]:
    _peers.install(directory)
    found = []
    port = free_port()
    pid = stack.enter_context(serving(_peers.mlflow_command(directory, port, data), port))
    found.append(Contestant("mlflow", port, pid, _peers.mlflow_prompt(port, PEER_TEXT), scripts["resolve"]))
    port = free_port()
    environment = _peers.phoenix_environment(port, data)
    pid = stack.enter_context(serving(_peers.phoenix_command(directory), port, environment))
    found.append(Contestant("phoenix", port, pid, _peers.phoenix_prompt(port, PEER_TEXT), scripts["resolve"]))
    return found


def _measure(found: list[Contestant], asked: argparse.Namespace) -> dict[str, list[Run]]:
    """Let all of them take turns; the first second of each warms it up."""
    runs: dict[str, list[Run]] = {one.name: [] for one in found}
    for one in found:
        load(one.port, one.path, one.pid, seconds=1, script=one.script)
    for number in range(asked.rounds):
        for one in found:
            runs[one.name].append(load(one.port, one.path, one.pid, seconds=asked.seconds, script=one.script))
        print(f"round {number + 1} of {asked.rounds}", file=sys.stderr)
    return runs


def _show(found: list[Contestant], runs: dict[str, list[Run]]) -> None:
    print("| | requests a second | p99 ms | CPU µs a request |\n|---|---|---|---|")
    middle = {
        name: Run(*(median(getattr(run, what) for run in of) for what in ("rate", "p99", "cpu")))
        for name, of in runs.items()
    }
    for one in found:
        run = middle[one.name]
        print(f"| {one.name} | {run.rate:,.0f} | {run.p99:.1f} | {run.cpu:.1f} |")
    print("\n| of the bare one | rate, median of the rounds' ratios | by CPU | target |\n|---|---|---|---|")
    for (way, verb), target in TARGETS.items():
        pairs = zip(runs[f"{way} {verb}"], runs[f"bare {way} {verb}"], strict=True)
        ratio = median(ours.rate / bare.rate for ours, bare in pairs)
        by_cpu = middle[f"bare {way} {verb}"].cpu / middle[f"{way} {verb}"].cpu
        print(f"| {way} {verb} | {ratio:.2f} | {by_cpu:.2f} | {target} |")
    for peer in ("mlflow", "phoenix"):
        if peer in middle:
            times = {way: middle[f"{way} resolve"].rate / middle[peer].rate for way in ("asgi", "protocol")}
            print(f"\n{peer}: asgi {times['asgi']:,.0f} times as fast, protocol {times['protocol']:,.0f} (target 100)")


if __name__ == "__main__":
    sys.exit(main())
