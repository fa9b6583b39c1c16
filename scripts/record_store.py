"""Record a store as the code of a commit makes it, for the tests of upgrades: `python -m scripts.record_store COMMIT`.

Its server is started over an empty store, works through what its API has, and is stopped; the rows of all tables go to
tests/storage/releases/REVISION.json. Run it for every release, before the next revision of the tables is made.
"""

import contextlib
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]
RELEASES = ROOT / "tests" / "storage" / "releases"
KEY = "ak_" + "0123456789abcdef" * 4
EMAIL, PASSWORD = "root@example.com", "Correct-Horse-1"
PRESETS = {
    "PROMPTWIRE_ADMIN_EMAIL": EMAIL,
    "PROMPTWIRE_ADMIN_PASSWORD": PASSWORD,
    "PROMPTWIRE_BOOTSTRAP_API_KEY": KEY,
}
PATIENCE = 60  # seconds for the server to start


def unpack(commit: str, folder: Path) -> Path:
    """Put the code of a commit into a folder; gives where its packages are."""
    command = ["git", "archive", "--format=zip", commit, "src"]
    packed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    with ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)
    return folder / "src"


@contextlib.contextmanager
def served(source: Path, *options: str) -> Iterator[str]:
    """Run the server of unpacked code; gives its address."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PROMPTWIRE_")}
    environment = own | PRESETS | {"PYTHONPATH": str(source)}
    begin = "from promptwire.cli import main; main()"  # what every release has had
    command = [sys.executable, "-c", begin, "serve", "--port", "0", *options]
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield address(process, output)
        finally:
            process.terminate()
            process.wait(30)


def address(process: "subprocess.Popen[bytes]", output: IO[str]) -> str:
    """Wait until a server says where it is."""
    deadline = time.monotonic() + PATIENCE
    while True:
        output.seek(0)
        said = output.read()
        found = re.search(r"Promptwire is ready at (\S+)", said)
        if found:
            return found[1]
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start:\n{said}")
        time.sleep(0.05)


class Author:
    """Uses what there is of an API; what a release does not have yet is passed over."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token = KEY

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Any:  # noqa: ANN401 - JSON
        """Make a call; gives what is answered, or None."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        request = urllib.request.Request(self.url + path, data, headers, method=method)  # noqa: S310 - our own server
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            print(f"  {method} {path}: {error.code} {error.read()[:200]!r}")
            return None


def work(author: Author) -> None:
    """Make something of everything that the API can make."""
    greeting = author.call("GET", "/v1/prompts/greeting")["prompt"]
    team = greeting["team_id"]
    login = author.call("POST", "/v1/auth/login", {"email": EMAIL, "password": PASSWORD})
    author.token = login["token"]
    org = author.call("GET", "/v1/me/orgs") or [{}]
    org_id = (org[0] if isinstance(org, list) else org.get("orgs", org.get("organizations"))[0])["id"]
    prompt = author.call(
        "POST", f"/v1/teams/{team}/prompts", {"name": "Billing / reminder", "description": "Überfällig"}
    )
    path = f"/v1/prompts/{prompt['prompt']['id']}"
    for text in ("Dear {{.name}}", "Liebe {{.name}} 🎉", "Draft {{.name}}"):
        author.call("POST", f"{path}/versions", {"template": text})
    messages = [{"role": "system", "content": "You are {{.who}}"}, {"placeholder": "history"}]
    author.call("POST", f"{path}/versions", {"messages": messages, "model": "m", "model_params": {"temperature": 0.5}})
    author.call("POST", f"{path}/versions/1/promote", {"to": "live"})
    author.call("POST", f"{path}/versions/2/promote", {"to": "live"})
    author.call("POST", f"{path}/versions/1/tags", {"tag": "prod"})
    author.call("POST", f"{path}/versions/2/tags", {"tag": "prod"})
    author.call("PUT", f"/v1/teams/{team}/protected-labels/prod", {"min_required_role": "admin"})
    author.call("PUT", f"/v1/teams/{team}/protected-labels/canary", {"min_required_role": "admin", "approvals": 1})
    author.call("POST", f"{path}/versions/1/tags", {"tag": "canary", "request_approval": True})
    author.call("POST", f"{path}/payloads", {"name": "Ada", "variables": {"name": "Ada", "n": 1.0}})
    author.call("POST", f"{path}/rollback", {"target_version": 1, "rollback_reason": "too hasty"})
    author.call("POST", f"{path}/versions/3/purge", {"reason": "a name stood in it"})
    user = {"email": "ed@example.com", "password": "Write-Prompts-1", "team_id": team}
    author.call("POST", "/v1/auth/register", user)
    author.call("POST", "/v1/api-keys", {"name": "reader", "org_id": org_id, "operation": "read_render"})
    author.call("POST", f"/v1/orgs/{org_id}/invitations", {"email": "eve@example.com", "role": "viewer"})
    hook = {"name": "ops", "url": "https://hooks.example.com/promptwire", "events": ["label.*"]}
    author.call("POST", f"/v1/orgs/{org_id}/webhooks", hook)
    author.call("POST", f"{path}/versions", {"template": "Once {{.name}}"}, **{"Idempotency-Key": "k-1"})


def rows(file: Path) -> dict[str, Any]:
    """Give the rows of all tables, by table and column; bytes as an object with their hexadecimal digits."""
    found: dict[str, Any] = {}
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        names = [
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        for name in names:
            found[name] = [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')]  # noqa: S608 - the store's own
    return found


def as_json(value: object) -> object:
    """Write bytes, which JSON has not."""
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    raise TypeError(type(value))


def main(commit: str) -> None:
    """Record the store of a commit."""
    full = subprocess.run(
        ["git", "rev-parse", commit], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(unpack(full, folder), "--data", str(folder / "data")) as url:
            work(Author(url))
        tables = rows(folder / "data" / "promptwire.db")
    revision = tables.pop("alembic_version")[0]["version_num"]
    RELEASES.mkdir(exist_ok=True)
    file = RELEASES / f"{revision}.json"
    content = {"commit": full, "revision": revision, "tables": tables}
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False, default=as_json) + "\n", encoding="utf-8")
    print(f"{file.relative_to(ROOT)}: {sum(len(one) for one in tables.values())} rows")


if __name__ == "__main__":
    main(*sys.argv[1:])
