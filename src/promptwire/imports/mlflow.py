"""What MLflow's Prompt Registry answers, as objects that `records` reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from promptwire.imports.dialects import Dialect

IS_PROMPT: Final = "tags.`mlflow.prompt.is_prompt` = 'true'"
"""The filter that finds prompts among its models."""
_TEXT: Final = "mlflow.prompt.text"
_TYPE: Final = "_mlflow_prompt_type"
_CONFIG: Final = "_mlflow_prompt_model_config"
_RESPONSE: Final = "_mlflow_prompt_response_format"
_ITS_OWN: Final = ("mlflow.", "_mlflow_")
"""What tags begin with that MLflow itself sets."""


def records(model: Mapping[str, Any], versions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give an object for each version of a registered prompt; its aliases are labels."""
    aliases = model.get("aliases") or []
    return [_record(one, [its["alias"] for its in aliases if its["version"] == one["version"]]) for one in versions]


def _record(version: Mapping[str, Any], labels: list[str]) -> dict[str, Any]:
    tags = {one["key"]: one.get("value", "") for one in version.get("tags") or []}
    text = tags.get(_TEXT)
    config: dict[str, Any] = _json(tags.get(_CONFIG)) or {}
    if "model_name" in config:
        config["model"] = config.pop("model_name")
    if _RESPONSE in tags:
        config["response_format"] = tags[_RESPONSE]
    return {
        "name": version["name"],
        "version": int(version["version"]),
        "prompt": _json(text) if tags.get(_TYPE) == "chat" else text,
        "syntax": Dialect.JINJA if text and "{%" in text and "%}" in text else Dialect.MUSTACHE,
        "commitMessage": version.get("description"),
        "labels": labels,
        "tags": [one for one in tags if not one.startswith(_ITS_OWN)],
        "config": config,
    }


def _json(text: str | None) -> Any:  # noqa: ANN401 - any JSON
    with suppress(ValueError, RecursionError):
        return json.loads(text) if text else None
    return None
