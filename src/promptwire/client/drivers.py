"""Making a driver; who imports this has everything loaded that a client will ever need, the template engine too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import gotemplate  # noqa: F401 (here: not while somebody waits, nor on a thread while another one forks)
from promptwire.client.fetcher import Fetcher
from promptwire.client.inline import Inline
from promptwire.client.office import BLANK, Office
from promptwire.client.settings import Given, Settings

AnyDriver: TypeAlias = Fetcher | Inline

__all__ = ["BLANK", "AnyDriver", "driver_of"]


def driver_of(given: Given, environ: Mapping[str, str]) -> AnyDriver:
    """Make the driver that the settings ask for.

    Raises:
        ConfigurationError: When a setting cannot work.
    """
    settings = Settings.read(given, environ)
    office = Office(settings)
    return Inline(office) if settings.mode == "none" else Fetcher(office)
