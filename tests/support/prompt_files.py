"""Prompts as they could be, to put into files."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from promptwire.files.prompt_file import PromptFile, State
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content

_PIECES = (
    *(
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        " ",
        "  ",
        "\t",
        "---",
        "---\n",
        "- ",
        "# ",
        ": ",
        "key: value\n",
        "{{.name}}",
        "|",
        ">",
    ),
    *(
        "no",
        "yes",
        "null",
        "~",
        "1",
        "0.5",
        "1e3",
        "12:30",
        "2024-01-01",
        '"',
        "'",
        "\\",
        "%",
        "@",
        "`",
        "&a",
        "*a",
        "!x",
    ),
    *(
        "<<<<<<< here\n",
        "=======\n",
        ">>>>>>> there\n",
        "é",
        "e\u0301",
        "日本",
        "🙂",
        "\x85",
        "\u2028",
        "\ufeff",
        "\x7f",
        "\x01",
    ),
)
NAMES = st.text("abcdefgh ÄÖ日:#-'\"", min_size=1, max_size=12).filter(lambda name: bool(name.strip()))


def texts() -> SearchStrategy[str]:
    """Texts that YAML, git and editors are known to have trouble with, and any other."""
    odd = st.lists(st.sampled_from(_PIECES) | st.text("ab \n", max_size=4), max_size=8).map("".join)
    return odd | st.text(st.characters(codec="utf-8"), max_size=20)


def templates() -> SearchStrategy[str]:
    """Texts that a version may have."""
    return texts().map(lambda text: text.replace("\0", "")).filter(bool)


def objects() -> SearchStrategy[dict[str, JsonValue]]:
    """Small JSON objects."""
    return st.dictionaries(
        st.text("abc_é", min_size=1, max_size=5), texts() | st.integers() | st.booleans(), max_size=3
    )


def messages() -> SearchStrategy[list[JsonValue]]:
    """The messages of a chat."""
    turn = st.fixed_dictionaries({"role": st.sampled_from(["system", "user"]), "content": templates()})
    return st.lists(turn, min_size=1, max_size=4)


def contents() -> SearchStrategy[Content]:
    """What a version may say."""
    call = {
        "model": st.none() | NAMES,
        "model_params": st.none() | objects(),
        "response_format": st.none() | st.just({"type": "json_object"}),
        "input_schema": st.none() | objects().map(lambda found: {"properties": found}),
    }
    text = st.builds(Content, template=templates(), **call)
    chat = st.builds(Content, kind=st.just("chat"), messages=messages(), **call)
    return text | chat


def files() -> SearchStrategy[PromptFile]:
    """What a file may say."""
    description = texts().map(lambda text: text.replace("\0", ""))
    state = st.builds(State, name=NAMES, description=description, content=contents())
    labels = st.lists(st.sampled_from(["prod", "beta", "1", "größe"]), unique=True, max_size=2).map(tuple)
    return st.builds(PromptFile, state=state, slug=st.none() | st.just("other"), labels=labels)
