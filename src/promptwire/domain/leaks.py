"""Texts that look like secrets, which have no place in prompts: those are read by many, and kept for good."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

ALLOWED: Final = "not-a-secret"
"""A line that holds this word is passed over; `{{/* not-a-secret */}}` says so in a template."""
_KINDS: Final = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "a Promptwire key or session": r"\b(?:ak|sess)_[0-9a-f]{64}\b",
    "an AWS access key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b",
    "an Anthropic key": r"\bsk-ant-[A-Za-z0-9_-]{20,}",
    "an OpenAI key": r"\bsk-(?!ant-)(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}",
    "a Google key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "a Slack token": r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}",
    "a Stripe key": r"\b[rs]k_live_[0-9A-Za-z]{16,}\b",
    "a GitLab token": r"\bglpat-[0-9A-Za-z_-]{20,}",
    "a Hugging Face token": r"\bhf_[A-Za-z0-9]{30,}\b",
    "a JSON Web Token": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    "a password in a URL": r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@{}<>]{1,100}:[^\s/:@{}<>*]{3,100}@",
    "a secret that is assigned": (
        r"(?i)\b(?:password|passwd|secret|api[_-]?key|access[_-]?token|auth[_-]?token)\b[\"']?\s{0,3}[:=]\s{0,3}"
        r"[\"']?(?=[^\s\"']*[0-9])(?=[^\s\"']*[A-Za-z])[A-Za-z0-9+/_.=-]{20,200}"
    ),
}
_PATTERNS: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS.items())


@dataclass(frozen=True, slots=True)
class Leak:
    """Something in a text that looks like a secret; what it is is not repeated."""

    line: int
    """From 1."""
    kind: str


def leaks(text: str) -> Iterator[Leak]:
    """Find what looks like a secret, one for each line at most: tokens of known shape, and what is assigned to a name.

    Any other text of high entropy is left alone: prompts hold examples, hashes and ids.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if ALLOWED in line:
            continue
        kind = next((kind for kind, pattern in _PATTERNS if pattern.search(line)), None)
        if kind is not None:
            yield Leak(number, kind)
