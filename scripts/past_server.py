"""`promptwire serve` in the past: each line on its standard input sets its clock back by so many days, for pictures.

What is a week old says so then, in every list and in the change log.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

from promptwire.server import app
from promptwire.server.run import run
from promptwire.settings import ServerSettings


class Clock:
    """The time, some days ago."""

    def __init__(self) -> None:
        self._ago = timedelta()

    def __call__(self) -> datetime:
        """Tell it."""
        return datetime.now(UTC) - self._ago

    def follow(self) -> None:
        """Set it as the lines say, and say so."""
        for line in sys.stdin:
            self._ago = timedelta(days=float(line))
            print("set", flush=True)


def main(data: Path) -> None:
    """Serve until the process is told to stop."""
    clock = Clock()
    vars(app)["now"] = clock
    Thread(target=clock.follow, daemon=True).start()
    run(ServerSettings.given({"data": data, "port": 0}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
