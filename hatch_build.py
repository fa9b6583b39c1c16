"""Puts the documentation into the wheel, laid out as in the repository, where the server finds it."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_PAGES = ("docs", "README.md", "CHANGELOG.md", "src/gotemplate/README.md")


class Documentation(BuildHookInterface[Any]):
    """Adds the pages; an editable installation reads them where they are."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Say what belongs in the wheel besides the packages."""
        if version != "editable":
            build_data["force_include"] |= {name: f"promptwire/web/manual/{name}" for name in _PAGES}
