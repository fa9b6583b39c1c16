"""What the slug of a team is made of (DESIGN section 2)."""

from __future__ import annotations

import pytest

from promptwire.domain.organizations import free_slug, team_slug


@pytest.mark.parametrize(
    ("name", "taken", "slug"),
    [
        ("Core Team", set(), "core_team"),
        ("Core Team", {"core"}, "core_team"),
        ("Core", {"core"}, "core_2"),
        ("Core", {"core", "core_2", "core_4"}, "core_3"),
        ("!!!", {"team"}, "team_2"),
        ("550e8400-e29b-41d4-a716-446655440000", set(), "550e8400_e29b_41d4_a716_446655440000"),
        ("550e8400e29b41d4a716446655440000", set(), "team"),
    ],
)
def test_a_name_makes_a_slug_that_is_free(name: str, taken: set[str], slug: str) -> None:
    assert team_slug(name, taken) == slug


def test_a_slug_with_a_number_is_no_longer_than_a_slug_may_be() -> None:
    long = "x" * 255
    taken = {long} | {f"{'x' * 253}_{number}" for number in range(2, 10)}
    assert free_slug(long, taken) == "x" * 252 + "_10"
