"""Every public name has its place in the documentation, and so has every route that has no page of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

import gotemplate
import promptwire.otel
from promptwire import testing
from promptwire.api.evalguard.app import ROUTERS
from promptwire.compat import evalguard

ROOT = Path(__file__).parents[2]


def text(*pages: str) -> str:
    return "\n".join((ROOT / page).read_text(encoding="utf-8") for page in pages)


def public(owner: object) -> list[str]:
    names = getattr(owner, "__all__", None) or [name for name in dir(owner) if not name.startswith("_")]
    return list(names)


@pytest.mark.parametrize("owner", [gotemplate, gotemplate.Template, gotemplate.Limits])
def test_every_public_name_of_the_engine_is_documented(owner: object) -> None:
    page = text("docs/reference/templates.md", "src/gotemplate/README.md")
    names = public(owner)
    assert len(names) > 2
    assert [name for name in names if not re.search(rf"\b{name}\b", page)] == []


def test_the_names_beside_the_client_are_documented() -> None:
    assert [name for name in public(testing) if f"`{name}" not in text("docs/reference/sdk.md")] == []
    assert [name for name in public(evalguard) if name not in text("docs/howto/evalguard-labels.md")] == []
    own = [
        name
        for name in public(promptwire.otel)
        if getattr(getattr(promptwire.otel, name), "__module__", None) == "promptwire.otel"
    ]
    assert own
    assert [name for name in own if name not in text("docs/howto/trace-with-otel.md", "docs/reference/sdk.md")] == []


def test_every_call_of_evalguards_is_on_its_page() -> None:
    page = text("docs/reference/evalguard-api.md")
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    assert len(routes) > 3
    missing = []
    for route in routes:
        pattern = re.sub(r"\\\{[^}]+\\\}", r"\\{\\w+\\}", re.escape(route.path.removeprefix("/api/v1")))
        missing += [
            f"{method} {route.path}"
            for method in route.methods or ()
            if not re.search(rf"{method}[^\n]*{pattern}", page)
        ]
    assert missing == []
