"""A desk for tests of use cases: quick passwords, a clock that is set by hand, and mail that stays here."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from promptwire.domain.users import SignUp
from promptwire.ports.mail import Message
from promptwire.services.calls import Call
from promptwire.services.desk import Desk
from promptwire.services.limits import Limits
from promptwire.storage.store import SqlStore

Result = TypeVar("Result")
CODE = re.compile(r"^ {4}([A-Z2-9]{4}(?:-[A-Z2-9]{4}){6})$", re.MULTILINE)
START = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


class QuickPasswords:
    """Hashes at once; a hash that begins with `old` is of an earlier kind."""

    def __init__(self) -> None:
        self.hashed: list[str] = []

    async def hash(self, password: str) -> str:
        self.hashed.append(password)
        return f"hash of {password}"

    async def verify(self, password_hash: str | None, password: str) -> bool:
        return password_hash is not None and password_hash.removeprefix("old ") == f"hash of {password}"

    def needs_rehash(self, password_hash: str) -> bool:
        return password_hash.startswith("old ")


@dataclass
class Letters:
    """Keeps what was sent."""

    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        self.sent.append(message)

    def take(self) -> list[tuple[str, str]]:
        """Give address and subject of what was sent since the last time."""
        taken = [(one.to, one.subject) for one in self.sent]
        self.read, self.sent = self.sent, []
        return taken

    def code(self, to: str) -> str:
        """Give the code in the newest letter to an address."""
        [code] = CODE.findall([one for one in self.sent if one.to == to][-1].text)
        return str(code)


class Hours:
    """The time, which goes on when told to."""

    def __init__(self) -> None:
        self.passed = timedelta()

    def now(self) -> datetime:
        return START + self.passed

    def monotonic(self) -> float:
        return self.passed.total_seconds()

    def wait(self, **fields: float) -> None:
        self.passed += timedelta(**fields)


class Office:
    """A desk, and what its use cases are called with."""

    def __init__(self, store: SqlStore, sign_up: SignUp = SignUp.OPEN, **fields: Any) -> None:
        self.store = store
        self.hours = Hours()
        self.letters = Letters()
        self.passwords = QuickPasswords()
        self.desk = Desk(
            store=store,
            passwords=self.passwords,
            mail=self.letters,
            limits=Limits(self.hours.monotonic),
            session_lifetime=timedelta(hours=1),
            sign_up=sign_up,
            **fields,
        )

    def call(self, token: str | None = None, address: str = "192.0.2.1") -> Call:
        """Give a call, now."""
        return Call(token=token, request_id="test", now=self.hours.now(), address=address)

    def other_limits(self) -> None:
        """Forget what was counted: for tests of something else."""
        self.desk = replace(self.desk, limits=Limits(self.hours.monotonic))


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a use case of several steps."""
    return asyncio.run(work)
