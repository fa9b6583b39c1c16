"""FastAPI: `uvicorn fastapi_app:app`. The client is made when the module is loaded, and nothing blocks the loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from promptwire import AsyncPromptwire

pw = AsyncPromptwire()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Fetch at the start what every request needs, and end the refresh at the end."""
    await pw.prefetch("greeting")
    yield
    await pw.close()


app = FastAPI(lifespan=lifespan)


@app.get("/greet/{name}")
async def greet(name: str) -> dict[str, object]:
    """Greet somebody, and say with which version."""
    prompt = await pw.get("greeting")
    return {"text": prompt.render({"name": name}), "version": prompt.version, "stale": prompt.stale}


@app.get("/health")
async def health() -> dict[str, object]:
    """Say how fresh the prompts are, for whoever watches."""
    status = pw.status()
    return {"prompts": status.state, "connected": status.connected, "trouble": status.trouble}
