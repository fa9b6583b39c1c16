"""Pages that look back and look after: each does what it says, pasted into a shell at the server's machine."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from signal import SIGTERM

import httpx
import pytest

from support.faults import closed_port
from support.otlp_receiver import receiving
from support.reader import Program, Reader, named_block, run_blocks
from support.server import API_KEY, PRESETS, ready_at
from support.use import Reporting, becomes, serves, uses
from support.waiting import eventually
from support.world import World


@pytest.fixture
def moved(reader: Reader, world: World) -> str:
    """Give the id of `welcome`: live and production were on 1, then 2, then, after a Tuesday, on 4."""
    http = world.http(reader.settings["TOKEN"])
    prompt = world.prompt(http, *(f"Welcome {{{{.name}}}} {number}" for number in range(1, 5)), name="welcome")
    for number in (1, 2, 4):
        if number == 4:
            reader.settings["TUESDAY"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        path = f"/v1/prompts/{prompt}/versions/{number}"
        assert http.post(f"{path}/tags", json={"tag": "production"}).is_success
        assert http.post(f"{path}/promote", json={"to": "live"}).is_success
    reader.settings["PROMPT"] = prompt
    return prompt


def test_history_is_found_and_taken_back(reader: Reader, world: World, moved: str) -> None:
    happened, served, by_hand, by_program, movers = run_blocks("howto/history.md")
    table, events = reader.does(happened).split("{", 1)
    assert len(table.splitlines()) == 4
    assert moved in events
    assert [one["to_version"] for one in json.loads("{" + events)["history"]] == [4, 2, 1]
    [label] = json.loads(reader.does(served))["served"]
    assert (label["label"], label["version"]) == ("production", 2)
    assert reader.does(by_hand).splitlines() == [
        "production of welcome is back: version 2.",
        "production of welcome is back: version 2.",
        "live of welcome is back: version 2.",
    ]
    answers = [json.loads(line) for line in reader.does(by_program).splitlines()]
    assert [one for one in answers if "error" in one] == []
    now, then, everywhere = (json.loads(line) for line in reader.does(*lines_apart(movers)).splitlines())
    assert [one["label"] for one in (now, then)] == ["production"] * 2
    assert [len(one["users"]) for one in now["access"]] == [1]
    assert everywhere["access"][0]["team"] == world.team.name


def lines_apart(block: str) -> list[str]:
    return [f"{line}; echo" for line in block.splitlines()]


def test_use_is_seen_and_scores_compare_versions(reader: Reader, world: World) -> None:
    team = world.new_team(world.org.id, "support")
    admin = world.person("admin", "admin")
    world.join_team(admin.user.id, "admin", team.id)
    prompt = world.prompt(admin.http, "Hello {{.name}}", "Hi {{.name}}", team_id=team.id, name="greeting")
    assert admin.http.post(f"/v1/prompts/{prompt}/versions/1/promote", json={"to": "live"}).is_success
    assert admin.http.post(f"/v1/prompts/{prompt}/versions/2/tags", json={"tag": "prod"}).is_success
    said = Reporting(admin.http, "checkout", "web-1")
    said.report(serves=[serves(prompt, 1, "prod")], uses=[uses(prompt, 1, "prod", renders=20)])
    becomes(admin.http, prompt, {(1, "prod", "server"): (20, 0, 0)})
    reader.settings |= {"PROMPTWIRE_API_KEY": admin.token, "PROMPT_ID": prompt, "TEAM_ID": team.id}
    used, unused, followed, judge, compared = run_blocks("howto/see-what-is-used.md")
    assert "1\tprod\tserver\t20\t" in reader.does(used)
    assert json.loads(reader.does(unused).splitlines()[-1])["most_used"][0]["renders"] == 20
    assert "checkout\tweb-1\tprod\t1\t2\tserver" in reader.does(followed)
    (reader.folder / "judge.py").write_text(judge, encoding="utf-8")
    reader.does("python judge.py")
    scores = f"/v1/prompts/{prompt}/scores?from=live&to=prod"
    reader.does(compared)
    eventually(lambda: "helpful" in admin.http.get(scores).text)


def test_the_log_is_proved_and_given_away(reader: Reader, world: World) -> None:
    assert world.person(is_admin=True).http.post("/v1/orgs", json={"name": "Acme"}).is_success
    verify, checkpoint, extends, export, afar = run_blocks("howto/audit.md")
    assert reader.does(verify).startswith("The change log is whole: ")
    public_key = reader.tries(checkpoint).stderr.split()[-1]
    assert "It extends the checkpoint of " in reader.does(extends, PUBLIC_KEY=public_key)
    prompt = world.prompt(world.http(reader.settings["TOKEN"]))
    reader.does(export)
    assert '"Acme"' in (reader.folder / "acme.jsonl").read_text()
    assert prompt in (reader.folder / "log.jsonl").read_text()
    assert "prompt.created" in reader.does(afar)
    assert prompt in (reader.folder / "ours.jsonl").read_text()


def test_the_doctor_looks_at_a_server_and_at_an_application(reader: Reader, world: World) -> None:
    server, application = run_blocks("howto/find-mistakes.md")
    port = world.server.url.rpartition(":")[2]
    assert f"Promptwire serves at 127.0.0.1:{port} now" in reader.does(server, PROMPTWIRE_PORT=port)
    told = reader.does(application, PROMPTWIRE_API_KEY=API_KEY)
    assert "first prompt: greeting, version 1, after " in told


def test_a_request_that_is_sent_again_is_answered_again(reader: Reader, world: World) -> None:
    http = world.http(reader.settings["TOKEN"])
    prompt = world.prompt(http)
    [block] = run_blocks("reference/idempotency.md")
    assert reader.does(block, PROMPT=prompt) == reader.does(block, PROMPT=prompt)
    versions = http.get(f"/v1/prompts/{prompt}/versions").json()["versions"]
    assert [one["version"] for one in versions] == [1]


def test_networks_are_believed_as_the_page_says(reader: Reader) -> None:
    [block] = run_blocks("howto/behind-a-proxy.md")
    told = json.loads(reader.does(block, "promptwire config --json"))["settings"]
    [networks] = [one for one in told if one["name"] == "PROMPTWIRE_TRUSTED_PROXIES"]
    assert networks["value"] == "10.0.0.0/8,fd00::/8"


def test_a_server_would_start_with_the_identity_provider_of_the_page(reader: Reader) -> None:
    [block] = run_blocks("howto/single-sign-on.md")
    told = reader.does(block)
    assert '"group": "support", "organization": "Acme", "team": "support"' in told
    assert "what the provider gave you" not in told


def started(program: Program) -> str:
    """Give the address that a server says it serves."""
    assert program.stdout
    address = next(filter(None, map(ready_at, program.stdout)), None)
    assert address, "the server did not start"
    return address


def test_a_collector_gets_what_a_server_tells(reader: Reader, tmp_path: Path) -> None:
    block = named_block("howto/observe.md", "collector")
    with receiving(tmp_path) as received:
        block = block.replace("http://collector:4318", received.url)
        with reader.begins(block, SIGTERM, **PRESETS, **alone(tmp_path)) as program:
            assert httpx.get(f"{started(program)}/v1/health").is_success
        assert "promptwire.streams" in received.metrics, "the last of it goes out when the server stops"


def test_prometheus_reads_a_page_of_each_worker(reader: Reader, tmp_path: Path) -> None:
    block = named_block("howto/observe.md", "prometheus")
    assert "promptwire serve --workers 2" in block
    port = closed_port()
    settings = {**PRESETS, **alone(tmp_path), "OTEL_EXPORTER_PROMETHEUS_PORT": str(port)}
    with reader.begins(block.replace("0.0.0.0", "127.0.0.1"), SIGTERM, **settings) as program:  # noqa: S104 - the page's
        started(program)
        pages = [f"http://127.0.0.1:{one}/metrics" for one in (port, port + 1)]
        eventually(lambda: all("promptwire_streams" in httpx.get(page).text for page in pages))


def alone(folder: Path) -> dict[str, str]:
    """Give the settings of a server of one's own, on any port."""
    return {"PROMPTWIRE_DATA": str(folder / "own"), "PROMPTWIRE_PORT": "0"}


def test_mistakes_are_found_before_the_first_start(reader: Reader, tmp_path: Path) -> None:
    told = reader.does(named_block("howto/deploy.md", "before"), PROMPTWIRE_DATA=str(tmp_path / "new"))
    assert "PROMPTWIRE_DATA" in told
