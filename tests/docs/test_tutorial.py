"""docs/tutorial.md does what it says, in a real shell against a real server, beside the program that follows it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO

import pytest

from support.reader import DOCS, Reader, named_block, run_blocks
from support.server import ADMIN_PASSWORD, PRESETS, ServerProcess

PAGE = (DOCS / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = run_blocks("tutorial.md")
[PROGRAM] = re.findall(r"<!-- file: follow.py -->\n```python\n(.*?)```", PAGE, re.DOTALL)
_BUT_ITS_EMAIL = {name: value for name, value in PRESETS.items() if name != "PROMPTWIRE_ADMIN_EMAIL"}
FIRST = "version 1: Answer Ada in one sentence: Where is my parcel?"
SECOND = "version 2: Say sorry, then answer Ada in one sentence: Where is my parcel?"


class Follower(Reader):
    """Reads the tutorial in one folder, with its program running beside it."""

    @contextmanager
    def follows(self) -> Iterator[Queue[str]]:
        """Run the program until its input ends; gives the lines it says."""
        (self.folder / "follow.py").write_text(PROGRAM, encoding="utf-8")
        lines: Queue[str] = Queue()
        with self.begins(named_block("tutorial.md", "follow")) as program:
            assert program.stdout
            listener = Thread(target=listen, args=(program.stdout, lines), daemon=True)
            listener.start()
            yield lines
        listener.join(timeout=20)
        assert program.returncode == 0


def listen(output: IO[str], lines: Queue[str]) -> None:
    for line in output:
        lines.put(line.rstrip("\n"))


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Follower]:
    """Give a reader who has put in what the server printed."""
    server = ServerProcess(tmp_path / "data", **_BUT_ITS_EMAIL).wait_ready()
    (tmp_path / ".venv").symlink_to(sys.prefix)
    block = named_block("tutorial.md", "settings").replace("http://127.0.0.1:8000", server.url)
    block = block.replace("the password that was printed", ADMIN_PASSWORD)
    follower = Follower(tmp_path)
    names = ("PROMPTWIRE_URL", "EMAIL", "PASSWORD")
    which, *values = follower.does(block, "which promptwire", *(f"echo ${name}" for name in names)).splitlines()
    assert which.endswith("/.venv/bin/promptwire")
    follower.settings |= dict(zip(names, values, strict=True))
    yield follower
    assert server.stop() == 0


def test_the_tutorial_does_what_it_says(reader: Follower) -> None:
    assert len(BLOCKS) == 10
    assert reader.does(BLOCKS[0]).startswith("Signed in to ")
    assert reader.does(BLOCKS[1]).endswith("Answer Ada in one sentence, warmly: Where is my parcel?")
    reader.does(BLOCKS[2], BLOCKS[3])
    with reader.follows() as lines:
        assert lines.get(timeout=20) == FIRST
        reader.does(BLOCKS[4])
        assert "It would be allowed; nothing was changed." in reader.does(BLOCKS[5])
        assert lines.get(timeout=20) == SECOND
        reader.does(BLOCKS[6])
        assert lines.get(timeout=20) == FIRST
        assert reader.does(BLOCKS[7]).endswith("refused, with status 4\n")
        reader.does(BLOCKS[8])
        assert lines.get(timeout=20) == SECOND
        told = reader.does(BLOCKS[9])
        assert "this time for good" in told
        assert "too humble" in told
    assert lines.empty()
