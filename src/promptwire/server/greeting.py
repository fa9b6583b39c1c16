"""What a server prints when it is ready."""

from __future__ import annotations

import json
import shlex
import sys

from promptwire.server.first_start import FirstStart


def greeting(origin: str, made: FirstStart | None) -> str:
    """Give the address, and after the first start all that is needed to begin; nothing of it is shown again."""
    if made is None:
        return f"Promptwire is ready at {origin}\n"
    return f"""\
Promptwire is ready at {origin}

This was its first start. Keep what follows: it is shown once, and stored nowhere in clear.

  E-mail    {made.email}
  Password  {made.password}
  API key   {made.key}

Render the example prompt:

  {_curl(origin, made)}

or in Python:

  {_python(origin, made)}

"""


def _curl(origin: str, made: FirstStart) -> str:
    lines = (
        f"curl -s {shlex.quote(f'{origin}/v1/prompts/{made.slug}/render')}",
        f"-H {shlex.quote(f'Authorization: Bearer {made.key}')}",
        "-H 'Content-Type: application/json'",
        """-d '{"variables": {"name": "Ada"}}'""",
    )
    return " \\\n    ".join(lines)


def _python(origin: str, made: FirstStart) -> str:
    script = (
        f"from promptwire import Promptwire; print(Promptwire(url={json.dumps(origin)}, api_key={json.dumps(made.key)})"
        f'.render({json.dumps(made.slug)}, {{"name": "Ada"}}))'
    )
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(script)}"
