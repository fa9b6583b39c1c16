"""Whoever tampers with the tables of the log is found, and the first entry that is not what it was is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, text, update

from promptwire.domain.changes import GENESIS, INSTANCE, Scope, chain
from promptwire.domain.checkpoints import Checkpoint, parse_checkpoint
from promptwire.domain.errors import InvalidInput, NotFound
from promptwire.integrations.signing import Ed25519Signer, is_signed, load_or_make_key
from promptwire.ports.storage import Transaction
from promptwire.services import evidence
from promptwire.services.evidence import Verdict
from promptwire.storage.changes import Changes
from promptwire.storage.rows import to_entry
from promptwire.storage.store import SqlStore
from promptwire.storage.tables import change_counter, change_scopes, changes
from support import make

ORG, OTHER = Scope("org", make.new_id()), Scope("org", make.new_id())
ORDER = [ORG, INSTANCE, ORG, OTHER, ORG, ORG, OTHER, ORG]
"""The scopes of the entries 1 to 8."""

Tamper = Callable[[Connection], object]


@pytest.fixture
def log(store: SqlStore) -> SqlStore:
    """A store with eight entries."""
    record(store, *ORDER)
    return store


@pytest.fixture
def signer(tmp_path: Any) -> Ed25519Signer:
    return load_or_make_key(tmp_path / "key.pem")


def record(store: SqlStore, *scopes: Scope) -> None:
    def work(tx: Transaction) -> None:
        for scope in scopes:
            facts = {"version_number": 1, "name": "Zoë 😀"}
            tx.record(make.change(scope, label="prod", prompt_id=make.new_id(), after=facts, reason='a\n\t"reason"'))

    store.write_now(work)


def verify(store: SqlStore, since: Checkpoint | None = None) -> Verdict:
    return evidence.verify(store, since=since, progress=lambda *_: None)


def flaw(store: SqlStore, since: Checkpoint | None = None) -> str:
    found = verify(store, since).flaw
    assert found is not None, "it was not found"
    return str(found)


def tamper(store: SqlStore, *how: Tamper) -> None:
    with store.engines.writer.begin() as connection:
        for one in how:
            one(connection)


def setting(number: int, /, **values: Any) -> Tamper:
    return lambda connection: connection.execute(update(changes).where(changes.c.seq == number).values(values))


def raw(statement: str) -> Tamper:
    return lambda connection: connection.execute(text(statement))


def cutting(above: int) -> Tamper:
    return lambda connection: connection.execute(delete(changes).where(changes.c.seq > above))


def mending(connection: Connection) -> None:
    """Let counter and heads say what the entries say, as who knows the format would."""
    entries = [to_entry(row) for row in connection.execute(select(changes).order_by(changes.c.seq))]
    connection.execute(update(change_counter).values(last_seq=len(entries)))
    connection.execute(delete(change_scopes))
    heads = {str(entry.change.scope): entry for entry in entries}
    for scope, entry in heads.items():
        values = {"scope": scope, "last_revision": entry.revision, "head_hash": entry.hash}
        connection.execute(change_scopes.insert().values(values))


def rewriting(connection: Connection) -> None:
    """Give every entry the hash that what it says now has, all along its chain."""
    heads: dict[str, str] = {}
    for row in connection.execute(select(changes).order_by(changes.c.seq)).all():
        old = to_entry(row)
        previous = heads.get(str(old.change.scope), GENESIS)
        new = chain(old.change, seq=old.seq, revision=old.revision, previous_hash=previous)
        heads[str(old.change.scope)] = new.hash
        values = {"previous_hash": previous, "hash": new.hash}
        connection.execute(update(changes).where(changes.c.seq == old.seq).values(values))
    mending(connection)


def test_a_log_that_nobody_touched_is_whole(store: SqlStore) -> None:
    assert verify(store).flaw is None
    record(store, *ORDER)
    told: list[tuple[int, int]] = []
    verdict = evidence.verify(store, since=None, progress=lambda *both: told.append(both))
    assert (verdict.flaw, verdict.walk.seq, told) == (None, 8, [(8, 8)])
    assert {scope: head.revision for scope, head in verdict.walk.heads.items()} == {
        str(ORG): 5,
        str(INSTANCE): 1,
        str(OTHER): 2,
    }


def test_the_log_hash_is_what_anybody_computes_of_the_hashes(log: SqlStore) -> None:
    hashes = log.read_now(lambda tx: [entry.hash for entry in tx.changes.after(0, 100)])
    assert verify(log).walk.log_hash == sha256("".join(f"{one}\n" for one in hashes).encode()).hexdigest()


EDITS = {
    "at": make.LATER,
    "subject_kind": "api_key",
    "subject_id": "somebody",
    "action": "label.removed",
    "object_kind": "team",
    "object_id": "another",
    "prompt_id": None,
    "label": "Prod",
    "before": {"version_number": 1},
    "after": {"version_number": 2},
    "reason": None,
    "request_id": "another",
}


@pytest.mark.parametrize("column", EDITS)
def test_an_edit_of_any_column_is_found(log: SqlStore, column: str) -> None:
    tamper(log, setting(5, **{column: EDITS[column]}))
    assert flaw(log) == f"entry 5: what revision 3 of {ORG} says does not fit its hash"


@pytest.mark.parametrize(
    ("column", "value", "found"),
    [
        ("hash", "0" * 64, f"entry 5: what revision 3 of {ORG} says does not fit its hash"),
        (
            "previous_hash",
            "0" * 64,
            f"entry 5: revision 3 of {ORG} does not continue revision 2: its previous hash is another",
        ),
        ("revision", 9, f"entry 5: revision 9 of {ORG} follows revision 2"),
        ("scope", "team:x", "entry 5: revision 3 of team:x follows revision 0"),
        ("seq", 9, "entry 5: it is missing; the next one there is 6"),
    ],
)
def test_an_edit_of_the_chain_is_found(log: SqlStore, column: str, value: Any, found: str) -> None:
    tamper(log, setting(5, **{column: value}))
    assert flaw(log) == found


@pytest.mark.parametrize("column", ["after", "at", "reason"])
def test_what_is_no_entry_at_all_any_more_is_named_too(log: SqlStore, column: str) -> None:
    nonsense = "x'ff00'" if log.engines.is_sqlite else "'0001-01-01'" if column == "at" else "'{not'"
    tamper(log, raw(f"UPDATE changes SET {column} = {nonsense} WHERE seq = 5"))  # noqa: S608 - of the lines above
    assert flaw(log) == f"entry 5: what revision 3 of {ORG} says does not fit its hash"


def test_an_entry_that_was_taken_out_is_found(log: SqlStore) -> None:
    tamper(log, lambda connection: connection.execute(delete(changes).where(changes.c.seq == 4)))
    assert flaw(log) == "entry 4: it is missing; the next one there is 5"


def test_a_tail_that_was_cut_is_found(log: SqlStore) -> None:
    tamper(log, cutting(6))
    assert flaw(log) == "entry 7: it is missing: the store has counted 8 entries, and the last one is 6"


def test_a_tail_that_was_cut_with_its_counter_is_found_by_the_heads(log: SqlStore) -> None:
    tamper(log, cutting(6), raw("UPDATE change_counter SET last_seq = 6"))
    assert flaw(log).startswith(f"{min(ORG, OTHER, key=str)} ends at revision ")


def test_an_entry_beyond_the_counter_is_found(log: SqlStore) -> None:
    tamper(log, raw("UPDATE change_counter SET last_seq = 7"))
    assert flaw(log) == "entry 8: it was added: the store has counted 7 entries"


def test_a_log_that_goes_on_extends_its_checkpoint(log: SqlStore, signer: Ed25519Signer) -> None:
    since = made(log, signer)
    assert verify(log, since).flaw is None
    record(log, OTHER, Scope("team", make.new_id()), ORG)
    assert verify(log, since).flaw is None


def made(store: SqlStore, signer: Ed25519Signer) -> Checkpoint:
    """Give a checkpoint as it comes back from its file."""
    checkpoint, signature = parse_checkpoint(evidence.checkpoint(verify(store), signer, make.AT))
    assert is_signed(signer.public_key, checkpoint.body(), signature)
    return checkpoint


def test_a_tail_that_was_cut_without_a_trace_is_found_by_the_checkpoint(log: SqlStore, signer: Ed25519Signer) -> None:
    since = made(log, signer)
    tamper(log, cutting(6), mending)
    assert verify(log).flaw is None
    assert flaw(log, since) == "entry 7: it is missing: the log had 8 entries at the checkpoint, and has 6"


def test_a_tail_that_was_cut_and_grew_again_is_found(log: SqlStore, signer: Ed25519Signer) -> None:
    since = made(log, signer)
    tamper(log, cutting(6), mending)
    record(log, ORG, ORG, ORG)
    assert verify(log).flaw is None
    found = flaw(log, since)
    assert found.startswith("the log was rewritten: ")


@pytest.mark.parametrize("seq", [1, 5, 8])
def test_a_chain_that_was_rewritten_is_found(log: SqlStore, signer: Ed25519Signer, seq: int) -> None:
    since = made(log, signer)
    record(log, ORG)
    tamper(log, setting(seq, after={"version_number": 7}), rewriting)
    assert verify(log).flaw is None
    assert flaw(log, since) == f"the log was rewritten: {ORG} has another hash at revision 5 than the checkpoint"


def test_entries_in_another_order_are_found(log: SqlStore, signer: Ed25519Signer) -> None:
    """Of two scopes: each chain is still whole."""
    since = made(log, signer)
    tamper(log, setting(3, seq=30), setting(4, seq=3), setting(30, seq=4))
    assert verify(log).flaw is None
    assert flaw(log, since) == "the log was rewritten: its first 8 entries stand in another order"


def test_a_scope_that_was_taken_out_is_found(log: SqlStore, signer: Ed25519Signer) -> None:
    since = made(log, signer)
    scope = str(OTHER)
    tamper(log, lambda connection: connection.execute(delete(changes).where(changes.c.scope == scope)))
    tamper(log, *(setting(old, seq=new) for old, new in ((5, 4), (6, 5), (8, 6))), mending)
    assert verify(log).flaw is None
    record(log, ORG, ORG)
    assert flaw(log, since).startswith("the log was rewritten: ")


def test_a_checkpoint_of_another_store_is_none_of_this(log: SqlStore, signer: Ed25519Signer) -> None:
    since = made(log, signer)
    tamper(log, cutting(0), mending)
    record(log, *[Scope("org", make.new_id())] * 9)
    assert verify(log).flaw is None
    assert " at the checkpoint, and has 0" in flaw(log, since)


def test_a_checkpoint_of_an_empty_log_is_extended_by_every_log(store: SqlStore, signer: Ed25519Signer) -> None:
    since = made(store, signer)
    record(store, *ORDER)
    assert verify(store, since).flaw is None


def test_a_signature_is_of_every_letter(log: SqlStore, signer: Ed25519Signer) -> None:
    file = evidence.checkpoint(verify(log), signer, make.AT)
    fields = json.loads(file)
    for name in fields.keys() - {"signature", "format"}:
        value = fields[name]
        other: Any = 7 if name == "seq" else {} if name == "heads" else ("f" if value[0] == "e" else "e") + value[1:]
        assert other != value
        checkpoint, signature = parse_checkpoint(json.dumps({**fields, name: other}))
        assert not is_signed(signer.public_key, checkpoint.body(), signature), name


@pytest.mark.parametrize(
    "change",
    [
        {"format": "promptwire-checkpoint/2"},
        {"seq": "8"},
        {"seq": -1},
        {"seq": True},
        {"log_hash": "x"},
        {"heads": []},
        {"heads": {"instance": {"revision": 1}}},
        {"signature": "00"},
        {"public_key": 7},
    ],
    ids=str,
)
def test_what_is_no_checkpoint_is_refused(log: SqlStore, signer: Ed25519Signer, change: dict[str, Any]) -> None:
    fields = json.loads(evidence.checkpoint(verify(log), signer, make.AT))
    with pytest.raises(InvalidInput, match="checkpoint"):
        parse_checkpoint(json.dumps(fields | change))


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "[" * 100_000, "\ud800"], ids=range(6))
def test_what_is_no_object_is_no_checkpoint(text: str) -> None:
    with pytest.raises(InvalidInput, match="this is no checkpoint of a change log"):
        parse_checkpoint(text)


def test_a_log_of_many_pages_is_read_once_and_whole(log: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "_PAGE", 3)
    told: list[tuple[int, int]] = []
    note: Callable[[int, int], None] = lambda *both: told.append(both)  # noqa: E731 - it has a type so
    assert evidence.verify(log, since=None, progress=note).flaw is None
    assert told == [(3, 8), (6, 8), (8, 8)]
    assert [entry.seq for entry in evidence.everything(log, note)] == list(range(1, 9))
    of_org = list(evidence.of_org(log, ORG.id, note))
    assert [(entry.change.scope, entry.revision) for entry in of_org] == [(ORG, at) for at in range(1, 6)]


def test_what_comes_while_it_is_checked_is_left_out(log: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "_PAGE", 3)

    def write_on(done: int, _: int) -> None:
        if done < 8:
            record(log, ORG)

    verdict = evidence.verify(log, since=None, progress=write_on)
    assert (verdict.flaw, verdict.walk.seq) == (None, 8)
    assert [entry.seq for entry in evidence.everything(log, write_on)] == list(range(1, 11))


def test_an_export_is_of_an_organization_that_there_is_or_was(log: SqlStore) -> None:
    organization = make.organization(id=ORG.id, name="Acme")
    log.write_now(lambda tx: tx.organizations.insert(organization))
    for reference in ("acme", ORG.id, ORG.id.upper()):
        assert len(list(evidence.of_org(log, reference, lambda *_: None))) == 5
    assert len(list(evidence.of_org(log, OTHER.id, lambda *_: None))) == 2, "it is gone, and its log is not"
    for reference in ("Acme Inc", make.new_id()):
        with pytest.raises(NotFound):
            evidence.of_org(log, reference, lambda *_: None)


def test_the_text_that_is_hashed_is_the_one_that_is_stored(log: SqlStore) -> None:
    def work(tx: Transaction) -> None:
        assert isinstance(tx.changes, Changes)
        for written, entry in zip(tx.changes.written(0, 8, 8), tx.changes.after(0, 8), strict=True):
            again = chain(entry.change, seq=entry.seq, revision=entry.revision, previous_hash=entry.previous_hash)
            assert (written.computed_hash(), again) == (entry.hash, entry)

    log.read_now(work)
