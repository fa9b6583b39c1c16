"""What the document of `/v1` says of a route, held against what the server answers."""

from __future__ import annotations

import json

import httpx
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter
from starlette.routing import Match

from promptwire.api.paths import one_form
from promptwire.api.v1.answers import APIError
from promptwire.api.v1.app import ROUTERS

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def check_answer(answer: httpx.Response) -> None:
    """Fail when the status is not one that the route declares, or the body has other fields than its model."""
    route = _route(answer.request)
    if route is None:
        assert answer.status_code in {404, 405}, answer.text
        return
    success = route.status_code or 200
    if answer.status_code == success:
        declared = route.responses.get(success, {}).get("content", {"application/json": {}})
        assert not answer.content or answer.headers["content-type"].partition(";")[0] in declared
        if "application/json" in declared:
            _check_body(answer, route.response_model)
    elif answer.is_success:  # a dry run, a change request
        _check_body(answer, route.responses[answer.status_code]["model"])
    elif answer.status_code != 304:
        assert answer.status_code in route.responses, f"{answer.status_code} is not declared: {answer.text}"
        _check_body(answer, APIError)


def _route(request: httpx.Request) -> APIRoute | None:
    method = "GET" if request.method == "HEAD" else request.method
    scope = {"type": "http", "method": method, "path": one_form(request.url.raw_path), "root_path": ""}
    return next((route for route in ROUTES if route.matches(scope)[0] is Match.FULL), None)


def _check_body(answer: httpx.Response, model: type[BaseModel] | None) -> None:
    if answer.status_code == 204 or answer.request.method == "HEAD":
        assert not answer.content
        return
    if answer.headers["content-type"] == "application/x-ndjson":
        assert all(isinstance(json.loads(line), dict) for line in answer.text.splitlines())
        return
    assert answer.headers["content-type"] == "application/json"
    if model:
        reader = TypeAdapter[BaseModel](model)  # of a model, or of one of several
        read = reader.validate_python(answer.json())
        assert answer.json() == reader.dump_python(read, mode="json", exclude_unset=True)
