"""Versions: write drafts, list and find versions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TypeAlias

from promptwire.domain.drafts import Draft
from promptwire.domain.label_limits import leading_to, readable
from promptwire.domain.pages import Cut, Page
from promptwire.domain.plans import edit
from promptwire.domain.prompts import Prompt
from promptwire.domain.roles import TeamRole
from promptwire.domain.templates import check_templates, same_templates
from promptwire.domain.versions import Reference, Status, Version, check_can_edit, check_unchanged
from promptwire.ports.storage import Transaction
from promptwire.services import moves
from promptwire.services.access import require_prompt
from promptwire.services.calls import Act, Input, new_id, record
from promptwire.services.entries import scope_of, version_facts, version_object
from promptwire.services.finding import find_text, find_version
from promptwire.wire.content import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which versions to list; what is not given does not limit."""

    status: Status | None = None
    labels: Collection[str] = ()
    """Versions with any of these."""
    cut: Cut[int] | None = None


Check: TypeAlias = Callable[[Content], None]
"""Lets a content be stored if its templates parse; `services.parsing` has one that does so ahead."""


def create(tx: Transaction, act: Act, prompt_id: str, read: Input[Draft], *, check: Check = check_templates) -> Version:
    """Write a new draft; needs an editor.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody, InvalidTemplate: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    draft = read()
    content = draft.content(Content(input_schema=prompt.input_schema))
    message, source = draft.message(None), draft.source(None)
    check(content)
    return add(tx, act, prompt, content, message=message, source=source)


def duplicate(tx: Transaction, act: Act, prompt_id: str, reference: Reference) -> Version:
    """Write a new draft with the content of a version, without its labels; needs an editor.

    Raises:
        NotFound, Forbidden, VersionPurged: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    return add(tx, act, prompt, find_text(tx, act, prompt, reference).content)


def update(
    tx: Transaction,
    act: Act,
    prompt_id: str,
    reference: Reference,
    *,
    read: Input[Draft],
    check: Check = check_templates,
) -> Version:
    """Rewrite a draft; needs an editor, and what its labels need, for it changes what they serve.

    Raises:
        NotFound, Forbidden, ProtectedLabelRefused: As their names say.
        WrongStatus, InvalidInput, InvalidBody, InvalidTemplate: As their names say.
        ChangedMeanwhile: When it is none that the writer knows.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.EDITOR)
    version = find_version(tx, act, prompt, reference)
    moves.make(tx, act, edit(prompt, version))
    check_can_edit(version.status)
    draft = read()
    check_unchanged(version, draft.over)
    content = draft.content(version.content)
    changed = replace(
        version,
        content=content,
        content_hash=content.content_hash,
        message=draft.message(version.message),
        source=draft.source(version.source),
    )
    if not same_templates(content, version.content):
        check(content)
    if changed == version:
        return version
    tx.versions.set_content(changed)
    before, after = {"content_hash": version.content_hash}, {"content_hash": changed.content_hash}
    record(tx, act, scope_of(tx, prompt), "version.updated", of=version_object(version), before=before, after=after)
    return changed


def of_prompt(tx: Transaction, act: Act, prompt_id: str, read: Input[Filter]) -> Page[Version, int]:
    """List the versions of a prompt, highest number first; needs a viewer.

    A key that is limited to labels gets those that they lead to; its pages may hold fewer than asked for.

    Raises:
        NotFound, InvalidInput: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.VIEWER)
    wanted = read()
    found = tx.versions.of_prompt(prompt.id, wanted.status, wanted.labels, wanted.cut)
    page = Page.of(found, wanted.cut, lambda version: version.number)
    limit = readable(act.subject)
    return replace(page, items=[version for version in page.items if limit.allows_any(leading_to(version))])


def get(tx: Transaction, act: Act, prompt_id: str, reference: Reference) -> Version:
    """Give one version; needs a viewer.

    Raises:
        NotFound: Where the subject sees no such prompt, or it has no such version.
        Forbidden: For a key that is limited to other labels.
    """
    return find_version(tx, act, require_prompt(tx, act, prompt_id, TeamRole.VIEWER), reference)


def get_text(tx: Transaction, act: Act, prompt_id: str, reference: Reference) -> Version:
    """Give one version to look at what it says; needs a viewer.

    Raises:
        NotFound, Forbidden: As for `get`.
        VersionPurged: Where its text was erased.
    """
    return find_text(tx, act, require_prompt(tx, act, prompt_id, TeamRole.VIEWER), reference)


def add(
    tx: Transaction,
    act: Act,
    prompt: Prompt,
    content: Content,
    *,
    message: str | None = None,
    source: str | None = None,
) -> Version:
    """Write a draft of a content that was checked, of a prompt that is locked, for a subject that may."""
    numbered = replace(prompt, last_number=prompt.last_number + 1)
    author_kind, author_id = act.subject.log_name
    version = Version(
        id=new_id(),
        prompt_id=prompt.id,
        number=numbered.last_number,
        status=Status.DRAFT,
        content=content,
        content_hash=content.content_hash,
        author_kind=author_kind,
        author_id=author_id,
        message=message,
        source=source,
        created_at=act.now,
    )
    tx.prompts.update(numbered)
    tx.versions.insert(version)
    record(tx, act, scope_of(tx, prompt), "version.created", of=version_object(version), after=version_facts(version))
    return version
