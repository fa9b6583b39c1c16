"""Reading from the store, in one transaction, what memory lacks for one request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from promptwire.domain.errors import DomainError
from promptwire.domain.texts import MAX_NAME
from promptwire.domain.versions import Reference
from promptwire.ports.storage import Transaction
from promptwire.readmodel import readers
from promptwire.readmodel.finding import Found, Wanted, meant, place, reference_of
from promptwire.readmodel.prompts import KeptPrompt, KeptVersion, Owners, version_of
from promptwire.readmodel.readers import Reader, Refusal
from promptwire.readmodel.templates import Engine, prepare


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who asks for what."""

    token: str
    reader: Reader | None
    """Who that is, where it is known already."""
    wanted: Wanted
    renders: bool
    """Whether its template shall be made ready."""
    now: datetime


@dataclass(slots=True)
class Loaded:
    """What the store had to say, as far as it came, and the answer or what was wrong."""

    who: Reader | Refusal
    owners: Owners | None = None
    prompt: KeptPrompt | None = None
    reference: Reference | None = None
    found: Found | None = None
    error: DomainError | None = None

    def answer(self) -> tuple[Reader, Found]:
        """Give who asked, and the version that is meant.

        Raises:
            DomainError: What was wrong.
        """
        if self.error is not None:
            raise self.error.with_traceback(None)
        assert isinstance(self.who, Reader)  # noqa: S101 - else there is an error
        assert self.found is not None  # noqa: S101 - the same
        return self.who, self.found


def load(tx: Transaction, request: Request, engine: Engine) -> Loaded:
    """Read everything that one request needs, in a thread; what is wrong with it is part of what is learnt."""
    who = request.reader or readers.load(tx, request.token, request.now)
    if isinstance(who, Refusal):
        return Loaded(who, error=who.error)
    loaded = Loaded(who)
    try:
        _find(tx, request, loaded, engine=engine)
    except DomainError as error:
        loaded.error = error
    return loaded


def _find(tx: Transaction, request: Request, loaded: Loaded, *, engine: Engine) -> None:
    reader, wanted = loaded.who, request.wanted
    assert isinstance(reader, Reader)  # noqa: S101 - a refused one looks for nothing
    possible = reader.teams and len(wanted.slug) <= MAX_NAME
    prompts = tx.prompts.by_slug(wanted.slug, reader.view.team_ids) if possible else ()
    loaded.owners = Owners(wanted.slug, prompts)
    team_id, prompt_id = place(loaded.owners, reader, wanted)
    reference = reference_of(wanted, reader)
    prompt = next(one for one in prompts if one.id == prompt_id)
    loaded.prompt, loaded.reference = KeptPrompt(prompt, reader.teams[team_id]), reference
    version = version_of(tx, prompt_id, reference)
    kept = KeptVersion(loaded.prompt, version, engine.numbers) if version else None
    if kept and request.renders:
        kept.template = prepare(kept.version.content, engine)
    loaded.prompt.size += loaded.prompt.learn(reference, kept)
    loaded.found = Found(loaded.owners, meant(loaded.prompt, reference, reader), reference)
