"""Join requests are kept as they were given; the database itself forbids a second one that is pending."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from promptwire.domain.errors import AlreadyExists
from promptwire.domain.join_requests import JoinRequest, JoinStatus
from promptwire.domain.pages import Cut, Moment
from promptwire.ports.storage import Transaction
from promptwire.storage.store import SqlStore
from promptwire.storage.tables import join_requests
from support import make
from support.make import AT, LATER, Ground


def request(ground: Ground, **fields: object) -> JoinRequest:
    given = {"id": make.new_id(), "team_id": ground.team.id, "user_id": ground.user.id, "status": JoinStatus.PENDING}
    return JoinRequest(**{**given, "created_at": AT, "updated_at": AT, **fields})  # type: ignore[arg-type]


def test_a_request_is_read_as_written(read: Transaction, write: Transaction, ground: Ground) -> None:
    one = request(ground, updated_at=LATER)
    write.join_requests.insert(one)
    assert read.join_requests.get(one.id) == read.join_requests.pending_of(ground.team.id, ground.user.id) == one
    done = request(ground, id=one.id, status=JoinStatus.REJECTED)
    write.join_requests.update(done)
    assert read.join_requests.get(one.id) == done
    assert read.join_requests.pending_of(ground.team.id, ground.user.id) is None
    assert read.join_requests.get(make.new_id()) is None


def test_one_is_pending_for_a_person_and_a_team(write: Transaction, ground: Ground) -> None:
    for status in (JoinStatus.PENDING, JoinStatus.REJECTED, JoinStatus.REJECTED, JoinStatus.APPROVED):
        write.join_requests.insert(request(ground, status=status))
    with pytest.raises(AlreadyExists, match="join request"):
        write.join_requests.insert(request(ground))


def test_a_status_that_is_none_is_refused(store: SqlStore, ground: Ground) -> None:
    values = {"id": make.new_id(), "team_id": ground.team.id, "user_id": ground.user.id, "status": "x"}
    with pytest.raises(IntegrityError), store.engines.writer.begin() as connection:
        connection.execute(insert(join_requests).values(created_at=AT, updated_at=AT, **values))


def test_requests_go_with_their_team_and_their_person(read: Transaction, write: Transaction, ground: Ground) -> None:
    one, user = request(ground), make.user()
    write.users.insert(user, "hash")
    other = request(ground, user_id=user.id)
    for each in (one, other):
        write.join_requests.insert(each)
    write.users.delete(user.id)
    assert read.join_requests.get(other.id) is None
    write.teams.delete(ground.team.id)
    assert read.join_requests.get(one.id) is None


def test_pending_ones_come_newest_first_and_in_pages(read: Transaction, write: Transaction, ground: Ground) -> None:
    made = []
    for at in (0, 2, 1, 1):
        user = make.user()
        write.users.insert(user, "hash")
        made.append(request(ground, user_id=user.id, created_at=AT + timedelta(seconds=at)))
        write.join_requests.insert(made[-1])
    write.join_requests.insert(request(ground, status=JoinStatus.APPROVED))
    order = sorted(sorted(made, key=lambda one: one.id), key=lambda one: one.created_at, reverse=True)
    assert [one.request for one in read.join_requests.pending(None)] == order
    assert {one.team for one in read.join_requests.pending(None)} == {ground.team}
    after = Moment(order[1].created_at, order[1].id)
    assert [one.request for one in read.join_requests.pending(Cut(limit=1, after=after))] == order[2:]
