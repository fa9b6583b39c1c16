"""Loads a file of real prompts through the HTTP API, promotes and renders them all, and says what was refused and why.

    .venv/bin/python benchmarks/load_prompts.py FILE.jsonl

Each line of the file is an object with `slug` and `versions`, a list of texts. The server is a process of its own, on
a fresh store that is removed again.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KEY = "ak_" + "0" * 64
EMAIL, PASSWORD = "admin@promptwire.local", "Correct-Horse-1"
READY = "Promptwire is ready at http://"


class Api:
    """One keep-alive connection that counts and times what it asks."""

    def __init__(self, address: str, token: str = KEY) -> None:
        self._connection = http.client.HTTPConnection(address)
        self._token = token
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()

    def ask(self, what: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Send a request; gives status and decoded body."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        started = time.perf_counter()
        self._connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self._connection.getresponse()
        data = answer.read()
        self.seconds[what] += time.perf_counter() - started
        self.calls[what] += 1
        return answer.status, json.loads(data) if data else None


@contextmanager
def server() -> Iterator[str]:
    """Run a server on a fresh store; gives host and port."""
    with server_process() as (address, _):
        yield address


@contextmanager
def server_process() -> Iterator[tuple[str, int]]:
    """Run a server on a fresh store; gives host and port, and the id of its process."""
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "promptwire", "serve", "--port", "0", "--data", data]
        environment = {
            "PROMPTWIRE_BOOTSTRAP_API_KEY": KEY,
            "PROMPTWIRE_ADMIN_PASSWORD": PASSWORD,
            "PROMPTWIRE_REQUESTS_PER_KEY": "1000000000",
            "PROMPTWIRE_REQUESTS_PER_ADDRESS": "1000000000",
            "PATH": "/usr/bin:/bin",
        }
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        if process.stdout is None:
            raise SystemExit("the server has no output")
        for line in process.stdout:
            if line.startswith(READY):
                yield line.removeprefix(READY).strip(), process.pid
                break
        process.terminate()
        process.wait()
        process.stdout.close()


def load(api: Api, line: dict[str, Any], team: str) -> list[str]:
    """Create one prompt with its versions, promote the last and render it; gives what was refused."""
    status, answer = api.ask("create prompt", "POST", f"/v1/teams/{team}/prompts", {"name": line["slug"]})
    if status != 201:  # noqa: PLR2004 - created
        return [f"prompt: {answer['error']}"]
    prompt, refused = answer["prompt"], []
    last = None
    for text in line["versions"]:
        path = f"/v1/prompts/{prompt['id']}/versions"
        status, answer = api.ask("create version", "POST", path, {"template": text})
        if status == 201:  # noqa: PLR2004 - created
            last = answer["version"]["version"]
        else:
            refused.append(answer["error"])
    if last is not None:
        path = f"/v1/prompts/{prompt['id']}/versions/{last}/promote"
        refused += _problem(api.ask("promote", "POST", path, {"to": "live"}))
        status, answer = api.ask("render", "POST", f"/v1/prompts/{prompt['slug']}/render", {"variables": {}})
        refused += _problem((status, answer))
        if status == 200 and answer["rendered"] != line["versions"][-1]:  # noqa: PLR2004 - ok
            refused.append("rendered text differs from the text that was loaded")
    return refused


def _problem(answer: tuple[int, Any]) -> list[str]:
    return [] if answer[0] == 200 else [answer[1]["error"]]  # noqa: PLR2004 - ok


def main() -> int:
    """Load the file named on the command line."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the script and the file
        raise SystemExit(__doc__)
    lines = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    with server() as address:
        api = Api(address)
        team = api.ask("find team", "GET", "/v1/prompts/greeting")[1]["prompt"]["team_id"]
        started = time.perf_counter()
        refused = {line["slug"]: problems for line in lines if (problems := load(api, line, team))}
        seconds = time.perf_counter() - started
    print(f"{len(lines)} prompts in {seconds:.1f} s: {len(lines) - len(refused)} accepted, {len(refused)} refused")
    for slug, problems in refused.items():
        print(f"  {slug}: {'; '.join(problems)}")
    for what, calls in api.calls.items():
        print(f"  {what}: {calls} calls, {api.seconds[what] / calls * 1000:.2f} ms each")
    return 0


if __name__ == "__main__":
    sys.exit(main())
