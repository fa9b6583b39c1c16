"""How tests of the SDK make their clients."""

from __future__ import annotations

from typing import Protocol, Unpack

from promptwire import Promptwire
from promptwire.client.settings import Given


class Connect(Protocol):
    """Makes a client of the test's server with these settings, and closes it at the end."""

    def __call__(self, **given: Unpack[Given]) -> Promptwire: ...
