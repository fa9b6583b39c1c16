"""Signing in with an identity provider: who it is, whose account that is, and which roles the groups give."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest

from promptwire.domain.changes import INSTANCE
from promptwire.domain.credentials import token_hash
from promptwire.domain.errors import InvalidCode, SignInFailed
from promptwire.domain.identities import GroupRule, Handover, Identity
from promptwire.domain.subjects import UserSubject
from promptwire.domain.users import User
from promptwire.ports.identities import IdentityProvider
from promptwire.ports.storage import Transaction
from promptwire.services import accounts, group_roles, sessions
from promptwire.services.calls import Act, Call, Object, record
from promptwire.services.desk import Desk
from promptwire.services.secrets import new_secret
from promptwire.services.sessions import SignedIn

HANDOVER_LIFETIME = timedelta(minutes=2)
_CODE = "code_"


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleSignOn:
    """The provider, and what is done with whom it sends."""

    provider: IdentityProvider
    host: str
    """What the provider is called on the sign-in page."""
    rules: Sequence[GroupRule]
    creates: bool
    """Whether somebody who has no account gets one."""


async def sign_in(desk: Desk, call: Call, sso: SingleSignOn, identity: Identity) -> SignedIn:
    """Begin a session of whom the provider sent.

    Raises:
        SignInFailed: When that is nobody's account, and none may be made or linked.
    """
    unusable = await _unusable(desk, identity)

    def begin(tx: Transaction) -> SignedIn:
        user = _admit(tx, call, sso, identity, password=unusable)
        return sessions.begin_for(tx, call, user, desk.session_lifetime)

    return await desk.store.write(begin)


async def hand_over(desk: Desk, call: Call, sso: SingleSignOn, identity: Identity, *, challenge: str) -> str:
    """Keep a sign-in for the program that asked for it; gives the code with which it gets the session.

    Raises:
        SignInFailed: As `sign_in`.
    """
    unusable, code = await _unusable(desk, identity), new_secret(_CODE)

    def keep(tx: Transaction) -> None:
        user = _admit(tx, call, sso, identity, password=unusable)
        until = call.now + HANDOVER_LIFETIME
        kept = Handover(code_hash=token_hash(code), challenge=challenge, user_id=user.id, expires_at=until)
        tx.identities.hand_over(kept)

    await desk.store.write(keep)
    return code


async def take_over(desk: Desk, call: Call, code: str, verifier: str) -> SignedIn:
    """Begin the session that was kept for a program, once.

    Raises:
        InvalidCode: When there is none, its time is over, or the verifier is another one.
    """

    def take(tx: Transaction) -> SignedIn | None:
        kept = tx.identities.take_over(token_hash(code), call.now)
        user = tx.users.get(kept.user_id) if kept and compare_digest(kept.challenge, challenge_of(verifier)) else None
        return sessions.begin_for(tx, call, user, desk.session_lifetime) if user else None

    begun = await desk.store.write(take)  # a wrong verifier spends the code: that it is gone is committed
    if begun is None:
        raise InvalidCode("sign-in")
    return begun


def challenge_of(verifier: str) -> str:
    """Give the challenge of a verifier (RFC 7636, S256)."""
    digest = sha256(verifier.encode(errors="surrogatepass")).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


async def _unusable(desk: Desk, identity: Identity) -> str | None:
    """Make the hash of a password that nobody knows, which is slow; None for who needs none, for they are known."""
    known = await desk.store.read(lambda tx: tx.identities.user_of(identity.issuer, identity.subject))
    return None if known else await desk.passwords.hash(new_secret(""))


def _admit(tx: Transaction, call: Call, sso: SingleSignOn, identity: Identity, *, password: str | None) -> User:
    """Give the account of an identity, linked or made where there is none yet, with the roles of its groups."""
    user = _known(tx, identity)
    if user is None:
        tx.users.lock()  # of two sign-ins at once, one makes the account
        user = _known(tx, identity) or _link(tx, call, sso, identity, password=password)
    group_roles.apply(tx, call, sso.rules, identity.groups, user_id=user.id)
    return user


def _known(tx: Transaction, identity: Identity) -> User | None:
    user_id = tx.identities.user_of(identity.issuer, identity.subject)
    return tx.users.get(user_id) if user_id else None


def _link(tx: Transaction, call: Call, sso: SingleSignOn, identity: Identity, *, password: str | None) -> User:
    email = identity.vouched_email
    if password is None:
        raise SignInFailed("the account was removed a moment ago: begin again")
    user = tx.users.by_email(email)
    if user is None and not sso.creates:
        raise SignInFailed("there is no account with this e-mail address: ask an administrator for one")
    if user is not None and not user.is_verified:
        raise SignInFailed("the account with this e-mail address has not been verified")
    user = user or accounts.add(tx, group_roles.system(call), email, password)
    tx.identities.link(identity.issuer, identity.subject, user.id, call.now)
    act, of = Act(UserSubject(user), call), Object("user", user.id)
    record(tx, act, INSTANCE, "user.identity_linked", of=of, after={"credential_changed": True})
    return user
