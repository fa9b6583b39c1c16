"""Roles in an organization and in a team, and what a key may do (DESIGN section 2b)."""

from __future__ import annotations

from enum import Enum

from promptwire.domain.errors import InvalidInput


class _Ranked(Enum):
    """An enumeration written from the lowest to the highest rank."""

    @property
    def rank(self) -> int:
        """Give the place in the order; a higher rank may do all that a lower one may."""
        return list(type(self)).index(self)


class OrgRole(_Ranked):
    """A person's role in an organization."""

    VIEWER = "viewer"
    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"

    @classmethod
    def parse(cls, text: str) -> OrgRole:
        """Read a role; `editor` is another word for member (contracts/evalguard-labels.md 1.4).

        Raises:
            InvalidInput: For any other word.
        """
        word = text.casefold()
        try:
            return cls("member" if word == "editor" else word)
        except ValueError:
            raise InvalidInput("invalid role, must be viewer, member, admin, or owner", "role") from None

    def at_least(self, other: OrgRole) -> bool:
        """Tell whether this role may do what the other may."""
        return self.rank >= other.rank


class TeamRole(_Ranked):
    """A person's role in a team, or what a key may do there."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"

    @classmethod
    def parse(cls, text: str) -> TeamRole:
        """Read a role.

        Raises:
            InvalidInput: For a word that is none.
        """
        try:
            return cls(text)
        except ValueError:
            raise InvalidInput("invalid role, must be admin, editor, or viewer", "role") from None

    def at_least(self, other: TeamRole) -> bool:
        """Tell whether this role may do what the other may."""
        return self.rank >= other.rank


class Operation(_Ranked):
    """What an API key was made for."""

    READ_RENDER = "read_render"
    ALL = "all"
    ADMIN = "admin"

    @classmethod
    def parse(cls, text: str) -> Operation:
        """Read an operation.

        Raises:
            InvalidInput: For a word that is none.
        """
        try:
            return cls(text)
        except ValueError:
            raise InvalidInput("invalid operation, must be read_render, all, or admin", "operation") from None

    @property
    def team_role(self) -> TeamRole:
        """Give the most that a key of this operation may do in a team."""
        return {
            Operation.READ_RENDER: TeamRole.VIEWER,
            Operation.ALL: TeamRole.EDITOR,
            Operation.ADMIN: TeamRole.ADMIN,
        }[self]


def counted_role(role: OrgRole, *, is_admin: bool) -> OrgRole:
    """Give the role that a member counts with; an administrator of the instance is an administrator at least."""
    return OrgRole.ADMIN if is_admin and not role.at_least(OrgRole.ADMIN) else role


def lower_team_role(one: TeamRole, other: TeamRole) -> TeamRole:
    """Give the lower of two team roles."""
    return one if one.rank <= other.rank else other


def lower_org_role(one: OrgRole, other: OrgRole) -> OrgRole:
    """Give the lower of two organization roles."""
    return one if one.rank <= other.rank else other
