"""Which requests are reads that memory answers, and what they ask for."""

from __future__ import annotations

from enum import Enum
from urllib.parse import unquote

from starlette.datastructures import QueryParams

from promptwire.api.paths import one_form
from promptwire.domain.errors import InvalidInput
from promptwire.domain.versions import ByLive, ByNumber, Reference, by_label, parse_path_reference
from promptwire.readmodel.finding import Wanted

_KEPT = 20_000
_PREFIX = b"/v1/prompts/"
_LONGEST = 2_048  # bytes of a request's target that is remembered


class Verb(Enum):
    """What is done with the version that is meant."""

    RESOLVE = "resolve"
    RENDER = "render"


_METHODS: dict[Verb, frozenset[str | bytes]] = {
    Verb.RESOLVE: frozenset({"GET", "HEAD", b"GET", b"HEAD"}),
    Verb.RENDER: frozenset({"POST", b"POST"}),
}


class Target:
    """A read, as the path and query of a request name it."""

    __slots__ = ("_methods", "renders", "route", "verb", "wanted")

    def __init__(self, verb: Verb, wanted: Wanted) -> None:
        self.verb = verb
        self.renders = verb is Verb.RENDER
        self.wanted = wanted
        self.route = "/v1/prompts/{slug}/" + verb.value
        """The documented route that it is."""
        if self.renders and not isinstance(wanted.reference, ByLive):
            self.route = "/v1/prompts/{slug}/versions/{version}/render"
        self._methods = _METHODS[verb]

    def takes(self, method: str | bytes) -> bool:
        """Tell whether it is asked for with this method; other methods are the framework's to answer."""
        return method in self._methods


class Targets:
    """The targets that were asked for lately."""

    def __init__(self) -> None:
        self._known: dict[bytes, Target | None] = {}

    def get(self, raw: bytes) -> Target | None:
        """Read the target of a request, `path?query` as it was sent; None for everything but reads."""
        try:
            return self._known[raw]
        except KeyError:
            return self._learn(raw) if raw.startswith(_PREFIX) else None

    def _learn(self, raw: bytes) -> Target | None:
        target = parse(raw)
        if len(raw) <= _LONGEST:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[raw] = target
        return target


def parse(raw: bytes) -> Target | None:
    """Read a target; None where the path is none of a read."""
    path, _, query = raw.partition(b"?")
    match one_form(path).split("/"):
        case ["", "v1", "prompts", slug, "resolve"] if slug:
            asked = QueryParams(query)
            reference = resolved_reference(asked.get("label"), asked.get("version"))
            return Target(Verb.RESOLVE, Wanted(unquote(slug), reference, asked.get("team")))
        case ["", "v1", "prompts", slug, "render"] if slug:
            return Target(Verb.RENDER, Wanted(unquote(slug), ByLive(), QueryParams(query).get("team")))
        case ["", "v1", "prompts", slug, "versions", version, "render"] if slug and version:
            reference = parse_path_reference(unquote(version))
            return Target(Verb.RENDER, Wanted(unquote(slug), reference, QueryParams(query).get("team")))
    return None


def resolved_reference(label: str | None, version: str | None) -> Reference | InvalidInput:
    """Read what is to be resolved, or give what is wrong with it."""
    if label is not None and version is not None:
        return InvalidInput("give label or version, not both", "version")
    if version is not None:
        reference = parse_path_reference(version)
        return reference if isinstance(reference, ByNumber) else InvalidInput("version must be a number", "version")
    return ByLive() if label is None else by_label(label)
