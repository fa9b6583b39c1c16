"""The folder on disk: files are written whole, and nowhere else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from promptwire.cli.exits import Failure
from promptwire.cli.folders import Folder


@pytest.mark.parametrize("path", ["../x.prompt.md", "a/../../x", "/etc/x", "a/b/c", "a\\..\\x", "c:/x", "a/\0", ""])
def test_no_name_of_a_server_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(Failure, match="is no place for a prompt file"):
        Folder(tmp_path / "prompts").put(path, b"x")
    assert list(tmp_path.rglob("*")) == []


def test_a_file_keeps_its_mode_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put("team/a.prompt.md", b"one")
    (tmp_path / "team/a.prompt.md").chmod(0o640)
    folder.put("team/a.prompt.md", b"two")
    assert stat.S_IMODE((tmp_path / "team/a.prompt.md").stat().st_mode) == 0o640
    assert [path.name for path in (tmp_path / "team").iterdir()] == ["a.prompt.md"]
    folder.put("team/a.prompt.md", None)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_says_so_and_keeps_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "team").write_text("a file where the team's folder should be")
    with pytest.raises(Failure, match=r"cannot be written: (Not a directory|File exists)"):
        Folder(tmp_path).put("team/a.prompt.md", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["team"]
