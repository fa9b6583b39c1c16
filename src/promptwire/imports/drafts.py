"""One version as an object tells of it, translated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from promptwire.imports.dialects import Dialect, translate
from promptwire.imports.entries import Draft
from promptwire.wire.chat_shape import ChatShapeError, parse
from promptwire.wire.content import Content

_OWN: Final = frozenset({"model", "messages", "tools", "response_format"})
"""What is no parameter of a model but has a place of its own."""
_AUTOMATIC: Final = frozenset({"latest"})
"""Labels that move by themselves where they come from."""
_SERVED: Final = "production"
"""What Langfuse gives to whoever names no label."""


def draft(told: Mapping[str, Any], number: str, dialect: Dialect) -> Draft:
    """Read one version; what of it cannot be translated is among its problems."""
    problems: list[str] = []
    content = _content(told, dialect, problems)
    labels = _texts(told.get("labels"))
    return Draft(
        number=number,
        content=None if problems else content,
        message=_text(told, "message", "commitMessage", "commit_message"),
        labels=tuple(one for one in labels if one not in _AUTOMATIC and one.casefold() != "live"),
        served=told.get("status") == "live" or any(one.casefold() in {"live", _SERVED} for one in labels),
        problems=tuple(problems),
        notes=tuple(_notes(told)),
    )


def _content(told: Mapping[str, Any], dialect: Dialect, problems: list[str]) -> Content:
    body = _body(told)
    config = told["config"] if isinstance(told.get("config"), Mapping) else {}
    params = told.get("model_params") or {key: value for key, value in config.items() if key not in _OWN} or None
    common: dict[str, Any] = {
        "model": told.get("model") or (config.get("model") if isinstance(config.get("model"), str) else None),
        "model_params": params,
        "tools": told.get("tools"),
        "response_format": told.get("response_format"),
        "input_schema": told.get("input_schema"),
    }
    if isinstance(body, str):
        return Content(template=_translated(body, dialect, "", problems), **common)
    if isinstance(body, list):
        messages = [_message(one, dialect, f"messages[{at}]: ", problems) for at, one in enumerate(body)]
        try:
            parse(messages)
        except ChatShapeError as error:
            problems.append(str(error))
        return Content(kind="chat", messages=messages, **common)
    problems.append("it has neither a text nor messages")
    return Content(template="")


def _body(told: Mapping[str, Any]) -> object:
    if told.get("kind") == "chat":
        return told.get("messages")
    return next((told[one] for one in ("template", "prompt", "messages", "text") if told.get(one) is not None), None)


def _message(told: object, dialect: Dialect, where: str, problems: list[str]) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(told, Mapping):
        return told
    if told.get("type") == "placeholder":
        return {"placeholder": told.get("name")}
    message = {key: value for key, value in told.items() if key != "type"}
    if isinstance(message.get("content"), str):
        message["content"] = _translated(message["content"], dialect, where, problems)
    return message


def _translated(text: str, dialect: Dialect, where: str, problems: list[str]) -> str:
    found = translate(text, dialect)
    problems += [f"{where}{one}" for one in found.problems]
    return found.text


def _notes(told: Mapping[str, Any]) -> list[str]:
    config = told.get("config")
    left = sorted((_OWN - {"model"}).intersection(config)) if isinstance(config, Mapping) else []
    tags = _texts(told.get("tags"))
    tagged = [f"tags are not carried over: {', '.join(tags)}"] if tags else []
    resolved = told.get("resolutionGraph")
    included = ["the prompts that it includes are put in, and no longer followed"] if resolved else []
    return [*(f"config.{name} is not carried over" for name in left), *tagged, *included]


def _text(told: Mapping[str, Any], *names: str) -> str | None:
    return next((told[one] for one in names if isinstance(told.get(one), str) and told[one]), None)


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
