"""Variables: what a caller fills a prompt with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

Variables: TypeAlias = Mapping[str, object]
"""Names and values: None, bool, int, float, str, and mappings and lists of them."""

NO_VARIABLES: Variables = MappingProxyType({})
