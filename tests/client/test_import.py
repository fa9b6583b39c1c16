from __future__ import annotations

import json
import subprocess
import sys

import pytest

import promptwire

WHAT_CAME = """
import sys, json, threading, socket
opened = []
class Socket(socket.socket):
    def __init__(self, *args, **kwargs):
        opened.append(args)
        super().__init__(*args, **kwargs)
bare = set(sys.modules)
socket.socket = Socket
import promptwire
promptwire.Promptwire
imported = sorted(sys.modules)
promptwire.Promptwire()
made = sorted(sys.modules)
counts = {"threads": threading.active_count(), "sockets": len(opened)}
json.dump({**counts, "modules": imported, "made": made}, sys.stdout)
"""

COUNT = "import sys, promptwire; promptwire.Promptwire; print(len(sys.modules))"

SERVER_LIBRARIES = {"sqlalchemy", "fastapi", "starlette", "pydantic", "uvicorn", "alembic", "typer", "rich", "msgspec"}
FETCHING = {"gotemplate", "http.client", "ssl", "email", "asyncio"}


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout


def test_import_loads_at_most_150_modules() -> None:
    assert int(run(COUNT)) <= 150


def test_import_loads_nothing_of_the_server_starts_no_thread_and_opens_no_connection() -> None:
    came = json.loads(run(WHAT_CAME))
    assert (came["threads"], came["sockets"]) == (1, 0)
    assert not {name.partition(".")[0] for name in came["modules"]} & SERVER_LIBRARIES
    assert not set(came["modules"]) & FETCHING
    ours = {".".join(name.split(".")[:2]) for name in came["modules"] if name.startswith("promptwire.")}
    assert ours == {"promptwire.client"}
    assert not {"http.client", "ssl", "email", "asyncio", "urllib.request"} & set(came["made"])


def test_the_package_alone_loads_no_part_of_it() -> None:
    assert (
        run("import sys, promptwire; print([name for name in sys.modules if name.startswith('promptwire.')])") == "[]\n"
    )


def test_every_public_name_resolves_and_no_other() -> None:
    for name in promptwire.__all__:
        assert getattr(promptwire, name).__name__ == name
    assert set(promptwire.__all__) <= set(dir(promptwire))
    with pytest.raises(AttributeError, match="no attribute 'Prompts'"):
        getattr(promptwire, "Prompts")  # noqa: B009 (mypy knows that it is not there)
