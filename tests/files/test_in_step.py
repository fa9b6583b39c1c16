"""Files and a registry, changed on both sides at random: pulled and pushed, they never lose what somebody wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from promptwire.domain.texts import fold
from promptwire.files.errors import FileError
from promptwire.files.lock import Lock, read_lock, write_lock
from promptwire.files.pairing import items
from promptwire.files.prompt_file import SUFFIX, State, needs_slug, stem_of
from promptwire.files.pull import Pulled, Step, Wishes, pull
from promptwire.files.push import push
from promptwire.files.pushed import Orders, Pushed, Sent
from promptwire.files.scan import scan
from promptwire.files.standing import Item, Place, Remote, Standing
from promptwire.files.upstream import Origin, Refused, Written
from promptwire.wire.content import Content


@dataclass
class Kept:
    """A prompt of the model."""

    place: Place
    name: str
    description: str = ""
    archived: bool = False
    versions: list[Content] = field(default_factory=list)


class Model:
    """A registry in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        self.is_gone = False

    def prompts(self) -> Mapping[Place, Remote]:
        found = {}
        for prompt_id, one in self.kept.items():
            found[one.place] = Remote(
                prompt_id=prompt_id,
                team=one.place[0],
                slug=one.place[1],
                name=one.name,
                description=one.description,
                content=one.versions[-1] if one.versions else None,
                version=len(one.versions),
                archived=one.archived,
                last_number=len(one.versions),
            )
        return found

    def create_prompt(self, place: Place, state: State) -> str:
        prompt_id = f"id-{len(self.kept)}"
        assert place not in {one.place for one in self.kept.values()}
        self.kept[prompt_id] = Kept(place, state.name, state.description)
        return prompt_id

    def describe(self, prompt_id: str, description: str) -> None:
        self.kept[prompt_id].description = description

    def archive(self, prompt_id: str) -> None:
        self.kept[prompt_id].archived = True

    def restore(self, prompt_id: str) -> None:
        self.kept[prompt_id].archived = False

    def add_version(self, prompt_id: str, content: Content, _origin: Origin) -> Written:
        if self.is_gone:
            raise Refused("the server is gone")
        self.kept[prompt_id].versions.append(content)
        return Written("", len(self.kept[prompt_id].versions))

    def versions_between(self, _prompt_id: str, _after: int, _before: int) -> Sequence[int]:
        return ()

    def labels(self, _prompt_id: str) -> Mapping[str, int]:
        return {}

    def was_on(self, _prompt_id: str, _label: str, _version: int) -> bool:
        return False

    def promote(self, _prompt_id: str, _version: int, _to: str) -> str | None:
        return None

    def set_label(self, _prompt_id: str, _version: int, _label: str, *, expected: int) -> str | None:
        del expected
        return None


class Folder:
    """Files in memory, and the lock file as text."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.lock = write_lock(Lock())

    def items(self, model: Model) -> tuple[Item, ...]:
        return items(scan(self.files, read_lock(self.lock)), model.prompts())

    def pull(self, model: Model, wishes: Wishes, *, cut: int | None = None) -> list[Pulled]:
        """Pull; interrupted after some files, where `cut` says so."""
        taken: dict[str, set[str]] = {}
        for path in self.files:
            team, _, name = path.partition("/")
            taken.setdefault(team, set()).add(fold(name.removesuffix(SUFFIX)))
        pulled = [pull(item, taken.setdefault(item.team, set()), wishes) for item in self.items(model)]
        for one in pulled[:cut]:
            if one.data is not None:
                self.files[one.path or ""] = one.data
            if one.removed:
                self.files.pop(one.removed)
        if cut is None:
            self._locked([one.locked for one in pulled])
        return pulled

    def push(self, model: Model, orders: Orders, *, cut: int | None = None) -> list[Pushed]:
        """Push; interrupted before the lock is written, where `cut` says so."""
        pushed = [push(item, model, orders, lambda _: Origin()) for item in self.items(model)[:cut]]
        if cut is None and not orders.dry_run:
            self._locked([one.locked for one in pushed])
        return pushed

    def _locked(self, changes: list[Mapping[str, object]]) -> None:
        lock = read_lock(self.lock)
        for change in changes:
            lock = lock.changed({path: entry for path, entry in change.items() if path})  # type: ignore[misc]
        self.lock = write_lock(lock)


WORDS = re.compile(r"[ht]\d+x")


def words_of(text: str) -> set[str]:
    return set(WORDS.findall(text))


class InStep(RuleBasedStateMachine):
    """Two people: one edits files, one the registry; each word that they write is new, so its way can be followed."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.folder = Folder()
        self.count = 0
        self.dropped: set[str] = set()
        """Words that somebody took away on purpose."""

    def word(self, side: str) -> str:
        self.count += 1
        return f"{side}{self.count}x"

    def edited(self, text: str, at: int, how: str, word: str) -> str:
        """Change a line of a text: put one there, in the place of one, or take one away."""
        lines = text.split("\n")
        at %= len(lines)
        if how != "before":
            self.dropped |= words_of(lines[at])
        lines[at : at + (how != "before")] = [] if how == "delete" and len(lines) > 1 else [f"line {word}"]
        return "\n".join(lines)

    @rule(how=st.sampled_from(["replace", "delete", "before"]), at=st.integers(0, 9), which=st.integers(0, 9))
    @precondition(lambda self: self.folder.files)
    def edit_a_file(self, how: str, at: int, which: int) -> None:
        path = sorted(self.folder.files)[which % len(self.folder.files)]
        front, _, body = self.folder.files[path].decode().removeprefix("---\n").partition("---\n")
        if "<<<<<<<" in body:
            return
        body = self.edited(body.removesuffix("\n"), at, how, self.word("h"))
        self.folder.files[path] = f"---\n{front}---\n{body}\n".encode()

    @rule(which=st.integers(0, 9), side=st.sampled_from(["here", "there", "both"]))
    @precondition(lambda self: any(b"<<<<<<<" in data for data in self.folder.files.values()))
    def settle(self, which: int, side: str) -> None:
        marked = sorted(path for path, data in self.folder.files.items() if b"<<<<<<<" in data)
        path = marked[which % len(marked)]
        kept, taking = [], "all"
        for line in self.folder.files[path].decode().splitlines(keepends=True):
            if line.startswith("<<<<<<< "):
                taking = "here"
            elif line.startswith("======="):
                taking = "there"
            elif line.startswith(">>>>>>> "):
                taking = "all"
            elif taking == "all" or side in (taking, "both"):
                kept.append(line)
            else:
                self.dropped |= words_of(line)
        text = "".join(kept)
        self.folder.files[path] = (text if text.partition("---\n---\n")[2] or "x" in text else text + "x\n").encode()

    @rule(name=st.sampled_from(["a", "b", "c"]))
    def write_a_new_file(self, name: str) -> None:
        path = f"team/{name}{SUFFIX}"
        if path not in self.folder.files:
            self.folder.files[path] = f"---\nname: {name}\n---\nline {self.word('h')}\nend\n".encode()

    @rule(which=st.integers(0, 9))
    @precondition(lambda self: self.folder.files)
    def delete_a_file(self, which: int) -> None:
        path = sorted(self.folder.files)[which % len(self.folder.files)]
        self.dropped |= words_of(self.folder.files.pop(path).decode())

    @rule(how=st.sampled_from(["replace", "delete", "before"]), at=st.integers(0, 9), which=st.integers(0, 9))
    @precondition(lambda self: self.model.kept)
    def edit_on_the_server(self, how: str, at: int, which: int) -> None:
        kept = list(self.model.kept.values())[which % len(self.model.kept)]
        before = kept.versions[-1].template if kept.versions else "first\nlast"
        kept.versions.append(Content(template=self.edited(before or "", at, how, self.word("t"))))

    @rule(which=st.integers(0, 9), archived=st.booleans())
    @precondition(lambda self: self.model.kept)
    def archive_on_the_server(self, which: int, archived: bool) -> None:
        list(self.model.kept.values())[which % len(self.model.kept)].archived = archived

    @rule(name=st.sampled_from(["a", "b", "c"]))
    def create_on_the_server(self, name: str) -> None:
        if ("team", name) not in self.model.prompts():
            prompt_id = self.model.create_prompt(("team", name), State(name=name, content=Content()))
            self.model.add_version(prompt_id, Content(template=f"line {self.word('t')}\nend"), Origin())

    @rule(theirs=st.booleans(), cut=st.none() | st.integers(0, 2))
    def pull(self, theirs: bool, cut: int | None) -> None:
        before = dict(self.folder.files)
        for one in self.folder.pull(self.model, Wishes(theirs=theirs), cut=cut)[:cut]:
            item, path = one.item, one.path or ""
            base = words_of(item.base.state.content.template or "") if item.base else set()
            mine = words_of(before.get(path, b"").decode())
            there = words_of((item.remote and item.remote.content and item.remote.content.template) or "")
            if one.step is Step.DELETE:
                assert mine <= base or theirs
                continue
            found = words_of(self.folder.files.get(path, b"").decode())
            if not (theirs and item.standing.is_conflict):
                assert mine - (base - there) <= found  # all but what the others took away of what both had
            if one.data is not None:
                assert there - (base - mine) <= found

    @rule(ours=st.booleans(), archive=st.booleans(), cut=st.none() | st.integers(0, 2), dry_run=st.booleans())
    def push(self, ours: bool, archive: bool, cut: int | None, dry_run: bool) -> None:
        files, before = dict(self.folder.files), {key: list(one.versions) for key, one in self.model.kept.items()}
        lock = read_lock(self.folder.lock)
        pushed = self.folder.push(self.model, Orders(ours=ours, archive=archive, dry_run=dry_run), cut=cut)
        assert self.folder.files == files
        for key, versions in before.items():
            now = self.model.kept[key].versions
            assert now[: len(versions)] == versions
            assert len(now) - len(versions) in ({0} if dry_run else {0, 1})
            if len(now) > len(versions) and versions and not ours:
                base = lock.of_prompt(key)
                known = words_of(base.state.content.template or "") if base else set()
                assert words_of(versions[-1].template or "") <= known  # nothing is gone over that nobody here saw
        assert not any(one.sent is Sent.ARCHIVED for one in pushed) or archive

    @rule()
    def what_is_in_step_stays_as_it_is(self) -> None:
        """Pull, push, pull: after the first nothing changes any more, but for what somebody has to decide."""
        self.folder.pull(self.model, Wishes())
        self.folder.push(self.model, Orders())
        files, lock = dict(self.folder.files), self.folder.lock
        versions = {key: list(one.versions) for key, one in self.model.kept.items()}
        pulled = self.folder.pull(self.model, Wishes())
        assert {one.step for one in pulled} <= {Step.NOTHING, Step.CONFLICT}
        pushed = self.folder.push(self.model, Orders())
        assert {one.sent for one in pushed} <= {Sent.NOTHING, Sent.LEFT, Sent.CONFLICT, Sent.REFUSED}
        assert (self.folder.files, self.folder.lock) == (files, lock)
        assert {key: one.versions for key, one in self.model.kept.items()} == versions

    @invariant()
    def one_prompt_has_one_file(self) -> None:
        found = self.folder.items(self.model)
        assert len({(item.team, item.slug) for item in found}) == len(found)


TestInStep = InStep.TestCase
TestInStep.settings = settings(max_examples=400, stateful_step_count=30, deadline=None)


def test_a_renamed_file_with_its_slug_is_the_same_prompt() -> None:
    model, folder = Model(), Folder()
    folder.files[f"team/a{SUFFIX}"] = b"---\nname: a\n---\none\n"
    folder.push(model, Orders())
    data = folder.files.pop(f"team/a{SUFFIX}")
    folder.files[f"team/b{SUFFIX}"] = data.replace(b"name: a\n", b"name: a\nslug: a\n")
    [item] = folder.items(model)
    assert (item.standing, item.path) == (Standing.SAME, f"team/b{SUFFIX}")
    folder.pull(model, Wishes())
    assert list(read_lock(folder.lock).entries) == [f"team/b{SUFFIX}"]


def test_slugs_that_a_file_system_may_not_tell_apart_get_names_that_it_does() -> None:
    model, folder = Model(), Folder()
    slugs = [
        "\N{GREEK SMALL LETTER FINAL SIGMA}",
        "\N{GREEK SMALL LETTER SIGMA}",
        "con",
        "\N{LATIN SMALL LIGATURE FI}t",
        "fit",
        "x" * 255,
    ]
    for slug in slugs:
        prompt_id = model.create_prompt(("team", slug), State(name=slug, content=Content()))
        model.add_version(prompt_id, Content(template=slug), Origin())
    folder.pull(model, Wishes())
    names = [path.partition("/")[2] for path in folder.files]
    assert len({fold(name) for name in names}) == len(slugs)
    assert all(len(name.encode()) < 200 for name in names)
    assert {item.standing for item in folder.items(model)} == {Standing.SAME}
    assert {one.step for one in folder.pull(model, Wishes())} == {Step.NOTHING}


def test_a_file_that_is_no_prompt_is_left_alone_whatever_the_server_does() -> None:
    model, folder = Model(), Folder()
    path = f"team/a{SUFFIX}"
    folder.files[path] = b"---\nname: a\n---\none\n"
    folder.push(model, Orders())
    folder.files[path] = b"---\nname: [a\n---\none\n"
    model.add_version("id-0", Content(template="two"), Origin())
    [pulled] = folder.pull(model, Wishes())
    assert (pulled.step, pulled.data, pulled.item.standing) == (Step.CONFLICT, None, Standing.INVALID)
    [pushed] = folder.push(model, Orders())
    assert (pushed.sent, len(model.kept["id-0"].versions)) == (Sent.REFUSED, 2)


def test_a_text_of_an_earlier_commit_is_no_change_of_somebody_else() -> None:
    """CI pushes without writing the lock file back: what it pushed before is known by git."""
    model, folder = Model(), Folder()
    path = f"team/a{SUFFIX}"
    folder.files[path] = b"---\nname: a\n---\none\n"
    folder.push(model, Orders())
    stale = folder.lock
    folder.files[path] = b"---\nname: a\n---\ntwo\n"
    folder.push(model, Orders())
    folder.lock, folder.files[path] = stale, b"---\nname: a\n---\nthree\n"
    [item] = folder.items(model)
    assert item.standing is Standing.CHANGED_BOTH
    files = scan(folder.files, read_lock(stale))
    [item] = items(files, model.prompts(), lambda _local, _remote: True)
    assert item.standing is Standing.CHANGED_HERE
    folder.files[path] = b"---\nname: a\n---\none\n"  # a revert, to what the stale lock says
    [item] = items(scan(folder.files, read_lock(stale)), model.prompts(), lambda _local, _remote: True)
    assert item.standing is Standing.CHANGED_HERE


def test_a_new_name_is_refused_and_nothing_is_written() -> None:
    model, folder = Model(), Folder()
    folder.files[f"team/a{SUFFIX}"] = b"---\nname: a\n---\none\n"
    folder.push(model, Orders())
    folder.files[f"team/a{SUFFIX}"] = b"---\nname: b\n---\ntwo\n"
    [pushed] = folder.push(model, Orders())
    assert pushed.refused == ("a prompt keeps its name: write `name: a` again, or make a new file",)
    assert len(model.kept["id-0"].versions) == 1


def test_two_files_of_one_prompt_are_both_named() -> None:
    files = scan({"team/a.prompt.md": b"x", "team/A.prompt.md": b"y"}, Lock())
    assert [one.path for one in files.prompts.values()] == ["team/A.prompt.md"]
    assert str(files.broken[0].error) == "it is the prompt a, as team/A.prompt.md is: a prompt has one file"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "it is no lock file: the file is not an object"),
        (write_lock(Lock()).replace("1", "9"), "it has format 9, which this release does not read"),
        ("{", "it is no lock file: "),
    ],
)
def test_the_lock_says_why_it_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(FileError, match=words):
        read_lock(text)


def test_a_push_that_the_server_refuses_says_so_and_goes_on() -> None:
    model, folder = Model(), Folder()
    folder.files[f"team/a{SUFFIX}"] = b"---\nname: a\n---\none\n"
    model.is_gone = True
    [pushed] = folder.push(model, Orders())
    assert (pushed.sent, pushed.refused) == (Sent.REFUSED, ("the server is gone",))
    model.is_gone = False
    [pushed] = folder.push(model, Orders())
    assert (pushed.sent, pushed.version) == (Sent.UPDATED, 1)
    assert replace(pushed, item=pushed.item).locked


def test_who_wrote_at_the_same_time_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    model, folder = Model(), Folder()
    folder.files[f"team/a{SUFFIX}"] = b"---\nname: a\n---\none\n"
    folder.push(model, Orders())
    folder.files[f"team/a{SUFFIX}"] = b"---\nname: a\n---\ntwo\n"
    items_before = folder.items(model)
    model.add_version("id-0", Content(template="by somebody else"), Origin())
    monkeypatch.setattr(model, "versions_between", lambda _id, after, before: range(after + 1, before))
    pushed = push(items_before[0], model, Orders(), lambda _: Origin())
    assert pushed.version == 3
    assert pushed.notes == ("somebody else wrote version 2 at the same time; version 3 does not hold what it says",)


def test_a_long_slug_comes_back_from_its_short_file() -> None:
    slug = "\N{HIRAGANA LETTER A}" * 200
    stem = stem_of(slug, set())
    assert len(stem.encode()) <= 120
    assert needs_slug(slug, stem)
    assert not needs_slug("welcome_mail", "Welcome mail")


def test_a_file_follows_its_prompt_to_another_team_with_what_changed_here() -> None:
    model, folder = Model(), Folder()
    for slug in ("a", "b"):
        folder.files[f"team/{slug}{SUFFIX}"] = f"---\nname: {slug}\n---\none\n".encode()
    folder.push(model, Orders())
    folder.files[f"team/b{SUFFIX}"] = b"---\nname: b\n---\ntwo\n"
    for kept in model.kept.values():
        kept.place = ("other", kept.place[1])
    assert [item.standing for item in folder.items(model)] == [Standing.SAME, Standing.CHANGED_HERE]
    assert [one.step for one in folder.pull(model, Wishes())] == [Step.MOVE, Step.MOVE]
    assert list(folder.files) == [f"other/a{SUFFIX}", f"other/b{SUFFIX}"]
    assert [one.sent for one in folder.push(model, Orders())] == [Sent.NOTHING, Sent.UPDATED]
    assert {item.standing for item in folder.items(model)} == {Standing.SAME}
    assert len(model.kept) == 2


def test_a_file_whose_prompt_moved_is_pushed_to_it_and_not_made_anew() -> None:
    model, folder = Model(), Folder()
    folder.files[f"team/a{SUFFIX}"] = b"---\nname: a\n---\none\n"
    folder.push(model, Orders())
    model.kept["id-0"].place = ("other", "a")
    folder.files[f"team/a{SUFFIX}"] = b"---\nname: a\n---\ntwo\n"
    folder.push(model, Orders())
    assert [len(one.versions) for one in model.kept.values()] == [2]
