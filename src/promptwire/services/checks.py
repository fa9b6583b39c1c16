"""Checks of a version before it goes live: does it render, does its schema fit, does it break callers?

Checking takes long compared with a transaction, so it is done between two: `checked_ahead` runs a unit of work, and
where that asks for findings that are not known yet, it is undone, the checks are made outside, and it runs again. What
was found is known by a digest of all that it rests on, read anew in each run, so that it is right when it is used:

    await checked_ahead(context.checker, lambda look: store.write(lambda tx: …))   # `Exchange.write` does

    found = checks.findings(tx, prompt, version, look=act.call.look, replaces=tx.versions.live(prompt.id))
    stopping(found, team.promotion_checks)            # those that stop it: `services/examining.py` does
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

from promptwire.domain.checking import MAX_CHARACTERS, MAX_PAYLOADS, CheckSubject
from promptwire.domain.checks import Finding
from promptwire.domain.errors import Unavailable
from promptwire.domain.prompts import Prompt
from promptwire.domain.versions import Version
from promptwire.ports.checker import Checker
from promptwire.ports.storage import Transaction

_RUNS = 5  # of one unit of work, while others write

Result = TypeVar("Result")
Look: TypeAlias = Callable[[CheckSubject], tuple[Finding, ...]]
"""Gives what checks find; may end the unit of work instead, which runs again when they are made."""


def findings(
    tx: Transaction, prompt: Prompt, version: Version, *, look: Look, replaces: Version | None
) -> tuple[Finding, ...]:
    """Give what checks find about a version as the store is now, the errors first.

    `replaces` is what it would take the place of: the live version, or the one that a label is on; None for none.
    """
    return look(gather(tx, prompt, version, replaces=replaces))


def gather(tx: Transaction, prompt: Prompt, version: Version, *, replaces: Version | None) -> CheckSubject:
    """Read all that checking a version takes."""
    payloads = tuple(tx.payloads.newest(prompt.id, MAX_PAYLOADS, MAX_CHARACTERS))
    return CheckSubject(
        content=version.content,
        content_hash=version.content_hash,
        replaced=replaces.content if replaces else None,
        replaced_hash=replaces.content_hash if replaces else None,
        payloads=payloads,
        more_payloads=tx.payloads.count(prompt.id) - len(payloads),
    )


class _Unchecked(Exception):
    """The checks of a subject were not made yet; nothing else stands in the way so far."""

    def __init__(self, subject: CheckSubject) -> None:
        super().__init__(subject.digest)
        self.subject = subject


async def checked_ahead(checker: Checker, run: Callable[[Look], Awaitable[Result]]) -> Result:
    """Run a unit of work that looks at findings, with the checks made outside of it.

    Raises:
        Unavailable: When others write faster than can be checked.
        Exception: What the unit of work raises.
    """
    known: dict[str, tuple[Finding, ...]] = {}

    def look(subject: CheckSubject) -> tuple[Finding, ...]:
        found = known.get(subject.digest)
        if found is None:
            raise _Unchecked(subject)
        return found

    for _ in range(_RUNS):
        try:
            return await run(look)
        except _Unchecked as ahead:
            known[ahead.subject.digest] = await checker.findings(ahead.subject)
    raise Unavailable
