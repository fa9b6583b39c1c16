"""Looking for prompts in a large team: how long each question takes, on SQLite and on PostgreSQL.

    python benchmarks/bench_search.py [--prompts 1000] [--versions 10] [--engine sqlite|postgresql]

A team with so many prompts, each with so many versions of about two kilobytes of ordinary words, in fifty folders;
the store writes them as it always does. Each question is a page of 50 with its overview, as the web interface asks,
asked five times; the median and the slowest are told. Ends with status 1 when one took longer than `--most` seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1]))  # for scripts, where this is run as a script

from scripts.postgres import running

from promptwire.domain.changes import Change, Facts, Scope
from promptwire.domain.labels import Placement
from promptwire.domain.organizations import Organization, Team
from promptwire.domain.pages import Cut
from promptwire.domain.prompts import Prompt, PromptStatus
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.domain.search import Sort, Wanted, parse_query
from promptwire.domain.subjects import UserSubject
from promptwire.domain.users import User
from promptwire.domain.versions import Status, Version
from promptwire.ports.storage import Transaction
from promptwire.services import search
from promptwire.services.calls import Act, Call
from promptwire.services.search import Asked
from promptwire.storage.migrate import migrate
from promptwire.storage.store import SqlStore
from promptwire.wire.content import Content

START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = [f"{first}{second}{third}" for first in "bdfgklmn" for second in "aeiou" for third in ("r", "st", "nd", "lly")]
TIMES = 5


def uuid(kind: int, number: int) -> str:
    """Give an id that is the same in every run."""
    return str(UUID(int=kind << 64 | number))


ORG, TEAM = uuid(1, 1), uuid(2, 1)
READER = User(id=uuid(3, 0), email="reader@example.com", is_admin=False, is_verified=True, created_at=START)
QUESTIONS: dict[str, Wanted] = {
    "newest": Wanted(),
    "by name": Wanted(sort=Sort.NAME),
    "last changed": Wanted(sort=Sort.CHANGED),
    "a folder": Wanted(folder="folder 7", sort=Sort.NAME),
    "a label": Wanted(label="prod", sort=Sort.CHANGED),
    "an author": Wanted(author_id=uuid(3, 7), sort=Sort.NAME),
    "a frequent word": Wanted(words=parse_query("bast")),
    "two words, by change": Wanted(words=parse_query("bast doll"), sort=Sort.CHANGED),
    "a rare word": Wanted(words=parse_query("needle"), sort=Sort.CHANGED),
    "a word that is nowhere": Wanted(words=parse_query("haystack"), sort=Sort.NAME),
}


def build(store: SqlStore, prompts: int, versions: int) -> None:
    """Fill a new store."""
    drawn = random.Random(7)  # noqa: S311 - the same in every run
    store.write_now(_ground)
    for first in range(0, prompts, 100):
        numbers = range(first, min(first + 100, prompts))
        store.write_now(partial(_some, drawn=drawn, numbers=numbers, versions=versions))


def _ground(tx: Transaction) -> None:
    tx.organizations.insert(Organization(id=ORG, name="Acme", created_at=START))
    tx.teams.insert(Team(id=TEAM, org_id=ORG, name="t", slug="t", created_at=START))
    tx.users.insert(READER, "")
    tx.organizations.set_role(ORG, READER.id, OrgRole.MEMBER, START)
    tx.teams.set_role(TEAM, READER.id, TeamRole.EDITOR, START)


def _some(tx: Transaction, drawn: random.Random, numbers: range, versions: int) -> None:
    for number in numbers:
        at = START + timedelta(minutes=number)
        prompt = Prompt(
            id=uuid(4, number),
            team_id=TEAM,
            name=f"folder {number % 50}/Prompt {number}",
            slug=f"prompt_{number}",
            description=" ".join(drawn.choices(WORDS, k=12)),
            status=PromptStatus.ACTIVE,
            last_number=versions,
            created_by=None,
            created_at=at,
            updated_at=at,
        )
        tx.prompts.insert(prompt)
        for nth in range(1, versions + 1):
            rare = " needle" if (number, nth) == (numbers[0], 1) else ""
            content = Content(template=f"Hello {{{{.name}}}}{rare}, {' '.join(drawn.choices(WORDS, k=450))}")
            status = Status.LIVE if nth == versions - 1 else Status.STABLE
            version = Version(
                id=uuid(5, number * 1000 + nth),
                prompt_id=prompt.id,
                number=nth,
                status=status,
                content=content,
                content_hash=content.content_hash,
                author_kind="user",
                author_id=uuid(3, number % 40),
                created_at=at,
            )
            tx.versions.insert(version)
            facts: Facts = {"number": nth, "status": status.value}
            tx.record(_change(at, prompt.id, version.id, facts))
        if number % 3 == 0:
            by = ("user", READER.id)
            tx.labels.put(
                Placement(
                    prompt_id=prompt.id, label="prod", version_id=uuid(5, number * 1000 + 1), set_by=by, set_at=at
                )
            )


def _change(at: datetime, prompt_id: str, version_id: str, facts: Facts) -> Change:
    return Change(
        scope=Scope("org", ORG),
        at=at,
        subject_kind="user",
        subject_id=READER.id,
        action="version.created",
        object_kind="version",
        object_id=version_id,
        prompt_id=prompt_id,
        label=None,
        before={},
        after=facts,
        reason=None,
        request_id="bench",
    )


def ask(store: SqlStore, wanted: Wanted) -> tuple[list[float], int]:
    """Ask one question some times; gives how long each took, and how many prompts came."""
    act = Act(UserSubject(READER), Call(token=None, request_id="bench", now=datetime.now(UTC)))
    page = Wanted(**{name: getattr(wanted, name) for name in wanted.__slots__} | {"cut": Cut(limit=50)})
    took, found = [], 0
    for _ in range(TIMES):
        begun = time.perf_counter()
        listed = store.read_now(lambda tx: search.of_team(tx, act, TEAM, lambda: Asked(wanted=page, overview=True)))
        took.append(time.perf_counter() - begun)
        found = len(listed.prompts)
    return took, found


def choose(store: SqlStore) -> list[float]:
    """Ask what the list can be narrowed down to."""
    act = Act(UserSubject(READER), Call(token=None, request_id="bench", now=datetime.now(UTC)))
    took = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        store.read_now(lambda tx: search.choices(tx, act, TEAM))
        took.append(time.perf_counter() - begun)
    return took


@contextlib.contextmanager
def opened(engine: str) -> Iterator[SqlStore]:
    """Give a new store."""
    with contextlib.ExitStack() as stack:
        if engine == "postgresql":
            url = stack.enter_context(running())
        else:
            url = f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}/bench.db"
        store = stack.enter_context(contextlib.closing(SqlStore.open(url)))
        migrate(store.engines)
        yield store


def main() -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description="How long it takes to look for prompts.")
    parser.add_argument("--prompts", type=int, default=1000)
    parser.add_argument("--versions", type=int, default=10)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--most", type=float, default=1.0, help="seconds that the slowest question may take")
    asked = parser.parse_args()
    slowest = 0.0
    for engine in asked.engine or ["sqlite", "postgresql"]:
        with opened(engine) as store:
            build(store, asked.prompts, asked.versions)
            print(f"{engine}: {asked.prompts} prompts, {asked.prompts * asked.versions} versions")
            for name, wanted in QUESTIONS.items():
                took, found = ask(store, wanted)
                slowest = max(slowest, *took)
                print(f"  {name:24} {statistics.median(took) * 1e3:7.1f} ms, at most {max(took) * 1e3:7.1f}  ({found})")
            took = choose(store)
            slowest = max(slowest, *took)
            print(f"  {'choices':24} {statistics.median(took) * 1e3:7.1f} ms, at most {max(took) * 1e3:7.1f}")
    return int(slowest > asked.most)


if __name__ == "__main__":
    sys.exit(main())
