"""How long prompt files take: `pull` into an empty folder, `status`, a push that changes nothing; a server is here.

Give a file of JSON lines with `name` and `template` to take its prompts; otherwise as many are made up.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from support.server import API_KEY, PRESETS, ServerProcess

COUNT = 225
PARAGRAPH = "You are a careful assistant. Read {{.text}} and say what matters in it, in plain words.\n"


def templates(path: str | None) -> list[str]:
    """The texts of a file, or made-up ones of about 4 KB."""
    if path is None:
        return [f"{number}\n{PARAGRAPH * 45}" for number in range(COUNT)]
    return [json.loads(line)["template"] for line in Path(path).read_text(encoding="utf-8").splitlines()]


def timed(folder: Path, url: str, *arguments: str) -> float:
    """The seconds that a command takes."""
    environment = {**os.environ, "PROMPTWIRE_URL": url, "PROMPTWIRE_API_KEY": API_KEY}
    began = time.perf_counter()
    command = [sys.executable, "-m", "promptwire", *arguments, "--dir", str(folder)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    """Fill a server, and measure."""
    with tempfile.TemporaryDirectory() as place:
        server = ServerProcess(Path(place) / "data", **PRESETS).wait_ready()
        folder = Path(place) / "prompts"
        for number, template in enumerate(templates(sys.argv[1] if len(sys.argv) > 1 else None)):
            path = folder / "default_team" / f"prompt_{number}.prompt.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"---\nname: prompt {number}\n---\n{template}\n", encoding="utf-8")
        print(f"push, all new       {timed(folder, server.url, 'push'):6.2f} s")
        for again in ("status", "push", "pull"):
            print(f"{again + ', all the same':<20}{timed(folder, server.url, again):6.2f} s")
        print(f"pull, all new       {timed(Path(place) / 'empty', server.url, 'pull'):6.2f} s")
        server.stop()


if __name__ == "__main__":
    main()
