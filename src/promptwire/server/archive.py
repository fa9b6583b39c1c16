"""The prompts in a back-up, for who wants to bring them to another store."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from promptwire.domain.prompts import Prompt, PromptStatus
from promptwire.domain.versions import Status, Version
from promptwire.server.backups import Watcher, unpack
from promptwire.storage.store import SqlStore
from promptwire.storage.transaction import SqlTransaction


def prompts_in(file: Path, watch: Watcher) -> list[Mapping[str, Any]]:
    """Give the prompts in use, each with its team and its versions, oldest first.

    What is archived or purged is left out. The file stays as it is; a back-up of an earlier release is read as well.

    Raises:
        InvalidInput: When the file is no back-up, is damaged, or is of a later release.
    """
    with tempfile.TemporaryDirectory(prefix="promptwire-") as folder:
        made = Path(folder) / "store.db"
        unpack(made, file, watch)
        with closing(SqlStore.open(made)) as store:
            return store.read_now(lambda tx: [*_prompts(tx)])


def _prompts(tx: SqlTransaction) -> Iterator[Mapping[str, Any]]:
    for team in tx.teams.all():
        for prompt in reversed(tx.prompts.of_team(team.id, PromptStatus.ACTIVE)):
            found = reversed(tx.versions.of_prompt(prompt.id, None, ()))
            versions = [_version(one) for one in found if one.status is not Status.ARCHIVED and one.purge is None]
            if versions:
                yield {**_prompt(prompt), "team": team.slug, "versions": versions}


def _prompt(prompt: Prompt) -> Mapping[str, Any]:
    return {"name": prompt.name, "slug": prompt.slug, "description": prompt.description}


def _version(version: Version) -> Mapping[str, Any]:
    told = {"version": version.number, "status": version.status.value, "message": version.message}
    return {**version.content.as_json(), **told, "labels": [*version.labels]}
