"""Which topics a change of the log touches, and so what memory must forget.

A kind of object that this page does not know touches everything: a change that is forgotten here costs speed, never a
wrong answer. `None` stands for everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from promptwire.domain.changes import Change, Scope

Touched: TypeAlias = frozenset[str] | None

EVERY_SLUG = "slugs"
"""What every answer to "which prompts have this slug" depends on, beside its slug."""
PURGED = "version.purged"
"""The change by which a text was erased for good."""
UNKNOWN_TOKENS = "unknown tokens"
"""What it depends on that a token means nothing."""
_NOTHING: frozenset[str] = frozenset()


def of_prompt(prompt_id: str) -> str:
    """Name a prompt, with its versions and labels."""
    return f"prompt:{prompt_id}"


def of_slug(slug: str) -> str:
    """Name which prompts have a slug."""
    return f"slug:{slug}"


def of_team(team_id: str) -> str:
    """Name a team: its slug, and where it belongs."""
    return f"team:{team_id}"


def of_teams(scope: Scope) -> str:
    """Name which teams there are in an organization."""
    return f"teams of {scope}"


def of_user(user_id: str) -> str:
    """Name a person: whether they are verified, and what they belong to."""
    return f"user:{user_id}"


def of_session(session_id: str) -> str:
    """Name a session."""
    return f"session:{session_id}"


def of_key(key_id: str) -> str:
    """Name an API key."""
    return f"key:{key_id}"


def touched_by(changes: Iterable[Change]) -> Touched:
    """Give the topics that some changes touch together."""
    topics: set[str] = set()
    for change in changes:
        kind = change.action.partition(".")[0]
        touched = KINDS[kind](change) if kind in KINDS else None
        if touched is None:
            return None
        topics |= touched
    return frozenset(topics)


def _prompt(change: Change) -> Touched:
    """A prompt that comes, goes or moves changes what its slug means; its description and status do not matter."""
    slugs = {facts["slug"] for facts in (change.before, change.after) if "slug" in facts}
    named = {of_slug(str(slug)) for slug in slugs}
    silent = change.action in {"prompt.updated", "prompt.archived", "prompt.restored"}
    return frozenset({of_prompt(change.object_id), *(named or (() if silent else (EVERY_SLUG,)))})


def _of_a_prompt(change: Change) -> Touched:
    return frozenset({of_prompt(change.prompt_id)}) if change.prompt_id else None


def _team(change: Change) -> Touched:
    return frozenset({of_team(change.object_id), of_teams(change.scope)})


def _organization(change: Change) -> Touched:
    return None if change.action == "organization.deleted" else _NOTHING


def _key(change: Change) -> Touched:
    return frozenset({of_key(change.object_id), UNKNOWN_TOKENS})


def _session(change: Change) -> Touched:
    return frozenset({of_session(change.object_id), UNKNOWN_TOKENS})


def _person(change: Change) -> Touched:
    """A membership is named by the person in the log."""
    return frozenset({of_user(change.object_id)})


def _nothing(_: Change) -> Touched:
    return _NOTHING


def _everything(_: Change) -> Touched:
    return None


KINDS: Mapping[str, Callable[[Change], Touched]] = {
    "prompt": _prompt,
    "version": _of_a_prompt,
    "label": _of_a_prompt,
    "team": _team,
    "team_member": _person,
    "organization": _organization,
    "organization_member": _person,
    "key": _key,
    "session": _session,
    "user": _person,
    "payload": _nothing,
    "change_request": _nothing,
    "protected_label": _nothing,
    "join_request": _nothing,
    "invitation": _nothing,
    "webhook": _nothing,
    "store": _everything,
}
"""What each kind of object means for reads; a test holds it against docs/reference/change-log.md."""
