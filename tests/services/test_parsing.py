"""Templates are parsed outside of the transaction that stores them: SQLite has one writer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from promptwire.domain.drafts import Draft
from promptwire.domain.errors import Forbidden, InvalidTemplate
from promptwire.domain.roles import TeamRole
from promptwire.domain.subjects import UserSubject
from promptwire.domain.versions import ByNumber, Version
from promptwire.integrations.renderer import ProcessRenderer
from promptwire.services import versions
from promptwire.services.calls import Act, Call
from promptwire.services.parsing import parsed_ahead
from promptwire.storage.store import SqlStore
from promptwire.wire.content import Content
from support import make
from support.make import AT, Ground

MESSAGES = [{"role": "user", "content": "{{.name}}"}]


class BusyRenderer(ProcessRenderer):
    """The server's renderer; while it parses, others write."""

    def __init__(self, store: SqlStore) -> None:
        super().__init__("exact")
        self.store = store
        self.parsed: list[Content] = []

    async def problems(self, content: Content) -> tuple[InvalidTemplate, ...]:
        self.parsed.append(content)
        async with asyncio.timeout(10):
            await self.store.write(lambda tx: tx.users.insert(make.user(), "hash"))
        return await super().problems(content)


@dataclass
class Author:
    """Somebody who writes versions of one prompt as the routes do."""

    store: SqlStore
    ground: Ground
    renderer: BusyRenderer

    @property
    def act(self) -> Act:
        return Act(UserSubject(self.ground.user), Call(token=None, request_id=make.new_id(), now=AT))

    def create(self, fields: Mapping[str, Any]) -> Version:
        return asyncio.run(
            parsed_ahead(
                self.renderer,
                lambda check: self.store.write(
                    lambda tx: versions.create(tx, self.act, self.ground.prompt.id, lambda: Draft(fields), check=check)
                ),
            )
        )

    def update(self, number: int, fields: Mapping[str, Any]) -> Version:
        return asyncio.run(
            parsed_ahead(
                self.renderer,
                lambda check: self.store.write(
                    lambda tx: versions.update(
                        tx, self.act, self.ground.prompt.id, ByNumber(number), read=lambda: Draft(fields), check=check
                    )
                ),
            )
        )

    def numbers(self) -> list[int]:
        listed = self.store.read_now(lambda tx: tx.versions.of_prompt(self.ground.prompt.id, None, ()))
        return [version.number for version in listed]


@pytest.fixture
def author(store: SqlStore) -> Iterator[Author]:
    renderer = BusyRenderer(store)
    yield Author(store, store.write_now(Ground), renderer)
    asyncio.run(renderer.close())


@pytest.mark.parametrize("fields", [{"template": "{{.name}}"}, {"messages": MESSAGES}])
def test_others_write_while_a_template_is_parsed(author: Author, fields: dict[str, Any]) -> None:
    made = author.create(fields)
    assert author.renderer.parsed == [made.content]
    changed = author.update(made.number, {"messages": [*MESSAGES, *MESSAGES]})
    assert author.renderer.parsed == [made.content, changed.content]


def test_what_does_not_parse_is_not_stored(author: Author) -> None:
    made = author.create({"template": "x"})
    for write in (author.create, lambda fields: author.update(made.number, fields)):
        with pytest.raises(InvalidTemplate, match="unclosed action"):
            write({"template": "{{"})
    assert author.numbers() == [made.number]
    assert author.store.read_now(lambda tx: tx.versions.get(made.id)) == made


def test_who_may_not_write_has_nothing_parsed(author: Author) -> None:
    author.store.write_now(
        lambda tx: tx.teams.set_role(author.ground.team.id, author.ground.user.id, TeamRole.VIEWER, AT)
    )
    with pytest.raises(Forbidden):
        author.create({"template": "{{"})
    assert author.renderer.parsed == []


def test_templates_that_stay_are_not_parsed_again(author: Author) -> None:
    made = author.create({"messages": MESSAGES})
    author.update(made.number, {"model": "gpt-5", "message": "why"})
    author.update(made.number, {"messages": MESSAGES})
    assert author.renderer.parsed == [made.content]
