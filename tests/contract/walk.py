"""px0's getting-started walk with a generated client: `walk.py PACKAGE URL` prints what was rendered.

Which document the client was generated from does not show in here: bodies and answers are found by their fields.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from typing import Any, get_type_hints

EMAIL, PASSWORD = "first@example.com", "Getting-Started-1"


class Walk:
    """The operations of a generated client, by their operation id."""

    def __init__(self, package: str, url: str) -> None:
        root = importlib.import_module(package)
        self._authenticated = root.AuthenticatedClient
        self._client = root.Client(base_url=url)
        self._url = url
        api = importlib.import_module(f"{package}.api")
        self._modules = {
            operation.name: f"{api.__name__}.{tag.name}.{operation.name}"
            for tag in pkgutil.iter_modules(api.__path__)
            for operation in pkgutil.iter_modules([f"{api.__path__[0]}/{tag.name}"])
        }

    def sign_in(self, token: str) -> None:
        """Send a token from now on."""
        self._client = self._authenticated(base_url=self._url, token=token)

    def do(self, operation: str, /, *path: str, **fields: Any) -> Any:
        """Do an operation with a body of these fields; gives the parsed answer."""
        module = importlib.import_module(self._modules[operation])
        arguments: dict[str, Any] = {"client": self._client}
        if "body" in inspect.signature(module.sync_detailed).parameters:
            body = get_type_hints(module.sync_detailed)["body"]
            arguments["body"] = _model(body).from_dict(fields)
        answer = module.sync_detailed(*path, **arguments)
        if not 200 <= answer.status_code < 300:
            raise SystemExit(f"{operation}: {answer.status_code} {answer.content!r}")
        return answer.parsed


def _model(annotation: Any) -> Any:
    """Give the model among what a body may be: one that need not be sent may also be unset."""
    return next((one for one in getattr(annotation, "__args__", ()) if hasattr(one, "from_dict")), annotation)


def walk(package: str, url: str) -> str:
    """Register, log in, make an organization, a team, a key and a prompt, and render its live version."""
    here = Walk(package, url)
    here.do("register", email=EMAIL, password=PASSWORD)
    here.sign_in(here.do("login", email=EMAIL, password=PASSWORD).token)
    org = here.do("create_org", name="Analytical Engines").org
    team = here.do("create_team", org.id, name="Prompts").team
    key = here.do("create_api_key", name="app", org_id=str(org.id), operation="all").key
    here.sign_in(key)
    prompt = here.do("create_prompt", team.id, name="Greeting").prompt
    version = here.do("create_version", prompt.id, template="Hello {{.name}}!").version
    for _ in range(2):
        version = here.do("promote_version", prompt.id, str(version.version)).version
    rendered: str = here.do("render_live", prompt.slug, variables={"name": "Ada"}).rendered
    return f"{version.status} {rendered}"


if __name__ == "__main__":
    sys.stdout.write(walk(*sys.argv[1:]) + "\n")
