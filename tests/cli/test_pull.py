"""`promptwire pull`, `status` and `diff` against a real server."""

from __future__ import annotations

import random
import re
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promptwire.wire.content import Content
from support.prompt_files import contents
from support.repository import Repository, by_slug
from support.world import World

ODD = (
    "one line",
    "ends with a line feed\n",
    "\n\nblank\n\nlines\n\n\n",
    "windows\r\nlines\r\n",
    "mixed\r\nand\nlone\rends",
    "---\nfront: matter?\n---\n{{.name}}  \n  spaces \t",
    "größe 日本 🙂 \u2028 \ufeff",
    "<<<<<<< here\nmine\n=======\nyours\n>>>>>>> there",
)


@pytest.fixture
def repository(tmp_path: Path, world: World) -> Repository:
    return Repository(tmp_path / "repository", world)


def test_pull_push_pull_changes_nothing_whatever_a_text_is_like(repository: Repository) -> None:
    for at, template in enumerate(ODD):
        repository.new(f"odd {at}", template, description="Zeile\nzwei\n" if at else "")
    chat = repository.new("a chat", input_schema={"type": "object", "properties": {"1": {"type": "string"}}})
    turns = [
        {"role": "system", "content": "a\n b \n\n"},
        {"placeholder": "history"},
        {"role": "user", "content": "{{.q}}"},
    ]
    tool = {"type": "function", "function": {"name": "look", "parameters": {"b": 1, "a": None}}}
    repository.add(chat, messages=turns, model="gpt-5", model_params={"temperature": 0.5, "top_p": 1.0}, tools=[tool])
    pulled = repository.done("pull")
    assert {one["action"] for one in pulled.values()} == {"create"}
    first = repository.everything()
    pushed = repository.done("push")
    assert {one["action"] for one in pushed.values()} == {"nothing"}
    assert {one["action"] for one in repository.done("pull").values()} == {"nothing"}
    assert repository.everything() == first
    assert {one["standing"] for one in repository.done("status").values()} == {"same"}
    assert [len(repository.versions(slug)) for slug in pulled] == [1] * len(pulled)
    ran = repository.run("status")
    assert (ran.output, ran.errors) == ("", f"{len(pulled)} in step, 0 not\n")


def test_a_change_on_one_side_wins(repository: Repository) -> None:
    one, two = repository.new("one", "first"), repository.new("two", "first")
    repository.done("pull")
    repository.add(one, template="changed there")
    repository.write("two", "changed here")
    standing = {slug: item["standing"] for slug, item in repository.done("status").items()}
    assert standing == {"one": "changed on the server", "two": "changed here"}
    assert repository.run("status", "--exit-code").status == 1
    assert {slug: item["action"] for slug, item in repository.done("push").items()} == {"one": "left", "two": "updated"}
    assert {slug: item["action"] for slug, item in repository.done("pull").items()} == {
        "one": "update",
        "two": "nothing",
    }
    assert repository.read("one").endswith("---\nchanged there\n")
    assert [one["template"] for one in repository.versions("two")] == ["changed here", "first"]
    assert repository.run("status", "--exit-code").status == 0
    assert two == repository.id_of("two")


def test_changes_on_both_sides_are_merged_where_that_is_exact_and_pushed_then(repository: Repository) -> None:
    prompt = repository.new("letter", "Dear {{.name}},\n\nthanks.\n\nYours")
    repository.done("pull")
    repository.path("letter").write_text(repository.read("letter").replace("Yours", "Yours truly  # with love"))
    repository.add(prompt, template="Hello {{.name}},\n\nthanks.\n\nYours", model="gpt-5")
    refused = repository.run("push")
    assert refused.status == 5
    assert "changed here and on the server: pull merges the two, --ours writes yours over it" in refused.errors
    assert len(repository.versions("letter")) == 2
    assert repository.done("pull")["letter"]["action"] == "merge"
    assert repository.read("letter") == (
        "---\nname: letter\nmodel: gpt-5\n---\nHello {{.name}},\n\nthanks.\n\nYours truly  # with love\n"
    )
    assert repository.done("push")["letter"]["version"] == 3


def test_a_conflict_stands_in_the_file_until_somebody_settles_it(repository: Repository) -> None:
    prompt = repository.new("letter", "Hi")
    repository.done("pull")
    repository.write("letter", "Hello")
    repository.add(prompt, template="Good day")
    before = repository.everything()
    assert repository.run("pull", "--dry-run").status == 5
    assert repository.everything() == before
    ran = repository.run("pull")
    assert ran.status == 5
    assert "both changed text: keep what is right between the marks, then push" in ran.output
    marks = "<<<<<<< here\nHello\n=======\nGood day\n>>>>>>> the server, version 2\n"
    assert repository.read("letter") == f"---\nname: letter\n---\n{marks}"
    for command in ("push", "pull"):
        again = repository.run(command)
        assert again.status == 5
        assert "letter.prompt.md:4: both sides of a conflict stand here" in again.errors or command == "push"
        assert repository.read("letter").endswith(marks)
    assert repository.run("status").output.count("a conflict to settle") == 1
    repository.write("letter", "Hello, good day")
    assert repository.done("push")["letter"]["version"] == 3
    assert repository.versions("letter")[0]["template"] == "Hello, good day"


def test_theirs_and_ours_decide_for_one_side(repository: Repository) -> None:
    one, two = repository.new("one", "first"), repository.new("two", "first")
    repository.done("pull")
    for slug, prompt in (("one", one), ("two", two)):
        repository.write(slug, "here")
        repository.add(prompt, template="there")
    assert repository.done("pull", "--theirs", "one")["one"]["action"] == "update"
    assert repository.read("one").endswith("---\nthere\n")
    assert repository.done("push", "--ours", f"{repository.team}/two")["two"]["version"] == 3
    assert [one["template"] for one in repository.versions("two")] == ["here", "there", "first"]


def test_what_the_server_archived_leaves_the_folder_but_no_change_is_lost(repository: Repository) -> None:
    one, two = repository.new("one", "first"), repository.new("two", "first")
    repository.done("pull")
    repository.write("two", "changed here")
    for prompt in (one, two):
        repository.post(f"/v1/prompts/{prompt}/archive")
    pulled = repository.run("pull", "--json")
    assert pulled.status == 5
    assert {slug: item["action"] for slug, item in by_slug(pulled).items()} == {"one": "delete", "two": "conflict"}
    assert (repository.path("one").exists(), repository.path("two").exists()) == (False, True)
    assert repository.run("push").status == 5
    refused = repository.run("push", "--ours")
    assert refused.status == 4
    assert "forbidden: it takes team role admin, and you have editor" in refused.errors
    assert repository.done("push", "--ours", key=repository.world.key("admin"))["two"]["version"] == 2
    assert repository.http.get(f"/v1/prompts/{two}").json()["prompt"]["status"] == "active"


def test_a_file_that_was_deleted_stays_so_and_the_server_keeps_its_prompt(repository: Repository) -> None:
    prompt = repository.new("one", "first")
    repository.done("pull")
    repository.path("one").unlink()
    ran = repository.run("pull")
    assert "one has no file here any more; pull --theirs brings it back" in ran.errors
    assert not repository.path("one").exists()
    pushed = repository.run("push")
    assert pushed.status == 0
    assert "has no file here any more: --archive archives it on the server" in pushed.errors
    assert repository.http.get(f"/v1/prompts/{prompt}").json()["prompt"]["status"] == "active"
    assert repository.done("push", "--archive", "--dry-run")["one"]["action"] == "archived"
    assert repository.http.get(f"/v1/prompts/{prompt}").json()["prompt"]["status"] == "active"
    admin = repository.world.key("admin")
    assert repository.done("push", "--archive", key=admin)["one"]["action"] == "archived"
    assert repository.http.get(f"/v1/prompts/{prompt}").json()["prompt"]["status"] == "archived"
    assert repository.done("status") == {}


def test_names_that_differ_in_case_only_have_files_of_their_own(repository: Repository) -> None:
    repository.new("Greeting", "one", slug="greeting")
    repository.new("greeting", "two", slug="greeting 2")
    pulled = repository.done("pull")
    assert [one["path"].partition("/")[2] for one in pulled.values()] == ["greeting.prompt.md", "greeting_2.prompt.md"]
    assert "name: Greeting\n" in repository.read("greeting")
    assert "name: greeting\n" in repository.read("greeting_2")


def test_a_prompt_that_went_to_another_team_takes_its_file_along(repository: Repository) -> None:
    prompt = repository.new("one", "first")
    repository.done("pull")
    other = repository.world.new_team(repository.world.org.id)
    admin = repository.world.person(org_role="admin")
    for member in (admin, repository.author):
        repository.world.join_team(member.user.id, "admin", other.id)
    repository.post(f"/v1/prompts/{prompt}/move", {"team_id": other.id})
    assert repository.done("pull")["one"]["action"] == "move"
    assert set(repository.everything()) == {f"{other.slug}/one.prompt.md", "promptwire.lock"}
    assert {one["action"] for one in repository.done("push").values()} == {"nothing"}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(contents(), min_size=1, max_size=5))
def test_whatever_versions_say_pull_push_pull_changes_nothing(repository: Repository, said: list[Content]) -> None:
    repository.folder = repository.root / uuid4().hex
    for content in said:
        prompt = repository.new(f"p {uuid4().hex}")
        fields = {name: value for name, value in content.as_json().items() if value is not None}
        repository.http.post(f"/v1/prompts/{prompt}/versions", json=fields)  # some it refuses
    repository.done("pull")
    first = repository.everything()
    assert {one["action"] for one in repository.done("push").values()} <= {"nothing"}
    assert {one["action"] for one in repository.done("pull").values()} <= {"nothing"}
    assert repository.everything() == first


def test_windows_line_ends_and_comments_stay_when_the_server_changes_something(repository: Repository) -> None:
    prompt = repository.new("letter", "Hi\nthere")
    repository.done("pull")
    saved = repository.read("letter").replace("name: letter\n", "# by Ada\nname:  letter\n").replace("\n", "\r\n")
    repository.path("letter").write_bytes(saved.encode())
    assert repository.done("status")["letter"]["standing"] == "same"
    repository.add(prompt, template="Hi\nyou", model="gpt-5")
    repository.done("pull")
    assert repository.read("letter") == "---\r\n# by Ada\r\nname:  letter\r\nmodel: gpt-5\r\n---\r\nHi\r\nyou\r\n"


def test_a_difference_is_shown_from_the_server_to_the_file(repository: Repository) -> None:
    repository.new("letter", "Hi\nthere")
    repository.done("pull")
    repository.write("letter", "Hi\nyou")
    ran = repository.run("diff", "--exit-code")
    assert (ran.status, ran.errors) == (1, f"{repository.team}/letter: changed here\n")
    name = f"{repository.team}/letter"
    assert ran.output == (
        f"--- {name}, version 1 on the server\n+++ {repository.path('letter')}\n"
        "@@ -2,4 +2,4 @@\n name: letter\n ---\n Hi\n-there\n+you\n"
    )


def test_what_a_file_says_wrong_is_told_with_its_line_and_the_rest_is_pulled(repository: Repository) -> None:
    one = repository.new("one", "first")
    repository.done("pull")
    repository.path("one").write_text("---\nname: one\nlables: [prod]\n---\nx\n")
    repository.add(one, template="second")
    repository.new("two", "first")
    ran = repository.run("pull")
    assert ran.status == 1
    assert f"{repository.path('one')}:3: there is no key 'lables': did you mean labels?" in ran.errors
    assert repository.path("two").exists()
    assert "lables" in repository.read("one")
    pushed = repository.run("push", "--json")
    assert (pushed.status, by_slug(pushed)["one"]["action"]) == (1, "refused")


def test_new_files_name_their_labels_where_that_is_asked_for(repository: Repository) -> None:
    prompt = repository.new("one", "first")
    repository.post(f"/v1/prompts/{prompt}/versions/1/tags", {"tag": "prod"})
    repository.done("pull", "--with-labels")
    assert "labels:\n  - prod\n" in repository.read("one")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["pull", "--team", "nobody"], 3, "there is no team nobody that you see"),
        (["push", "nothing"], 3, "there is no prompt nothing, here or on the server"),
        (["pull", "--server", "http://127.0.0.1:1"], 6, "refused the connection"),
        (["pull", "--key", "ak_wrong"], 4, "unauthorized"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    repository: Repository, arguments: list[str], status: int, words: str
) -> None:
    ran = repository.run(*arguments)
    assert (ran.status, ran.output) == (status, "")
    assert words in ran.errors
    assert repository.everything() == {}


def test_a_lock_file_that_is_none_is_not_written_over(repository: Repository) -> None:
    repository.new("one", "first")
    repository.folder.mkdir()
    (repository.folder / "promptwire.lock").write_text("<<<<<<< HEAD\n")
    ran = repository.run("pull")
    assert ran.status == 1
    assert "promptwire.lock cannot be read: it is no lock file" in ran.errors
    assert list(repository.everything()) == ["promptwire.lock"]


@pytest.mark.parametrize("seed", range(2))
def test_two_people_at_random_never_lose_what_one_of_them_wrote(repository: Repository, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - edits, not secrets
    written: set[str] = set()

    def word(side: str) -> str:
        written.add(f"{side}{len(written)}")
        return f"{side}{len(written) - 1}"

    prompt = repository.new("story", "\n".join(f"line {at}" for at in range(12)))
    repository.done("pull")
    for _ in range(8):
        if chance.random() < 0.7:
            front, _, body = repository.read("story").rpartition("---\n")
            repository.path("story").write_text(f"{front}---\n{with_line(body[:-1], word('here'), chance)}\n")
        if chance.random() < 0.7:
            newest = repository.versions("story")[0]["template"]
            repository.add(prompt, template=with_line(newest, word("there"), chance))
        repository.run("push")
        if repository.run("pull").status == 5:
            text = re.sub(
                r"^(<<<<<<< here|=======|>>>>>>> the server, version \d+)\n",
                "",
                repository.read("story"),
                flags=re.MULTILINE,
            )
            repository.path("story").write_text(text)
        repository.run("push")
    assert repository.done("status")["story"]["standing"] == "same"
    newest = repository.versions("story")[0]["template"]
    assert {one for one in written if one not in newest.split("\n")} == set()


def with_line(text: str, line: str, chance: random.Random) -> str:
    lines = text.split("\n")
    lines.insert(chance.randrange(len(lines) + 1), line)
    return "\n".join(lines)
