"""MLflow and Phoenix, started with a prompt in them, and the request that asks each for it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

PACKAGES = ("mlflow", "arize-phoenix")


def install(directory: Path) -> None:
    """Put both into a virtual environment, unless it is there."""
    if not (directory / "bin" / "phoenix").exists():
        print(f"installing {' and '.join(PACKAGES)} into {directory}")
        subprocess.run([sys.executable, "-m", "venv", directory], check=True)
        subprocess.run([directory / "bin" / "pip", "install", "--quiet", *PACKAGES], check=True)


def mlflow_command(directory: Path, port: int, data: Path) -> list[str]:
    """Give what starts MLflow with one worker."""
    store = ["--backend-store-uri", f"sqlite:///{data / 'mlflow.db'}"]
    return [str(directory / "bin" / "mlflow"), "server", "--port", str(port), "--workers", "1", *store]


def mlflow_prompt(port: int, text: str) -> str:
    """Register a prompt of a text under an alias; gives the path that MLflow's client reads it by."""
    api = f"http://127.0.0.1:{port}/api/2.0/mlflow"
    is_prompt = {"key": "mlflow.prompt.is_prompt", "value": "true"}
    _post(f"{api}/registered-models/create", {"name": "greeting", "tags": [is_prompt]})
    tags = [is_prompt, {"key": "mlflow.prompt.text", "value": text}]
    _post(f"{api}/model-versions/create", {"name": "greeting", "source": "dummy-source", "tags": tags})
    _post(f"{api}/registered-models/alias", {"name": "greeting", "alias": "prod", "version": "1"})
    return "/api/2.0/mlflow/registered-models/alias?name=greeting&alias=prod"


def phoenix_command(directory: Path) -> list[str]:
    """Give what starts Phoenix; its port and directory are in the environment."""
    return [str(directory / "bin" / "phoenix"), "serve"]


def phoenix_environment(port: int, data: Path) -> dict[str, str]:
    """Give Phoenix's environment."""
    return {"PHOENIX_PORT": str(port), "PHOENIX_GRPC_PORT": str(port + 1), "PHOENIX_WORKING_DIR": str(data)}


def phoenix_prompt(port: int, text: str) -> str:
    """Create a prompt of a text under a tag; gives the path that Phoenix's client reads it by."""
    version = {
        "model_provider": "OPENAI",
        "model_name": "gpt-4o",
        "template": {"type": "chat", "messages": [{"role": "user", "content": text}]},
        "template_type": "CHAT",
        "template_format": "MUSTACHE",
        "invocation_parameters": {"type": "openai", "openai": {}},
    }
    made = _post(f"http://127.0.0.1:{port}/v1/prompts", {"prompt": {"name": "greeting"}, "version": version})
    _post(f"http://127.0.0.1:{port}/v1/prompt_versions/{made['data']['id']}/tags", {"name": "production"})
    return "/v1/prompts/greeting/tags/production"


def _post(url: str, body: object) -> Any:  # noqa: ANN401 - whatever is answered
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310 - this machine's
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
        return json.loads(answer.read() or b"null")
