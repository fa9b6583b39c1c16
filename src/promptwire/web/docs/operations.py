"""A page for every operation of the API, out of its OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from promptwire.web.docs.sources import Source

_METHODS = ("get", "post", "put", "patch", "delete")
SCHEMAS = "api/schemas"
"""The address of the page that has every schema."""
_SCHEMAS_BESIDE = "schemas.md"


def api_pages(document: Mapping[str, Any]) -> list[Source]:
    """Write the page that lists the operations, one for each of them, and one for the schemas."""
    found = list(_operations(document))
    return [_overview(document, found), *(_page(*one) for one in found), _schemas(document)]


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield method.upper(), path, methods[method]


def _source(address: str, title: str, about: str, text: str) -> Source:
    return Source(path=f"docs/{address}.md", address=address, title=title, about=about, section="reference", text=text)


def _overview(document: Mapping[str, Any], found: Sequence[tuple[str, str, dict[str, Any]]]) -> Source:
    by_tag: dict[str, list[str]] = {}
    for method, path, operation in found:
        name, summary = operation["operationId"], _line(operation["summary"])
        rows = by_tag.setdefault(operation["tags"][0], [])
        rows.append(f"| [{name}](api/{name}.md) | `{method} {path}` | {summary} |")
    tables = (
        f"## {tag}\n\n| operation | request | what it does |\n|---|---|---|\n" + "\n".join(rows)
        for tag, rows in sorted(by_tag.items())
    )
    about = f"Every operation of /v1, made from the OpenAPI document of this server ({document['info']['version']})."
    text = (
        f"# The API\n\n{about} For programs: [openapi.json](/openapi.json). What is sent and answered has its fields "
        f"on [one page](api/schemas.md).\n\n" + "\n\n".join(tables)
    )
    return _source("api", "The API", about, text + "\n")


def _page(method: str, path: str, operation: Mapping[str, Any]) -> Source:
    name = operation["operationId"]
    who = "A bearer token is needed." if operation.get("security") else "Anybody may ask; no token is needed."
    parts = [
        f"# {name}",
        f"`{method} {path}`",
        _paragraph(operation["summary"]),
        operation.get("description", ""),
        who,
    ]
    rows = [_parameter(one) for one in operation.get("parameters", ())]
    if rows:
        parts += ["## Parameters", "\n".join(["| name | in | needed | |", "|---|---|---|---|", *rows])]
    body = _schema_of(operation.get("requestBody", {}))
    if body:
        parts += ["## Body", f"JSON: {_type(body)}."]
    answers = [
        f"| {status} | {_cell(answer['description'])} | {_type(_schema_of(answer)) if _schema_of(answer) else ''} |"
        for status, answer in operation["responses"].items()
    ]
    parts += ["## Answers", "\n".join(["| status | when | JSON |", "|---|---|---|", *answers])]
    parts += ["[Every operation](../api.md)"]
    text = "\n\n".join(part for part in parts if part)
    return _source(f"api/{name}", name, _line(operation["summary"]), text + "\n")


def _parameter(one: Mapping[str, Any]) -> str:
    needed = "yes" if one.get("required") else "no"
    return f"| `{one['name']}` | {one['in']} | {needed} | {_cell(one.get('description', ''))} |"


def _schemas(document: Mapping[str, Any]) -> Source:
    parts = []
    for name, schema in document["components"]["schemas"].items():
        parts += [f"## {name}", _cell(schema.get("description", "")).replace("\\|", "|"), _fields(schema)]
    about = "Every object that the API takes and gives, with its fields."
    text = "\n\n".join(part for part in ["# Schemas of the API", about, *parts] if part)
    return _source(SCHEMAS, "Schemas of the API", about, text + "\n")


def _fields(schema: Mapping[str, Any]) -> str:
    fields = schema.get("properties", {})
    if not fields:
        return f"JSON: {_type(schema)}."
    needed = set(schema.get("required", ()))
    rows = [
        f"| `{name}` | {_type(field)} | {'yes' if name in needed else 'no'} | {_cell(field.get('description', ''))} |"
        for name, field in fields.items()
    ]
    return "\n".join(["| field | type | always there | |", "|---|---|---|---|", *rows])


def _type(schema: Mapping[str, Any]) -> str:
    """Say in a few words what a value is, with a link to the schema it names."""
    reference = schema.get("$ref")
    if reference:
        name = str(reference).rpartition("/")[2]
        return f"[{name}]({_SCHEMAS_BESIDE}#{name.lower()})"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_type(one) for one in schema[several]))
    if "enum" in schema or "const" in schema:
        return " or ".join(f"`{one}`" for one in schema.get("enum", [schema.get("const")]))
    return _type_of_plain(schema)


def _type_of_plain(schema: Mapping[str, Any]) -> str:
    kind = str(schema.get("type", "any value"))
    values = schema.get("additionalProperties")
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if kind == "object" and isinstance(values, Mapping) and values:
        return f"object of {_type(values)}"
    return f"{kind}, {schema['format']}" if "format" in schema else kind


def _schema_of(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = holder.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")


def _paragraph(text: str) -> str:
    line = _line(text)
    return line if line.endswith((".", "?", "!")) else f"{line}."
