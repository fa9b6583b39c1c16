"""The first start: on a store without people, make all that the first call needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from promptwire.domain.credentials import KEY_PREFIX, IssuedKey, NewKey, check_preset_key
from promptwire.domain.drafts import Draft
from promptwire.domain.errors import InvalidInput
from promptwire.domain.organizations import Organization, Team
from promptwire.domain.prompts import NewPrompt, Prompt
from promptwire.domain.roles import Operation, OrgRole
from promptwire.domain.users import User, check_email, check_password
from promptwire.domain.versions import ByNumber, Status
from promptwire.ports.storage import Transaction
from promptwire.services import accounts, keys, lifecycle, organizations, prompts, teams, versions
from promptwire.services.calls import Act
from promptwire.services.secrets import new_password, new_secret

DEFAULT_EMAIL = "admin@promptwire.local"
EXAMPLE_TEMPLATE = "Hello {{.name}}! This text is a prompt, served by Promptwire."


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstCredentials:
    """The secrets of the first start, in clear: shown once, stored nowhere."""

    email: str
    password: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStart:
    """What the first start made."""

    user: User
    organization: Organization
    team: Team
    key: IssuedKey
    prompt: Prompt


def is_needed(tx: Transaction) -> bool:
    """Tell whether this is the first start: there is nobody yet."""
    return not tx.users.exist()


def complete(email: str | None, password: str | None, key: str | None) -> FirstCredentials:
    """Check what the operator preset, and make up the rest.

    Raises:
        InvalidInput: Naming the preset (`admin_email`, `admin_password`, `bootstrap_api_key`) that cannot be used.
    """
    return FirstCredentials(
        email=DEFAULT_EMAIL if email is None else _preset("admin_email", check_email, email),
        password=new_password() if password is None else _preset("admin_password", check_password, password),
        key=new_secret(KEY_PREFIX) if key is None else _preset("bootstrap_api_key", check_preset_key, key),
    )


def start(tx: Transaction, act: Act, first: FirstCredentials, password_hash: str) -> FirstStart | None:
    """Make an administrator, an organization, a team, a key and an example prompt; None where somebody is there.

    Several servers may start at once on one store: one of them does it, the others do nothing.
    """
    tx.users.lock()
    if not is_needed(tx):
        return None
    user = accounts.add(tx, act, first.email, password_hash, is_admin=True)
    organization, team = first_organization(tx, act, user)
    new = NewKey(name="First start", org_id=organization.id, operation=Operation.ALL.value)
    key = keys.issue(tx, act, new, maker=keys.Maker(user.id, OrgRole.OWNER), secret=first.key)
    prompt = _example(tx, act, team)
    return FirstStart(user=user, organization=organization, team=team, key=key, prompt=prompt)


def first_organization(tx: Transaction, act: Act, user: User) -> tuple[Organization, Team]:
    """Make the organization and team that the first person owns, by px0's names."""
    organization = organizations.create(tx, act, "Default Org", user.id)
    team = teams.create(tx, act, organization.id, "Default Team")
    teams.join(tx, act, team, user.id)
    return organization, team


def _example(tx: Transaction, act: Act, team: Team) -> Prompt:
    new = NewPrompt(name="greeting", description="An example: it greets whom you name.")
    prompt = prompts.create(tx, act, team.id, lambda: new)
    version = versions.create(tx, act, prompt.id, lambda: Draft.of_text(EXAMPLE_TEMPLATE))
    lifecycle.promote(tx, act, prompt.id, ByNumber(version.number), read=lambda: Status.LIVE)
    return prompt


def _preset(name: str, check: Callable[[str], str], value: str) -> str:
    try:
        return check(value)
    except InvalidInput as error:
        raise InvalidInput(error.message, name) from None
