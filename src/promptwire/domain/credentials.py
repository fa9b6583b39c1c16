"""Sessions and API keys: what they are, and the form of their secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from promptwire.domain.errors import InvalidInput
from promptwire.domain.roles import Operation, OrgRole, TeamRole, lower_org_role, lower_team_role
from promptwire.domain.times import parse_time

SESSION_PREFIX = "sess_"
KEY_PREFIX = "ak_"
_BEARER = "Bearer "
_PRESET_MIN, _PRESET_MAX = 16, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in person, until it expires."""

    id: str
    user_id: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A program's credential in an organization, limited to some of its teams if it says so."""

    id: str
    name: str
    org_id: str
    team_ids: tuple[str, ...] | None
    """The teams it is limited to, in the order given; None means every team of the organization, later ones too."""
    operation: Operation
    pinned_role: OrgRole
    """The organization role of its maker when it was made: its writes never exceed it."""
    created_by: str | None
    """The person who answers for it; None once that person is erased."""
    created_at: datetime
    last_used_at: datetime | None = None
    expires_at: datetime | None = None
    readable_labels: tuple[str, ...] | None = None
    """The labels it may read, `live` for the status; None means every version (domain/label_limits.py)."""
    movable_labels: tuple[str, ...] | None = None
    """The labels it may move; None means those that its role may."""

    def has_expired(self, now: datetime) -> bool:
        """Tell whether the key has ended by itself."""
        return self.expires_at is not None and self.expires_at <= now

    def covers(self, *, team_id: str, org_id: str | None) -> bool:
        """Tell whether a team is in the key's scope."""
        return org_id == self.org_id and (self.team_ids is None or team_id in self.team_ids)


def key_org_role(key: ApiKey, maker: OrgRole | None) -> OrgRole | None:
    """Give the lower of the role pinned on a key and its maker's role in the organization; None without a maker."""
    return lower_org_role(key.pinned_role, maker) if maker else None


def key_team_role(key: ApiKey, org_role: OrgRole | None, maker: TeamRole | None) -> TeamRole:
    """Give what a key may do in a team that it covers: to read, whoever made it; to write, no more than its maker.

    `org_role` is what the key counts as in the organization (`key_org_role`), `maker` its maker's role in the team.
    """
    if org_role is None:
        return TeamRole.VIEWER
    part = TeamRole.ADMIN if org_role.at_least(OrgRole.ADMIN) else maker
    return lower_team_role(key.operation.team_role, part) if part else TeamRole.VIEWER


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """What is asked for when a key is made."""

    name: str
    org_id: str
    team_ids: tuple[str, ...] = ()
    """The teams to limit it to; none means the whole organization."""
    operation: str = Operation.READ_RENDER.value
    expires_at: datetime | None = None
    readable_labels: tuple[str, ...] | None = None
    movable_labels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUpdate:
    """What shall change of a key; None leaves it as it is, so that a limit is never lifted by leaving it out."""

    name: str | None = None
    team_ids: tuple[str, ...] | None = None
    all_teams: bool = False
    """Whether to lift the limit to teams."""
    operation: str | None = None
    expires_at: datetime | None = None
    never_expires: bool = False
    """Whether to lift the limit in time."""
    readable_labels: tuple[str, ...] | None = None
    reads_all_labels: bool = False
    """Whether to lift the limit to labels it may read."""
    movable_labels: tuple[str, ...] | None = None
    moves_all_labels: bool = False
    """Whether to lift the limit to labels it may move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A new key, with its secret, which is shown this once."""

    key: ApiKey
    secret: str


def widens(before: ApiKey, after: ApiKey) -> bool:
    """Tell whether a change lets a key do more, in more teams, or for longer."""
    more_teams = after.team_ids is None or not set(after.team_ids) <= set(before.team_ids or ())
    longer = after.expires_at is None or (before.expires_at is not None and after.expires_at > before.expires_at)
    return (
        after.operation.rank > before.operation.rank
        or (before.team_ids is not None and more_teams)
        or (before.expires_at is not None and longer)
        or _more_labels(before.readable_labels, after.readable_labels)
        or _more_labels(before.movable_labels, after.movable_labels)
    )


def _more_labels(before: tuple[str, ...] | None, after: tuple[str, ...] | None) -> bool:
    return before is not None and (after is None or not set(after) <= set(before))


def parse_expiry(text: str) -> datetime:
    """Read the time at which a key ends.

    Raises:
        InvalidInput: When it is no RFC 3339 time.
    """
    return parse_time(text, "expires_at")


def check_expiry(at: datetime | None, now: datetime, field: str = "expires_at") -> datetime | None:
    """Give back a time at which a key may end; None is never.

    Raises:
        InvalidInput: When it is not in the future.
    """
    if at is not None and at <= now:
        raise InvalidInput(f"{field} must be in the future", field)
    return at


def bearer_token(header: str | None) -> str | None:
    """Give the token of an `Authorization` header; the word `Bearer` is written so (contracts/px0.md 1.1).

    It is None where there is no header, and empty where the header holds no bearer token.
    """
    if not header:
        return None
    return header[len(_BEARER) :].strip() if header.startswith(_BEARER) else ""


def token_hash(token: str) -> str:
    """Give what is stored of a secret: its SHA-256 in hexadecimal."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def check_preset_key(token: str) -> str:
    """Give back a key that an operator has chosen.

    Raises:
        InvalidInput: When it has not 16 to 200 visible ASCII characters, or reads as a session.
    """
    visible = all("!" <= char <= "~" for char in token)
    if not (_PRESET_MIN <= len(token) <= _PRESET_MAX and visible):
        raise InvalidInput(f"must be {_PRESET_MIN} to {_PRESET_MAX} visible ASCII characters")
    if token.startswith(SESSION_PREFIX):
        raise InvalidInput(f"must not begin with {SESSION_PREFIX!r}: that means a session")
    return token
