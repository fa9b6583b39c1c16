"""Rendering in processes of their own, which keep what they parsed until they are told to forget."""

from __future__ import annotations

import asyncio
from pathlib import Path

from promptwire.integrations.renderer import ProcessRenderer
from promptwire.wire.content import Content


def children() -> set[str]:
    """List the processes that render for this one."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        found |= set((task / "children").read_text().split())
    return {pid for pid in found if b"render_worker" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def test_to_forget_ends_every_process_the_busy_ones_after_their_job() -> None:
    async def run() -> None:
        renderer = ProcessRenderer("exact")
        content = Content(template="Hello {{.name}}!")
        assert (await renderer.render(content, {"name": "Ada"})).text == "Hello Ada!"
        before = children()
        assert before
        busy = asyncio.create_task(renderer.render(content, {"name": "Bob"}))
        await asyncio.sleep(0)
        renderer.forget()
        assert (await busy).text == "Hello Bob!"
        assert (await renderer.render(content, {"name": "Cid"})).text == "Hello Cid!"
        assert not before & children()
        await renderer.close()
        assert not children()

    asyncio.run(run())
