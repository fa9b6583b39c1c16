"""The OpenAPI 3.1 document of `/v1`, made from the routes themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from promptwire.api.named import HEADER
from promptwire.api.v1.requests import Body
from promptwire.domain.receipts import MAX_KEY
from promptwire.services.access import Access

_METHODS = frozenset({"get", "post", "put", "delete", "patch"})
_FROM_FASTAPI = ("HTTPValidationError", "ValidationError")
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "Use an access token retrieved from login (Bearer sess_...) or a programmatic API key "
    "(Bearer ak_...).",
}
NOT_ONCE = frozenset(
    {
        *("previewContent", "renderLive", "renderVersion", "reportUse", "sync"),
        *("changePassword", "createInvitation", "register", "updateMe"),
    }
)
"""Operations that change nothing, then those of several steps: both pass over an `Idempotency-Key`."""
_ONCE = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY},
    "description": "Carries the request out once in 24 hours, however often it is sent; the answer is the first one.",
}
_ONCE_FAILS = {
    "400": "The Idempotency-Key is none, or the request is wrong in itself.",
    "409": "The request with this Idempotency-Key was carried out, and its answer cannot be given again.",
    "422": "Another request came under this Idempotency-Key before.",
}
_EVERYWHERE = {
    "500": "A bug; what happened is in the server's log, under the id in X-Request-Id.",
    "503": "The store is not available now; Retry-After says when to try again.",
}


def make_document(app: FastAPI) -> dict[str, Any]:
    """Describe every operation of the application, but for the address it is served at."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        description=app.description,
        routes=app.routes,
    )
    components = made.setdefault("components", {})
    components["schemas"] = _schemas(components.get("schemas", {}))
    components["securitySchemes"] = {"BearerAuth": _BEARER}
    access = {route.operation_id: access_of(route) for route in app.routes if isinstance(route, APIRoute)}
    for method, operation in operations(made):
        _complete(method, operation, access[operation["operationId"]])
    return made


def served_at(document: dict[str, Any], origin: str) -> dict[str, Any]:
    """Give the document with the address that its reader used."""
    return document | {"servers": [{"url": origin}]}


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every operation of a document, with its method."""
    for path in document["paths"].values():
        for method, operation in path.items():
            if method in _METHODS:
                yield method, operation


def access_of(route: APIRoute) -> Access | None:
    """Give the access that a route declares by the exchange it takes; None where it takes none."""
    found = [getattr(one.call, "access", None) for one in route.dependant.dependencies]
    return next((access for access in found if access is not None), None)


def _schemas(answers: dict[str, Any]) -> dict[str, Any]:
    """Give every schema by name: those of the answers, and those of the bodies, which FastAPI never sees."""
    models: list[tuple[type[BaseModel], Literal["validation"]]] = [(one, "validation") for one in _subclasses(Body)]
    _, bodies = models_json_schema(models, ref_template="#/components/schemas/{model}")
    schemas = bodies["$defs"] | answers
    for model in _subclasses(Body):
        _complete_body(schemas[model.__name__], model)
    return {name: schemas[name] for name in sorted(schemas) if name not in _FROM_FASTAPI}


def _complete_body(schema: dict[str, Any], model: type[Body]) -> None:
    """Say what must be sent; what is left out has no value here, while null stands for a field's zero value."""
    if model.REQUIRED:
        schema["required"] = list(model.REQUIRED)
    for field in schema.get("properties", {}).values():
        if field.get("default", field) is None:
            del field["default"]


def _subclasses(model: type[Body]) -> list[type[Body]]:
    return [one for direct in model.__subclasses__() for one in (direct, *_subclasses(direct))]


def _complete(method: str, operation: dict[str, Any], access: Access | None) -> None:
    """Say what holds for every operation: whom it takes, and how it may fail."""
    responses = operation["responses"]
    validation = responses.get("422", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if validation.get("$ref", "").endswith(_FROM_FASTAPI[0]):
        del responses["422"]  # FastAPI's own; our parameters are read after the subject's rights are known
    if access is None:
        return
    if access is not Access.PUBLIC:
        operation["security"] = [{"BearerAuth": []}]
    fails = _EVERYWHERE
    if method != "get" and access is not Access.PUBLIC and operation["operationId"] not in NOT_ONCE:
        operation.setdefault("parameters", []).append(_ONCE)
        fails = _EVERYWHERE | _ONCE_FAILS
    for status, description in fails.items():
        responses.setdefault(status, error_response(description))


def error_response(description: str) -> dict[str, Any]:
    """Describe an answer that is an error."""
    schema = {"$ref": "#/components/schemas/APIError"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}
