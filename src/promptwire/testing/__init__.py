"""For the tests of applications: a Promptwire server in memory, and what can go wrong with one."""

from promptwire.testing.server import InMemoryServer

__all__ = ["InMemoryServer"]
