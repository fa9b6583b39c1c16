"""A process that follows prompts by the delivery protocol, as docs/reference/delivery.md says, and nothing more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import httpx

from promptwire.wire.sync import Asked, Gone, SyncAnswer, SyncRequest


class Follower:
    """Keeps what it was told; a mistake in the protocol shows as a content that it lacks, or as an old one."""

    def __init__(self, http: httpx.Client, *asked: Asked) -> None:
        self.http = http
        self.asked: list[Asked] = list(asked)
        self.cursor: str | None = None
        self.means: dict[Asked, tuple[int, str | None] | str] = {}
        """What each name means: the number and the template of a version, or why nothing."""
        self.contents: dict[str, str | None] = {}
        self.requests = 0
        self.body = b""
        """The last answer's."""

    def ask(self, request: SyncRequest) -> SyncAnswer:
        """Ask once, and take in what is answered."""
        self.requests += 1
        answer = self.http.post("/v1/sync", json=request.as_json())
        assert answer.status_code == 200, answer.text
        self.body = answer.content
        read = SyncAnswer.from_json(json.loads(answer.content))
        self._apply(read)
        return read

    def sync(self, *, by_memory: bool = False, have: Sequence[str] = ()) -> SyncAnswer:
        """Ask until there is no more; gives the last answer."""
        while True:
            prompts = None if by_memory and self.cursor else self.asked
            answer = self.ask(SyncRequest(cursor=self.cursor, prompts=prompts, have=have))
            if not answer.more:
                return answer

    def add(self, *asked: Asked) -> SyncAnswer:
        """Use more names from now on."""
        request = SyncRequest(cursor=self.cursor, prompts=[*self.asked], add=asked)
        self.asked += asked
        answer = self.ask(request)
        return self.sync() if answer.more else answer

    def _apply(self, answer: SyncAnswer) -> None:
        self.cursor = answer.cursor
        if answer.reset:
            self.means.clear()
        self.contents |= {name: content.template for name, content in answer.contents.items()}
        for found in answer.prompts:
            self.means[found.asked] = (found.version, self.contents[found.content_hash])
        for gone in answer.gone:
            self.means[gone.asked] = gone.reason

    def truth(self) -> dict[Asked, tuple[int, str | None] | str]:
        """Give what each name means by the resolve route."""
        return {one: _resolved(self.http, one) for one in self.asked}


def _resolved(http: httpx.Client, asked: Asked) -> tuple[int, str | None] | str:
    team, _, slug = asked.prompt.rpartition("/")
    query: dict[str, Any] = {"team": team, "label": asked.label, "version": asked.version}
    params = {name: value for name, value in query.items() if value}
    answer = http.get(f"/v1/prompts/{slug}/resolve", params=params)
    body = answer.json()
    return (body["version"], body["content"]["template"]) if answer.is_success else body["code"]


def changed(answer: SyncAnswer) -> list[Asked]:
    """List the names that an answer speaks of."""
    return sorted([one.asked for one in answer.prompts] + [one.asked for one in answer.gone], key=repr)


def reasons(gone: Sequence[Gone]) -> dict[Asked, str]:
    """Give why names are gone."""
    return {one.asked: one.reason for one in gone}


class Mirror(Follower):
    """Keeps everything that its credential sees, by `GET /v1/sync`."""

    def __init__(self, http: httpx.Client) -> None:
        super().__init__(http)
        self.pages = 0

    def sync(self, *, by_memory: bool = False, have: Sequence[str] = ()) -> SyncAnswer:
        """Ask until there is no more; gives the last answer."""
        assert not by_memory
        assert not have
        while True:
            answer = self.http.get("/v1/sync", params={"cursor": self.cursor} if self.cursor else {})
            assert answer.status_code == 200, answer.text
            self.body = answer.content
            self.pages += 1
            read = SyncAnswer.from_json(json.loads(answer.content))
            self._apply(read)
            if not read.more:
                return read

    def _apply(self, answer: SyncAnswer) -> None:
        super()._apply(answer)
        for gone in answer.gone:
            self.means.pop(gone.asked, None)
            if gone.reason == "prompt_not_found":
                self.means = {one: meant for one, meant in self.means.items() if one.prompt != gone.asked.prompt}

    def everything(self) -> dict[Asked, tuple[int, str | None] | str]:
        """Give what another one is told who asks for everything now."""
        other = Mirror(self.http)
        other.sync()
        return other.means
