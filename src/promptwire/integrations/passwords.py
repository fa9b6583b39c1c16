"""Passwords with argon2id, in a small pool of threads of their own: each takes 64 MiB and a tenth of a second."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_AT_ONCE = 2


class Argon2Passwords:
    """Turns passwords into hashes and compares them."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="promptwire-password")
        self._nobody: Future[str] | None = None

    def prepare(self) -> None:
        """Make now what an unknown address is compared with, so that the first one takes no longer than others."""
        self._nobody = self._pool.submit(self.hash_now, "nobody's password")

    async def hash(self, password: str) -> str:
        """Give a hash that may be stored."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.hash_now, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password is the one that was hashed; None takes as long and is never it."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._verify, password_hash, password)

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
