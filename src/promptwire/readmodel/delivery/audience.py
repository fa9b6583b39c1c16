"""The audience: who listens, by what they see."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from promptwire.readmodel.delivery.sights import Sight
from promptwire.readmodel.delivery.stream import Stream


class Audience:
    """Streams by sight, and sights by scope, so that a change costs nothing to who does not see it."""

    def __init__(self) -> None:
        self._streams: dict[Sight, set[Stream]] = {}
        self.sights: dict[str, set[Sight]] = {}
        """What is seen by anybody, by scope."""

    def __len__(self) -> int:
        return sum(map(len, self._streams.values()))

    def all(self) -> Collection[Stream]:
        """Give every stream."""
        return [stream for streams in self._streams.values() for stream in streams]

    def of(self, sight: Sight) -> Collection[Stream]:
        """Give the streams of who sees the same."""
        return tuple(self._streams.get(sight, ()))

    def seeing(self, scopes: Iterable[str]) -> Collection[Sight]:
        """Give what is seen by anybody in one of some scopes."""
        return {sight for scope in scopes for sight in self.sights.get(scope, ())}

    def add(self, stream: Stream) -> None:
        """Let somebody listen."""
        sight = stream.viewer.sight
        self._streams.setdefault(sight, set()).add(stream)
        for scope in sight.scopes:
            self.sights.setdefault(scope, set()).add(sight)

    def remove(self, stream: Stream) -> None:
        """Let somebody listen no longer."""
        sight = stream.viewer.sight
        streams = self._streams.get(sight, set())
        streams.discard(stream)
        if streams or self._streams.pop(sight, None) is None:
            return
        for scope in sight.scopes:
            self.sights[scope].discard(sight)
            if not self.sights[scope]:
                del self.sights[scope]
