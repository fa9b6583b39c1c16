"""Several people and keys at once on one prompt, over HTTP: what holds at every moment, and what the log tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from time import monotonic
from typing import Any

import httpx
import pytest

from promptwire.domain.changes import Change, Fact
from support.log import check_log
from support.scene import Scene
from support.writers import at_once, errors

WRITERS = ["editor", "team admin", "editor, organization admin", "all key", "admin key"]
SECONDS = 2.0
LABELS = ["prod", "qa"]
EXPECTED = {200, 201, 204, 403, 404, 422}


class Client:
    """Somebody who does whatever comes to mind, for a while."""

    def __init__(self, scene: Scene, subject: str, seed: int) -> None:
        self.http = scene.client(subject)
        self.path = f"/v1/prompts/{scene.names['prompt']}"
        self.random = Random(seed)  # noqa: S311 - a test that can be repeated
        self.answers: list[httpx.Response] = []

    def write(self) -> None:
        end = monotonic() + SECONDS
        while monotonic() < end:
            self.answers.append(self.random.choice([self.add, self.add, self.promote, self.promote, self.other])())

    def add(self) -> httpx.Response:
        if self.random.random() < 0.5:
            return self.http.post(f"{self.path}/versions", json={"template": "x"})
        return self.http.post(f"{self.at()}/duplicate")

    def promote(self) -> httpx.Response:
        return self.http.post(f"{self.at()}/promote", json={"to": self.random.choice(["stable", "live", "live"])})

    def other(self) -> httpx.Response:
        label = self.random.choice(LABELS)
        calls: list[Callable[[], httpx.Response]] = [
            lambda: self.http.post(f"{self.at()}/demote"),
            lambda: self.http.post(f"{self.at()}/archive"),
            lambda: self.http.delete(self.at()),
            lambda: self.http.put(self.at(), json={"template": "y"}),
            lambda: self.http.post(f"{self.at()}/tags", json={"tag": label}),
            lambda: self.http.post(f"{self.at()}/tags", json={"tag": label}),
            lambda: self.http.delete(f"{self.path}/tags/{label}"),
        ]
        return self.random.choice(calls)()

    def at(self) -> str:
        newest = max([1, *[one["version"]["version"] for one in self.created()[-3:]]])
        return f"{self.path}/versions/{self.random.choice([*range(max(1, newest - 5), newest + 2), 'live', 'prod'])}"

    def created(self) -> list[dict[str, Any]]:
        return [answer.json() for answer in self.answers if answer.status_code == 201]

    def watch(self) -> None:
        end = monotonic() + SECONDS
        while monotonic() < end:
            check(self.http.get(f"{self.path}/versions").json()["versions"])


def check(versions: list[dict[str, Any]]) -> None:
    """Check what holds at every moment."""
    assert sum(version["status"] == "live" for version in versions) <= 1
    numbers = [version["version"] for version in versions]
    assert numbers == sorted(set(numbers), reverse=True)
    labels = [label for version in versions for label in version["tags"]]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("seed", [1, 2])
def test_many_at_once_on_one_prompt_leave_one_story(scene: Scene, seed: int) -> None:
    scene.prompt("live", "draft", tags={"prod": 1, "qa": 2})
    writers = [Client(scene, subject, seed * 100 + at) for at, subject in enumerate(WRITERS)]
    watcher, refused = Client(scene, "viewer", seed), Client(scene, "read_render key", seed)
    works = [*[writer.write for writer in writers], refused.write, watcher.watch]
    assert errors(at_once(*works)) == []
    assert {answer.status_code for writer in writers for answer in writer.answers} <= EXPECTED
    assert {answer.status_code for answer in refused.answers} == {403}

    numbers = [one["version"]["version"] for writer in writers for one in writer.created()]
    assert len(numbers) == len(set(numbers)) > 10
    versions = watcher.http.get(f"{watcher.path}/versions").json()["versions"]
    check(versions)
    log = [entry.change for entry in check_log(scene.world.store)]
    story = Story(change for change in log if change.prompt_id == scene.names["prompt"])
    assert story.versions() == {one["id"]: (one["version"], one["status"], set(one["tags"])) for one in versions}
    assert sorted(numbers) == story.numbers[2:]


class Story:
    """What the change log says of a prompt, put together again."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self.numbers: list[int] = []
        """Of every version there ever was, in the order of their making."""
        self.statuses: dict[str, Fact] = {}
        """Of every version there is, by its id; so for the others."""
        self.numbered: dict[str, Fact] = {}
        self.labels: dict[str, Fact] = {}
        for change in changes:
            if change.object_kind == "label":
                self._tell_label(change)
            elif change.object_kind == "version":
                self._tell_version(change)

    def _tell_label(self, change: Change) -> None:
        assert change.before.get("version_id") == self.labels.get(change.object_id)
        self.labels[change.object_id] = change.after.get("version_id")

    def _tell_version(self, change: Change) -> None:
        version = change.object_id
        if change.action == "version.created":
            self.numbers.append(int(str(change.after["number"])))
            self.numbered[version] = change.after["number"]
        elif "status" in change.before:
            assert self.statuses.pop(version) == change.before["status"]
        if "status" in change.after:
            self.statuses[version] = change.after["status"]
        assert list(self.statuses.values()).count("live") <= 1

    def versions(self) -> dict[str, tuple[Fact, Fact, set[str]]]:
        """Give number, status and labels of every version."""
        return {one: (self.numbered[one], status, self._on(one)) for one, status in self.statuses.items()}

    def _on(self, version: str) -> set[str]:
        return {label for label, at in self.labels.items() if at == version}
