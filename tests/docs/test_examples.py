"""The examples, each run as its page says against the real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from support.faults import closed_port
from support.server import API_KEY, PRESETS, ServerProcess
from support.waiting import eventually

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of an example, with a new server."""
    server = ServerProcess(tmp_path_factory.mktemp("examples"), **PRESETS).wait_ready()
    cache = str(tmp_path_factory.mktemp("cache"))
    settings = {"PROMPTWIRE_URL": server.url, "PROMPTWIRE_API_KEY": API_KEY, "PROMPTWIRE_CACHE_DIR": cache}
    yield {name: value for name, value in os.environ.items() if not name.startswith("PROMPTWIRE_")} | settings
    server.stop()


def run(program: list[str], environ: dict[str, str]) -> str:
    ran = subprocess.run(program, cwd=EXAMPLES, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@contextmanager
def serving(program: list[str], environ: dict[str, str], url: str) -> Iterator[None]:
    with subprocess.Popen(
        program, cwd=EXAMPLES, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            eventually(lambda: answers(url), 30)
            yield
        finally:
            process.terminate()
            process.communicate()


def answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code < 500
    except httpx.TransportError:
        return False


def test_every_example_is_on_the_page() -> None:
    page = (EXAMPLES / "README.md").read_text()
    assert [path.name for path in EXAMPLES.glob("*.py") if f"({path.name})" not in page] == []


def test_the_script(environ: dict[str, str]) -> None:
    assert run([sys.executable, "script.py", "Grace"], environ).startswith("Hello Grace")


def test_fastapi(environ: dict[str, str]) -> None:
    port = closed_port()
    url = f"http://127.0.0.1:{port}"
    with serving([sys.executable, "-m", "uvicorn", "fastapi_app:app", "--port", str(port)], environ, f"{url}/health"):
        greeted = httpx.get(f"{url}/greet/Grace").json()
        assert (greeted["version"], greeted["stale"]) == (1, False)
        assert "Grace" in greeted["text"]
        assert httpx.get(f"{url}/health").json()["prompts"] == "fresh"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An environment with what the other examples need."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    install = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "-r", EXAMPLES / "requirements.txt"]
    subprocess.run([*map(str, install), str(EXAMPLES.parent)], check=True)
    return str(folder / "bin" / "python")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_those_that_need_more_than_we_install(python: str, environ: dict[str, str]) -> None:
    said = run([python, "openai_client.py"], environ)
    assert "You said: What is {{.name}}?" in said
    span = json.loads(said[said.rindex('{\n    "name": "chat"') : said.rindex("}\n") + 1])
    assert span["attributes"]["gen_ai.prompt.name"] == "assistant"
    port = closed_port()
    url = f"http://127.0.0.1:{port}/greet/Grace"
    gunicorn = [python, "-m", "gunicorn", "--preload", "-w", "2", "-b", f"127.0.0.1:{port}", "django_app:application"]
    with serving(gunicorn, environ, url):
        for _ in range(10):
            assert "Grace" in httpx.get(url).json()["text"]
    greet = "from celery_app import greet; print(greet.apply(['Grace']).get())"
    assert "Grace" in run([python, "-c", greet], environ)
