"""What running processes report of the prompts they use (`wire.use`, docs/reference/use.md)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from promptwire.api.bodies import decode_json, read_body
from promptwire.api.exchange import deferred_body
from promptwire.api.v1.answers import answer, errors
from promptwire.api.v1.requests import Body, SubjectExchange, takes
from promptwire.domain.errors import InvalidInput
from promptwire.domain.labels import check_label_text
from promptwire.domain.subjects import KeySubject, Subject
from promptwire.domain.texts import check_optional_name, parse_uuid
from promptwire.domain.use import COPIES, MAX_COUNT, Received
from promptwire.wire.use import MAX_ROWS, MAX_WORDS, Reporter, Served, Used, UseReport

router = APIRouter(tags=["Use"])

Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]


class ReporterBody(Body):
    """A running process, as it calls itself: no address, no user."""

    REQUIRED = ("id",)

    id: str = ""
    service: str = ""
    instance: str = ""
    sdk: str = ""


class ServedBody(Body):
    """A version that a process serves now; `label` is null where it asked for the number."""

    REQUIRED = ("prompt_id", "version")

    prompt_id: str = ""
    version: Annotated[int, Field(ge=1, lt=2**31)] = 1
    label: str | None = None
    source: str = "server"


class UsedBody(Body):
    """How often a process rendered a version since its last report.

    Version 0 is what it fell back on; then `prompt`, a slug or `team/slug`, may stand for the id.
    """

    prompt_id: str | None = None
    prompt: str | None = None
    version: Annotated[int, Field(ge=0, lt=2**31)] = 0
    label: str | None = None
    source: str = "server"
    renders: Count = 0
    errors: Count = 0


class UseBody(Body):
    """What a process says of itself; at most 2,000 `serves` and 2,000 `uses`."""

    REQUIRED = ("process", "number")

    process: ReporterBody = Field(default_factory=ReporterBody)
    number: Annotated[int, Field(ge=0, le=MAX_COUNT)] = 0
    age: Annotated[float, Field(ge=0, le=10**9)] | None = None
    ending: bool = False
    serves: list[ServedBody] = Field(default_factory=list)
    uses: list[UsedBody] = Field(default_factory=list)


class UseAnswer(BaseModel):
    """When to report again: in so many seconds, and soon after something else is served; null: not at all."""

    wait: float | None


@router.post(
    "/v1/use",
    operation_id="reportUse",
    summary="Report Use",
    response_model=UseAnswer,
    responses=errors(400, 401, 403, 413),
    openapi_extra=takes(UseBody),
)
async def report_use(exchange: SubjectExchange) -> Response:
    """Take what a process says of the prompts it uses; it is written down within seconds."""
    body = await read_body(exchange.request)
    context = exchange.context
    header = exchange.request.headers.get("authorization")
    reader = await context.model.recognize(None if header is None else header.encode("latin-1"))
    if reader.key_id is not None:
        context.used_keys[reader.key_id] = exchange.call.now
    if not context.use.counts:
        return answer(UseAnswer(wait=None))
    content_type = exchange.request.headers.get("content-type")
    report = (await deferred_body(body, lambda: _read(UseBody.read(decode_json(body, content_type)))))()
    owner = _owner(reader.subject)
    context.use.receive(Received(owner=owner, teams=reader.teams, report=report, at=exchange.call.now))
    return answer(UseAnswer(wait=context.report_every.total_seconds()))


def _owner(subject: Subject) -> str:
    return f"org:{subject.key.org_id}" if isinstance(subject, KeySubject) else f"user:{subject.user.id}"


def _read(body: UseBody) -> UseReport:
    if not body.number >= 1:
        raise InvalidInput("number must be 1 or more: each report has the next", "number")
    for name, rows in (("serves", body.serves), ("uses", body.uses)):
        if len(rows) > MAX_ROWS:
            raise InvalidInput(f"{name} may have at most {MAX_ROWS} items", name)
    return UseReport(
        process=_process(body.process),
        number=body.number,
        age=body.age,
        ending=body.ending,
        serves=tuple(_served(one, f"serves[{at}]") for at, one in enumerate(body.serves)),
        uses=tuple(_used(one, f"uses[{at}]") for at, one in enumerate(body.uses)),
    )


def _process(body: ReporterBody) -> Reporter:
    for name in ("id", "service", "instance", "sdk"):
        text = check_optional_name(getattr(body, name), f"process.{name}")
        if len(text) > MAX_WORDS:
            raise InvalidInput(f"process.{name} must be at most {MAX_WORDS} characters", f"process.{name}")
    if not body.id.strip():
        raise InvalidInput("process.id is required: a UUID that the process makes when it starts", "process.id")
    return Reporter(id=body.id, service=body.service, instance=body.instance, sdk=body.sdk)


def _served(body: ServedBody, field: str) -> Served:
    return Served(
        prompt_id=_prompt_id(body.prompt_id, field),
        version=body.version,
        label=_label(body.label, field),
        source=_source(body.source, field),
    )


def _used(body: UsedBody, field: str) -> Used:
    return Used(
        prompt_id=None if body.prompt_id is None else _prompt_id(body.prompt_id, field),
        prompt=body.prompt,
        version=body.version,
        label=_label(body.label, field),
        source=_source(body.source, field),
        renders=body.renders,
        errors=body.errors,
    )


def _prompt_id(text: str, field: str) -> str:
    found = parse_uuid(text)
    if found is None:
        raise InvalidInput(f"{field}.prompt_id must be the id of a prompt", f"{field}.prompt_id")
    return found


def _label(label: str | None, field: str) -> str | None:
    return None if label is None else check_label_text(label, f"{field}.label")


def _source(source: str, field: str) -> str:
    if source not in COPIES:
        raise InvalidInput(f"{field}.source must be one of {', '.join(COPIES)}", f"{field}.source")
    return source
