"""How to call a model with a version: which model, its parameters, tools, and the format of its answer.

They are kept as the author wrote them, in the shape of OpenAI's client or of Anthropic's; what is checked here is what
every one of their models would refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from promptwire.domain.errors import InvalidInput
from promptwire.domain.texts import check_name
from promptwire.wire.canonical import JsonValue, canonical_json

MAX_BYTES: Final = 256 * 1024
"""Of the parameters, of all tools, and of the response format, each as canonical JSON."""
MAX_TOOLS: Final = 128
MAX_TOOL_NAME: Final = 128
_OWN: Final = ("model", "messages", "tools", "response_format")


def check_model(value: JsonValue) -> JsonValue:
    """Give back the name of a model.

    Raises:
        InvalidInput: When it is no name of 1 to 255 characters.
    """
    if not isinstance(value, str):
        raise InvalidInput("model must be a string", "model")
    return check_name(value, "model")


def check_model_params(value: JsonValue) -> JsonValue:
    """Give back parameters, which are passed to a model's client beside what has a field of its own.

    Raises:
        InvalidInput: When it is no object, has a key that has a field of its own, or is too large.
    """
    params = _object(value, "model_params")
    for name in _OWN:
        if name in params:
            raise InvalidInput(f"model_params.{name} has a field of its own: {name}", f"model_params.{name}")
    return _within_bounds(params, "model_params")


def check_tools(value: JsonValue) -> JsonValue:
    """Give back tools: functions in OpenAI's two shapes, Anthropic's, or those that a provider names by their type.

    Raises:
        InvalidInput: With the path of what is no tool.
    """
    if not isinstance(value, list | tuple) or not 0 < len(value) <= MAX_TOOLS:
        raise InvalidInput(f"tools must be a list of 1 to {MAX_TOOLS} tools", "tools")
    for at, tool in enumerate(value):
        _check_tool(tool, f"tools[{at}]")
    return _within_bounds(value, "tools")


def _check_tool(value: JsonValue, path: str) -> None:
    tool = _object(value, path)
    if "function" in tool:
        function = _object(tool["function"], f"{path}.function")
        _check_function(function, f"{path}.function", "parameters")
        if tool.get("type") != "function":
            raise InvalidInput(f"{path}.type must be function", f"{path}.type")
    elif "name" in tool:
        _check_function(tool, path, "input_schema" if "input_schema" in tool else "parameters")
    else:
        _check_word(tool.get("type"), f"{path}.type", "must name the tool's type, or the tool must have a function")
        if tool["type"] == "function":
            raise InvalidInput(f"{path}.function is required", f"{path}.function")


def _check_function(function: Mapping[str, JsonValue], path: str, schema: str) -> None:
    _check_word(function.get("name"), f"{path}.name", f"must be a string of 1 to {MAX_TOOL_NAME} characters")
    if function.get(schema) is not None:
        _object(function[schema], f"{path}.{schema}")


def check_response_format(value: JsonValue) -> JsonValue:
    """Give back the format of a model's answer.

    Raises:
        InvalidInput: When it names no type, or is to follow a JSON schema and has none.
    """
    field = "response_format"
    found = _object(value, field)
    _check_word(found.get("type"), f"{field}.type", "must be a string, such as text, json_object or json_schema")
    if found["type"] == "json_schema":
        _check_schema(found, field)
    return _within_bounds(found, field)


def _check_schema(found: Mapping[str, JsonValue], path: str) -> None:
    """Check a schema where OpenAI's two shapes have it."""
    if "schema" in found:
        _object(found["schema"], f"{path}.schema")
        return
    path = f"{path}.json_schema"
    named = _object(found.get("json_schema"), path)
    _check_word(named.get("name"), f"{path}.name", f"must be a string of 1 to {MAX_TOOL_NAME} characters")
    if named.get("schema") is not None:
        _object(named["schema"], f"{path}.schema")


CHECKS: Final[Mapping[str, Callable[[JsonValue], JsonValue]]] = {
    "model": check_model,
    "model_params": check_model_params,
    "tools": check_tools,
    "response_format": check_response_format,
}
"""What gives back each part that may be stored, or says why not."""


def _object(value: JsonValue, path: str) -> Mapping[str, JsonValue]:
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{path} must be an object", path)
    return value


def _check_word(value: JsonValue, path: str, rule: str) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TOOL_NAME:
        raise InvalidInput(f"{path} {rule}", path)


def _within_bounds(value: JsonValue, field: str) -> JsonValue:
    if len(canonical_json(value)) > MAX_BYTES:
        raise InvalidInput(f"{field} must be at most {MAX_BYTES} bytes as JSON", field)
    return value
