"""Takes a picture of every screen, into `docs/images/`: `python -m scripts.screenshots [NAME…]`.

The pictures are of a real server with a sample of its own, whose clock was set back while the sample was made.
"""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, sync_playwright
from scripts.browser import browser, options
from scripts.sample import ADA, PASSWORD, Sample, fill
from scripts.screens import SCREENS, Screen, sign_in

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs/images"
MOST = 150_000
"""Bytes of a picture."""
_HEAD = b"\x89PNG\r\n\x1a\n"
_DARK = frozenset({"history", "instance"})
"""Shown in the dark theme, so that one sees that there is one."""
_READY = re.compile(r"Promptwire is ready at (\S+)")


def main(names: Sequence[str]) -> None:
    """Take the pictures named, or all."""
    subprocess.run([sys.executable, "-m", "scripts.web", "build"], cwd=ROOT, check=True)
    chosen = [screen for screen in SCREENS if not names or screen.name in names]
    IMAGES.mkdir(parents=True, exist_ok=True)
    with _listener() as hook, _server() as (url, process), sync_playwright() as playwright:
        sample = fill(url, (ADA, PASSWORD), lambda days: _set_back(process, days), hook)
        running = playwright.chromium.launch(executable_path=browser(), args=options())
        for screen in chosen:
            picture = squeezed(_take(running, url, screen, sample))
            (IMAGES / f"{screen.name}.png").write_bytes(picture)
            print(f"{screen.name}.png: {len(picture):,} bytes", flush=True)
            if len(picture) > MOST:
                raise SystemExit(f"{screen.name}.png has more than {MOST:,} bytes")
        running.close()
        sample.close()


def _take(running: Browser, url: str, screen: Screen, sample: Sample) -> bytes:
    context = running.new_context(
        base_url=url,
        viewport={"width": 1200, "height": screen.height},
        reduced_motion="reduce",
        color_scheme="dark" if screen.name in _DARK else "light",
    )
    page = context.new_page()
    if not screen.is_outside:
        sign_in(page, PASSWORD)
    screen.open(page, sample)
    page.mouse.move(0, 0)
    picture = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return picture


@contextmanager
def _server() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run a server of the pictures' own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PROMPTWIRE_")}
    settings = {
        "PROMPTWIRE_ADMIN_EMAIL": ADA,
        "PROMPTWIRE_ADMIN_PASSWORD": PASSWORD,
        "PROMPTWIRE_WEBHOOK_NETWORKS": "127.0.0.0/8",
        "PROMPTWIRE_WEBHOOK_PLAIN_HTTP": "on",
        "PROMPTWIRE_SESSION_HOURS": "8760",
    }
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "scripts.past_server", data]
        process = subprocess.Popen(
            command, cwd=ROOT, env=kept | settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        try:
            yield _ready(process), process
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _ready(process: subprocess.Popen[str]) -> str:
    for line in process.stdout or ():
        if found := _READY.search(line):
            return found[1]
    raise SystemExit("the server did not start")


def _set_back(process: subprocess.Popen[str], days: float) -> None:
    if process.stdin is None or process.stdout is None:
        raise SystemExit("the server cannot be told")
    process.stdin.write(f"{days}\n")
    process.stdin.flush()
    while process.stdout.readline().strip() != "set":
        pass


@contextmanager
def _listener() -> Iterator[str]:
    """Run somebody whom webhooks may tell."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/prompts"
    server.shutdown()
    server.server_close()


def squeezed(picture: bytes) -> bytes:
    """Give the same picture, compressed as well as zlib can; a browser is in more of a hurry."""
    chunks = list(_chunks(picture))
    pixels = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    packed = zlib.compressobj(9, memLevel=9, strategy=zlib.Z_DEFAULT_STRATEGY)
    data = packed.compress(pixels) + packed.flush()
    kept = [(kind, one) for kind, one in chunks if kind in {b"IHDR", b"PLTE", b"tRNS"}]
    return _HEAD + b"".join(_chunk(kind, one) for kind, one in (*kept, (b"IDAT", data), (b"IEND", b"")))


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_HEAD)
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    main(sys.argv[1:])
