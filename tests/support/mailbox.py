"""The mail of a server that knows no mail server: files in its data directory."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from support.desk import CODE
from support.waiting import eventually


class Mailbox:
    """What a server has mailed to one address."""

    def __init__(self, data: Path, email: str) -> None:
        self._directory = data / "mail"
        self._email = email

    def all(self) -> list[EmailMessage]:
        """Give every message, oldest first."""
        files = sorted(self._directory.glob("*.eml"))
        mail = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
        return [one for one in mail if one["To"] == self._email]

    def newest(self, count: int = 1) -> str:
        """Wait until there are so many; gives the text of the newest."""
        eventually(lambda: len([one for one in self.all() if one.get_content()]) >= count)
        return str(self.all()[-1].get_content())

    def code(self, count: int = 1) -> str:
        """Give the code in the newest of so many."""
        [code] = CODE.findall(self.newest(count).replace("\r\n", "\n"))
        return str(code)
