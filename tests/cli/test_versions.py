"""`promptwire versions` and `promptwire render` against a real server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.terminal import Terminal

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # the API is tested on both; this asks it


@pytest.fixture
def welcome(terminal: Terminal) -> Terminal:
    terminal.says("prompts", "create", "welcome")
    terminal.says("versions", "create", "welcome", "--template", "Hello {{.name}}", "-m", "first", "--source", "here")
    return terminal


def test_versions_are_written_from_an_option_a_file_and_standard_input(welcome: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "two.txt"
    file.write_text("Hi {{.name}}\n")
    said = welcome.says("versions", "create", "welcome", "--file", str(file), "--model", "gpt-5")
    assert said == (
        "Wrote version 2 of welcome, a draft. Put it live: promptwire versions promote welcome 2 --to live\n"
    )
    welcome.says("versions", "create", "welcome", "-f", "-", stdin="Good day {{.name}}")
    versions = welcome.json("versions", "list", "welcome")["versions"]
    told = [(one["version"], one["template"], one["model"], one["message"], one["source"]) for one in versions]
    assert told == [
        (3, "Good day {{.name}}", None, None, None),
        (2, "Hi {{.name}}\n", "gpt-5", None, None),
        (1, "Hello {{.name}}", None, "first", "here"),
    ]
    [row] = [line.split("\t") for line in welcome.says("versions", "list", "welcome").splitlines()[3:]]
    assert (row[0], row[1], row[5]) == ("1", "draft", "first")
    assert [one["version"] for one in welcome.json("versions", "list", "welcome", "--status", "live")["versions"]] == []


def test_a_chat_is_written_shown_and_rendered_as_messages(welcome: Terminal, tmp_path: Path) -> None:
    file, params = tmp_path / "chat.json", tmp_path / "params.json"
    messages = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "I am {{.name}}"}]
    file.write_text(json.dumps(messages))
    params.write_text('{"temperature": 0}')
    welcome.says("versions", "create", "welcome", "--messages", str(file), "--model-params", str(params))
    version = welcome.json("versions", "show", "welcome@2")["version"]
    assert (version["kind"], version["model_params"]) == ("chat", {"temperature": 0})
    assert json.loads(welcome.says("versions", "show", "welcome", "2", "--raw")) == version["messages"]
    filled = json.loads(welcome.says("render", "welcome@2", "--var", "name=Ada"))
    assert [one["content"] for one in filled] == ["Be kind.", "I am Ada"]


@pytest.mark.parametrize("options", [[], ["--template", "x", "--file", "-"]], ids=str)
def test_a_version_has_one_text(welcome: Terminal, options: list[str]) -> None:
    line = welcome.refused("versions", "create", "welcome", *options)
    assert line == "2 give one of --template, --file and --messages"


def test_a_version_is_shown_by_number_label_and_status(welcome: Terminal) -> None:
    hint = "Name a version (promptwire versions list PROMPT), or promote one: --to live"
    assert welcome.refused("versions", "show", "welcome") == f"3 the prompt has no live version\n  {hint}"
    assert welcome.says("versions", "show", "welcome", "1", "--raw") == "Hello {{.name}}"
    shown = welcome.says("versions", "show", "welcome", "1")
    assert shown.startswith("version  1\nstatus   draft\n")
    assert shown.endswith("\n\nHello {{.name}}\n")
    welcome.says("versions", "promote", "welcome@1", "--to", "live")
    welcome.says("labels", "set", "welcome", "prod", "1")
    for named in (["welcome"], ["welcome@prod"], ["welcome", "live"], ["welcome@1"]):
        assert welcome.json("versions", "show", *named)["version"]["version"] == 1
    assert welcome.refused("versions", "show", "welcome@1", "2").startswith("2 welcome@1 names a version, and 2 is")
    assert welcome.refused("versions", "show", "welcome@").startswith("2 welcome@ ends with @")
    assert welcome.refused("versions", "show", "a/b/c").startswith("2 a prompt is named 'slug' or 'team/slug'")
    assert welcome.refused("versions", "show", "welcome", "none") == (
        "3 version not found\n  The versions there are: promptwire versions list PROMPT"
    )


def test_a_version_goes_live_and_back_and_away(welcome: Terminal) -> None:
    foreseen = welcome.run("versions", "promote", "welcome", "1", "--to", "live", "--dry-run")
    assert foreseen.output.splitlines()[1:] == [
        "live\tnowhere\tversion 1",
        "version 1\tdraft\tlive",
        "It would be allowed; nothing was changed.",
    ]
    assert welcome.says("versions", "promote", "welcome", "1") == "Version 1 of welcome is stable.\n"
    said = welcome.says("versions", "promote", "welcome", "1", "--to", "live", "-m", "it is time")
    assert said == "Version 1 of welcome is live.\n"
    assert welcome.json("labels", "history", "welcome", "live")["history"][0]["reason"] == "it is time"
    line = welcome.refused("versions", "demote", "welcome", "--expect", "7")
    assert line.startswith("5 'live' is on version 1, not on version 7: it moved meanwhile\n")
    assert welcome.says("versions", "demote", "welcome") == "Version 1 of welcome is stable.\n"
    assert welcome.says("versions", "archive", "welcome", "1") == "Version 1 of welcome is archived.\n"
    assert welcome.refused("versions", "archive", "welcome@1").startswith("1 version is already archived")
    which = welcome.refused("versions", "archive", "welcome")
    assert which == "2 which version of welcome?\n  Such as: welcome@3, or welcome@staging"


def test_two_versions_are_compared(welcome: Terminal) -> None:
    welcome.says("versions", "create", "welcome", "--template", "Hello {{.name}} of {{.city}}", "--model", "gpt-5")
    told = welcome.says("versions", "diff", "welcome", "1", "2")
    assert "-Hello {{.name}}\n" in told
    assert "+Hello {{.name}} of {{.city}}\n" in told
    assert "model: None → gpt-5\n" in told
    assert "breaking: " in told
    assert welcome.says("versions", "diff", "welcome", "1", "1") == "They say the same.\n"
    assert welcome.run("versions", "diff", "welcome", "1", "2", "--fail-on-breaking").status == 1
    assert welcome.run("versions", "diff", "welcome", "2", "2", "--fail-on-breaking").status == 0


def test_variables_come_from_options_files_and_standard_input(welcome: Terminal, tmp_path: Path) -> None:
    template = "{{.name}} is {{.age}}{{range .tags}} {{.}}{{end}}\n"
    welcome.says("versions", "create", "welcome", "--template", template)
    file = tmp_path / "vars.json"
    file.write_text('{"name": "Ada", "age": 36, "tags": []}')
    assert welcome.says("render", "welcome@2", "--vars", str(file)) == "Ada is 36\n"
    told = welcome.says("render", "welcome", "2", "--vars", str(file), "--var", "name=Bob=b", "--var", 'tags:=["x"]')
    assert told == "Bob=b is 36 x\n"
    assert welcome.says("render", "welcome@2", "--vars", "-", stdin=file.read_text()) == "Ada is 36\n"
    assert welcome.json("render", "welcome@2", "--vars", str(file))["rendered"] == "Ada is 36\n"
    for option, words in {
        "name": "2 --var 'name' has no value: write name=text, or name:=json",
        "name:=x": "2 --var name is not JSON: Expecting value: line 1 column 1 (char 0)",
    }.items():
        assert welcome.refused("render", "welcome@2", "--var", option) == words
    file.write_text("[]")
    line = welcome.refused("render", "welcome@2", "--vars", str(file))
    assert line == f"2 {file}: variables are an object of names and values"
    assert welcome.refused("render", "welcome@2").startswith("1 template execution failed: ")


def test_what_is_rendered_comes_byte_for_byte(welcome: Terminal) -> None:
    welcome.says("versions", "create", "welcome", "--file", "-", stdin="no end of line, ünïcode: {{.x}}")
    assert welcome.says("render", "welcome@2", "--var", "x=\x1b[31m") == "no end of line, ünïcode: \x1b[31m"
