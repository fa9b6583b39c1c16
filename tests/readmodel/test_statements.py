"""A read asks the database nothing while nothing changed (DESIGN section 5)."""

from __future__ import annotations

import asyncio

from promptwire.storage.store import SqlStore
from support.inside import serving, statements
from support.started import PRESET, started

RESOLVES = [
    "/v1/prompts/greeting/resolve",
    "/v1/prompts/greeting/resolve?version=1",
    "/v1/prompts/greeting/resolve?x=1",
]
NONE = ["/v1/prompts/greeting/resolve?label=nope", "/v1/prompts/nope/resolve", "/v1/prompts/greeting/resolve?version=x"]
RENDERS = ["/v1/prompts/greeting/render", "/v1/prompts/greeting/versions/1/render"]


def test_hot_reads_ask_the_database_nothing(store: SqlStore) -> None:
    started(store)
    key = {"Authorization": f"Bearer {PRESET.key}"}
    nobody = {"Authorization": "Bearer nobody"}

    async def main() -> None:
        async with serving(store) as client:

            async def everything() -> None:
                for path in RESOLVES:
                    assert (await client.get(path, headers=key)).status_code == 200
                    assert (await client.get(path, headers=nobody)).status_code == 401
                    assert (await client.get(path, headers=key | {"If-None-Match": "*"})).status_code == 304
                for path in NONE:
                    assert (await client.get(path, headers=key)).status_code in {400, 404}
                for path in RENDERS:
                    body = {"variables": {"name": "Ada"}}
                    assert (await client.post(path, headers=key, json=body)).status_code == 200
                    assert (await client.post(path, headers=key, json={})).status_code == 422
                    assert (await client.post(path, headers=key, content=b"{")).status_code == 400

            with statements(store) as cold:
                await everything()
            with statements(store) as hot:
                for _ in range(3):
                    await everything()
            assert cold
            assert hot == []

    asyncio.run(main())


def test_a_sync_asks_the_database_nothing_while_nothing_changed(store: SqlStore) -> None:
    started(store)
    key = {"Authorization": f"Bearer {PRESET.key}"}
    names = {"prompts": [{"prompt": "greeting"}, {"prompt": "greeting", "version": 1}, {"prompt": "nope"}]}

    async def main() -> None:
        async with serving(store) as client:
            first = (await client.post("/v1/sync", headers=key, json=names)).json()
            everything = await client.get("/v1/sync", headers=key)
            cursor = {"cursor": first["cursor"]}
            tag = {"If-None-Match": everything.headers["etag"]}
            with statements(store) as hot:
                for _ in range(3):
                    for body in (cursor, cursor | names):
                        answer = await client.post("/v1/sync", headers=key, json=body)
                        assert (answer.json()["cursor"], len(answer.content) <= 300) == (first["cursor"], True)
                    assert (await client.get("/v1/sync", headers=key | tag)).status_code == 304
                    seen = {"cursor": everything.json()["cursor"]}
                    assert len((await client.get("/v1/sync", headers=key, params=seen)).content) <= 300
            assert hot == []

    asyncio.run(main())
