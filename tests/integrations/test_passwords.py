from __future__ import annotations

import asyncio

from promptwire.domain.errors import Overloaded
from promptwire.integrations.passwords import Argon2Passwords


def test_more_than_can_be_hashed_in_good_time_is_refused_at_once() -> None:
    async def main() -> list[object]:
        tries = [asyncio.create_task(passwords.verify("no hash", "x")) for _ in range(40)]
        found: list[object] = list(await asyncio.gather(*tries, return_exceptions=True))
        assert await passwords.verify("no hash", "x") is False, "when they are done others may come"
        return found

    passwords = Argon2Passwords()
    found = asyncio.run(main())
    passwords.close()
    assert found[:34] == [False] * 34
    assert {type(one) for one in found[34:]} == {Overloaded}
