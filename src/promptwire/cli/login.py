"""`promptwire login`, `logout` and `whoami`: whose prompts one works on, and as whom."""

from __future__ import annotations

import os
import sys
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from promptwire.cli.asking import Asking, failing, grouped
from promptwire.cli.browser_login import sign_in_by_browser
from promptwire.cli.exits import Exit, Failure
from promptwire.cli.printing import note, print_fields, print_line
from promptwire.cli.remote import logins
from promptwire.cli.remote.connection import Connection, path
from promptwire.cli.remote.logins import Login
from promptwire.cli.remote.registry import Registry
from promptwire.cli.remote.site import Site, settings


class _User(TypedDict):
    email: str


class Begun(TypedDict):
    """A session, as the server answers it."""

    token: str
    expires_at: str
    user: _User


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How somebody signs in."""

    email: Annotated[
        str | None, typer.Option(help="Sign in with a password, which is asked for.", show_default=False)
    ] = None
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")] = (
        False
    )
    browser: Annotated[bool, typer.Option(help="Open the browser; else only print the address.")] = True


@grouped
def login(
    *,
    server: Annotated[
        str | None, typer.Option("--server", "--url", help="The server. (PROMPTWIRE_URL)", show_default=False)
    ] = None,
    print_token: Annotated[
        bool, typer.Option("--print-token", help="Print the token of the session, and keep nothing.")
    ] = False,
    way: Way,
) -> None:
    """Sign in, with the server's identity provider or a password; the commands after it act as you."""
    with failing():
        site = Site.chosen(server, None, os.environ)
        with Connection(Site(settings(site.url, None, os.environ))) as connection:
            begun = _begin(connection, way)
        if print_token:
            print_line(begun["token"])
            return
        kept = Login(token=begun["token"], email=begun["user"]["email"], expires_at=begun["expires_at"])
        place = logins.place(os.environ)
        logins.write(place, logins.read(place).having(site.url, kept))
        print_line(f"Signed in to {site.url} as {kept.email}.")
        if os.environ.get("PROMPTWIRE_API_KEY"):
            note("PROMPTWIRE_API_KEY is set, and used before the session: unset it to act as yourself.")


def _begin(connection: Connection, way: Way) -> Begun:
    connection.get(path("health"))
    if way.email or way.password_stdin or not _has_provider(connection):
        return _by_password(connection, way)
    return _by_browser(connection, way)


def _has_provider(connection: Connection) -> bool:
    try:
        connection.get(path("auth", "oidc", "login"))
    except Failure as failure:
        return failure.status is not Exit.NOT_FOUND
    return True


def _by_browser(connection: Connection, way: Way) -> Begun:
    def tell(address: str) -> None:
        typer.echo(f"Sign in at {address}", err=True)
        if way.browser:
            webbrowser.open(address)

    brought = sign_in_by_browser(connection.site.url, tell)
    body = {"code": brought.code, "verifier": brought.verifier}
    begun: Begun = connection.post(path("auth", "oidc", "token"), body)
    return begun


def _by_password(connection: Connection, way: Way) -> Begun:
    if not (way.email and way.password_stdin) and not sys.stdin.isatty():
        hint = "Without a terminal: --email you@example.com --password-stdin"
        raise Failure("e-mail address and password cannot be asked for here", Exit.USAGE, hint)
    email = way.email or typer.prompt("E-mail", err=True)
    typed = sys.stdin.readline() if way.password_stdin else typer.prompt("Password", hide_input=True, err=True)
    body = {"email": email, "password": typed.rstrip("\r\n")}
    begun: Begun = connection.post(path("auth", "login"), body)
    return begun


@grouped
def logout(
    *,
    server: Annotated[
        str | None, typer.Option(help="The server; the one signed in to last if not given.", show_default=False)
    ] = None,
) -> None:
    """End the session on a server, and forget it."""
    with failing():
        site = Site.chosen(server, None, os.environ)
        if site.login is None:
            raise Failure(f"you are not signed in to {site.url}", Exit.NOT_FOUND)
        place: Path = logins.place(os.environ)
        with Connection(Site(settings(site.url, site.login.token, os.environ))) as connection:
            connection.delete(path("auth", "session"))
        logins.write(place, logins.read(place).without(site.url))
        print_line(f"Signed out of {site.url}.")


@grouped
def whoami(*, asking: Asking) -> None:
    """Say which server is asked, as whom, and which teams that shows."""
    with asking.registry() as registry:
        site = registry.ask.site
        teams = registry.teams()
        user = _person(registry)
        told = {"server": site.url, "credential": site.told_by, "user": user, "teams": teams}
        fields = (
            ("server", site.url),
            ("as", user["email"] if user else "an API key"),
            ("by", site.told_by),
            ("teams", [one["slug"] for one in teams]),
        )
        asking.show(told, lambda: print_fields(fields))


def _person(registry: Registry) -> _User | None:
    """Give who is signed in; None for a key."""
    try:
        user: _User = registry.ask.get(path("auth", "me"))["user"]
    except Failure as failure:
        if failure.status is Exit.REFUSED:
            return None
        raise
    return user
