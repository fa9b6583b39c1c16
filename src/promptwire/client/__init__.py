"""The SDK: prompts in the memory of a running process, refreshed behind its back.

From the caller inwards: `blocking` (the face) -> `fetcher` (the one thread) -> `core` (every decision, pure) and
`transport` (the only place with a socket).
"""
