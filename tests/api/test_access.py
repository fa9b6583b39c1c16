"""Every route of every surface declares which credentials it takes, and holds to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from fastapi.routing import APIRoute

from promptwire.api.evalguard.app import ROUTERS as EVALGUARD
from promptwire.api.v1.app import ROUTERS as V1
from promptwire.services.access import Access
from support.world import World

DOCUMENT = {"/openapi.json"}
"""What everybody may read: it says what the API is, and nothing of what is in it."""


def routes() -> Iterator[tuple[str, str, Access | None]]:
    for router in (*V1, *EVALGUARD):
        for route in router.routes:
            if isinstance(route, APIRoute) and route.path not in DOCUMENT:
                declared = [getattr(one.call, "access", None) for one in route.dependant.dependencies]
                for method in route.methods or ():
                    yield method, route.path, next((access for access in declared if access), None)


def test_every_route_declares_its_access() -> None:
    found = list(routes())
    assert len(found) > 30
    assert [(method, path) for method, path, access in found if access is None] == []


def answered(http: httpx.Client, *, but: set[Access]) -> dict[str, int]:
    """Call every route except those that take these credentials; gives the statuses."""
    found = {}
    for method, path, access in routes():
        if access not in but:
            address = re.sub(r"\{\w+\}", lambda _: str(uuid4()), path)
            found[f"{method} {path}"] = http.request(method, address, json={}).status_code
    return found


@pytest.mark.parametrize("token", [None, "ak_" + "0" * 64, "sess_" + "0" * 64])
def test_nobody_passes_without_a_credential(world: World, token: str | None) -> None:
    found = answered(world.http(token), but={Access.PUBLIC})
    assert found == dict.fromkeys(found, 401)


def test_a_key_for_reading_only_reads(world: World) -> None:
    found = answered(world.http(world.key("read_render")), but={Access.PUBLIC, Access.SUBJECT})
    assert set(found.values()) == {401, 403}
