"""`promptwire bundle`, and what the SDK makes of it without a server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from promptwire import Promptwire
from promptwire.client.errors import NotFoundError, UnavailableError
from promptwire.wire.snapshot import unseal
from support.faults import closed_port
from support.repository import Repository
from support.world import World


@pytest.fixture
def repository(tmp_path: Path, world: World) -> Repository:
    repository = Repository(tmp_path / "repository", world)
    one = repository.new("welcome", "Hello {{.name}}", "Dear {{.name}}")
    repository.promote(one, 1)
    repository.post(f"/v1/prompts/{one}/versions/2/tags", {"tag": "beta"})
    repository.promote(repository.new("farewell", "Bye {{.name}}"), 1)
    repository.new("unfinished", "x")
    return repository


def offline(bundle: Path, key: str | None = None) -> Promptwire:
    """Give a client that has nothing but the bundle."""
    url = f"http://127.0.0.1:{closed_port()}"
    return Promptwire(url=url, bundle=bundle, bundle_key=key, cache_dir=False, mode="none", timeout=0.2)


def test_an_application_starts_without_a_server(repository: Repository, tmp_path: Path) -> None:
    out = tmp_path / "app.bundle"
    ran = repository.run("bundle", "welcome", "welcome@beta", f"{repository.team}/farewell@1", "-o", str(out))
    assert ran.status == 0
    assert ran.errors.startswith(f"{out}: 2 prompts under 3 names, ")
    assert ran.errors.endswith(" bytes, unsigned: --key-file signs it\n")
    with offline(out) as pw:
        assert pw.render("welcome", {"name": "Ada"}) == "Hello Ada"
        assert pw.render("welcome", {"name": "Ada"}, label="live") == "Hello Ada"
        assert pw.render("welcome", {"name": "Ada"}, label="beta") == "Dear Ada"
        assert pw.render(f"{repository.team}/farewell", {"name": "Ada"}, version=1) == "Bye Ada"
        assert pw.get("welcome").source == "bundle"
        assert "3 names, unsigned" in str(pw.explain("welcome"))
        with pytest.raises(UnavailableError):
            pw.get("farewell")


def test_a_signed_bundle_is_for_those_who_have_the_key(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, key_file = tmp_path / "app.bundle", tmp_path / "key"
    key_file.write_text("correct-horse\n")
    ran = repository.run("bundle", "welcome", "--out", str(out), "--key-file", str(key_file))
    assert (ran.status, ran.errors.endswith(" bytes, signed\n")) == (0, True)
    with offline(out, "correct-horse") as pw:
        assert pw.render("welcome", {"name": "Ada"}) == "Hello Ada"
        assert "1 names, signed" in str(pw.explain("welcome"))
    with offline(out, "another") as pw:
        with pytest.raises(UnavailableError):
            pw.get("welcome")
        assert "refused, its signature is wrong" in str(pw.explain("welcome"))
    monkeypatch.setenv("PROMPTWIRE_BUNDLE_KEY", "correct-horse")
    assert repository.run("bundle", "welcome", "--out", str(out)).errors.endswith(" bytes, signed\n")
    out.write_bytes(out.read_bytes().replace(b"Hello", b"Jello"))
    with offline(out, "correct-horse") as pw, pytest.raises(UnavailableError):
        pw.get("welcome")


def test_a_bundle_without_a_signature_is_refused_by_who_expects_one(repository: Repository, tmp_path: Path) -> None:
    out = tmp_path / "app.bundle"
    assert repository.run("bundle", "welcome", "--out", str(out)).status == 0
    with offline(out, "correct-horse") as pw:
        with pytest.raises(UnavailableError):
            pw.get("welcome")
        assert "refused, it is not signed, and a key for its signature is given" in str(pw.explain("welcome"))


def test_the_prompts_of_a_folder_of_files_go_at_all_their_labels(repository: Repository, tmp_path: Path) -> None:
    repository.done("pull", "welcome", "farewell")
    out = tmp_path / "app.bundle"
    told = json.loads(repository.run("bundle", "--from-files", "--out", str(out), "--json").output)
    team = repository.team
    names = [f"{team}/farewell", f"{team}/welcome", f"{team}/welcome@beta", "farewell", "welcome", "welcome@beta"]
    assert sorted(told["names"]) == sorted(names)
    assert (told["prompts"], told["signed"], told["missing"]) == (2, False, [])
    with offline(out) as pw:
        assert pw.render("farewell", {"name": "Ada"}) == "Bye Ada"
    repository.done("pull")
    ran = repository.run("bundle", "--from-files", "--out", str(out))
    assert ran.status == 3
    assert f"{team}/unfinished: neither a live version nor a label" in ran.errors


def test_what_processes_used_is_found_in_their_cache(repository: Repository, tmp_path: Path) -> None:
    cache, out, url = tmp_path / "cache", tmp_path / "app.bundle", repository.world.server.url
    with Promptwire(url=url, api_key=repository.key, cache_dir=cache, mode="none") as pw:
        pw.get("welcome", label="beta")
        pw.get("farewell", label="live")
    told = json.loads(repository.run("bundle", "--from-cache", str(cache), "-o", str(out), "--json").output)
    assert told["names"] == ["farewell", "welcome@beta"]
    nothing = repository.run("bundle", "--from-cache", str(tmp_path / "empty"), "-o", str(out))
    assert (nothing.status, "holds nothing that came from" in nothing.errors) == (3, True)


def test_everything_that_one_sees(repository: Repository, tmp_path: Path) -> None:
    out = tmp_path / "app.bundle"
    assert repository.run("bundle", "--all", "-o", str(out)).status == 0
    assert {one.slug for one in unseal(out.read_bytes()).prompts} == {"welcome", "farewell"}


def test_what_there_is_not_is_named_and_nothing_is_written(repository: Repository, tmp_path: Path) -> None:
    out = tmp_path / "app.bundle"
    names = ["welcome", "unfinished", "welcome@gamma", "nothing", "welcome@9"]
    ran = repository.run("bundle", *names, "-o", str(out))
    assert (ran.status, out.exists()) == (3, False)
    for words in (
        "unfinished: it has no live version",
        "welcome@gamma: it has no such version or label",
        "nothing: there is no such prompt that you may see",
        "welcome@9: it has no such version or label",
    ):
        assert words in ran.errors
    assert repository.run("bundle", *names, "-o", str(out), "--skip-missing").status == 0
    assert len(unseal(out.read_bytes()).prompts) == 1


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ([], 2, "there is nothing to put into the bundle"),
        (["welcome", "--key-file", "no-such-file"], 2, "no-such-file cannot be read"),
        (["wel/come/x"], 2, "a prompt is named 'slug' or 'team/slug'"),
    ],
)
def test_what_cannot_be_bundled_is_said(
    repository: Repository, tmp_path: Path, arguments: list[str], status: int, words: str
) -> None:
    ran = repository.run("bundle", *arguments, "-o", str(tmp_path / "app.bundle"))
    assert (ran.status, words in ran.errors) == (status, True), ran.errors


def test_a_key_that_the_sdk_would_not_take_is_refused(repository: Repository, tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    for text, words in (("two words", "it holds a space"), ("\n", "is empty: it is to hold the key")):
        key_file.write_text(text)
        ran = repository.run("bundle", "welcome", "-o", str(tmp_path / "x"), "--key-file", str(key_file))
        assert (ran.status, words in ran.errors) == (2, True)


def test_a_name_that_the_bundle_has_not_is_no_error_of_the_bundle(repository: Repository, tmp_path: Path) -> None:
    out, url = tmp_path / "app.bundle", repository.world.server.url
    assert repository.run("bundle", "welcome", "-o", str(out)).status == 0
    with (
        Promptwire(url=url, api_key=repository.key, bundle=out, cache_dir=False, mode="none") as pw,
        pytest.raises(NotFoundError),
    ):
        pw.get("nothing")
