"""Change requests in the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from promptwire.domain.change_requests import ChangeRequest, PinnedMove, Remark, RemarkKind, RequestStatus
from promptwire.domain.labels import LabelRequest
from promptwire.domain.moves import Effect, Move
from promptwire.domain.pages import Cut, Moment
from promptwire.domain.plans import Kind
from promptwire.domain.versions import Status
from promptwire.storage.pages import newest_first
from promptwire.storage.rows import AnyRow, Values
from promptwire.storage.tables import change_request_remarks as remarks
from promptwire.storage.tables import change_requests, prompts

_OPEN = change_requests.c.status == RequestStatus.OPEN.value


class ChangeRequests:
    """Moves that wait for the approval of others."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, request_id: str) -> ChangeRequest | None:
        """Give a change request by id, with its remarks."""
        found = self._all(select(change_requests).where(change_requests.c.id == request_id))
        return found[0] if found else None

    def open_of_prompt(self, prompt_id: str, now: datetime) -> Sequence[ChangeRequest]:
        """List the change requests of a prompt that are open at a time, oldest first."""
        wanted = change_requests.c
        statement = select(change_requests).where(wanted.prompt_id == prompt_id, _OPEN, wanted.expires_at > now)
        return self._all(statement.order_by(wanted.created_at, wanted.id))

    def of_team(
        self, team_id: str, status: RequestStatus | None, now: datetime, cut: Cut[Moment] | None
    ) -> Sequence[ChangeRequest]:
        """List a team's change requests, newest first; of a page, one more than its limit."""
        wanted = change_requests.c
        statement = select(change_requests).join(prompts, prompts.c.id == wanted.prompt_id)
        statement = statement.where(prompts.c.team_id == team_id)
        if status is RequestStatus.OPEN:
            statement = statement.where(_OPEN, wanted.expires_at > now)
        elif status is RequestStatus.EXPIRED:
            statement = statement.where(_OPEN, wanted.expires_at <= now)
        elif status:
            statement = statement.where(wanted.status == status.value)
        return self._all(newest_first(statement, change_requests, cut))

    def insert(self, request: ChangeRequest) -> None:
        """Add a change request."""
        self._connection.execute(insert(change_requests).values(_from_request(request)))

    def close(self, request: ChangeRequest) -> None:
        """Write what has become of it."""
        closed = {"status": request.status.value, "failure": request.failure, "closed_at": request.closed_at}
        self._connection.execute(update(change_requests).where(change_requests.c.id == request.id).values(closed))

    def add_remark(self, request: ChangeRequest, remark: Remark) -> None:
        """Add a remark after those it has."""
        kind, author = remark.author
        self._connection.execute(
            insert(remarks).values(
                id=remark.id,
                request_id=request.id,
                position=len(request.remarks),
                kind=remark.kind.value,
                author_kind=kind,
                author_id=author,
                text=remark.text,
                created_at=remark.created_at,
            )
        )

    def _all(self, statement: Select[Any]) -> list[ChangeRequest]:
        rows = self._connection.execute(statement).all()
        if not rows:
            return []
        said: dict[str, list[Remark]] = {}
        of_these = remarks.c.request_id.in_([row.id for row in rows])
        for row in self._connection.execute(select(remarks).where(of_these).order_by(remarks.c.position)):
            said.setdefault(row.request_id, []).append(_to_remark(row))
        return [_to_request(row, said.get(row.id, [])) for row in rows]


def _to_remark(row: AnyRow) -> Remark:
    return Remark(
        id=row.id,
        kind=RemarkKind(row.kind),
        author=(row.author_kind, row.author_id),
        text=row.text,
        created_at=row.created_at,
    )


def _to_request(row: AnyRow, said: Sequence[Remark]) -> ChangeRequest:
    to = row.wish["to"]
    return ChangeRequest(
        id=row.id,
        prompt_id=row.prompt_id,
        kind=Kind(row.kind),
        version_id=row.version_id,
        version_number=row.version_number,
        content_hash=row.content_hash,
        labels=LabelRequest(add=tuple(row.wish["add"]), remove=tuple(row.wish["remove"])),
        to=Status(to) if to else None,
        moves=tuple(map(_to_move, row.moves)),
        reason=row.reason,
        status=RequestStatus(row.status),
        failure=row.failure,
        requested_by=(row.requested_by_kind, row.requested_by_id),
        person_id=row.person_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        closed_at=row.closed_at,
        remarks=tuple(said),
    )


def _to_move(stored: dict[str, Any]) -> PinnedMove:
    move = Move(
        label=stored["label"],
        from_version_id=stored["from_version_id"],
        to_version_id=stored["to_version_id"],
        effect=Effect(stored["effect"]),
    )
    return PinnedMove(move=move, from_number=stored["from_version"], to_number=stored["to_version"])


def _from_request(request: ChangeRequest) -> Values:
    kind, subject = request.requested_by
    to = request.to.value if request.to else None
    return {
        "id": request.id,
        "prompt_id": request.prompt_id,
        "kind": request.kind.value,
        "version_id": request.version_id,
        "version_number": request.version_number,
        "content_hash": request.content_hash,
        "wish": {"add": list(request.labels.add), "remove": list(request.labels.remove), "to": to},
        "moves": [_from_move(one) for one in request.moves],
        "reason": request.reason,
        "status": request.status.value,
        "failure": request.failure,
        "requested_by_kind": kind,
        "requested_by_id": subject,
        "person_id": request.person_id,
        "created_at": request.created_at,
        "expires_at": request.expires_at,
        "closed_at": request.closed_at,
    }


def _from_move(pinned: PinnedMove) -> dict[str, Any]:
    return {
        "label": pinned.move.label,
        "from_version_id": pinned.move.from_version_id,
        "from_version": pinned.from_number,
        "to_version_id": pinned.move.to_version_id,
        "to_version": pinned.to_number,
        "effect": pinned.move.effect.value,
    }
