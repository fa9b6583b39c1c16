"""A script: what it needs is fetched once, at its start; a text of its own stands in where there is nothing."""

from __future__ import annotations

import sys

from promptwire import Promptwire


def main() -> None:
    """Greet everybody named on the command line."""
    with Promptwire() as pw:
        for name in sys.argv[1:] or ["Ada"]:
            print(pw.render("greeting", {"name": name}, fallback="Hello {{.name}}!"))


if __name__ == "__main__":
    main()
