"""docs/howto/webhooks.md receives what a real server sends; docs/reference/webhooks.md lists every event."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from threading import Thread

from promptwire.domain.events import EVENTS
from support.commands import shell
from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, PRESETS, ServerProcess, clean_environment
from support.waiting import eventually

DOCS = Path(__file__).parents[2] / "docs"
HOWTO = (DOCS / "howto" / "webhooks.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "reference" / "webhooks.md").read_text(encoding="utf-8")
SAMPLES = dict(re.findall(r"<!-- sample: ([\w-]+) -->\n```\w+\n(.*?)```", HOWTO, re.DOTALL))
HERE = {"PROMPTWIRE_WEBHOOK_NETWORKS": "127.0.0.0/8", "PROMPTWIRE_WEBHOOK_PLAIN_HTTP": "on"}


def test_every_event_is_listed_and_none_that_is_not() -> None:
    section = REFERENCE.partition("## Events\n")[2].partition("## ")[0].partition("| noun |")[2]
    assert set(re.findall(r"`([a-z_]+\.[a-z_]+)`", section)) == EVENTS


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def test_the_receiver_hears_what_the_server_tells(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **PRESETS, **HERE).wait_ready()
    with server.client() as http:
        login = http.post("/v1/auth/login", json={"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}).json()
        http.headers["Authorization"] = f"Bearer {login['token']}"
        org = http.get("/v1/me/orgs").json()["organizations"][0]["id"]
        team = http.get("/v1/me/teams").json()["teams"][0]["id"]
        port = free_port()
        values = {"PROMPTWIRE_URL": server.url, "ORG": org, "TOKEN": login["token"]}
        values["RECEIVER"] = f"http://127.0.0.1:{port}/"
        exports = "".join(f"export {name}='{value}'\n" for name, value in values.items())
        made = json.loads(shell(exports + SAMPLES["sign-up"]))["webhook"]
        (tmp_path / "receiver.py").write_text(SAMPLES["receiver"], encoding="utf-8")
        receiver = subprocess.Popen(
            [sys.executable, str(tmp_path / "receiver.py")],
            env=clean_environment(WEBHOOK_SECRET=made["secret"], PORT=str(port)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        lines: list[str] = []
        assert receiver.stdout
        reader = Thread(target=lines.extend, args=(receiver.stdout,), daemon=True)
        reader.start()
        eventually(lambda: is_open(port))
        prompt = http.post(f"/v1/teams/{team}/prompts", json={"name": "told"}).json()["prompt"]["id"]
        http.post(f"/v1/prompts/{prompt}/versions", json={"template": "hello"})
        http.post(f"/v1/prompts/{prompt}/versions/1/tags", json={"tag": "prod"})
        deliveries = f"/v1/orgs/{org}/webhooks/{made['id']}/deliveries"
        eventually(lambda: [one["status"] for one in http.get(deliveries).json()["deliveries"]] == ["delivered"])
        shell(f"{exports}export WEBHOOK='{made['id']}'\n{SAMPLES['test']}")
        eventually(lambda: len(lines) == 2)
    receiver.terminate()
    receiver.wait(timeout=10)
    reader.join(timeout=10)
    receiver.stdout.close()
    assert server.stop() == 0, server.errors
    told, tried = lines
    assert told.startswith("label.set prod {")
    assert tried.startswith("test ")


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
