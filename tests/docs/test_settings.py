"""The page of settings names every setting, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from promptwire.settings import ServerSettings

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `PROMPTWIRE_(\w+)` \|[^|]*\| (.*?) \|", PAGE, re.MULTILINE))


def test_every_setting_has_a_row() -> None:
    assert set(ROWS) == {name.upper() for name in ServerSettings.model_fields}


def test_every_default_is_the_one_it_says() -> None:
    unnamed = {"DATA", "ADMIN_EMAIL"}  # `./data`, and what the first start takes
    for name, field in ServerSettings.model_fields.items():
        if field.default is not None and name.upper() not in unnamed:
            default = getattr(field.default, "value", field.default)
            assert ROWS[name.upper()] == f"`{default}`", name
