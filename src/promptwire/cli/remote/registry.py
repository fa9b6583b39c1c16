"""What a server is asked for, noun by noun."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from promptwire.cli.exits import Exit, Failure
from promptwire.cli.references import LIVE, Named
from promptwire.cli.remote.answers import (
    ChangeRequest,
    Difference,
    Event,
    IssuedKey,
    Key,
    Moved,
    Organization,
    Prompt,
    ProtectedLabel,
    Rendered,
    Tag,
    Team,
    Version,
)
from promptwire.cli.remote.connection import Connection, path

Item = TypeVar("Item")

_OPTIONS: Final = {"team": "team", "organization": "org"}


class Registry:
    """A server's prompts, labels, keys and log; every method raises `Failure` where it is refused or gets no answer."""

    def __init__(self, connection: Connection) -> None:
        self.ask = connection

    # Teams and organizations

    def teams(self) -> list[Team]:
        """List the teams whose prompts one sees."""
        found: list[Team] = self.ask.get(path("teams"))["teams"]
        return found

    def team(self, name: str | None) -> Team:
        """Give the team with a slug, name or id; where none is named, the only one."""
        teams = self.teams()
        found = teams if name is None else [one for one in teams if name in (one["slug"], one["id"])]
        found = found or [one for one in teams if name == one["name"]]
        return _only(found, "team", name, [one["slug"] for one in teams])

    def organization(self, name: str | None) -> str:
        """Give the id of the organization with a name or id; where none is named, the only one."""
        teams = self.teams()
        known = {one["org_id"]: one["org_id"] for one in teams if one.get("org_id")}
        try:
            mine: list[Organization] = self.ask.get(path("me", "orgs"))["organizations"]
            known |= {one["id"]: one["name"] for one in mine}
        except Failure as failure:
            if failure.status is not Exit.REFUSED:
                raise
        found = [one for one in known.items() if name is None or name in one]
        return _only(found, "organization", name, [*known.values()])[0]

    # Prompts

    def prompts(
        self, team_id: str, status: str | None = None, *, words: str | None = None, limit: int | None = None
    ) -> Iterator[Prompt]:
        """List the prompts of a team, newest first; all, or those that have words in their names or in a version."""
        return self.ask.items(path("teams", team_id, "prompts"), "prompts", limit=limit, status=status, q=words)

    def prompt(self, named: Named) -> Prompt:
        """Give the prompt that is named."""
        found: Prompt = self.ask.get(path("prompts", named.slug), team=named.team)["prompt"]
        return found

    def create_prompt(self, team_id: str, fields: Mapping[str, object]) -> Prompt:
        """Add a prompt without versions."""
        made: Prompt = self.ask.post(path("teams", team_id, "prompts"), fields)["prompt"]
        return made

    def update_prompt(self, prompt_id: str, fields: Mapping[str, object]) -> Prompt:
        """Replace the description, the input schema, or both."""
        changed: Prompt = self.ask.put(path("prompts", prompt_id), fields)["prompt"]
        return changed

    def archive_prompt(self, prompt_id: str, *, restore: bool = False, reason: str | None = None) -> Prompt:
        """Take a prompt out of use, or bring it back."""
        verb = "restore" if restore else "archive"
        changed: Prompt = self.ask.post(path("prompts", prompt_id, verb), reason=reason)["prompt"]
        return changed

    # Versions

    def versions(
        self, prompt_id: str, *, status: str | None = None, label: str | None = None, limit: int | None = None
    ) -> Iterator[Version]:
        """List versions, highest number first."""
        target = path("prompts", prompt_id, "versions")
        return self.ask.items(target, "versions", limit=limit, status=status, tags=label)

    def version(self, prompt_id: str, version: str) -> Version:
        """Give a version by number, label, or `live`."""
        if version == LIVE:
            return self._live(prompt_id)
        found: Version = self.ask.get(path("prompts", prompt_id, "versions", version))["version"]
        return found

    def live(self, prompt_id: str) -> int | None:
        """Give the number of the live version; None where there is none."""
        return next((one["version"] for one in self.versions(prompt_id, status=LIVE, limit=1)), None)

    def _live(self, prompt_id: str) -> Version:
        found = next(self.versions(prompt_id, status=LIVE, limit=1), None)
        if found is None:
            hint = "Name a version (promptwire versions list PROMPT), or promote one: --to live"
            raise Failure("the prompt has no live version", Exit.NOT_FOUND, hint, "no_live_version")
        return found

    def create_version(self, prompt_id: str, fields: Mapping[str, object]) -> Version:
        """Write a new draft."""
        made: Version = self.ask.post(path("prompts", prompt_id, "versions"), fields)["version"]
        return made

    def differences(self, prompt_id: str, before: str, after: str) -> Difference:
        """Compare two versions."""
        target = path("prompts", prompt_id, "versions", "diff")
        found: Difference = self.ask.get(target, **{"from": before, "to": after})
        return found

    def move_version(self, prompt_id: str, version: str, verb: str, terms: Mapping[str, object]) -> Moved:
        """Promote, demote or archive a version, as far as its policies let one."""
        target = path("prompts", prompt_id, "versions", version, verb)
        if verb == "promote":
            promoted: Moved = self.ask.post(target, terms)
            return promoted
        moved: Moved = self.ask.post(target, None, **terms)
        return moved

    def render(self, named: Named, variables: Mapping[str, Any]) -> Rendered:
        """Fill a version, the live one where none is named."""
        version = [] if named.version in (None, LIVE) else ["versions", named.version]
        target = path("prompts", named.slug, *version, "render")
        found: Rendered = self.ask.post(target, {"variables": variables}, team=named.team)
        return found

    # Labels

    def labels(self, prompt_id: str) -> list[Tag]:
        """List the labels of a prompt."""
        found: list[Tag] = self.ask.get(path("prompts", prompt_id, "tags"))["tags"]
        return found

    def protected_labels(self, team_id: str) -> list[ProtectedLabel]:
        """List the labels of a team that are protected."""
        found: list[ProtectedLabel] = self.ask.get(path("teams", team_id, "protected-labels"))["protected_labels"]
        return found

    def set_label(self, prompt_id: str, version: str, label: str, terms: Mapping[str, object]) -> Moved:
        """Put a label on a version, as far as its policy lets one."""
        target = path("prompts", prompt_id, "versions", version, "tags")
        moved: Moved = self.ask.post(target, {"tag": label, **terms})
        return moved

    def remove_label(self, prompt_id: str, label: str, terms: Mapping[str, object]) -> Moved:
        """Take a label away, as far as its policy lets one."""
        moved: Moved = self.ask.delete(path("prompts", prompt_id, "tags", label), **terms)
        return moved

    def roll_back_label(self, prompt_id: str, label: str, terms: Mapping[str, object]) -> Moved:
        """Put a label, or `live`, back to where it was."""
        moved: Moved = self.ask.post(path("prompts", prompt_id, "tags", label, "rollback"), terms)
        return moved

    def history(self, prompt_id: str, label: str | None, limit: int | None) -> Iterator[Event]:
        """List what happened to a prompt or a label of it, newest first."""
        return self.ask.items(path("prompts", prompt_id, "history"), "history", limit=limit, label=label)

    # Keys, the log, change requests

    def keys(self, org_id: str) -> Iterator[Key]:
        """List the keys of an organization, newest first."""
        return self.ask.items(path("api-keys"), "api_keys", org_id=org_id)

    def create_key(self, fields: Mapping[str, object]) -> IssuedKey:
        """Make a key; its secret is in the answer only."""
        made: IssuedKey = self.ask.post(path("api-keys"), fields)
        return made

    def rotate_key(self, key_id: str) -> IssuedKey:
        """Give a key another secret; the old one is dead at once."""
        made: IssuedKey = self.ask.post(path("api-keys", key_id, "regenerate"))
        return made

    def adopt_key(self, key_id: str) -> Key:
        """Answer for a key from now on."""
        adopted: Key = self.ask.post(path("api-keys", key_id, "adopt"))["api_key"]
        return adopted

    def revoke_key(self, key_id: str) -> None:
        """End a key at once."""
        self.ask.delete(path("api-keys", key_id))

    def log(self, org_id: str, limit: int | None, **only: str | None) -> Iterator[Event]:
        """List entries of the change log of an organization, newest first."""
        return self.ask.items(path("orgs", org_id, "audit-logs"), "logs", limit=limit, **only)

    def exported_log(self, org_id: str) -> Iterator[bytes]:
        """Give the change log of an organization as JSON lines, oldest first, piece by piece."""
        return self.ask.pieces(path("orgs", org_id, "audit-logs", "export"))

    def change_requests(self, team_id: str, status: str | None) -> Iterator[ChangeRequest]:
        """List the change requests of a team, newest first."""
        target = path("teams", team_id, "change-requests")
        return self.ask.items(target, "change_requests", status=status)

    def change_request(self, request_id: str) -> ChangeRequest:
        """Give a change request."""
        found: ChangeRequest = self.ask.get(path("change-requests", request_id))["change_request"]
        return found

    def answer_request(self, request_id: str, verb: str, comment: str | None) -> ChangeRequest:
        """Approve, decline, withdraw or comment on (`comments`) a change request."""
        body = {} if comment is None else {"comment": comment}
        target = path("change-requests", request_id, verb)
        answered: ChangeRequest = self.ask.post(target, body)["change_request"]
        return answered


def _only(found: Sequence[Item], noun: str, name: str | None, known: Iterable[str]) -> Item:
    if len(found) == 1:
        return found[0]
    names = ", ".join(sorted(known))
    if not names:
        raise Failure(f"you see no {noun}", Exit.NOT_FOUND, f"Somebody must let you into one: a {noun} has its members")
    if found:
        which = f"there are several {noun}s" if name is None else f"several {noun}s are called {name}"
        raise Failure(f"{which}: name one", Exit.USAGE, f"--{_OPTIONS[noun]} with one of: {names}")
    raise Failure(f"you see no {noun} called {name}", Exit.NOT_FOUND, f"There are: {names}")
