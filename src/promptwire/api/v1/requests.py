"""What the operations of `/v1` take, and how it is read from a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Self, TypeVar
from urllib.parse import unquote, unquote_plus

from fastapi import Depends, Path
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from promptwire.api.bodies import decode_json, read_body, says_json
from promptwire.api.exchange import Exchange, deferred, deferred_body, exchange_with
from promptwire.domain.errors import InvalidBody, InvalidInput
from promptwire.domain.texts import parse_uuid
from promptwire.services.access import Access
from promptwire.services.calls import Input
from promptwire.wire.canonical import JsonValue

Value = TypeVar("Value")


class Body(BaseModel):
    """The body of a request, read as Go reads it: unknown fields are passed over, null is a field's zero value."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    REQUIRED: ClassVar[tuple[str, ...]] = ()
    """The fields that must be sent; px0 says so in words of its own, so the use cases ask for them."""
    NULLABLE: ClassVar[frozenset[str]] = frozenset()
    """The fields in which null means something else than nothing at all."""

    @classmethod
    def read(cls, value: JsonValue) -> Self:
        """Read a decoded body.

        Raises:
            InvalidBody: When it is no object, or a field has another type.
        """
        if value is not None and not isinstance(value, Mapping):
            raise InvalidBody("a JSON object is expected")
        try:
            return cls.model_validate(_by_field(cls, value or {}))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise InvalidBody(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _by_field(model: type[Body], value: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Match keys without regard to case, an exact spelling first."""
    fields = {name.lower(): name for name in model.model_fields}
    given = [(fields.get(key.lower()), key, item) for key, item in value.items()]
    kept = [(name, key, item) for name, key, item in given if name and (item is not None or name in model.NULLABLE)]
    return {name: item for name, _, item in kept} | {name: item for name, key, item in kept if name == key}


BodyT = TypeVar("BodyT", bound=Body)


async def body_of(exchange: Exchange, model: type[BodyT], make: Callable[[BodyT], Value]) -> Input[Value]:
    """Read the body of a request now, and keep what is wrong with it until a use case asks."""
    raw = await read_body(exchange.request)
    content_type = exchange.request.headers.get("content-type")
    return await deferred_body(raw, lambda: make(model.read(decode_json(raw, content_type))))


async def optional_body_of(exchange: Exchange, model: type[BodyT], make: Callable[[BodyT], Value]) -> Input[Value]:
    """Do what `body_of` does where px0's clients send nothing at all, or anything that does not say it is JSON."""
    raw = await read_body(exchange.request)
    content_type = exchange.request.headers.get("content-type")
    if not raw.strip() or not says_json(content_type):
        return deferred(lambda: make(model()))
    return await deferred_body(raw, lambda: make(model.read(decode_json(raw, content_type))))


def takes(model: type[Body], *, required: bool = True) -> dict[str, Any]:
    """Describe a body for the document; the routes read it themselves, after the subject's rights are known."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
    return {"requestBody": {"required": required, "content": content}}


def uuid_of(text: str, words: str) -> str:
    """Read a UUID in any of px0's spellings.

    Raises:
        InvalidInput: In the words given.
    """
    found = parse_uuid(text)
    if found is None:
        raise InvalidInput(words)
    return found


def body_uuid(text: str | None, field: str) -> str | None:
    """Read a UUID in a body; null and nothing at all are none.

    Raises:
        InvalidBody: When it is no UUID.
    """
    if text is None:
        return None
    found = parse_uuid(text)
    if found is None:
        raise InvalidBody(f"{field}: a UUID is expected")
    return found


def prompt_id(text: str) -> str:
    """Read the id of a prompt where px0 takes no slug."""
    return uuid_of(text, "invalid prompt id")


def team_id(text: str) -> str:
    """Read the id of a team where no slug is taken."""
    return uuid_of(text, "invalid team id")


PublicExchange = Annotated[Exchange, Depends(exchange_with(Access.PUBLIC))]
SubjectExchange = Annotated[Exchange, Depends(exchange_with(Access.SUBJECT))]
PersonOrAdminKeyExchange = Annotated[Exchange, Depends(exchange_with(Access.PERSON_OR_ADMIN_KEY))]
PersonExchange = Annotated[Exchange, Depends(exchange_with(Access.PERSON))]
SessionExchange = Annotated[Exchange, Depends(exchange_with(Access.SESSION))]

Segment = Annotated[str, Path(), AfterValidator(unquote)]
"""A segment of the path; the front keeps `/` and `%` inside it encoded, here they become themselves."""


def raw_query(exchange: Exchange, name: str) -> list[str]:
    """Give the items of a comma list in the query, split before decoding, so that an item may hold a comma."""
    items: list[str] = []
    for pair in exchange.request.scope["query_string"].decode("latin-1").split("&"):
        key, _, value = pair.partition("=")
        if unquote_plus(key) == name:
            items += [unquote_plus(item).strip() for item in value.split(",")]
    return [item for item in items if item]
