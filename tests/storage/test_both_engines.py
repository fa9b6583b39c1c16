"""Every test of storage and of the API runs on SQLite and on PostgreSQL; those that do not stand here, and why."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENGINES = {"sqlite", "postgresql"}
ABOUT_ONE = {
    "storage/test_engines.py": "what URLs and paths of files mean; the settings of connections are tested on both",
    "storage/test_feed.py": "connections that break; a file has none",
    "storage/test_migrate.py": "how a file, and how a PostgreSQL server, cannot be opened",
    "storage/test_outages.py": "how a file, and how a PostgreSQL server, fails",
    "storage/test_upgrade.py": "whether every recorded revision is one of the history, without a store",
    "storage/test_tls.py": "TLS, which a file has none of",
    "storage/test_both_engines.py": "tests",
    "api/test_access.py": "routes, without a store",
    "api/test_errors.py": "tables of answers, without a store",
    "api/test_evalguard_resolutions.py": "tests",
    "api/test_instance.py": "the words for a setting, without a store",
    "api/test_keys_update.py": "a table of cases; what stands in it is tested on both",
    "api/test_login_limits.py": "counts in the memory of a process; what they guard is tested on both",
    "api/test_move.py": "a table of cases; what stands in it is tested on both",
    "api/test_pages.py": "cursors, without a store",
    "api/test_password_cost.py": "what is hashed before the store is asked",
    "api/test_payloads.py": "a table of cases; what stands in it is tested on both",
    "api/test_rights.py": "the table of rights, which is tested on both",
    "api/test_sign_in_ways.py": "settings of a server of its own; what everybody is told is tested on both",
}
"""Files in which a test, not all, runs on one database or on none, and what those are about."""


def test_what_runs_on_one_database_only_has_a_reason() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--collect-only",
            "-q",
            "-p",
            "no:cacheprovider",
            "tests/storage",
            "tests/api",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    runs_on = defaultdict[str, set[str]](set)
    for line in said.stdout.splitlines():
        if "::" in line:
            name, _, parameters = line.partition("[")
            runs_on[name] |= {engine for engine in ENGINES if engine in parameters}
    assert len(runs_on) > 500, said.stdout[-1000:]
    on_both = {name for name, engines in runs_on.items() if engines == ENGINES}
    elsewhere = {name.partition("::")[0].removeprefix("tests/") for name in runs_on.keys() - on_both}
    assert elsewhere == ABOUT_ONE.keys()
