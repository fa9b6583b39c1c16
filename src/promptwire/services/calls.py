"""What a use case is told about the request it serves, and the subject that the request turned out to have."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import uuid4

from promptwire.domain.changes import Change, Facts, Scope
from promptwire.domain.subjects import OperatorSubject, Subject, UserSubject
from promptwire.ports.storage import Transaction
from promptwire.services.checks import Look

Value_co = TypeVar("Value_co", covariant=True)


class Input(Protocol[Value_co]):
    """Something the caller sent, read only when it is asked for.

    A use case asks for it after it has checked the subject's rights, so that who may not do a thing learns nothing
    about what would be wrong with the request (DESIGN section 8, order of checks).
    """

    def __call__(self) -> Value_co:
        """Give the value.

        Raises:
            InvalidInput, InvalidBody: When what was sent cannot be read as one.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The request that a use case serves."""

    token: str | None
    """The bearer token; None where no credential was sent, empty where what was sent is no bearer token."""
    request_id: str
    now: datetime
    reason: str | None = None
    address: str = ""
    """The network address that it came from."""
    look: Look | None = field(default=None, compare=False)
    """What gives the findings of checks, where the unit of work may run again for them."""


@dataclass(frozen=True, slots=True)
class Act:
    """A subject that makes a call: what every use case and every entry of the change log begins with."""

    subject: Subject | OperatorSubject
    call: Call

    @property
    def now(self) -> datetime:
        """Give the time of the call."""
        return self.call.now

    @property
    def user_id(self) -> str | None:
        """Give the id of the person, if it is one."""
        return self.subject.user.id if isinstance(self.subject, UserSubject) else None

    def because(self, reason: str | None) -> Act:
        """Give the same, for a reason that the change log keeps."""
        return self if reason is None else replace(self, call=replace(self.call, reason=reason))


@dataclass(frozen=True, slots=True)
class Object:
    """What a change is about, as the log names it."""

    kind: str
    id: str
    prompt_id: str | None = None
    label: str | None = None


def record(  # noqa: PLR0913 - an entry of the log has these parts
    tx: Transaction,
    act: Act,
    scope: Scope,
    action: str,
    *,
    of: Object,
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    """Append to the change log when the transaction commits."""
    kind, subject_id = act.subject.log_name
    tx.record(
        Change(
            scope=scope,
            at=act.now,
            subject_kind=kind,
            subject_id=subject_id,
            action=action,
            object_kind=of.kind,
            object_id=of.id,
            prompt_id=of.prompt_id,
            label=of.label,
            before=before or {},
            after=after or {},
            reason=act.call.reason,
            request_id=act.call.request_id,
        )
    )


def new_id() -> str:
    """Give a new UUID."""
    return str(uuid4())
