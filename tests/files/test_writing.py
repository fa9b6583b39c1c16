"""A file says what it was made of, to the last byte, and is written in one way only."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from promptwire.files.errors import FileError, Unresolved
from promptwire.files.prompt_file import PromptFile, State
from promptwire.files.reading import decode, read
from promptwire.files.writing import edit, write
from promptwire.files.yaml_reading import read_entries
from promptwire.files.yaml_writing import write_entry
from promptwire.wire.canonical import JsonValue, canonical_json
from promptwire.wire.content import Content
from support.prompt_files import contents, files, texts

SCALARS = st.none() | st.booleans() | st.integers(-(10**25), 10**25) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS | texts(), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts(), inner, max_size=4)
)


def text_file(template: str, **fields: object) -> PromptFile:
    return PromptFile(state=State(name="greeting", content=Content(template=template, **fields)))  # type: ignore[arg-type]


@settings(deadline=None)
@given(VALUES)
def test_every_value_comes_back(value: JsonValue) -> None:
    [entry] = read_entries(write_entry("key", value))
    assert canonical_json(entry.value) == canonical_json(value)


@settings(deadline=None)
@given(st.dictionaries(texts() | st.text("abc ", min_size=1020, max_size=1100), texts(), min_size=1, max_size=3))
def test_every_key_comes_back(value: Mapping[str, JsonValue]) -> None:
    [entry] = read_entries(write_entry("key", value))
    assert entry.value == value


@settings(deadline=None)
@given(VALUES)
def test_what_is_written_is_the_same_to_a_reader_of_yaml_1_1(value: JsonValue) -> None:
    """But for numbers that YAML 1.1 knows in other forms: texts and words above all."""
    found = yaml.safe_load(write_entry("key", _without_numbers(value)))
    assert found == {"key": _without_numbers(value)}


def _without_numbers(value: JsonValue) -> JsonValue:
    if isinstance(value, Mapping):
        return {key: _without_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_numbers(item) for item in value]
    return None if isinstance(value, int | float) and not isinstance(value, bool) else value


@settings(deadline=None)
@given(files())
def test_every_file_comes_back_and_is_written_alike(file: PromptFile) -> None:
    text = write(file)
    found = read(text, "stem", known=text).file
    assert (found.state.content, found) == (file.state.content, file)
    assert write(found) == text


@settings(deadline=None)
@given(files())
def test_line_endings_and_a_byte_order_mark_of_the_file_change_nothing(file: PromptFile) -> None:
    text = write(file)
    as_saved = ("\ufeff" + text.replace("\n", "\r\n")).encode()
    source = decode(as_saved)
    assert read(source.text, "stem", known=text).file == file
    assert source.encoded(source.text) == as_saved


@settings(deadline=None)
@given(files(), st.integers(0, 3), st.integers(0, 3))
def test_blank_lines_around_the_body_do_not_count(file: PromptFile, before: int, after: int) -> None:
    front, _, body = write(file)[4:].partition("\n---\n")
    text = f"---\n{front}\n---\n" + "\n" * before + body + "\n" * after
    assert read(text, "stem", known=text).file == file


@settings(deadline=None)
@given(files(), files())
def test_an_edited_file_says_the_other_thing(before: PromptFile, after: PromptFile) -> None:
    text = write(before)
    edited = edit(text, read(text, "stem", known=text), after, "stem")
    assert read(edited, "stem", known=edited).file == after


@settings(deadline=None)
@given(files(), contents())
def test_editing_a_file_as_it_is_written_gives_what_is_written(before: PromptFile, content: Content) -> None:
    after = PromptFile(
        state=State(name=before.state.name, description=before.state.description, content=content),
        slug=before.slug,
        labels=before.labels,
    )
    text = write(before)
    edited = edit(text, read(text, "stem", known=text), after, "stem")
    assert edited == write(after)


def test_a_file_reads_well_in_a_review() -> None:
    file = PromptFile(
        state=State(
            name="Welcome mail",
            description="The first words a customer reads",
            content=Content(
                kind="chat",
                messages=[
                    {"role": "system", "content": "You are kind.\nYou are brief."},
                    {"placeholder": "history"},
                    {"role": "user", "content": "{{.question}}"},
                ],
                model="gpt-5",
                model_params={"temperature": 0.2, "stop": ["no", "12:30"]},
            ),
        ),
        labels=("prod",),
    )
    assert write(file) == (
        "---\n"
        "name: Welcome mail\n"
        "description: The first words a customer reads\n"
        "labels:\n"
        "  - prod\n"
        "model: gpt-5\n"
        "model_params:\n"
        "  temperature: 0.2\n"
        "  stop:\n"
        '    - "no"\n'
        '    - "12:30"\n'
        "messages:\n"
        "  - role: system\n"
        "    content: |-\n"
        "      You are kind.\n"
        "      You are brief.\n"
        "  - placeholder: history\n"
        "  - role: user\n"
        '    content: "{{.question}}"\n'
        "---\n"
    )


def test_what_git_and_editors_change_is_said_in_the_front_matter() -> None:
    assert write(text_file("Hi\r\nyou\r\n")) == (
        "---\nname: greeting\nline_endings: crlf\ntrailing_newlines: 1\n---\nHi\nyou\n"
    )
    assert write(text_file("a\r\nb\nc")) == '---\nname: greeting\ntemplate: "a\\r\\nb\\nc"\n---\n'
    assert write(text_file("\n\nHi")) == "---\nname: greeting\nleading_newlines: 2\n---\nHi\n"


def test_a_body_may_hold_the_line_that_ends_the_front_matter() -> None:
    text = "---\nname: a\n---\nfirst\n---\nsecond\n"
    assert read(text, "a").file.state.content.template == "first\n---\nsecond"
    assert write(read(text, "a").file) == text


def test_a_change_leaves_comments_and_forms_of_everything_else() -> None:
    text = (
        "---\n"
        "# who reads it\n"
        "name:   'greeting'   # a word\n"
        "\n"
        "# cheap enough\n"
        "model: gpt-4\n"
        "model_params: {temperature: 0.20}  # as agreed\n"
        "---\n"
        "\n"
        "Hello\n"
        "\n"
    )
    parsed = read(text, "greeting")
    content = Content(template="Hello you", model="gpt-5", model_params={"temperature": 0.2}, tools=None)
    edited = edit(text, parsed, PromptFile(state=State(name="greeting", description="Hi", content=content)), "greeting")
    assert edited == text.replace("gpt-4", "gpt-5").replace("Hello\n\n", "Hello you\n").replace(
        "# a word\n", "# a word\ndescription: Hi\n"
    )


def test_a_file_without_front_matter_is_a_template() -> None:
    parsed = read("Hello {{.name}}\n", "greeting")
    assert (parsed.file.state.name, parsed.file.state.content.template) == ("greeting", "Hello {{.name}}")
    assert parsed.body_line == 1


def test_an_error_of_a_template_can_be_found_in_the_file() -> None:
    parsed = read("---\nname: a\nmodel: x\n---\n\n\nHello\n", "a")
    assert (parsed.body_line, parsed.line_of("model")) == (7, 3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("---\nname: a\n", "line 1: the front matter that begins here never ends: it ends with a line of ---"),
        ("---\nname: a\n---\n", "there is no template: it stands below the front matter, or messages in it"),
        ("---\nnmae: a\n---\nx", "line 2: there is no key 'nmae': did you mean name?"),
        ("---\nname: a\nname: b\n---\nx", "line 3: the key 'name' stands twice"),
        ("---\nname: 12\n---\nx", "line 2: name must be a text: put it in quotes"),
        ("---\nname: a\nlabels: prod\n---\nx", "line 3: labels must be a list of texts: put a number in quotes"),
        ("---\nname: a\nlabels: [live]\n---\nx", "line 3: labels: 'live' is reserved for the live version"),
        ("---\nname: a\nmodel_params: [1]\n---\nx", "line 3: model_params must be an object"),
        ("---\nname: a\nmessages:\n  - role: boss\n    content: x\n---\n", "line 3: messages[0].role must be one of"),
        ("---\nname: a\nmessages:\n  - placeholder: p\n---\nx", "line 3: messages stand in the front matter and a"),
        ("---\nname: a\ntemplate: x\n---\ny", "line 3: the template stands in the front matter and in the body"),
        ("---\nname: &a b\ndescription: *a\n---\nx", "line 3: aliases are not read: write it out"),
        ("---\nname: !!python/name:os.system x\n---\nx", "line 2: the tag tag:yaml.org,2002:python/name:os.system is"),
        ("---\nname: [a\n---\nx", "the front matter is no YAML"),
        ("---\n- a\n---\nx", "line 2: the front matter must be a list of `key: value`"),
        ("---\nname: a\ninput_schema: {1: x}\n---\nx", "line 3: a key must be a text: put it in quotes"),
        ("---\nname: a\nmodel_params: {x: 1e999}\n---\nx", "line 3: the number 1e999 is too large"),
        ("---\nname: a\nline_endings: cr\n---\nx", "line 3: line_endings must be lf or crlf"),
        ("---\nname: a\ntrailing_newlines: -1\n---\nx", "line 3: trailing_newlines must be a whole number from 0 up"),
        ("---\nname: a\ntools: " + "[" * 300 + "]" * 300 + "\n---\nx", "nested deeper than 200 levels"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, words: str) -> None:
    with pytest.raises(FileError, match=re.escape(words)):
        read(text, "a")


def test_a_conflict_that_nobody_settled_is_no_prompt() -> None:
    text = "---\nname: a\n---\n<<<<<<< here\nx\n=======\ny\n>>>>>>> the server, version 2\n"
    with pytest.raises(Unresolved, match="line 4: both sides of a conflict stand here"):
        read(text, "a")
    assert read(text, "a", known=text).file.state.content.template


def test_what_is_not_utf8_is_said_with_its_line() -> None:
    with pytest.raises(FileError, match="line 2: it is not UTF-8"):
        decode(b"---\nname: \xe9\n---\n")
