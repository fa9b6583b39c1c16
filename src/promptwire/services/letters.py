"""The mail that people get."""

from __future__ import annotations

from urllib.parse import urlencode

from promptwire.domain.codes import Code, Invitation, Purpose
from promptwire.ports.mail import Message

_IGNORE = "If you did not ask for this, ignore this message: nothing happens without the code."


def with_code(code: Code, text: str) -> Message:
    """Bring a code to the address it is for."""
    subject, what = {
        Purpose.REGISTRATION: ("Confirm your e-mail address", "confirm that this address is yours"),
        Purpose.ADDRESS: ("Confirm your new e-mail address", "use this address for your account from now on"),
        Purpose.PASSWORD: ("Reset your password", "set a new password"),
    }[code.purpose]
    body = f"This code lets you {what}. It counts once, for 15 minutes:\n\n    {text}\n\n{_IGNORE}\n"
    return Message(to=code.email, subject=subject, text=body)


def invitation(invited: Invitation, organization: str, text: str, *, url: str | None) -> Message:
    """Bring the code of an invitation to whom it is for, with the page that takes it where that is known."""
    page = ""
    if url:
        page = f"Or open this page, where both are filled in:\n\n    {register_page(url, invited.email, text)}\n\n"
    body = (
        f"You are invited to {organization} on Promptwire. Register with this e-mail address and this invitation code; "
        f"it counts once, for seven days:\n\n    {text}\n\n"
        f"{page}If you have an account already, ask to be added to a team instead.\n"
    )
    return Message(to=invited.email, subject=f"Invitation to {_line(organization)}", text=body)


def register_page(url: str, email: str, code: str) -> str:
    """Give the address at which an invitation is taken; what is behind its `#` no server is told, and no log."""
    return f"{url}/register#{urlencode({'email': email, 'invitation': code})}"


def has_account(email: str) -> Message:
    """Tell the owner of an account that somebody asked for one with the same address."""
    body = (
        "Somebody, perhaps you, asked to use this e-mail address for an account. There is one with it already, and "
        "nothing was changed. If you forgot your password, ask for a reset.\n"
    )
    return Message(to=email, subject="You have an account already", text=body)


def password_changed(email: str) -> Message:
    """Tell a person that the password is another one now."""
    body = (
        "The password of your account was changed, and every session has ended. If this was not you, reset your "
        "password now, and tell an administrator.\n"
    )
    return Message(to=email, subject="Your password was changed", text=body)


def address_asked(email: str) -> Message:
    """Tell a person at the address they have that another one was asked for."""
    body = (
        "Somebody who is signed in as you asked to use another e-mail address for your account. It changes once that "
        "address is confirmed. If this was not you, change your password now: that also calls off the change.\n"
    )
    return Message(to=email, subject="Your e-mail address is about to change", text=body)


def address_changed(email: str) -> Message:
    """Tell a person at the address they had that it is another one now."""
    body = "Your account has another e-mail address from now on. If this was not you, tell an administrator.\n"
    return Message(to=email, subject="Your e-mail address was changed", text=body)


def _line(text: str) -> str:
    return " ".join(text.split())
