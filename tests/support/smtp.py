"""A small SMTP server of the tests' own: it takes mail, or answers what it was told to."""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from support.faults import Listener


class SmtpListener(Listener):
    """Takes mail on a port of 127.0.0.1."""

    def __init__(self, tls: ssl.SSLContext | None = None, *, from_first_byte: bool = False) -> None:
        self.received: list[EmailMessage] = []
        self.logins: list[str] = []
        self.encrypted: list[bool] = []
        """Whether each message came over an encrypted connection."""
        self.says: dict[str, list[str]] = {}
        """What is answered to the next commands of a kind, instead of what is right."""
        self.tls = tls
        self.from_first_byte = from_first_byte
        super().__init__()

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def talk(self, peer: socket.socket) -> None:
        with contextlib.closing(Conversation(self, peer)) as conversation:
            conversation.hold()


class Conversation:
    """One connection."""

    def __init__(self, server: SmtpListener, peer: socket.socket) -> None:
        self._server = server
        self._peer = peer
        self._is_encrypted = False
        self._lines = peer.makefile("rb")
        if server.from_first_byte:
            self._encrypt()

    def _encrypt(self) -> None:
        assert self._server.tls
        self._lines.close()
        self._peer = self._server.tls.wrap_socket(self._peer, server_side=True)
        self._lines = self._peer.makefile("rb")
        self._is_encrypted = True

    def close(self) -> None:
        self._lines.close()
        self._peer.close()

    def _say(self, line: str) -> None:
        self._peer.sendall(f"{line}\r\n".encode())

    def hold(self) -> None:
        self._say("220 test ESMTP")
        while line := self._lines.readline().decode().strip():
            command, _, rest = line.partition(" ")
            told = self._server.says.get(command.upper())
            if told:
                self._say(told.pop(0))
            else:
                getattr(self, f"_on_{command.lower()}")(rest)
            if command.upper() == "QUIT":
                return

    def _on_ehlo(self, _: str) -> None:
        offers = ["AUTH PLAIN"] if not self._server.tls or self._is_encrypted else ["STARTTLS"]
        self._say("\r\n".join(f"250-{one}" for one in ["test", *offers]) + "\r\n250 SIZE")

    def _on_starttls(self, _: str) -> None:
        self._say("220 go on")
        self._encrypt()

    def _on_auth(self, rest: str) -> None:
        self._server.logins.append(base64.b64decode(rest.split()[1]).decode().replace("\0", " ").strip())
        self._say("235 welcome")

    def _ok(self, _: str) -> None:
        self._say("250 ok")

    _on_mail = _on_rcpt = _on_rset = _ok

    def _on_data(self, _: str) -> None:
        self._say("354 go on")
        lines: list[bytes] = []
        while (line := self._lines.readline()) != b".\r\n":
            lines.append(line)
        self._server.received.append(message_from_bytes(b"".join(lines), policy=default))
        self._server.encrypted.append(self._is_encrypted)
        self._say("250 taken")

    def _on_quit(self, _: str) -> None:
        self._say("221 bye")
