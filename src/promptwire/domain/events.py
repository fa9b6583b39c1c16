"""What a webhook can be told of: the changes that count in an organization, by action."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from promptwire.domain.errors import InvalidInput

EVENTS = frozenset(
    {
        *("prompt.created", "prompt.updated", "prompt.archived", "prompt.restored", "prompt.moved", "prompt.deleted"),
        *("payload.created", "payload.updated", "payload.deleted"),
        *(
            "version.created",
            "version.updated",
            "version.deleted",
            "version.promoted",
            "version.demoted",
            "version.archived",
            "version.displaced",
            "version.rolled_back",
            "version.purged",
        ),
        *("label.set", "label.moved", "label.removed"),
        *("protected_label.set", "protected_label.removed"),
        *(
            "change_request.opened",
            "change_request.commented",
            "change_request.approved",
            "change_request.declined",
            "change_request.withdrawn",
            "change_request.applied",
            "change_request.failed",
        ),
        *("organization.created", "organization.renamed", "organization.deleted"),
        *("organization_member.added", "organization_member.role_changed", "organization_member.removed"),
        *("team.created", "team.renamed", "team.deleted", "team.checks_set", "team.moved"),
        *("team_member.added", "team_member.role_changed", "team_member.removed"),
        *("join_request.created", "join_request.approved", "join_request.rejected"),
        *("invitation.created", "invitation.deleted", "invitation.accepted"),
        *("key.created", "key.updated", "key.deleted", "key.regenerated", "key.adopted"),
        *("webhook.created", "webhook.updated", "webhook.rotated", "webhook.disabled", "webhook.deleted"),
    }
)
"""Every action of the change log in the scope of an organization (docs/reference/webhooks.md)."""

TEST = "test"
"""What a test call is told of; no change."""

MAX_PATTERNS = 50
_PATTERN = re.compile(r"\*|[a-z_]+\.(\*|[a-z_]+)", re.ASCII)


def check_patterns(patterns: Iterable[str]) -> tuple[str, ...]:
    """Give patterns of events, each once: an event, `label.*` for all of a noun, or `*` for all there are.

    Raises:
        InvalidInput: When there is none, there are more than 50, or one could never match.
    """
    found = tuple(dict.fromkeys(patterns))
    if not 0 < len(found) <= MAX_PATTERNS:
        raise InvalidInput(f"events must name 1 to {MAX_PATTERNS} events, such as label.moved, label.* or *", "events")
    for pattern in found:
        if not _PATTERN.fullmatch(pattern) or not any(matches((pattern,), event) for event in EVENTS):
            raise InvalidInput(f"there is no event {pattern!r}: docs/reference/webhooks.md lists them", "events")
    return found


def matches(patterns: Sequence[str], event: str) -> bool:
    """Tell whether one of the patterns names an event."""
    return any(one in {"*", event} or (one.endswith(".*") and event.startswith(one[:-1])) for one in patterns)
