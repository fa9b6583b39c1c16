"""What memory says is what the store says, at once after every change: resolve beside `GET /v1/prompts/{slug}`."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from support.world import World

LABELS = ["prod", "qa", "live"]
NUMBERS = [1, 2, 3]
SLUGS = ["one", "two", "three"]


class Play:
    """Teams whose prompts share their slugs, people and keys who read them, and somebody who changes everything."""

    def __init__(self, world: World, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - to play with
        self.world = world
        self.chief = world.person("admin", "owner")
        self.teams = [world.team.id, *(self._team(name) for name in ("b", "c"))]
        self.people = [world.person(None, "member") for _ in range(2)]
        self.prompts: dict[str, str] = {}
        self.sessions = [self.chief.http, *(person.http for person in self.people)]
        self.keys: dict[str, httpx.Client] = {}
        for teams in ([], self.teams[:1], self.teams[1:]):
            self.issue(teams)

    def _team(self, name: str) -> str:
        answer = self.chief.http.post(f"/v1/orgs/{self.world.org.id}/teams", json={"name": name})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["team"]["id"])

    def issue(self, teams: list[str]) -> None:
        wanted = {"name": "key", "org_id": self.world.org.id, "operation": "read_render", "team_ids": teams}
        answer = self.chief.http.post("/v1/api-keys", json=wanted).json()
        self.keys[answer["api_key"]["id"] if "api_key" in answer else answer["id"]] = self.world.http(answer["key"])

    def one(self, of: Any) -> Any:
        return self.random.choice(list(of))

    def change(self) -> None:
        """Do one thing at random; it may well be refused."""
        self.one(CHANGES)(self)

    def send(self, method: str, path: str, body: object = None) -> httpx.Response:
        answer = self.chief.http.request(method, path, json=body)
        assert answer.status_code < 500, answer.text
        return answer

    def readers(self) -> list[httpx.Client]:
        return [*self.sessions, *self.keys.values()]

    def questions(self) -> Iterator[tuple[str, str]]:
        """Give what is asked of memory, and what of the store, for one slug."""
        slug = self.one(SLUGS)
        for team in ("", f"&team={self.one(self.teams)}"):
            for label in LABELS:
                yield f"/v1/prompts/{slug}/resolve?label={label}{team}", f"/v1/prompts/{slug}?tag={label}{team}"
            for number in NUMBERS:
                yield f"/v1/prompts/{slug}/resolve?version={number}{team}", f"/v1/prompts/{slug}?version={number}{team}"

    def check(self) -> None:
        """Hold what memory says against what the store says, for somebody."""
        reader = self.one(self.readers())
        for asked, oracle in self.questions():
            said, true = reader.get(asked), reader.get(oracle)
            assert said.status_code == true.status_code, (asked, said.text, true.text)
            if said.is_success:
                version = true.json()["version"]
                now = said.json()
                assert (now["version_id"], now["labels"]) == (version["id"], version["tags"]), asked
                assert (now["status"], now["content_hash"]) == (version["status"], version["content_hash"]), asked
            elif true.status_code != 401:
                assert said.json()["code"] in {true.json()["code"], "no_live_version"}, asked

    # what may happen

    def create(self) -> None:
        answer = self.send("POST", f"/v1/teams/{self.one(self.teams)}/prompts", {"name": self.one(SLUGS)})
        if answer.is_success:
            prompt = answer.json()["prompt"]["id"]
            self.prompts[prompt] = prompt
            self.send("POST", f"/v1/prompts/{prompt}/versions", {"template": "first"})

    def on_version(self, what: str, body: object = None, method: str = "POST") -> None:
        if self.prompts:
            self.send(method, f"/v1/prompts/{self.one(self.prompts)}/versions/{self.one(NUMBERS)}{what}", body)

    def add(self) -> None:
        if self.prompts:
            text = f"text {self.random.random()}"
            self.send("POST", f"/v1/prompts/{self.one(self.prompts)}/versions", {"template": text})

    def edit(self) -> None:
        self.on_version("", {"template": f"text {self.random.random()}"}, "PUT")

    def promote(self) -> None:
        self.on_version("/promote", {"to": "live"})

    def leave(self) -> None:
        self.on_version(self.one(["/demote", "/archive"]))

    def delete(self) -> None:
        self.on_version("", method="DELETE")

    def label(self) -> None:
        self.on_version("/tags", {"tag": self.one(LABELS[:2])})

    def unlabel(self) -> None:
        if self.prompts:
            self.send("DELETE", f"/v1/prompts/{self.one(self.prompts)}/tags/{self.one(LABELS[:2])}")

    def move(self) -> None:
        if self.prompts:
            self.send("POST", f"/v1/prompts/{self.one(self.prompts)}/move", {"team_id": self.one(self.teams)})

    def join(self) -> None:
        body = {"user_id": self.one(self.people).user.id, "role": "viewer"}
        self.send("POST", f"/v1/teams/{self.one(self.teams)}/members", body)

    def part(self) -> None:
        self.send("DELETE", f"/v1/teams/{self.one(self.teams)}/members/{self.one(self.people).user.id}")

    def narrow(self) -> None:
        body = self.one([{"team_ids": [self.one(self.teams)]}, {"all_teams": True}])
        self.send("PUT", f"/v1/api-keys/{self.one(self.keys)}", body)

    def renew(self) -> None:
        key = self.one(self.keys)
        answer = self.send("POST", f"/v1/api-keys/{key}/regenerate")
        if answer.is_success:
            old, self.keys[key] = self.keys[key], self.world.http(answer.json()["key"])
            assert old.get("/v1/prompts/one/resolve").status_code == 401

    def revoke(self) -> None:
        key = self.one(self.keys)
        assert self.send("DELETE", f"/v1/api-keys/{key}").is_success
        assert self.keys.pop(key).get("/v1/prompts/one/resolve").status_code == 401
        self.issue([])

    def new_team(self) -> None:
        if len(self.teams) < 5:
            self.teams.append(self._team(f"t{self.random.random()}"))

    def end_team(self) -> None:
        if len(self.teams) > 3:
            gone = self.teams.pop()
            prompts = self.send("GET", f"/v1/teams/{gone}/prompts").json()["prompts"]
            if self.send("DELETE", f"/v1/teams/{gone}").is_success:
                for prompt in prompts:
                    self.prompts.pop(prompt["id"], None)


CHANGES: list[Callable[[Play], None]] = [
    *(3 * [Play.create, Play.add, Play.edit, Play.promote, Play.label, Play.unlabel, Play.move]),
    *(Play.leave, Play.delete, Play.join, Play.part, Play.narrow, Play.renew, Play.revoke),
    *(Play.new_team, Play.end_team),
]


@contextmanager
def others_reading(play: Play) -> Iterator[None]:
    """Let many read meanwhile, so that what is read from the store meets what is being changed."""
    ended = threading.Event()
    questions = [asked for slug in SLUGS for asked in _all(slug)]

    def read(at: int) -> None:
        chance = random.Random(at)  # noqa: S311 - the same
        clients = [play.world.server.client(reader.headers["authorization"][7:]) for reader in play.readers()]
        while not ended.is_set():
            chance.choice(clients).get(chance.choice(questions))
        for client in clients:
            client.close()

    threads = [threading.Thread(target=read, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _all(slug: str) -> list[str]:
    asked = [f"?label={label}" for label in LABELS] + [f"?version={number}" for number in NUMBERS]
    return [f"/v1/prompts/{slug}/resolve{query}" for query in asked]


def play(world: World, seed: int, steps: int) -> None:
    game = Play(world, seed)
    with others_reading(game):
        for _ in range(steps):
            game.change()
            game.check()


def test_what_memory_says_is_what_the_store_says(world: World) -> None:
    play(world, 1, 30)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 8))
def test_what_memory_says_is_what_the_store_says_for_long(world: World, seed: int) -> None:
    play(world, seed, 200)
