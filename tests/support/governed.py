"""A prompt whose labels are protected, and everybody who might ask for a move or approve one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from support.scene import SUBJECTS, Scene, said
from support.world import Person, World

VERSIONS = "/v1/prompts/{prompt}/versions"
PROD_TO_2 = (f"POST {VERSIONS}/2/tags", {"tag": "prod"})


class Governed(Scene):
    """A scene with a live version 1, stable 2 and 3, draft 4; prod on 1, next on 4; and four people by name."""

    def __init__(self, world: World) -> None:
        super().__init__(world, dict(SUBJECTS))
        self.prompt("live", "stable", "stable", "draft", tags={"prod": 1, "next": 4})
        self.people = {
            "ed": world.person("editor", "member"),
            "ann": world.person("admin", "admin"),
            "bob": world.person("admin", "admin"),
            "olga": world.person("admin", "owner"),
        }
        for name, person in self.people.items():
            self.subjects = {**self.subjects, name: lambda _world, person=person: person.http}  # type: ignore[misc]

    def person(self, name: str) -> Person:
        """Give a person by name."""
        return self.people[name]

    def govern(self, label: str, role: str = "admin", **policy: Any) -> dict[str, Any]:
        """Protect a label as the owner; gives the protected label."""
        body = {"min_required_role": role} | policy
        protected: dict[str, Any] = self.does(f"PUT /v1/teams/{{team}}/protected-labels/{label}", body, subject="olga")
        return protected

    def requested(
        self, who: str = "ed", request: str = PROD_TO_2[0], body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ask for a move that needs approval; gives the change request, whose id is `{request}` from now on."""
        asked = dict(PROD_TO_2[1] if body is None and request == PROD_TO_2[0] else body or {})
        if request.startswith("DELETE"):
            answer = self.ask(who, f"{request}?request_approval=true")
        else:
            answer = self.ask(who, f"{request}?request_approval=true", asked or None)
        assert answer.status_code == 202, said(answer)
        opened: dict[str, Any] = answer.json()["change_request"]
        self.names["request"] = opened["id"]
        return opened

    def shown(self, who: str = "ed") -> dict[str, Any]:
        """Give the change request as it is now."""
        found: dict[str, Any] = self.does("GET /v1/change-requests/{request}", subject=who)
        return found

    def says(self, who: str, what: str, comment: str | None = None) -> str:
        """Approve, decline or withdraw the change request; gives status and words in one line."""
        body = {"comment": comment} if comment else None
        return said(self.ask(who, f"POST /v1/change-requests/{{request}}/{what}", body))
