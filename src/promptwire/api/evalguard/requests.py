"""What the operations of `/api/v1` take: JSON as the published schema has it (contracts/seeds/evalguard-labels.txt)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from fastapi import Depends

from promptwire.api.bodies import decode_json, read_body
from promptwire.api.exchange import Exchange, deferred_body, exchange_with
from promptwire.domain.drafts import Draft
from promptwire.domain.errors import InvalidBody, InvalidInput
from promptwire.domain.labels import MAX_LABEL, MAX_LABELS_PER_CALL, LabelRequest, label_request
from promptwire.domain.roles import OrgRole
from promptwire.domain.texts import check_name, parse_uuid
from promptwire.services.access import Access
from promptwire.services.calls import Input
from promptwire.services.team_prompts import NewText
from promptwire.wire.canonical import JsonValue

Value = TypeVar("Value")
SubjectExchange = Annotated[Exchange, Depends(exchange_with(Access.SUBJECT))]

_LABELS = {"type": "array", "maxItems": MAX_LABELS_PER_CALL, "items": {"type": "string", "maxLength": MAX_LABEL}}
LABELS_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"type": "object", "properties": {"add": _LABELS, "remove": _LABELS}}}
        },
    }
}
"""The body of the labels route for the document, as contracts/seeds/evalguard-labels.txt has it."""


MAX_LIST = 200
_LIST = 50
NO_PROJECT = "projectId is required"
NO_PROJECT_ID = "projectId must be a UUID"

_TEXT = {"type": "string"}
PROMPT_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["projectId", "name", "content"],
                    "properties": {
                        "projectId": _TEXT | {"format": "uuid"},
                        "name": _TEXT,
                        "content": _TEXT,
                        "model": _TEXT,
                        "variables": {"type": "array", "items": _TEXT},
                    },
                }
            }
        },
    }
}
"""The body of a prompt to write, for the document."""
ROLE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["minRequiredRole"],
                    "properties": {"minRequiredRole": {"enum": [role.value for role in OrgRole]}},
                }
            }
        },
    }
}
"""The body of a label to protect, for the document."""


def project_id(text: str | None) -> str:
    """Read the id of a project.

    Raises:
        InvalidInput: When there is none, or it is no UUID.
    """
    if not text:
        raise InvalidInput(NO_PROJECT, "projectId")
    found = parse_uuid(text)
    if found is None:
        raise InvalidInput(NO_PROJECT_ID, "projectId")
    return found


def list_limit(text: str | None) -> int:
    """Read how many to list: 50 where nothing is said, and 1 to 200 whatever is.

    Raises:
        InvalidInput: When it is no number.
    """
    if not text:
        return _LIST
    try:
        return min(max(int(text), 1), MAX_LIST)
    except ValueError:
        raise InvalidInput("limit must be a number", "limit") from None


async def object_of(exchange: Exchange, make: Callable[[Mapping[str, JsonValue]], Value]) -> Input[Value]:
    """Read the body of a request now, which is an object, and keep what is wrong with it until a use case asks."""
    raw = await read_body(exchange.request)
    content_type = exchange.request.headers.get("content-type")
    return await deferred_body(raw, lambda: make(_object(decode_json(raw, content_type, strict=True))))


def read_new_text(body: Mapping[str, JsonValue]) -> NewText:
    """Read a prompt to write; what EvalGuard's clients send besides is passed over, if it is of the right type.

    Raises:
        InvalidInput: When something is missing, or is of another type.
    """
    variables = body.get("variables")
    if variables is not None and not (isinstance(variables, list) and all(isinstance(one, str) for one in variables)):
        raise InvalidInput("variables must be an array of strings", "variables")
    team_id = project_id(_text(body, "projectId"))
    draft = Draft({"template": _required(body, "content"), "model": _text(body, "model") or None})
    return NewText(team_id=team_id, name=check_name(_required(body, "name")), draft=draft)


def read_role(body: Mapping[str, JsonValue]) -> OrgRole:
    """Read the role that the move of a label shall need.

    Raises:
        InvalidInput: When there is none, or no such role.
    """
    text = _text(body, "minRequiredRole") or _text(body, "min_required_role")
    if not text:
        raise InvalidInput("minRequiredRole is required", "minRequiredRole")
    return OrgRole.parse(text)


def _required(body: Mapping[str, JsonValue], field: str) -> str:
    text = _text(body, field)
    if text is None:
        raise InvalidInput(f"{field} is required", field)
    return text


def _text(body: Mapping[str, JsonValue], field: str) -> str | None:
    value = body.get(field)
    if value is not None and not isinstance(value, str):
        raise InvalidInput(f"{field} must be a string", field)
    return value


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    if not isinstance(value, Mapping):
        raise InvalidBody("a JSON object is expected")
    return value


def read_label_request(body: Mapping[str, JsonValue]) -> LabelRequest:
    """Read a decoded body; unknown keys are passed over, null is no array (A11, A12).

    Raises:
        InvalidInput: When a list is none, is too long, or holds something else than labels.
    """
    return label_request(_labels(body, "add"), _labels(body, "remove"))


def _labels(value: Mapping[str, JsonValue], field: str) -> list[str]:
    items = value.get(field, [])
    if not isinstance(items, list):
        raise InvalidInput(f"{field} must be an array of strings", field)
    for at, item in enumerate(items):
        if not isinstance(item, str):
            raise InvalidInput(f"{field}[{at}] must be a string", f"{field}[{at}]")
    return items
