"""What the use cases ask of the store, noun by noun."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from promptwire.domain.credentials import ApiKey, Session
from promptwire.domain.labels import Placement
from promptwire.domain.pages import Cut, Moment
from promptwire.domain.prompts import Prompt, PromptStatus
from promptwire.domain.protected_labels import ProtectedLabel
from promptwire.domain.users import User
from promptwire.domain.versions import Purge, Status, Version


class UserRepository(Protocol):
    """People's accounts."""

    def get(self, user_id: str) -> User | None:
        """Give a person by id."""
        ...

    def by_email(self, email: str) -> User | None:
        """Give the person with this address, however it is spelled."""
        ...

    def password_hash(self, user_id: str) -> str | None:
        """Give what is stored of the person's password."""
        ...

    def exist(self) -> bool:
        """Tell whether there is anybody at all."""
        ...

    def lock(self) -> None:
        """Hold off everybody else who adds a person until the transaction ends."""
        ...

    def hold(self, user_id: str) -> None:
        """Hold off everybody else who lets the person belong to something until the transaction ends."""
        ...

    def insert(self, user: User, password_hash: str) -> None:
        """Add a person.

        Raises:
            AlreadyExists: When the address is taken.
        """
        ...

    def set_password(self, user_id: str, password_hash: str) -> None:
        """Replace the password."""
        ...

    def set_email(self, user_id: str, email: str) -> None:
        """Replace the address by one that is verified.

        Raises:
            AlreadyExists: When the address is taken.
        """
        ...

    def newest(self, cut: Cut[Moment] | None) -> Sequence[User]:
        """List everybody, newest account first: a page and one more, or all."""
        ...

    def administrators(self) -> Sequence[str]:
        """List the ids of those who administer the instance."""
        ...

    def set_administrator(self, user_id: str, *, is_admin: bool) -> None:
        """Make somebody one of them, or no more."""
        ...

    def delete(self, user_id: str) -> None:
        """Remove a person for good, with all that is only theirs."""
        ...


class SessionRepository(Protocol):
    """Who is signed in."""

    def by_hash(self, token_hash: str) -> Session | None:
        """Give the session of a token, expired or not."""
        ...

    def insert(self, session: Session, token_hash: str) -> None:
        """Add a session."""
        ...

    def delete(self, session_id: str) -> None:
        """End a session."""
        ...

    def of_user(self, user_id: str, now: datetime) -> Sequence[Session]:
        """List the sessions of a person that have not expired, newest first."""
        ...

    def purge(self, now: datetime, limit: int) -> int:
        """Forget sessions that have expired, so many at most; gives how many."""
        ...

    def delete_of_user(self, user_id: str) -> Sequence[str]:
        """End every session of a person; gives their ids."""
        ...


class KeyRepository(Protocol):
    """API keys."""

    def by_hash(self, key_hash: str) -> ApiKey | None:
        """Give the key of a secret, unless it was deleted."""
        ...

    def get(self, key_id: str) -> ApiKey | None:
        """Give a key by id, unless it was deleted."""
        ...

    def name(self, key_id: str) -> str | None:
        """Give the name of a key, also of a deleted one."""
        ...

    def lock(self, key_id: str) -> ApiKey | None:
        """Give a key by id, unless it was deleted, and hold off every other writer of it."""
        ...

    def of_org(self, org_id: str, cut: Cut[Moment] | None = None) -> Sequence[ApiKey]:
        """List the keys of an organization, newest first; of a page, one more than its limit."""
        ...

    def insert(self, key: ApiKey, key_hash: str) -> None:
        """Add a key.

        Raises:
            AlreadyExists: When the secret is another key's.
        """
        ...

    def update(self, key: ApiKey) -> None:
        """Write the fields of a key that may change."""
        ...

    def set_hash(self, key_id: str, key_hash: str) -> None:
        """Give a key another secret."""
        ...

    def revoke(self, key_id: str, at: datetime) -> None:
        """End a key; its row stays, for the log speaks of it."""
        ...

    def limited_to(self, team_id: str) -> Sequence[ApiKey]:
        """List the keys that are limited to a team, among others perhaps, oldest first."""
        ...

    def drop_team(self, team_id: str) -> None:
        """Take a team from the limits of every key; one that has none left covers nothing."""
        ...

    def touch(self, used: Mapping[str, datetime]) -> None:
        """Note when keys were last used."""
        ...


class PromptRepository(Protocol):
    """Prompts."""

    def get(self, prompt_id: str) -> Prompt | None:
        """Give a prompt by id."""
        ...

    def lock(self, prompt_id: str) -> Prompt | None:
        """Give a prompt by id, and hold off every other writer of it until the transaction ends."""
        ...

    def by_slug(self, slug: str, team_ids: Collection[str]) -> Sequence[Prompt]:
        """List the prompts with this slug in these teams."""
        ...

    def named(self, team_id: str, name: str) -> Prompt | None:
        """Give the prompt of a team with this very name; else the one with this slug."""
        ...

    def of_team(self, team_id: str, status: PromptStatus | None) -> Sequence[Prompt]:
        """List a team's prompts, newest first; `search` has them in pages."""
        ...

    def insert(self, prompt: Prompt) -> None:
        """Add a prompt.

        Raises:
            AlreadyExists: When name or slug is taken in the team.
        """
        ...

    def update(self, prompt: Prompt) -> None:
        """Write the fields of a prompt that may change."""
        ...


class VersionRepository(Protocol):
    """Versions, with their labels on them."""

    def get(self, version_id: str) -> Version | None:
        """Give a version by id."""
        ...

    def by_number(self, prompt_id: str, number: int) -> Version | None:
        """Give a version of a prompt by its number."""
        ...

    def by_label(self, prompt_id: str, label: str) -> Version | None:
        """Give the version of a prompt that a label is on."""
        ...

    def live(self, prompt_id: str) -> Version | None:
        """Give the live version of a prompt."""
        ...

    def of_prompt(
        self, prompt_id: str, status: Status | None, labels: Collection[str], cut: Cut[int] | None = None
    ) -> Sequence[Version]:
        """List versions, highest number first: those in the status, with any of the labels, where given.

        Of a page, it is one more than its limit.
        """
        ...

    def newest(self, team_id: str, limit: int) -> Sequence[tuple[Prompt, Version]]:
        """List versions of a team's active prompts, newest first, so many at most, each with its prompt."""
        ...

    def insert(self, version: Version) -> None:
        """Add a version."""
        ...

    def set_content(self, version: Version) -> None:
        """Write what a version says, the hash of that, and what its author said of it."""
        ...

    def set_status(self, version: Version) -> None:
        """Write the status of a version and when it was published; only `services/moves.py` does."""
        ...

    def erase(self, version: Version, purge: Purge) -> None:
        """Write nothing over what a version says and what its author said of it; its hash stays."""
        ...

    def saying(self, content_hash: str) -> Sequence[Version]:
        """List the versions, of any prompt, whose text is there and has this hash."""
        ...

    def delete(self, version_id: str) -> None:
        """Remove a version for good; it must carry no label any more. Only `services/moves.py` does."""
        ...


class LabelRepository(Protocol):
    """Which version each label is on."""

    def holders(self, prompt_id: str) -> Mapping[str, str]:
        """Give the id of the version that each label of a prompt is on."""
        ...

    def numbers(self, prompt_id: str) -> Sequence[tuple[str, int]]:
        """List the labels of a prompt with the number of their version, in ascending order by code point."""
        ...

    def put(self, placement: Placement) -> None:
        """Put a label on a version, wherever it was before; only `services/moves.py` does."""
        ...

    def remove(self, prompt_id: str, label: str) -> None:
        """Take a label away; only `services/moves.py` does."""
        ...


class ProtectedLabelRepository(Protocol):
    """The registry of protected labels."""

    def of_team(self, team_id: str) -> Sequence[ProtectedLabel]:
        """List a team's protected labels, in ascending order by code point."""
        ...

    def put(self, protected: ProtectedLabel) -> None:
        """Protect a label, or change how."""
        ...

    def remove(self, team_id: str, key: str) -> None:
        """Lift the protection of the label with this folded form."""
        ...
