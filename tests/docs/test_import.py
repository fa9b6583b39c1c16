"""docs/howto/import.md does what it says, pasted into a real shell against a real server."""

from __future__ import annotations

import json

from support.reader import Reader, named_block, run_blocks


def test_the_page_runs(reader: Reader) -> None:
    look, bring = run_blocks("howto/import.md")
    looked = reader.tries(look)
    assert "mail_welcome\tcreated\tversion 1, 2" in looked.stdout
    assert "a dry run: nothing was changed" in looked.stderr
    assert "mail/list: not imported: version 1: line 1: {{#items}} is more than the name of a variable" in looked.stderr
    done = reader.does(bring)
    assert "mail_welcome\tcreated\tversion 1, 2, live" in done
    assert done.endswith("Hello Ada!")


def test_many_prompts_come_in_one_command(reader: Reader) -> None:
    """From a file of the same shape as the page's, which is no part of this repository."""
    many = [{"slug": f"p{number}", "versions": ["{{ once }}", "{{ as it is }}"]} for number in range(30)]
    (reader.folder / "fabric_prompts.jsonl").write_text("\n".join(map(json.dumps, many)))
    block = named_block("howto/import.md", "many")
    assert reader.does(block).count("\tcreated\tversion 1, 2, live") == 30
    assert reader.does("promptwire render p29") == "{{ as it is }}"
    assert "created" not in reader.does(block)
