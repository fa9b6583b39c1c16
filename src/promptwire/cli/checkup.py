"""What `promptwire doctor --client` looks at: everything between an application here and its first prompt."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import perf_counter
from typing import Any

from promptwire import Promptwire, PromptwireError
from promptwire.client.connection import Route
from promptwire.client.errors import ConfigurationError
from promptwire.client.exchange import Request, Response
from promptwire.client.settings import Given, Settings
from promptwire.client.transport import Transport
from promptwire.domain.diagnosis import Diagnosis, failed, warning, well

CLIENT_SETTINGS = frozenset(Given.__annotations__)
"""The names of what the SDK reads from the environment."""
_PATIENCE = 5.0  # seconds
_APART = 30.0  # seconds
_SLOW = 0.5  # seconds
_OK, _UNAUTHORIZED = 200, 401


@dataclass(frozen=True, slots=True)
class _Answered:
    response: Response
    seconds: float


def examine(given: Given, environ: Mapping[str, str], prompt: str | None) -> Iterator[Diagnosis]:
    """Look at everything that an application with these settings would stand on, as far as it can be had."""
    try:
        settings = Settings.read(given, environ)
    except ConfigurationError as error:
        yield failed("settings", str(error), "see docs/reference/sdk.md")
        return
    yield well("settings", f"{settings.url}, mode {settings.mode}")
    yield from _cache(settings)
    transport = Transport(Route(settings), _PATIENCE)
    try:
        answered = yield from _reach(transport, settings)
        if answered is not None:
            yield from _clock(answered.response)
            yield from _release(transport)
            slug = yield from _key(transport, settings, prompt)
            if slug is not None:
                yield _first_prompt(settings, slug)
    finally:
        transport.close()


def _cache(settings: Settings) -> Iterator[Diagnosis]:
    about, folder = "cache directory", settings.cache_dir
    if folder is None:
        says = "none: an application that starts while the server is away has no prompts"
        yield warning(about, says, "let it have one (PROMPTWIRE_CACHE_DIR), or ship a bundle or fallbacks")
        return
    there = folder
    while not there.exists():
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        says = f"{folder} cannot be written to: {error.strerror}"
        yield warning(about, says, "choose another with PROMPTWIRE_CACHE_DIR, or off to do without")
        return
    yield well(about, f"{folder} can be written to")


def _asked(transport: Transport, target: str, method: str = "GET", body: bytes = b"") -> _Answered | str:
    """Ask once; gives why there is no answer where there is none."""
    began = perf_counter()
    reply = transport.send(Request(method, target, body=body))
    return _Answered(reply, perf_counter() - began) if isinstance(reply, Response) else reply.cause


def _reach(transport: Transport, settings: Settings) -> Generator[Diagnosis, None, _Answered | None]:
    about = "server"
    answered = _asked(transport, "/v1/health")
    if isinstance(answered, str):
        way = f" (through the proxy {settings.proxy.rpartition('@')[2]})" if settings.proxy else ""
        yield failed(about, f"{settings.url}{way} {answered}", "look at PROMPTWIRE_URL, and whether the server runs")
        return None
    if answered.response.status != _OK or answered.response.body != b'{"status":"OK"}':
        says = f"{settings.url} answers {answered.response.status}, and not as Promptwire does"
        yield failed(about, says, "look at PROMPTWIRE_URL: something else may be there, or a proxy in front of it")
        return None
    says = f"{settings.url} answers in {answered.seconds * 1000:,.1f} ms, connection and all"
    yield (
        warning(about, says, "applications feel it at their start only")
        if answered.seconds > _SLOW
        else well(about, says)
    )
    return answered


def _clock(response: Response) -> Iterator[Diagnosis]:
    try:
        apart = abs((parsedate_to_datetime(response.headers["date"]) - datetime.now(UTC)).total_seconds())
    except (KeyError, ValueError, TypeError):
        return
    if apart > _APART:
        yield warning("clock", f"the server's clock is {apart:,.0f} seconds off this one", "set both (NTP)")
    else:
        yield well("clock", "it is that of the server")


def _release(transport: Transport) -> Iterator[Diagnosis]:
    from importlib.metadata import version  # noqa: PLC0415 - 10 ms that only this needs

    answered = _asked(transport, "/openapi.json")
    try:
        there = None if isinstance(answered, str) else str(json.loads(answered.response.body)["info"]["version"])
    except (ValueError, KeyError, TypeError):
        there = None
    here = version("promptwire")
    if there is not None and there != here:
        says = f"the server is {there}, and this is {here}"
        yield warning("release", says, "both go on, for the protocol only grows; upgrade the older one when it suits")
    elif there is not None:
        yield well("release", f"{here}, like the server")


def _key(transport: Transport, settings: Settings, prompt: str | None) -> Generator[Diagnosis, None, str | None]:
    """See what the key is good for; gives the slug of a prompt to try."""
    about = "API key"
    if settings.api_key is None:
        yield failed(about, "there is none", "set PROMPTWIRE_API_KEY")
        return None
    answered = _asked(transport, "/v1/sync")
    if isinstance(answered, str):
        yield failed(about, f"{settings.url} {answered}", "look at the server's log")
        return None
    response = answered.response
    if response.status != _OK:
        remedy = (
            "make another: promptwire keys create" if response.status == _UNAUTHORIZED else "look at the server's log"
        )
        yield failed(about, f"the server does not take it: {response.status} {_error(response)}", remedy)
        return None
    seen: list[dict[str, Any]] = json.loads(response.body)["prompts"]
    live = [str(one["asked"]["prompt"]) for one in seen if "label" not in one["asked"]]
    more = " or more" if json.loads(response.body).get("more") else ""
    if not seen:
        says = "the server takes it, and it sees no prompt"
        yield warning(about, says, "give it a team that has prompts, and put a version live")
    else:
        yield well(about, f"the server takes it; it sees {len({one['prompt_id'] for one in seen})}{more} prompts")
    return prompt or (live[0] if live else None)


def _error(response: Response) -> str:
    try:
        body = json.loads(response.body)
        return str(body.get("message") or body.get("error") or "")
    except (ValueError, AttributeError):
        return ""


def _first_prompt(settings: Settings, slug: str) -> Diagnosis:
    """Do what an application does that has just started, without what a disk remembers."""
    about = "first prompt"
    given: dict[str, Any] = {"url": settings.url, "api_key": settings.api_key, "timeout": settings.timeout}
    began = perf_counter()
    try:
        with Promptwire(**given, mode="none", cache_dir=False) as client:
            prompt = client.get(slug)
    except PromptwireError as error:
        return failed(about, str(error), "look at the name of the prompt, and whether a version is live")
    took = perf_counter() - began
    says = f"{slug}, version {prompt.version}, after {took * 1000:,.0f} ms"
    if took > settings.timeout / 2:
        return warning(
            about, says, f"the limit is {settings.timeout:g} s (PROMPTWIRE_TIMEOUT): ship a bundle or fallbacks"
        )
    return well(about, says)
