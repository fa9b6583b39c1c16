"""Asks pyright whether the types of everything that users import are known, to the last parameter."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# What users import. The server's own parts are held by mypy, and may pass on what a framework leaves untyped.
PUBLIC = (
    "gotemplate",
    "promptwire.client",
    "promptwire.compat",
    "promptwire.otel",
    "promptwire.testing",
    "promptwire.wire",
)


def is_public(name: str) -> bool:
    """Whether a symbol belongs to what users import: a public module, or the top of `promptwire`."""
    return any(name == part or name.startswith(part + ".") for part in PUBLIC) or name.count(".") <= 1


def completeness(package: str) -> dict[str, Any]:
    """Pyright's report on one package."""
    # Pyright does not see an editable install here, so it is told where the packages are.
    environ = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    answer = subprocess.run(
        [
            *(Path(sys.executable).parent / "pyright", "--verifytypes", package, "--ignoreexternal", "--outputjson"),
            *("--pythonpath", sys.executable),
        ],
        check=False,  # it fails for parts that are not public too
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    report: dict[str, Any] = json.loads(answer.stdout)
    return report


def main() -> None:
    """Name every public symbol whose type is not wholly known, and fail if there is one."""
    unknown = 0
    for package in ("gotemplate", "promptwire"):
        report = completeness(package)
        types = report["typeCompleteness"]
        if not types.get("pyTypedPath"):
            raise SystemExit(f"{package}: {report['generalDiagnostics']}")
        public = [symbol for symbol in types["symbols"] if symbol["isExported"] and is_public(symbol["name"])]
        for symbol in public:
            if not symbol["isTypeKnown"]:
                unknown += 1
                said = "; ".join(line["message"].replace("\n", " ") for line in symbol["diagnostics"])
                print(f"{symbol['name']}: {said or 'type unknown'}")
        print(f"{package}: {len(public)} public symbols")
    if unknown:
        raise SystemExit(f"{unknown} without a known type")


if __name__ == "__main__":
    main()
