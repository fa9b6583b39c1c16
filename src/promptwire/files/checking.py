"""Checking prompt files without a server: what a reviewer should not have to find."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol, TypeAlias

from promptwire.domain.checking import CheckSubject, findings_of
from promptwire.domain.checks import Finding, Severity
from promptwire.domain.errors import InvalidInput, InvalidTemplate
from promptwire.domain.leaks import leaks
from promptwire.domain.payloads import Payload
from promptwire.domain.schemas import Violation
from promptwire.domain.templates import problems
from promptwire.files.prompt_file import SUFFIX
from promptwire.files.standing import Files, Local
from promptwire.wire.canonical import JsonValue

PAYLOADS: Final = ".payloads.json"
"""What stands in place of `.prompt.md` in the name of the file with a prompt's saved payloads."""
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in a file that is wrong, or may be."""

    path: str
    """Of the file, below the folder."""
    line: int
    """From 1."""
    column: int | None = None
    """From 1; None where it is about the line."""
    check: str
    """`file`, `template`, `payload`, `schema`, or `secret`."""
    message: str
    severity: Severity = Severity.ERROR


class Compiled(Protocol):
    """A JSON Schema, ready to check with."""

    def violations(self, variables: JsonValue, /) -> tuple[Violation, ...]:
        """Say where variables are not what the schema asks for."""


Compile: TypeAlias = Callable[[JsonValue], Compiled]
"""Makes a schema ready; raises `InvalidInput` where it is none that a prompt may have."""


def check_files(files: Files, payloads: Mapping[str, bytes], compiled: Compile) -> list[Problem]:
    """Check every prompt file of a folder, and the saved payloads beside them.

    Args:
        files: The prompt files.
        payloads: What the files of saved payloads hold, by their path below the folder.
        compiled: Makes JSON Schemas ready.
    """
    checks = _Checks(payloads, compiled)
    found = [
        Problem(path=one.path, line=one.error.line or 1, check="file", message=one.error.reason) for one in files.broken
    ]
    for local in files.prompts.values():
        found += checks.of(local)
    paths = [*(one.path for one in files.prompts.values()), *(one.path for one in files.broken)]
    known = {_payload_path(path) for path in paths}
    for path, data in payloads.items():
        if path not in known:
            message = f"there is no prompt file {path.removesuffix(PAYLOADS)}{SUFFIX} that these payloads are for"
            found.append(Problem(path=path, line=1, check="payload", message=message, severity=Severity.WARNING))
        found += _leaks(path, data.decode(errors="replace"))
    return sorted(found, key=lambda one: (one.path, one.line))


class _Checks:
    def __init__(self, payloads: Mapping[str, bytes], compiled: Compile) -> None:
        self._payloads = payloads
        self._compiled = compiled

    def of(self, local: Local) -> Iterator[Problem]:
        """Check one prompt."""
        yield from _leaks(local.path, local.source.text)
        content = local.file.state.content
        broken = problems(content)
        for error in broken:
            yield _in_template(local, error)
        if broken:
            return
        try:
            if content.input_schema is not None:
                self._compiled(content.input_schema)
        except InvalidInput as error:
            yield _in_schema(local, "schema", error.message)
        else:
            yield from self._rendered(local)

    def _rendered(self, local: Local) -> Iterator[Problem]:
        """Check the schema against the templates, and both with every saved payload."""
        content = local.file.state.content
        path = _payload_path(local.path)
        text = self._payloads.get(path, b"{}").decode(errors="replace")
        try:
            saved = _saved(text)
        except (ValueError, RecursionError) as error:
            yield Problem(path=path, line=getattr(error, "lineno", 1), check="payload", message=str(error))
            saved = {}
        subject = CheckSubject(
            content=content,
            content_hash=content.content_hash,
            replaced=None,
            replaced_hash=None,
            payloads=tuple(_payload(name, variables) for name, variables in saved.items()),
        )
        for finding in findings_of(subject, self._violations):
            if finding.payload_id is None:
                yield _in_schema(local, finding.check.value, finding.message, finding.severity)
            else:
                yield _of_payload(path, text, finding)

    def _violations(self, schema: JsonValue, variables: JsonValue) -> tuple[Violation, ...]:
        return self._compiled(schema).violations(variables)


def _in_schema(local: Local, check: str, message: str, severity: Severity = Severity.ERROR) -> Problem:
    line = local.parsed.line_of("input_schema") or 1
    return Problem(path=local.path, line=line, check=check, message=message, severity=severity)


def _leaks(path: str, text: str) -> Iterator[Problem]:
    for leak in leaks(text):
        message = f"this looks like {leak.kind}: revoke it if it is one, and pass it as a variable"
        yield Problem(path=path, line=leak.line, check="secret", message=message)


def _in_template(local: Local, error: InvalidTemplate) -> Problem:
    """Say where in the file a template does not parse; of a chat, where its messages begin."""
    line, column = local.parsed.body_line, None
    if local.parsed.line_of("template") is None and error.path is None:
        line += (error.line or 1) - 1
        column = _character(local, error)
    return Problem(path=local.path, line=line, column=column, check="template", message=str(error))


def _character(local: Local, error: InvalidTemplate) -> int | None:
    """Give the character of a line, from 1; the template counts its bytes, from 0."""
    if error.line is None or error.column is None:
        return None
    text = (local.file.state.content.template or "").split("\n")[error.line - 1]
    return len(text.encode()[: error.column].decode(errors="ignore")) + 1


def _payload_path(path: str) -> str:
    return path.removesuffix(SUFFIX) + PAYLOADS


def _saved(text: str) -> dict[str, JsonValue]:
    saved = json.loads(text)
    if not isinstance(saved, dict):
        raise ValueError("saved payloads are an object: a name, and the variables of each")  # noqa: TRY004 - as JSON's
    return saved


def _payload(name: str, variables: JsonValue) -> Payload:
    text = json.dumps(variables)
    return Payload(id=name, prompt_id="", name=name, variables=text, created_at=_NEVER, updated_at=_NEVER)


def _of_payload(path: str, text: str, finding: Finding) -> Problem:
    named = re.search(rf"^\s*{re.escape(json.dumps(finding.payload_id, ensure_ascii=False))}\s*:", text, re.MULTILINE)
    line = text.count("\n", 0, named.end()) + 1 if named else 1
    return Problem(path=path, line=line, check="payload", message=finding.message, severity=finding.severity)
