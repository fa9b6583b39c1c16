"""`promptwire push` against a real server: versions, where they come from, labels and promotions."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.repository import Repository, by_slug
from support.world import World


@pytest.fixture
def repository(tmp_path: Path, world: World) -> Repository:
    return Repository(tmp_path / "repository", world)


def protect(repository: Repository, label: str, **policy: object) -> None:
    path = f"/v1/teams/{repository.world.team.id}/protected-labels/{label}"
    answered = repository.http.put(path, json={"min_required_role": "member", **policy})
    assert answered.is_success, answered.text


def test_a_new_file_is_a_new_prompt_with_its_commit(repository: Repository) -> None:
    repository.write("welcome-mail", "Hello {{.name}}", description="To new customers", model="gpt-5")
    commit = repository.commit("prompts: a warm welcome\n\nBecause they asked.")
    pushed = repository.done("push")["welcome_mail"]
    assert (pushed["action"], pushed["version"]) == ("created", 1)
    [version] = repository.versions("welcome_mail")
    assert version["message"] == "prompts: a warm welcome\n\nBecause they asked."
    assert version["source"] == f"git:{commit}:prompts/{repository.team}/welcome-mail.prompt.md"
    assert (version["status"], version["model"]) == ("draft", "gpt-5")
    prompt = repository.http.get(f"/v1/prompts/{version['prompt_id']}").json()["prompt"]
    assert (prompt["name"], prompt["description"]) == ("welcome-mail", "To new customers")
    assert repository.done("push")["welcome_mail"]["action"] == "nothing"
    assert len(repository.versions("welcome_mail")) == 1


def test_what_is_not_committed_says_so_and_a_message_goes_first(repository: Repository) -> None:
    repository.write("one", "first")
    commit = repository.commit("first")
    repository.write("one", "second")
    repository.done("push")
    repository.write("one", "third")
    repository.done("push", "--message", "because")
    found = [(one["message"], (one["source"] or "")[:44]) for one in repository.versions("one")]
    assert found == [("because", f"git:{commit}"), (None, f"git:{commit}")]
    assert all(one["source"].endswith("(changed since)") for one in repository.versions("one"))


def test_without_git_there_is_neither(repository: Repository) -> None:
    repository.write("one", "first")
    repository.done("push")
    assert (repository.versions("one")[0]["message"], repository.versions("one")[0]["source"]) == (None, None)


def test_a_description_alone_makes_no_version(repository: Repository) -> None:
    repository.write("one", "first", description="before")
    repository.done("push")
    repository.write("one", "first", description="after")
    pushed = repository.done("push")["one"]
    assert (pushed["action"], pushed["version"]) == ("updated", None)
    assert len(repository.versions("one")) == 1
    prompt = repository.http.get(f"/v1/prompts/{repository.id_of('one')}").json()["prompt"]
    assert prompt["description"] == "after"


def test_a_dry_run_changes_nothing_on_either_side(repository: Repository) -> None:
    repository.write("one", "first", labels="[prod]")
    before = repository.everything()
    foreseen = repository.done("push", "--dry-run", "--promote", "live")["one"]
    assert (foreseen["action"], foreseen["version"], foreseen["promoted"], foreseen["labels"]) == (
        *("created", 1, "live"),
        ["prod"],
    )
    assert repository.everything() == before
    assert repository.http.get(f"/v1/teams/{repository.world.team.id}/prompts").json()["prompts"] == []


def test_promotion_happens_once_for_a_version_and_undoes_no_rollback(repository: Repository) -> None:
    for text in ("first", "second"):
        repository.write("one", text)
        assert repository.done("push", "--promote", "live")["one"]["promoted"] == "live"
    assert repository.done("push", "--promote", "live")["one"]["promoted"] is None
    repository.promote(repository.id_of("one"), 1)  # somebody goes back
    ran = repository.run("push", "--promote", "live")
    assert (ran.status, repository.versions("one")[1]["status"]) == (0, "live")
    assert "version 2 was live before, and was taken out of it: promote it by name if it should be" in ran.errors


def test_a_version_whose_promotion_was_interrupted_is_promoted_by_the_next_push(repository: Repository) -> None:
    repository.write("one", "first")
    repository.done("push")
    assert repository.done("push", "--promote", "stable")["one"]["promoted"] == "stable"
    assert repository.done("push", "--promote", "live")["one"]["promoted"] == "live"
    assert repository.versions("one")[0]["status"] == "live"


def test_labels_of_the_file_and_the_command_are_set_once_and_stay_where_others_put_them(repository: Repository) -> None:
    repository.write("one", "first", labels="[prod]")
    assert repository.done("push", "--label", "beta")["one"]["labels"] == ["prod", "beta"]
    repository.write("one", "second", labels="[prod]")
    assert repository.done("push")["one"]["labels"] == ["prod"]
    assert repository.labels("one") == {"prod": 2, "beta": 1}
    repository.post(f"/v1/prompts/{repository.id_of('one')}/versions/1/tags", {"tag": "prod"})
    ran = repository.run("push")
    assert (ran.status, repository.labels("one")["prod"]) == (0, 1)
    assert "somebody moved prod away from version 2: it stays where it is" in ran.errors


def test_a_label_that_a_file_names_anew_is_set_without_a_new_version(repository: Repository) -> None:
    repository.write("one", "first")
    repository.done("push")
    repository.write("one", "first", labels="[prod]")
    assert repository.done("push")["one"]["labels"] == ["prod"]
    assert len(repository.versions("one")) == 1


def test_a_policy_is_the_same_as_everywhere_and_the_version_is_written_all_the_same(repository: Repository) -> None:
    protect(repository, "prod", min_required_role="admin")
    member = repository.world.person(team_role="editor", org_role="member").token
    repository.write("one", "first", labels="[prod]")
    repository.write("two", "first")
    ran = repository.run("push", key=member)
    assert ran.status == 4
    assert "prod on version 1: " in ran.errors
    assert "admin" in ran.errors
    assert "--request-approval" in ran.errors
    assert (len(repository.versions("one")), repository.labels("one")) == (1, {})
    assert len(repository.versions("two")) == 1
    again = repository.run("push", "--json", key=member)
    assert (again.status, by_slug(again)["one"]["version"], len(by_slug(again)["one"]["refused"])) == (4, None, 1)


def test_where_approval_is_missing_it_is_asked_for(repository: Repository) -> None:
    protect(repository, "prod", approvals=1)
    protect(repository, "live", approvals=1)
    repository.write("one", "first", labels="[prod]")
    assert repository.run("push", "--promote", "live").status == 4
    asked = repository.done("push", "--promote", "live", "--request-approval")["one"]
    assert (asked["promoted"], asked["labels"], len(asked["change_requests"])) == (None, [], 2)
    opened = repository.http.get(f"/v1/teams/{repository.world.team.id}/change-requests").json()["change_requests"]
    assert {one["id"] for one in opened} == set(asked["change_requests"])
    assert repository.labels("one") == {}


def test_ci_that_keeps_no_lock_file_goes_on_where_it_was(repository: Repository) -> None:
    """A job checks out, pushes, and forgets; the next one knows by the commit what is its own."""
    repository.write("one", "first")
    repository.commit("first")
    repository.done("push")
    for text in ("second", "third", "first"):  # the last is a revert
        (repository.folder / "promptwire.lock").unlink()
        repository.write("one", text)
        repository.commit(text)
        assert repository.done("push")["one"]["action"] == "updated"
    assert [one["template"] for one in repository.versions("one")] == ["first", "third", "second", "first"]
    repository.add(repository.id_of("one"), template="by somebody else")
    (repository.folder / "promptwire.lock").unlink()
    repository.write("one", "fourth")
    repository.commit("fourth")
    assert repository.run("push").status == 5


def test_an_interrupted_push_goes_on_where_it_was(repository: Repository) -> None:
    """The version is there, the lock file never was written."""
    repository.write("one", "first")
    repository.done("push")
    lock = (repository.folder / "promptwire.lock").read_bytes()
    repository.write("one", "second")
    repository.done("push")
    (repository.folder / "promptwire.lock").write_bytes(lock)
    assert repository.done("push")["one"]["action"] == "nothing"
    assert len(repository.versions("one")) == 2


def test_a_template_that_does_not_parse_is_said_with_its_line_and_the_rest_is_pushed(repository: Repository) -> None:
    repository.write("one", "Dear all,\nhello {{.name")
    repository.write("two", "Hello {{.name}}")
    ran = repository.run("push")
    assert ran.status == 4
    assert f"{repository.path('one')}: line 5: template: :2: unclosed action" in ran.errors
    assert len(repository.versions("two")) == 1
    assert repository.http.get(f"/v1/prompts/one?team={repository.team}").status_code == 404


def test_what_the_server_does_not_take_is_said_and_the_rest_is_pushed(repository: Repository) -> None:
    repository.write("one", "Hello", input_schema='{"type": "nothing"}')
    repository.write("two", "Hello {{.name}}")
    ran = repository.run("push")
    assert ran.status == 4
    assert f"{repository.path('one')}: input_schema" in ran.errors
    assert len(repository.versions("two")) == 1
    repository.write("one", "Hello {{.name}}")
    assert repository.done("push")["one"]["version"] == 1


def test_a_folder_of_a_team_that_one_does_not_see_is_named(repository: Repository) -> None:
    repository.write("one", "first")
    (repository.folder / repository.team).rename(repository.folder / "elsewhere")
    ran = repository.run("push")
    assert ran.status == 4
    assert f"there is no team elsewhere that you see. There are: {repository.team}" in ran.errors


def test_a_reader_may_pull_and_not_push(repository: Repository) -> None:
    repository.new("one", "first")
    reader = repository.world.key("read_render")
    repository.done("pull", key=reader)
    repository.write("one", "second")
    ran = repository.run("push", key=reader)
    assert ran.status == 4
    assert "forbidden" in ran.errors
    assert len(repository.versions("one")) == 1


def test_the_prompts_of_one_team_are_pushed_and_nothing_else_is_forgotten(repository: Repository) -> None:
    repository.new("one", "first")
    other = repository.world.new_team(repository.world.org.id)
    repository.done("pull")
    before = repository.everything()
    assert repository.done("push", "--team", other.slug) == {}
    assert repository.done("pull", "--team", other.id) == {}
    assert repository.everything() == before


def test_a_renamed_file_without_its_slug_is_told_how_to_stay_what_it_is(repository: Repository) -> None:
    repository.write("one", "first")
    repository.done("push")
    repository.path("one").rename(repository.path("two"))
    ran = repository.run("push")
    assert ran.status == 4
    assert "If the file was renamed, write the slug of its prompt into it: `slug: …`" in ran.errors
    repository.path("two").write_text("---\nname: one\nslug: one\n---\nfirst\n")
    assert repository.done("push")["one"]["action"] == "nothing"
