"""docs/howto/import.md does what it says, pasted into a real shell against a real server."""

from __future__ import annotations

from support.reader import Reader, run_blocks


def test_the_page_runs(reader: Reader) -> None:
    look, bring = run_blocks("howto/import.md")
    looked = reader.tries(look)
    assert "mail_welcome\tcreated\tversion 1, 2" in looked.stdout
    assert "a dry run: nothing was changed" in looked.stderr
    assert "mail/list: not imported: version 1: line 1: {{#items}} is more than the name of a variable" in looked.stderr
    done = reader.does(bring)
    assert "mail_welcome\tcreated\tversion 1, 2, live" in done
    assert done.endswith("Hello Ada!")
