"""The bodies of reads, which the routes and the quick way to them share."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from promptwire.api.v1.requests import Body


class RenderRequest(Body):
    """The variables to fill the template with."""

    variables: dict[str, Any] = Field(default_factory=dict)
