"""Questions about the past, on a change log of many entries: how long each takes, on SQLite and on PostgreSQL.

    python benchmarks/bench_history.py [--entries 1000000] [--engine sqlite|postgresql] [--database URL]

The log is built in bulk, chained as the product chains it: an organization with a hundred prompts, three in ten
entries about one label of one prompt, one in ten about its live version, one in twenty about rights. Each question is
asked once on a fresh connection (`first`) and five times more (`then`, the median; `work` is what of it this process
works, which on a busy machine is less). Verification and export of all of
it are reported as rates. Ends with status 1 when a question took longer than `--most` seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1]))  # for scripts, where this is run as a script

from scripts.postgres import running
from sqlalchemy import insert, text, update

from promptwire.domain.changes import GENESIS, Change, Query, Scope, chain
from promptwire.domain.organizations import Organization, Team
from promptwire.domain.pages import Cut
from promptwire.domain.prompts import Prompt, PromptStatus
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.domain.subjects import UserSubject
from promptwire.domain.users import User
from promptwire.ports.storage import Transaction
from promptwire.services import audit, evidence, history, movers
from promptwire.services.calls import Act, Call
from promptwire.storage.migrate import migrate
from promptwire.storage.rows import from_entry
from promptwire.storage.store import SqlStore
from promptwire.storage.tables import change_counter, change_scopes, changes

PROMPTS, PEOPLE, BATCH = 100, 200, 5_000
HOT, LIVE, RIGHTS = 0.3, 0.4, 0.45  # shares of the entries, added up
START = datetime(2026, 1, 1, tzinfo=UTC)
Question = Callable[[Transaction], object]


def uuid(kind: int, number: int) -> str:
    """Give an id that is the same in every run."""
    return str(UUID(int=kind << 64 | number))


ORG, OTHER = uuid(1, 1), uuid(1, 2)
TEAM = uuid(2, 1)
READER = User(id=uuid(3, 0), email="reader@example.com", is_admin=False, is_verified=True, created_at=START)


@dataclass
class Log:
    """Makes entries, and keeps the heads of their chains."""

    entries: int
    random: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - the same in every run
    seq: int = 0
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    live: int = 0

    def rows(self) -> Iterator[dict[str, object]]:
        """Give the rows of all entries."""
        while self.seq < self.entries:
            for change in self.next():
                self.seq += 1
                scope = str(change.scope)
                revision, head = self.heads.get(scope, (0, GENESIS))
                entry = chain(change, seq=self.seq, revision=revision + 1, previous_hash=head)
                self.heads[scope] = entry.revision, entry.hash
                yield from_entry(entry)

    def at(self) -> datetime:
        """Give the time of the next entry: a second after the one before."""
        return START + timedelta(seconds=self.seq)

    def next(self) -> list[Change]:
        """Make what one call appends."""
        drawn = self.random.random()
        if self.seq < PROMPTS + 1:
            return [self._created(self.seq)]
        if drawn < HOT:
            return [self._moved(0, "prod")]
        if drawn < LIVE:
            return self._promoted()
        if drawn < RIGHTS:
            return [self._right()]
        return [self._moved(self.random.randrange(PROMPTS), f"label-{self.random.randrange(20)}")]

    def _change(self, action: str, kind: str, object_id: str, **more: object) -> Change:
        fields = {"scope": Scope("org", ORG), "at": self.at(), "request_id": f"{self.seq:032x}"}
        who = {"subject_kind": "user", "subject_id": uuid(3, self.random.randrange(PEOPLE))}
        return Change(**{**fields, **who, "action": action, "object_kind": kind, "object_id": object_id, **more})  # type: ignore[arg-type]

    def _created(self, number: int) -> Change:
        if number == PROMPTS:
            return self._change("team.created", "team", TEAM, after={"name": "t", "slug": "t", "org_id": ORG})
        facts = {"name": f"p{number}", "slug": f"p{number}", "status": "active", "team_id": TEAM}
        prompt_id = uuid(4, number)
        return self._change("prompt.created", "prompt", prompt_id, prompt_id=prompt_id, after=facts)

    def _moved(self, prompt: int, label: str) -> Change:
        sides = [{"version_id": uuid(5, number), "version_number": number + 1} for number in (self.seq % 50, 7)]
        reason = "because somebody asked for it"
        named = {"prompt_id": uuid(4, prompt), "label": label, "before": sides[0], "after": sides[1], "reason": reason}
        return self._change("label.moved", "label", label, **named)

    def _promoted(self) -> list[Change]:
        made = []
        for action, number, statuses in (
            ("version.displaced", self.live, ("live", "stable")),
            ("version.promoted", self.live + 1, ("stable", "live")),
        ):
            facts = [
                {"number": number + 1, "status": status, "kind": "text", "content_hash": GENESIS} for status in statuses
            ]
            named = {"prompt_id": uuid(4, 0), "label": "live", "before": facts[0], "after": facts[1]}
            made.append(self._change(action, "version", uuid(5, number), **named))
        self.live += 1
        return made

    def _right(self) -> Change:
        person = uuid(3, self.random.randrange(PEOPLE))
        drawn = self.random.randrange(4)
        if drawn == 0:
            facts = {"org_id": ORG, "user_id": person, "role": self.random.choice(["viewer", "member", "admin"])}
            return self._change("organization_member.added", "organization_member", person, after=facts)
        if drawn == 1:
            facts = {"team_id": TEAM, "user_id": person, "role": self.random.choice(["viewer", "editor", "admin"])}
            return self._change("team_member.added", "team_member", person, after=facts)
        if drawn == 2:  # noqa: PLR2004 - the third of four
            told = {"name": "k", "operation": "all", "team_ids": None, "role": "admin", "user_id": person}
            key = uuid(6, self.random.randrange(PEOPLE))
            return self._change("key.updated", "key", key, after={**told, "expires_at": None})
        label = f"label-{self.random.randrange(20)}"
        told = {"team_id": TEAM, "label": label, "min_required_role": "admin"}
        return self._change("protected_label.set", "protected_label", label, label=label, after=told)


def build(store: SqlStore, entries: int) -> Log:
    """Fill a new store."""
    log = Log(entries)
    store.write_now(_ground)
    with store.engines.writer.begin() as connection:
        if not store.engines.is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        rows: list[dict[str, object]] = []
        for row in log.rows():
            rows.append(row)
            if len(rows) == BATCH:
                connection.execute(insert(changes), rows)
                rows.clear()
        if rows:
            connection.execute(insert(changes), rows)
        connection.execute(update(change_counter).values(last_seq=log.seq))
        heads = [
            {"scope": scope, "last_revision": revision, "head_hash": head}
            for scope, (revision, head) in log.heads.items()
        ]
        connection.execute(insert(change_scopes), heads)
    with store.engines.writer.begin() as connection:
        connection.execute(text("ANALYZE changes"))
    return log


def _ground(tx: Transaction) -> None:
    tx.organizations.insert(Organization(id=ORG, name="Acme", created_at=START))
    tx.teams.insert(Team(id=TEAM, org_id=ORG, name="t", slug="t", created_at=START))
    tx.users.insert(READER, "")
    tx.organizations.set_role(ORG, READER.id, OrgRole.OWNER, START)
    tx.teams.set_role(TEAM, READER.id, TeamRole.EDITOR, START)
    for number in range(PROMPTS):
        tx.prompts.insert(
            Prompt(
                id=uuid(4, number),
                team_id=TEAM,
                name=f"p{number}",
                slug=f"p{number}",
                description="",
                status=PromptStatus.ACTIVE,
                last_number=0,
                created_by=None,
                created_at=START,
                updated_at=START,
            )
        )


def questions(log: Log) -> dict[str, Question]:
    """Give each question, by what it asks."""
    act = Act(UserSubject(READER), Call(token="", request_id="bench", now=datetime.now(UTC) + timedelta(days=36_500)))
    early, half = START + timedelta(seconds=log.seq // 100), START + timedelta(seconds=log.seq // 2)
    hot, middle = uuid(4, 0), log.seq // 2

    def past(label: str | None, after: int | None = None) -> Question:
        asked = history.Asked(cut=Cut(limit=200, after=after), label=label)
        return lambda tx: history.of_prompt(tx, act, hot, lambda: asked)

    def served(label: str | None, at: datetime | None) -> Question:
        return lambda tx: history.served(tx, act, hot, lambda: (label, at))

    def access(at: datetime | None) -> Question:
        return lambda tx: movers.of_prompt(tx, act, hot, lambda: movers.Question(label="prod", at=at))

    def logs(**fields: object) -> Question:
        query = Query(**{"limit": 200, **fields})  # type: ignore[arg-type]
        return lambda tx: audit.of_org(tx, act, ORG, lambda: query)

    return {
        "history of a prompt": past(None),
        "history of a prompt, from the middle": past(None, middle),
        "history of a label": past("prod"),
        "history of a label, from the middle": past("prod", middle),
        "history of live": past("live"),
        "history of a label that is not there": past("none"),
        "served now, one label": served("prod", None),
        "served long ago, one label": served("prod", early),
        "served before anything was, one label": served("prod", START - timedelta(days=1)),
        "served half-way, live": served("live", half),
        "served now, every label": served(None, None),
        "served long ago, every label": served(None, early),
        "where a label was before its last move": lambda tx: history.last_move(tx, hot, "prod", None),
        "where a label was long ago": lambda tx: history.last_move(tx, hot, "prod", early),
        "who could move a label now": access(None),
        "who could, half-way": access(half),
        "who could, at the end, by the log": access(log.at()),
        "who could in the organization, at the end": lambda tx: movers.of_org(
            tx, act, ORG, lambda: movers.Question(label="prod", at=log.at())
        ),
        "audit log": logs(),
        "audit log, from the middle": logs(before=middle),
        "audit log of a prompt": logs(prompt_id=uuid(4, 7)),
        "audit log of a label": logs(label="label-7"),
        "audit log of a label of a prompt": logs(prompt_id=hot, label="label-7"),
        "audit log of a label that is not there": logs(label="none", prompt_id=hot),
        "a page of the export, from the middle": lambda tx: audit.onward(
            tx, act, ORG, lambda: Query(limit=500, after=middle)
        ),
        "where the log ends": lambda tx: tx.changes.ends(),
    }


def asked(store: SqlStore, question: Question) -> tuple[float, float]:
    """Give the seconds that a question takes, and those of them that this process works."""
    begun, worked = time.perf_counter(), time.process_time()
    store.read_now(question)
    return time.perf_counter() - begun, time.process_time() - worked


def measure(store: SqlStore, log: Log, most: float) -> bool:
    """Print the table; tells whether every question was quick enough."""
    good = True
    print(f"{'question':<46} {'first':>9} {'then':>9} {'work':>9}  (ms)")
    for name, question in questions(log).items():
        store.engines.dispose()
        first, _ = asked(store, question)
        again = [asked(store, question) for _ in range(5)]
        then, work = (statistics.median(column) for column in zip(*again, strict=True))
        good = good and max(first, then) <= most
        late = "" if max(first, then) <= most else "  TOO SLOW"
        print(f"{name:<46} {first * 1000:>9.1f} {then * 1000:>9.1f} {work * 1000:>9.1f}{late}")
    return good


def rates(store: SqlStore) -> bool:
    """Print how fast the whole log is verified and exported; tells whether it is whole."""
    begun = time.perf_counter()
    verdict = evidence.verify(store, since=None, progress=lambda *_: None)
    spent = time.perf_counter() - begun
    print(f"verified {verdict.walk.seq:,} entries in {spent:.1f} s: {verdict.walk.seq / spent:,.0f} a second")
    begun = time.perf_counter()
    read = sum(1 for _ in evidence.everything(store, lambda *_: None))
    spent = time.perf_counter() - begun
    print(f"read {read:,} entries for an export in {spent:.1f} s: {read / spent:,.0f} a second")
    if verdict.flaw:
        print(f"NOT WHOLE: {verdict.flaw}")
    return verdict.flaw is None


def run(database: str | Path, entries: int, most: float) -> bool:
    """Fill a new database and ask; tells whether all is well."""
    with contextlib.closing(SqlStore.open(database)) as store:
        migrate(store.engines)
        print(f"\n{'SQLite' if store.engines.is_sqlite else 'PostgreSQL'}, {entries:,} entries")
        begun = time.perf_counter()
        log = build(store, entries)
        print(f"built in {time.perf_counter() - begun:.0f} s")
        return all([measure(store, log, most), rates(store)])


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--database", help="an empty PostgreSQL database, instead of one that is started for this")
    parser.add_argument("--most", type=float, default=2.0, help="seconds that a question may take")
    options = parser.parse_args()
    good = []
    for engine in options.engine or ["sqlite", "postgresql"]:
        with contextlib.ExitStack() as stack:
            if engine == "sqlite":
                folder = stack.enter_context(tempfile.TemporaryDirectory())
                database: str | Path = Path(folder) / "promptwire.db"
            else:
                database = options.database or stack.enter_context(running())
            good.append(run(database, options.entries, options.most))
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
