"""From rows to the values of the domain, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from sqlalchemy import Row

from promptwire.domain.changes import Change, Entry, Facts, Scope
from promptwire.domain.checks import Check
from promptwire.domain.credentials import ApiKey, Session
from promptwire.domain.join_requests import JoinRequest, JoinStatus
from promptwire.domain.labels import sort_labels
from promptwire.domain.organizations import Organization, Team
from promptwire.domain.payloads import Payload
from promptwire.domain.prompts import Prompt, PromptStatus
from promptwire.domain.roles import Operation, OrgRole
from promptwire.domain.users import User
from promptwire.domain.versions import Purge, Status, Version
from promptwire.wire.content import Content

AnyRow: TypeAlias = Row[Any]
Values: TypeAlias = dict[str, Any]


def to_user(row: AnyRow) -> User:
    """Read a person."""
    return User(
        id=row.id,
        email=row.email,
        is_admin=row.is_admin,
        is_verified=row.is_verified,
        created_at=row.created_at,
    )


def to_session(row: AnyRow) -> Session:
    """Read a session."""
    return Session(id=row.id, user_id=row.user_id, created_at=row.created_at, expires_at=row.expires_at)


def to_organization(row: AnyRow) -> Organization:
    """Read an organization."""
    return Organization(id=row.id, name=row.name, created_at=row.created_at)


def to_team(row: AnyRow) -> Team:
    """Read a team."""
    return Team(
        id=row.id,
        org_id=row.org_id,
        name=row.name,
        slug=row.slug,
        promotion_checks=tuple(map(Check, row.promotion_checks or ())),
        created_at=row.created_at,
    )


def from_team(team: Team) -> Values:
    """Write a team."""
    return {
        "id": team.id,
        "org_id": team.org_id,
        "name": team.name,
        "name_key": team.name.casefold(),
        "slug": team.slug,
        "promotion_checks": [check.value for check in team.promotion_checks] or None,
        "created_at": team.created_at,
    }


def to_join_request(row: AnyRow) -> JoinRequest:
    """Read a join request."""
    return JoinRequest(
        id=row.id,
        team_id=row.team_id,
        user_id=row.user_id,
        status=JoinStatus(row.status),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def from_join_request(request: JoinRequest) -> Values:
    """Write a join request."""
    return {
        "id": request.id,
        "team_id": request.team_id,
        "user_id": request.user_id,
        "status": request.status.value,
        "created_at": request.created_at,
        "updated_at": request.updated_at,
    }


def to_key(row: AnyRow, team_ids: Iterable[str]) -> ApiKey:
    """Read a key, with the teams it is limited to."""
    return ApiKey(
        id=row.id,
        name=row.name,
        org_id=row.org_id,
        team_ids=None if row.all_teams else tuple(team_ids),
        operation=Operation(row.operation),
        pinned_role=OrgRole(row.pinned_role),
        created_by=row.created_by,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        readable_labels=_to_labels(row.readable_labels),
        movable_labels=_to_labels(row.movable_labels),
    )


def _to_labels(stored: list[str] | None) -> tuple[str, ...] | None:
    return None if stored is None else tuple(stored)


def to_prompt(row: AnyRow) -> Prompt:
    """Read a prompt."""
    return Prompt(
        id=row.id,
        team_id=row.team_id,
        name=row.name,
        slug=row.slug,
        description=row.description,
        status=PromptStatus(row.status),
        last_number=row.last_number,
        input_schema=row.input_schema,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def from_prompt(prompt: Prompt) -> Values:
    """Write a prompt."""
    return {
        "id": prompt.id,
        "team_id": prompt.team_id,
        "name": prompt.name,
        "slug": prompt.slug,
        "description": prompt.description,
        "status": prompt.status.value,
        "last_number": prompt.last_number,
        "input_schema": prompt.input_schema,
        "created_by": prompt.created_by,
        "created_at": prompt.created_at,
        "updated_at": prompt.updated_at,
    }


def to_payload(row: AnyRow) -> Payload:
    """Read a payload."""
    return Payload(
        id=row.id,
        prompt_id=row.prompt_id,
        name=row.name,
        variables=row.variables,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def from_payload(payload: Payload) -> Values:
    """Write a payload."""
    return {
        "id": payload.id,
        "prompt_id": payload.prompt_id,
        "name": payload.name,
        "variables": payload.variables,
        "created_at": payload.created_at,
        "updated_at": payload.updated_at,
    }


def to_version(row: AnyRow, labels: Iterable[str]) -> Version:
    """Read a version, with the labels on it."""
    return Version(
        id=row.id,
        prompt_id=row.prompt_id,
        number=row.number,
        status=Status(row.status),
        content=Content(
            kind=row.kind,
            template=row.template,
            messages=row.messages,
            model=row.model,
            model_params=row.model_params,
            tools=row.tools,
            response_format=row.response_format,
            input_schema=row.input_schema,
        ),
        content_hash=row.content_hash,
        author_kind=row.author_kind,
        author_id=row.author_id,
        message=row.message,
        source=row.source,
        created_at=row.created_at,
        published_at=row.published_at,
        labels=sort_labels(labels),
        purge=_to_purge(row),
    )


def _to_purge(row: AnyRow) -> Purge | None:
    if row.purged_at is None:
        return None
    return Purge(at=row.purged_at, by=(row.purged_by_kind, row.purged_by_id), reason=row.purge_reason)


def from_version(version: Version) -> Values:
    """Write a version."""
    return {
        **version.content.as_json(),
        "id": version.id,
        "prompt_id": version.prompt_id,
        "number": version.number,
        "status": version.status.value,
        "content_hash": version.content_hash,
        "author_kind": version.author_kind,
        "author_id": version.author_id,
        "message": version.message,
        "source": version.source,
        "created_at": version.created_at,
        "published_at": version.published_at,
    }


def to_entry(row: AnyRow) -> Entry:
    """Read an entry of the change log."""
    kind, _, scope_id = row.scope.partition(":")
    return Entry(
        change=Change(
            scope=Scope(kind, scope_id),
            at=row.at,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            action=row.action,
            object_kind=row.object_kind,
            object_id=row.object_id,
            prompt_id=row.prompt_id,
            label=row.label,
            before=_to_facts(row.before),
            after=_to_facts(row.after),
            reason=row.reason,
            request_id=row.request_id,
        ),
        seq=row.seq,
        revision=row.revision,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )


def _to_facts(stored: dict[str, Any]) -> Facts:
    return {name: tuple(fact) if isinstance(fact, list) else fact for name, fact in stored.items()}


def from_entry(entry: Entry) -> Values:
    """Write an entry of the change log."""
    change = entry.change
    return {
        "seq": entry.seq,
        "scope": str(change.scope),
        "revision": entry.revision,
        "at": change.at,
        "subject_kind": change.subject_kind,
        "subject_id": change.subject_id,
        "action": change.action,
        "object_kind": change.object_kind,
        "object_id": change.object_id,
        "prompt_id": change.prompt_id,
        "label": change.label,
        "before": dict(change.before),
        "after": dict(change.after),
        "reason": change.reason,
        "request_id": change.request_id,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }
