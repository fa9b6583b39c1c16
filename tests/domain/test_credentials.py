"""Sessions and keys: what a key covers, and what an operator may choose as one."""

from __future__ import annotations

from hashlib import sha256

import pytest

from promptwire.domain.credentials import check_preset_key, token_hash
from promptwire.domain.errors import InvalidInput
from support import make


@pytest.mark.parametrize(
    ("teams", "team", "org", "covered"),
    [
        (None, "t", "o", True),
        (None, "later", "o", True),
        (None, "t", "other", False),
        (None, "t", None, False),
        (("t", "u"), "t", "o", True),
        (("t", "u"), "v", "o", False),
        (("t",), "t", "other", False),
        (("t",), "t", None, False),
        ((), "t", "o", False),
    ],
)
def test_a_key_covers_its_organization_or_some_of_its_teams(
    teams: tuple[str, ...] | None, team: str, org: str | None, *, covered: bool
) -> None:
    assert make.key("o", None, team_ids=teams).covers(team_id=team, org_id=org) is covered


@pytest.mark.parametrize("token", ["x" * 16, "x" * 200, "!" * 16, "~" * 16, "ak_0123456789abc", "eg_live_01234567"])
def test_a_key_that_an_operator_may_choose(token: str) -> None:
    assert check_preset_key(token) == token


@pytest.mark.parametrize(
    "token", ["", "x" * 15, "x" * 201, "x" * 15 + " ", "x" * 16 + "\n", "é" * 16, "\x7f" * 16, "sess_0123456789abcdef"]
)
def test_a_key_that_an_operator_may_not_choose(token: str) -> None:
    with pytest.raises(InvalidInput):
        check_preset_key(token)


@pytest.mark.parametrize("token", ["", "ak_x", "é", "\udcff"])
def test_only_the_hash_of_a_secret_is_kept(token: str) -> None:
    assert token_hash(token) == sha256(token.encode(errors="surrogatepass")).hexdigest()
