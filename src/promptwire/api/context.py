"""What the composition root hands to every surface."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from promptwire.domain.reach import Reach
from promptwire.ports.checker import Checker
from promptwire.ports.comparer import Comparer
from promptwire.ports.receipts import Seal
from promptwire.ports.renderer import Renderer
from promptwire.ports.schemas import Schemas
from promptwire.ports.storage import Store
from promptwire.readmodel.delivery.delivery import Delivery
from promptwire.readmodel.model import ReadModel
from promptwire.readmodel.use import Use
from promptwire.services.desk import Desk
from promptwire.services.limits import Throttle
from promptwire.services.single_sign_on import SingleSignOn
from promptwire.settings.shown import ShownSetting
from promptwire.wire.delivery import Numbers


async def _no_obstacles() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The parts that serve requests."""

    store: Store
    renderer: Renderer
    comparer: Comparer
    checker: Checker
    schemas: Schemas
    clock: Callable[[], datetime]
    desk: Desk
    delivery: Delivery
    model: ReadModel
    seal: Seal
    reach: Reach
    """Where webhooks may be sent."""
    single_sign_on: SingleSignOn | None = None
    """The identity provider; None where there is none."""
    public_url: str | None = None
    """The address that browsers know this server by; None where it is that of the request."""
    throttle: Throttle | None = None
    """How many requests a key or person may make on the surface; None for any number."""
    ready: Callable[[], Awaitable[Mapping[str, str]]] = _no_obstacles
    """Gives what keeps the server from serving well, each with a word for it; nothing where nothing does."""
    settings: Sequence[ShownSetting] = ()
    """What the server is set to."""
    numbers: Numbers = "exact"
    use: Use = field(default_factory=lambda: Use(counts=False))
    """What is counted of reads and reports, until it is written down."""
    report_every: timedelta = timedelta(minutes=1)
    """How often running processes are asked to report."""
    used_keys: dict[str, datetime] = field(default_factory=dict)
    """When keys were last used, until that is written down."""

    @property
    def prefix(self) -> str:
        """Give the path under which browsers know this server, without a `/` at its end."""
        return urlsplit(self.public_url or "").path

    @property
    def is_behind_tls(self) -> bool:
        """Tell whether browsers reach this server by TLS, wherever that ends."""
        return urlsplit(self.public_url or "").scheme == "https"
