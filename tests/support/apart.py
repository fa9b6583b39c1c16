"""EvalGuard's own Python client, in a process of its own: it plugs itself into every pytest and pydantic beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from support.server import clean_environment

FOLDER = Path(sys.prefix) / "apart"
"""Where `make setup-dev` puts it (pyproject.toml, dependency group `apart`)."""
_SCRIPT = """
import json, sys, time
waited = []
time.sleep = waited.append  # it waits between its tries
from evalguard import EvalGuard, EvalGuardError
url, calls = json.load(sys.stdin)
for key, method, path, body in calls:
    waited.clear()
    try:
        client = EvalGuard(api_key=key, base_url=url + "/api")
        print(json.dumps(client._request(method, path, **({} if body is None else {"json": body}))))
    except EvalGuardError as error:
        print(json.dumps([error.status_code, error.code, bool(error.request_id), str(error), waited]))
"""

Calls = Sequence[tuple[str, str, str, dict[str, Any] | None]]
"""Each a key, a method, a path, and a body."""


def evalguard_client(url: str, calls: Calls) -> list[Any]:
    """Let the client make calls; gives what each returned, or status, code, id, words and waits of what it raised."""
    assert (FOLDER / "evalguard").is_dir(), f"evalguardai is not in {FOLDER}: run `make setup-dev`"
    ran = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        input=json.dumps([url, calls]),
        env=clean_environment(PYTHONPATH=str(FOLDER)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]
