"""The four templates of the benchmark, in Go's syntax and Jinja's, and what they are rendered with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """One template in the languages that can say it, and its variables."""

    name: str
    what: str
    go: str
    jinja: str
    variables: dict[str, Any]
    format: str | None = None


_PROSE = (
    "You answer the questions of people who are new to the product. Be brief, be exact, and say so when you do not "
    "know. Never invent a name, a number or a date. Quote the page you rely on.\n"
)
_LONG = _PROSE * (20_000 // len(_PROSE))


def _catalogue(*, go: bool) -> str:
    fields = ("title", "team", "owner", "tone", "lang", "limit", "date")
    head = "".join("{{" + ("." if go else "") + name + "}}\n" + _PROSE for name in fields)
    if go:
        loop = "{{range .items}}- {{.name}}: {{.note}}\n{{end}}"
        return head + "{{if .strict}}Refuse what is not listed.\n{{else}}Guess.\n{{end}}" + loop
    loop = "{% for item in items %}- {{item.name}}: {{item.note}}\n{% endfor %}"
    return head + "{% if strict %}Refuse what is not listed.\n{% else %}Guess.\n{% endif %}" + loop


_CHAT_GO = """{{with .system}}System: {{.}}
{{end}}{{len .messages}} messages
{{range $i, $m := .messages -}}
{{if eq $m.role "user"}}User{{else if eq $m.role "assistant"}}Assistant{{else}}Tool{{end}} \
({{printf "%.1f" $m.score}}): {{$m.content}}
{{end}}{{index .stop 0}}"""
_CHAT_JINJA = """{% if system %}System: {{system}}
{% endif %}{{messages|length}} messages
{% for m in messages %}{% if m.role == "user" %}User{% elif m.role == "assistant" %}Assistant{% else %}Tool{% endif %} \
({{"%.1f"|format(m.score)}}): {{m.content}}
{% endfor %}{{stop[0]}}"""

CASES = (
    Case("a", "one variable", "Hello {{.name}}!", "Hello {{name}}!", {"name": "Ada"}, "Hello {name}!"),
    Case(
        "b",
        "2 KB, an if, a range over 20",
        _catalogue(go=True),
        _catalogue(go=False),
        {
            **{name: f"the {name}" for name in ("title", "team", "owner", "tone", "lang", "limit", "date")},
            "strict": True,
            "items": [{"name": f"item {i}", "note": f"note number {i}"} for i in range(20)],
        },
    ),
    Case(
        "c",
        "20 KB static, 3 variables",
        _LONG + "{{.a}}" + _PROSE + "{{.b}}" + _PROSE + "{{.c}}",
        _LONG + "{{a}}" + _PROSE + "{{b}}" + _PROSE + "{{c}}",
        {"a": "one", "b": "two", "c": "three"},
        _LONG + "{a}" + _PROSE + "{b}" + _PROSE + "{c}",
    ),
    Case(
        "d",
        "chat of 50 messages",
        _CHAT_GO,
        _CHAT_JINJA,
        {
            "system": "Be kind.",
            "stop": ["END"],
            "messages": [
                {"role": ("user", "assistant", "tool")[i % 3], "score": i / 7, "content": f"message number {i}"}
                for i in range(50)
            ],
        },
    ),
)
