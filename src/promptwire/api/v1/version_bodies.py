"""What an author sends of a version."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field, WithJsonSchema

from promptwire.api.exchange import Exchange
from promptwire.api.preconditions import if_match
from promptwire.api.v1.requests import Body
from promptwire.api.v1.version_answers import JsonObject, JsonObjects
from promptwire.domain.drafts import MAX_MESSAGE, MAX_SOURCE, Draft
from promptwire.ports.schemas import Schemas
from promptwire.services.schemas import read_schema

Kind = Annotated[Any, WithJsonSchema({"type": "string", "enum": ["text", "chat"]})]
Text = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "null"}]})]


class VersionBody(Body):
    """The fields of a version; what they hold is judged by the use case, in words that name the path."""

    NULLABLE: ClassVar[frozenset[str]] = frozenset(
        {"model", "model_params", "tools", "response_format", "input_schema", "message", "source"}
    )

    template: str = Field("", description="The Go template of a text.")
    kind: Kind = Field(None, description="What it is to be, where that is not plain from what is sent.")
    messages: JsonObjects = Field(None, description="Those of a chat: docs/reference/chat.md.")
    model: Text = Field(None, description="The model to call.")
    model_params: JsonObject = Field(None, description="What to call it with, such as temperature.")
    tools: JsonObjects = Field(None, description="The tools it may call, in OpenAI's or Anthropic's shape.")
    response_format: JsonObject = Field(None, description="The format of its answer, in OpenAI's shape.")
    input_schema: JsonObject = Field(
        None, description="A JSON Schema (draft 2020-12) of the variables; the prompt's where none is sent."
    )
    message: Text = Field(None, description=f"Why it was written; at most {MAX_MESSAGE} characters.")
    source: Text = Field(None, description=f"Where it came from, such as a commit; at most {MAX_SOURCE} characters.")

    def draft(self, schemas: Schemas) -> Draft:
        """Give what was written.

        Raises:
            InvalidInput: When the input schema is none that may be kept.
        """
        read_schema(schemas, self.input_schema)
        return Draft({name: getattr(self, name) for name in self.model_fields_set})


class CreateVersionRequest(VersionBody):
    """A new draft: `template` for a text, or `messages` for a chat."""


class UpdateVersionRequest(VersionBody):
    """What changes in a draft; what is not sent stays, and null takes a value away."""


def draft_over(exchange: Exchange, body: UpdateVersionRequest) -> Draft:
    """Give what was written, and over what it may go.

    Raises:
        InvalidInput: When `If-Match` cannot be read, or the input schema is none that may be kept.
    """
    over = if_match(exchange.request.headers.getlist("if-match"))
    return Draft(body.draft(exchange.context.schemas).fields, over=over)
