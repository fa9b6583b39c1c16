"""Prompts of other registries, read over their APIs."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import quote

from promptwire.cli.exits import Exit, Failure
from promptwire.cli.remote.connection import Connection
from promptwire.cli.remote.foreign import Foreign, basic
from promptwire.cli.remote.registry import Registry
from promptwire.cli.remote.site import Site, settings
from promptwire.imports import mlflow
from promptwire.imports.mustache import INCLUDES

_PAGE: Final = 100


def px0(url: str, from_team: str | None) -> Iterator[Mapping[str, Any]]:
    """Give the prompts that a key sees on a px0 server, or on another Promptwire; all of them, or those of a team.

    Raises:
        Failure: When there is no key, or no usable answer.
    """
    key = _environment("PX0_API_KEY", "an API key of that server")
    with Connection(Site(settings(url.rstrip("/"), key, os.environ), "PX0_API_KEY")) as connection:
        registry = Registry(connection)
        for team in [registry.team(from_team)] if from_team else registry.teams():
            for prompt in registry.prompts(team["id"]):
                versions = [*registry.versions(prompt["id"])]
                kept = [one for one in reversed(versions) if one["status"] != "archived" and not one.get("purged")]
                told = [{**one, "labels": one.get("tags"), "tags": None} for one in kept]
                if told:
                    named = {"name": prompt["name"], "slug": prompt["slug"], "team": from_team or team["slug"]}
                    yield {**named, **_described(prompt), "versions": told}


def _described(prompt: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": prompt["description"]} if prompt.get("description") else {}


def langfuse(url: str, _: str | None) -> Iterator[Mapping[str, Any]]:
    """Give every version of the prompts of a Langfuse project.

    Raises:
        Failure: When there are no keys, or no usable answer.
    """
    user = _environment("LANGFUSE_PUBLIC_KEY", "the public key of the project")
    password = _environment("LANGFUSE_SECRET_KEY", "the secret key of the project")
    hint = "Are LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY those of the project?"
    with Foreign(url, basic(user, password), hint) as ask:
        yield from _langfuse(ask)


def _langfuse(ask: Foreign) -> Iterator[Mapping[str, Any]]:
    page = pages = 1
    while page <= pages:
        listed = ask.get("/api/public/v2/prompts", page=page, limit=_PAGE)
        for one in listed["data"]:
            for number in one["versions"]:
                yield _langfuse_version(ask, one["name"], number)
        page, pages = page + 1, listed["meta"]["totalPages"]


def _langfuse_version(ask: Foreign, name: str, number: int) -> Mapping[str, Any]:
    """Give a version; one that includes others with their texts in it, as long as those can be had."""
    path = f"/api/public/v2/prompts/{quote(name, safe='')}"
    raw: Mapping[str, Any] = ask.get(path, version=number, resolve="false")
    if INCLUDES not in json.dumps(raw.get("prompt")):
        return raw
    with suppress(Failure):
        raw = ask.get(path, version=number)
    return raw


def mlflow_registry(url: str, _: str | None) -> Iterator[Mapping[str, Any]]:
    """Give every version of the prompts in an MLflow Prompt Registry.

    Raises:
        Failure: When there is no usable answer.
    """
    hint = "Who asks: MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
    with Foreign(url, _mlflow_headers(), hint) as ask:
        for model in _pages(ask, "registered-models", mlflow.IS_PROMPT):
            only = f"name = '{model['name']}' AND {mlflow.IS_PROMPT}"  # names hold letters, digits, _, . and -
            yield from mlflow.records(model, _pages(ask, "model-versions", only))


def _pages(ask: Foreign, kind: str, only: str) -> Iterator[Mapping[str, Any]]:
    token: str | None = None
    while True:
        asked = {"filter": only, "max_results": _PAGE, "page_token": token}
        answer = ask.get(f"/api/2.0/mlflow/{kind}/search", **asked)
        yield from answer.get(kind.replace("-", "_")) or []
        token = answer.get("next_page_token")
        if not token:
            return


def _mlflow_headers() -> dict[str, str]:
    token, user = os.environ.get("MLFLOW_TRACKING_TOKEN"), os.environ.get("MLFLOW_TRACKING_USERNAME")
    if token:
        return {"Authorization": f"Bearer {token}"}
    return basic(user, os.environ.get("MLFLOW_TRACKING_PASSWORD", "")) if user else {}


def _environment(name: str, what: str) -> str:
    if not (value := os.environ.get(name, "").strip()):
        raise Failure(f"{name} is not set", Exit.USAGE, f"It is {what}.")
    return value


SERVERS: Final[Mapping[str, Callable[[str, str | None], Iterator[Mapping[str, Any]]]]] = {
    "px0": px0,
    "langfuse": langfuse,
    "mlflow": mlflow_registry,
}
"""By what stands before the address; each is asked for all prompts, or for those of a team if it has teams."""
