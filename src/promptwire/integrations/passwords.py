"""Passwords with argon2id, in a small pool of threads of their own: each takes 64 MiB and a tenth of a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from promptwire.domain.errors import Overloaded

Result = TypeVar("Result")
_AT_ONCE = 2
_THERE = 34  # that are hashed or wait: the last of them has its answer after some seconds


class Argon2Passwords:
    """Turns passwords into hashes and compares them."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="promptwire-password")
        self._nobody: Future[str] | None = None
        self._there = 0

    def prepare(self) -> None:
        """Make now what an unknown address is compared with, so that the first one takes no longer than others."""
        self._nobody = self._pool.submit(self.hash_now, "nobody's password")

    async def hash(self, password: str) -> str:
        """Give a hash that may be stored.

        Raises:
            Overloaded: When too many wait already.
        """
        return await self._run(self.hash_now, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password is the one that was hashed; None takes as long and is never it.

        Raises:
            Overloaded: When too many wait already.
        """
        return await self._run(self._verify, password_hash, password)

    async def _run(self, work: Callable[..., Result], *given: str | None) -> Result:
        if self._there >= _THERE:
            raise Overloaded
        self._there += 1
        running = asyncio.get_running_loop().run_in_executor(self._pool, work, *given)
        running.add_done_callback(self._leave)  # who stops waiting leaves the thread to its work
        return await asyncio.shield(running)

    def _leave(self, _: object) -> None:
        self._there -= 1

    def hash_now(self, password: str) -> str:
        """Do what `hash` does, in the caller's thread."""
        return self._hasher.hash(password.encode(errors="surrogatepass"))

    def _verify(self, password_hash: str | None, password: str) -> bool:
        compared = password_hash or self._nobodys_hash()
        try:
            self._hasher.verify(compared, password.encode(errors="surrogatepass"))
        except (VerifyMismatchError, InvalidHashError):
            return False
        return password_hash is not None

    def _nobodys_hash(self) -> str:
        if self._nobody is None:
            self._nobody = Future()
            self._nobody.set_result(self.hash_now("nobody's password"))
        return self._nobody.result()

    def needs_rehash(self, password_hash: str) -> bool:
        """Tell whether a hash was made more cheaply than one would be now."""
        try:
            return self._hasher.check_needs_rehash(password_hash)
        except InvalidHashError:
            return False

    def close(self) -> None:
        """Finish what is running."""
        self._pool.shutdown()
