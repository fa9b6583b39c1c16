"""The prompts of a server, as prompt files are kept in step with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar, cast

from promptwire.cli.exits import Exit, Failure
from promptwire.cli.remote.answers import Moved, Prompt, Team, Version
from promptwire.cli.remote.registry import Registry
from promptwire.files.prompt_file import State
from promptwire.files.standing import Place, Remote
from promptwire.files.upstream import Origin, Refused, Written
from promptwire.wire.codes import ErrorCode
from promptwire.wire.content import Content, Kind

Answer = TypeVar("Answer")
Told: TypeAlias = Callable[[int, int], None]
"""Is told how far it is: so many of so many."""


def _nobody(_done: int, _all: int) -> None:
    """Tell nobody."""


@dataclass
class ServerPrompts:
    """The teams of a server, all or some, and their prompts."""

    registry: Registry
    only: Sequence[str] = ()
    """Slugs or ids of teams; none: every team that one sees."""
    request_approval: bool = False
    reason: str | None = None
    told: Told = _nobody
    _teams: dict[str, Team] = field(default_factory=dict)

    def teams(self) -> Mapping[str, Team]:
        """Give the teams by their slugs.

        Raises:
            Failure: When one that is named is not to be seen, or two have one slug.
        """
        if not self._teams:
            found = self.registry.teams()
            named = {name: [one for one in found if name in (one["slug"], one["id"])] for name in self.only}
            for name, teams in named.items():
                if not teams:
                    raise Failure(f"there is no team {name} that you see", Exit.NOT_FOUND, _there_are(found))
            for team in [one for teams in named.values() for one in teams] if self.only else found:
                other = self._teams.setdefault(team["slug"], team)
                if other["id"] != team["id"]:
                    hint = f"Name one by its id: --team {team['id']} or --team {other['id']}"
                    raise Failure(f"two teams are called {team['slug']}", Exit.CONFLICT, hint)
        return self._teams

    def prompts(self) -> dict[Place, Remote]:
        """Give every prompt of the teams with its newest version in use, archived prompts too."""
        listed = [(team, prompt) for team in self.teams().values() for prompt in self.registry.prompts(team["id"])]
        found: dict[Place, Remote] = {}
        for at, (team, prompt) in enumerate(listed):
            self.told(at, len(listed))
            found[team["slug"], prompt["slug"]] = self._remote(team, prompt)
        self.told(len(listed), len(listed))
        return found

    def _remote(self, team: Team, prompt: Prompt) -> Remote:
        newest = next(self.registry.versions(prompt["id"], limit=1), None)
        used = newest
        if newest is not None and not _is_used(newest):
            used = next((one for one in self.registry.versions(prompt["id"]) if _is_used(one)), None)
        return Remote(
            prompt_id=prompt["id"],
            team=team["slug"],
            slug=prompt["slug"],
            name=prompt["name"],
            description=prompt["description"],
            archived=prompt["status"] == "archived",
            last_number=newest["version"] if newest else 0,
            **(_of_version(used) if used else {}),  # type: ignore[arg-type]  # each has the type of its field
        )

    def create_prompt(self, place: Place, state: State) -> str:
        """Add a prompt without versions; gives its id.

        Raises:
            Refused: When the team is not to be seen, or that is not allowed.
        """
        team = self.teams().get(place[0])
        if team is None:
            raise Refused(f"there is no team {place[0]} that you see. {_there_are(list(self.teams().values()))}")
        fields = {"name": state.name, "slug": place[1], "description": state.description}
        schema = {} if state.content.input_schema is None else {"input_schema": state.content.input_schema}
        return _may(lambda: self.registry.create_prompt(team["id"], {**fields, **schema}))["id"]

    def describe(self, prompt_id: str, description: str) -> None:
        """Replace the description.

        Raises:
            Refused: When that is not allowed.
        """
        _may(lambda: self.registry.update_prompt(prompt_id, {"description": description}))

    def archive(self, prompt_id: str) -> None:
        """Take a prompt out of use.

        Raises:
            Refused: When that is not allowed.
        """
        _may(lambda: self.registry.archive_prompt(prompt_id, reason=self.reason))

    def restore(self, prompt_id: str) -> None:
        """Bring a prompt back.

        Raises:
            Refused: When that is not allowed.
        """
        _may(lambda: self.registry.archive_prompt(prompt_id, restore=True))

    def add_version(self, prompt_id: str, content: Content, origin: Origin) -> Written:
        """Write a new version.

        Raises:
            Refused: When that is not allowed, or the server does not take what it says.
        """
        fields = {**content.as_json(), "message": origin.message, "source": origin.source}
        fields = {name: value for name, value in fields.items() if value is not None or name == "input_schema"}
        made = _may(lambda: self.registry.create_version(prompt_id, fields))
        return Written(made["id"], made["version"])

    def versions_between(self, prompt_id: str, after: int, before: int) -> list[int]:
        """Give the numbers of versions in use between two numbers."""
        newest = self.registry.versions(prompt_id, limit=before - after)
        return sorted(one["version"] for one in newest if after < one["version"] < before and _is_used(one))

    def labels(self, prompt_id: str) -> dict[str, int]:
        """Give where each label is."""
        return {one["tag"]: one["version"] for one in self.registry.labels(prompt_id)}

    def was_on(self, prompt_id: str, label: str, version: int) -> bool:
        """Tell whether a label was ever on a version."""
        return any(one["to_version"] == version for one in self.registry.history(prompt_id, label, None))

    def promote(self, prompt_id: str, version: int, to: str) -> str | None:
        """Bring a version to a status; gives the id of a change request where it waits for approval.

        Raises:
            Refused: When that is not allowed.
        """
        terms = {"to": to, **self._terms()}
        return _request(_may(lambda: self.registry.move_version(prompt_id, str(version), "promote", terms)))

    def set_label(self, prompt_id: str, version: int, label: str, *, expected: int) -> str | None:
        """Put a label on a version, if it still is on `expected`; gives the id as `promote` does.

        Raises:
            Refused: When that is not allowed.
        """
        terms = {"expected_version": expected, **self._terms()}
        return _request(_may(lambda: self.registry.set_label(prompt_id, str(version), label, terms)))

    def _terms(self) -> dict[str, object]:
        told: dict[str, object] = {"reason": self.reason, "request_approval": self.request_approval}
        return {name: value for name, value in told.items() if value}


def _may(ask: Callable[[], Answer]) -> Answer:
    """Turn what the server does not allow into a refusal; that it gives no answer ends the command."""
    try:
        return ask()
    except Failure as failure:
        if failure.status is Exit.UNREACHABLE or failure.code == ErrorCode.UNAUTHORIZED:
            raise
        words = f"{failure.message}. {failure.hint}" if failure.hint else failure.message
        raise Refused(words, code=failure.code) from None


def _is_used(version: Version) -> bool:
    return version["status"] != "archived" and version["purged"] is None


def _of_version(version: Version) -> dict[str, object]:
    return {
        "content": content_of(version),
        "version": version["version"],
        "version_id": version["id"],
        "status": version["status"],
        "was_live": version["published_at"] is not None,
        "source": version["source"],
    }


def content_of(version: Version) -> Content:
    """Give what a version says."""
    kind = cast("Kind", version["kind"])
    return Content(
        kind=kind,
        template=version["template"] if kind == "text" else None,
        messages=version["messages"],
        model=version["model"],
        model_params=version["model_params"],
        tools=version["tools"],
        response_format=version["response_format"],
        input_schema=version["input_schema"],
    )


def _request(moved: Moved) -> str | None:
    return moved["change_request"]["id"] if "change_request" in moved else None


def _there_are(teams: Sequence[Team]) -> str:
    return f"There are: {', '.join(sorted(one['slug'] for one in teams)) or 'none'}"
