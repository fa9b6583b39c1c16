"""What a server prints when it is ready."""

from __future__ import annotations

import shlex
import sys

from promptwire.server.first_start import FirstStart

_CURL = """curl -s {origin}/v1/prompts/{slug}/render \\
    -H 'Authorization: Bearer {key}' \\
    -H 'Content-Type: application/json' \\
    -d '{{"variables": {{"name": "Ada"}}}}'"""

_PYTHON = (
    "from promptwire import Promptwire; "
    'print(Promptwire(url="{origin}", api_key="{key}").render("{slug}", {{"name": "Ada"}}))'
)


def greeting(origin: str, made: FirstStart | None) -> str:
    """Give the address, and after the first start all that is needed to begin; nothing of it is shown again."""
    if made is None:
        return f"Promptwire is ready at {origin}\n"
    curl = _CURL.format(origin=origin, slug=made.slug, key=made.key)
    script = _PYTHON.format(origin=origin, slug=made.slug, key=made.key)
    return f"""\
Promptwire is ready at {origin}

This was its first start. Keep what follows: it is shown once, and stored nowhere in clear.

  E-mail    {made.email}
  Password  {made.password}
  API key   {made.key}

Render the example prompt:

  {curl}

or in Python:

  {shlex.quote(sys.executable)} -c {shlex.quote(script)}

"""
