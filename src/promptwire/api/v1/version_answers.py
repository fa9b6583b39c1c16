"""A version in the answers of `/v1`: px0's fields (contracts/px0.md 1.3), and beside them all that it says."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import BaseModel, WithJsonSchema
from starlette.status import HTTP_200_OK, HTTP_201_CREATED

from promptwire.api.v1.answers import Time, Uuid, answer
from promptwire.api.v1.pages import Paged
from promptwire.domain import versions
from promptwire.domain.versions import fingerprint
from promptwire.services.authors import Authored

OBJECT = {"type": "object", "additionalProperties": True}
OBJECTS = {"type": "array", "items": OBJECT}

JsonObject = Annotated[Any, WithJsonSchema({"anyOf": [OBJECT, {"type": "null"}]})]
JsonObjects = Annotated[Any, WithJsonSchema({"anyOf": [OBJECTS, {"type": "null"}]})]


class Author(BaseModel):
    """Who wrote a version; `name` is what they are called now, or null where there is none to be seen."""

    kind: Literal["user", "api_key", "system"]
    id: str
    name: str | None


class Eraser(BaseModel):
    """Who erased a text."""

    kind: Literal["user", "api_key", "system"]
    id: str


class Purge(BaseModel):
    """That the text of a version was erased for good."""

    at: Time
    by: Eraser
    reason: str

    @classmethod
    def of(cls, purge: versions.Purge) -> Purge:
        """Write a purge."""
        kind, subject_id = purge.by
        return cls(at=purge.at, by=Eraser.model_validate({"kind": kind, "id": subject_id}), reason=purge.reason)


class PromptVersion(BaseModel):
    """A version (contracts/seeds/px0-list-versions.txt), and beside px0's fields all that it says.

    Of a chat, `template` is a text that shows it, for reading only: `messages` says what it is. `message` is what its
    author said of it, `source` where it came from. `purged` says that the text was erased; the content is empty then.
    """

    id: Uuid
    prompt_id: Uuid
    version: int
    template: str
    status: Literal["draft", "stable", "live", "archived"]
    created_at: Time
    published_at: Time | None
    tags: list[str]
    content_hash: str
    kind: Literal["text", "chat"]
    messages: JsonObjects
    model: str | None
    model_params: JsonObject
    tools: JsonObjects
    response_format: JsonObject
    input_schema: JsonObject
    message: str | None
    source: str | None
    author: Author
    purged: Purge | None

    @classmethod
    def of(cls, version: versions.Version, author_name: str | None = None) -> PromptVersion:
        """Write a version."""
        content = version.content
        return cls(
            id=version.id,
            prompt_id=version.prompt_id,
            version=version.number,
            template=content.text,
            status=version.status.value,
            created_at=version.created_at,
            published_at=version.published_at,
            tags=list(version.labels),
            content_hash=version.content_hash,
            kind=content.kind,
            messages=content.messages,
            model=content.model,
            model_params=content.model_params,
            tools=content.tools,
            response_format=content.response_format,
            input_schema=content.input_schema,
            message=version.message,
            source=version.source,
            author=Author.model_validate({"kind": version.author_kind, "id": version.author_id, "name": author_name}),
            purged=Purge.of(version.purge) if version.purge else None,
        )

    @classmethod
    def by(cls, authored: Authored) -> PromptVersion:
        """Write a version with its author's name."""
        return cls.of(authored.version, authored.author_name)


class VersionAnswer(BaseModel):
    """One version."""

    version: PromptVersion


class VersionsAnswer(Paged):
    """Versions, highest number first."""

    versions: list[PromptVersion]


def one(authored: Authored, status: int = HTTP_200_OK) -> Response:
    """Answer with a version; its `ETag` names what can be written of it, for `If-Match`."""
    response = answer(VersionAnswer(version=PromptVersion.by(authored)), status)
    response.headers["ETag"] = f'"{fingerprint(authored.version)}"'
    return response


def created(authored: Authored) -> Response:
    """Answer with a version that is new."""
    return one(authored, HTTP_201_CREATED)
