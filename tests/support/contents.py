"""Templates, schemas and variables at random, close enough to one another to be compared."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from promptwire.wire.content import Content

NAMES = ("a", "b", "c")
DEEPER = ("", ".a", ".b")


def _pieces(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    place = st.builds("{}{}".format, st.sampled_from((".a", ".b", ".c", "$.a", "$.b", "$x")), st.sampled_from(DEEPER))
    condition = place | st.builds(
        "{} {} {}".format,
        st.sampled_from(("eq", "ne", "lt", "and", "or")),
        place,
        place | st.sampled_from(('"k"', "1", "true")),
    )
    condition |= st.builds("{} {}".format, st.sampled_from(("not", "len")), place)
    value = condition | st.builds("index {} {}".format, place, st.sampled_from(('"a"', "0"))) | st.just(".")
    value |= st.builds("{} | {}".format, place, st.sampled_from(("html", "len", 'printf "%v"', "slice")))
    loop = st.sampled_from(("range {}", "range $i, $x := {}", "range $x := {}", "range $x = {}"))
    return st.one_of(
        st.sampled_from(("text", " ", "other")),
        st.builds("{{{{{}}}}}".format, value),
        st.builds("{{{{if {}}}}}{}{{{{end}}}}".format, condition, inner),
        st.builds("{{{{if {}}}}}{}{{{{else}}}}{}{{{{end}}}}".format, condition, inner, inner),
        st.builds("{{{{with {}}}}}{}{{{{end}}}}".format, condition, inner),
        st.builds("{{{{with $x := {}}}}}{}{{{{else}}}}{}{{{{end}}}}".format, place, inner, inner),
        st.builds(lambda head, at, body: f"{{{{{head.format(at)}}}}}{body}{{{{end}}}}", loop, place, inner),
        st.builds("{{{{range {}}}}}{}{{{{break}}}}{{{{end}}}}".format, place, inner),
        st.builds("{{{{range {}}}}}{{{{if {}}}}}{{{{continue}}}}{{{{end}}}}{}{{{{end}}}}".format, place, place, inner),
        st.builds("{{{{$x = {}}}}}".format, place),
        st.builds('{{{{template "t" {}}}}}'.format, place),
        st.sampled_from(('{{template "t"}}', '{{template "u" .}}', "{{and .a ($y := .b)}}", '{{len "k"}}')),
    )


BODIES = st.recursive(
    st.just("") | st.sampled_from([f"{{{{.{name}}}}}" for name in NAMES]),
    lambda inner: st.lists(_pieces(inner), max_size=3).map("".join),
    max_leaves=6,
)
TEMPLATES = st.builds(
    '{{{{define "t"}}}}{}{{{{end}}}}{{{{$x := .a}}}}{}'.format,
    st.sampled_from(("", "{{.a}}", "{{.}}", "{{$.b}}")),
    BODIES,
)
PLAIN_TEMPLATES = BODIES.map(lambda body: "{{$x := .b}}" + body)
TEMPLATES |= PLAIN_TEMPLATES

LEAVES = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(("", "k", "a")) | st.just(1.5)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=2),
    max_leaves=5,
)
VARIABLES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3)

_TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


def _schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    named = st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    small = st.integers(0, 2)
    keywords: dict[str, st.SearchStrategy[Any]] = {
        "type": st.sampled_from(_TYPES) | st.lists(st.sampled_from(_TYPES), min_size=1, max_size=3, unique=True),
        "enum": st.lists(LEAVES, min_size=1, max_size=3, unique_by=repr),
        "const": LEAVES,
        "properties": named,
        "required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
        "additionalProperties": inner,
        "patternProperties": st.dictionaries(st.sampled_from(("^a", "b$")), inner, max_size=1),
        "propertyNames": st.just({"enum": ["a", "b"]}),
        "unevaluatedProperties": st.booleans(),
        "items": inner,
        "prefixItems": st.lists(inner, min_size=1, max_size=2),
        "contains": inner,
        "minContains": small,
        "uniqueItems": st.booleans(),
        **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), small),
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), st.integers(-2, 2)),
        "multipleOf": st.sampled_from((1, 2, 0.5)),
        "pattern": st.sampled_from(("^k", "a")),
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        **dict.fromkeys(("allOf", "anyOf", "oneOf"), st.lists(inner, min_size=1, max_size=2)),
        "dependentRequired": st.just({"a": ["b"]}),
        "title": st.just("T"),
    }
    chosen = st.lists(st.sampled_from(sorted(keywords)), max_size=3, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: keywords[name] for name in names}))


SCHEMAS = st.recursive(st.booleans() | _schemas(st.booleans()), _schemas, max_leaves=4)
INPUT_SCHEMAS = _schemas(SCHEMAS).map(lambda schema: schema | {"type": "object"})


def text(template: str, **fields: Any) -> Content:
    """Give the content of a text."""
    return Content(template=template, **fields)


def schema_of(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    """Give the schema of an object."""
    return {"type": "object", "properties": properties, "required": list(required), **more}


KINDS: dict[str, tuple[dict[str, Any], st.SearchStrategy[Any]]] = {
    "text": ({"type": "string"}, st.sampled_from(("", "k"))),
    "flag": ({"type": ["boolean", "null"]}, st.none() | st.booleans()),
    "number": ({"type": "number"}, st.sampled_from((0, 1, 1.0, 1.5))),
    "texts": ({"type": "array", "items": {"type": "string"}}, st.lists(st.sampled_from(("", "k")), max_size=2)),
    "pair": (
        schema_of({"a": {"type": "string"}, "b": {}}, "a", "b"),
        st.fixed_dictionaries({"a": st.just("k"), "b": VALUES}),
    ),
    "pairs": (
        {"type": "array", "items": schema_of({"a": {}}, "a")},
        st.lists(st.fixed_dictionaries({"a": VALUES}, optional={"b": VALUES}), max_size=2),
    ),
}
DECLARED = st.fixed_dictionaries({name: st.sampled_from(sorted(KINDS)) for name in NAMES})
"""What each variable is declared to be."""


def declared(kinds: dict[str, str]) -> tuple[dict[str, Any], st.SearchStrategy[dict[str, Any]]]:
    """Give a schema that declares the variables, and variables that satisfy it."""
    schema = schema_of({name: KINDS[kind][0] for name, kind in kinds.items()}, *kinds)
    return schema, st.fixed_dictionaries({name: KINDS[kind][1] for name, kind in kinds.items()})
