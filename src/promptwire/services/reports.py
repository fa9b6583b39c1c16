"""What was used is written down, each report once, with what running processes serve. None of it is a change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from promptwire.domain.processes import Process, Serving, hash_of, process_id
from promptwire.domain.use import BY_NUMBER, Batch, Counts, Received, UseKey
from promptwire.ports.delivery import Place
from promptwire.ports.storage import Transaction
from promptwire.wire.use import Served, Used


def write(tx: Transaction, batch: Batch) -> None:
    """Write down what was used since the last batch."""
    reports, processes = _admit(tx, batch.reports)
    newest = _newest(reports, processes)
    hashes = {one: hash_of(received.report.serves) for one, received in newest.items()}
    changed = [received for one, received in newest.items() if processes[one].serves_hash != hashes[one]]
    known = _Known(tx, batch.counts, reports, changed)
    tx.use.add(_counted(batch, reports, known), batch.at)
    tx.processes.put([replace(one, serves_hash=hashes.get(one.id, one.serves_hash)) for one in processes.values()])
    _note(tx, changed, known)


def _admit(tx: Transaction, reports: Sequence[Received]) -> tuple[list[Received], dict[str, Process]]:
    """Give the reports that were not counted before, and the processes as they are with them.

    Each process is held until the transaction ends, so that of two servers that got the same report one counts it.
    """
    new = {_id(received): _new(received) for received in reversed(reports)}
    known = dict(tx.processes.lock(list(new.values()))) if new else {}
    admitted: list[Received] = []
    for received in reports:
        process = known[_id(received)]
        window = process.window.admit(received.report.number)
        if window is not None:
            admitted.append(received)
            known[process.id] = _heard(replace(process, window=window), received)
    heard = {_id(received) for received in admitted}
    return admitted, {one: known[one] for one in heard}


def _id(received: Received) -> str:
    return process_id(received.owner, received.report.process.id)


def _new(received: Received) -> Process:
    given = received.report.process
    return Process(
        id=_id(received),
        service=given.service,
        instance=given.instance,
        sdk=given.sdk,
        first_at=received.at,
        last_at=received.at,
        confirmed_at=None,
    )


def _heard(process: Process, received: Received) -> Process:
    """Give a process as its newest report has it; one that comes late changes nothing about it."""
    report, at = received.report, received.at
    if report.number != process.window.last:
        return process
    return replace(
        process,
        service=report.process.service,
        instance=report.process.instance,
        sdk=report.process.sdk,
        last_at=max(process.last_at, at),
        confirmed_at=process.confirmed_at if report.age is None else at - timedelta(seconds=report.age),
        ended_at=at if report.ending else None,
    )


def _newest(reports: Iterable[Received], processes: Mapping[str, Process]) -> dict[str, Received]:
    """Give the newest report of each process, by its id, where that is among these."""
    found = ((_id(received), received) for received in reports)
    return {one: received for one, received in found if received.report.number == processes[one].window.last}


class _Known:
    """What the things are that a batch names, in few questions to the store."""

    def __init__(
        self, tx: Transaction, counts: Collection[UseKey], reports: Sequence[Received], changed: Sequence[Received]
    ) -> None:
        told: list[Used | Served] = [used for received in reports for used in received.report.uses]
        told += [served for received in changed for served in received.report.serves]
        named = {one.prompt_id for one in told if one.prompt_id}
        ids = {key.prompt_id for key in counts} | named
        self.places = {place.prompt_id: place for place in tx.delivery.places(sorted(ids))}
        self._slugs = _slugs(tx, reports)
        numbers = {one.version for one in told if one.version}
        heads = tx.delivery.numbered(sorted(self.places.keys() & named), sorted(numbers))
        self._versions = {(one.prompt_id, one.number) for one in heads}

    def prompt_of(self, received: Received, used: Used) -> str | None:
        """Give the id of the prompt that is meant, where whoever reports sees it and it has the version."""
        if used.prompt_id is not None:
            return used.prompt_id if self._has(received, used.prompt_id, used.version) else None
        team, _, slug = (used.prompt or "").rpartition("/")
        found = [one for one in self._slugs.get(slug, ()) if one.team_id in received.teams]
        if team:
            found = [one for one in found if team in {one.team_id, received.teams[one.team_id].slug}]
        return found[0].prompt_id if len(found) == 1 and used.version == 0 else None

    def serves(self, received: Received) -> list[Serving]:
        """Give what a process serves, of what its credential sees and what there is."""
        return [
            Serving(
                process_id=_id(received),
                prompt_id=one.prompt_id,
                version=one.version,
                label=one.label or BY_NUMBER,
                source=one.source,
                since=received.at,
            )
            for one in received.report.serves
            if self._has(received, one.prompt_id, one.version)
        ]

    def _has(self, received: Received, prompt_id: str, version: int) -> bool:
        place = self.places.get(prompt_id)
        if place is None or place.team_id not in received.teams:
            return False
        return version == 0 or (prompt_id, version) in self._versions


def _slugs(tx: Transaction, reports: Sequence[Received]) -> Mapping[str, list[Place]]:
    slugs: set[str] = set()
    teams: set[str] = set()
    for received in reports:
        for used in received.report.uses:
            if used.prompt_id is None and used.prompt:
                slugs.add(used.prompt.rpartition("/")[2])
                teams |= received.teams.keys()
    found: dict[str, list[Place]] = {}
    for place in tx.delivery.named(sorted(slugs), sorted(teams)) if slugs else ():
        found.setdefault(place.slug, []).append(place)
    return found


def _counted(batch: Batch, reports: Sequence[Received], known: _Known) -> dict[UseKey, Counts]:
    counts: dict[UseKey, Counts] = {}
    for key, own in batch.counts.items():
        if key.prompt_id in known.places:
            counts.setdefault(key, Counts()).add(own)
    for received in reports:
        for used in received.report.uses:
            prompt_id = known.prompt_of(received, used)
            if prompt_id is not None:
                key = UseKey(prompt_id, used.version, used.label or BY_NUMBER, used.source)
                counts.setdefault(key, Counts()).add(Counts(renders=used.renders, errors=used.errors))
    return counts


def _note(tx: Transaction, changed: Sequence[Received], known: _Known) -> None:
    """Write down what processes serve now, and what they serve no more."""
    if not changed:
        return
    before: dict[str, list[Serving]] = {}
    for serving in tx.processes.serves([_id(received) for received in changed]):
        before.setdefault(serving.process_id, []).append(serving)
    for received in changed:
        tx.processes.put_serving(_changes(before.get(_id(received), []), known.serves(received), received))


def _changes(before: Sequence[Serving], after: Sequence[Serving], received: Received) -> list[Serving]:
    then = {one.key: one for one in before}
    now = {one.key: one for one in after}
    ended = [replace(one, until=received.at) for key, one in then.items() if one.until is None and key not in now]
    begun = [one for key, one in now.items() if key not in then or then[key].until is not None]
    moved = [
        replace(then[key], source=one.source)
        for key, one in now.items()
        if key in then and then[key].until is None and then[key].source != one.source
    ]
    return [*ended, *begun, *moved]
