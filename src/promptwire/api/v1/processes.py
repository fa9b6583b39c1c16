"""Which running processes serve which version, on `/v1` (docs/howto/see-what-is-used.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from promptwire.api.exchange import deferred
from promptwire.api.v1.answers import Time, answer, errors
from promptwire.api.v1.requests import SubjectExchange, prompt_id, uuid_of
from promptwire.api.v1.terms import truth
from promptwire.api.v1.use import OrgQuery, TeamQuery
from promptwire.api.v1.versions import PromptId
from promptwire.domain import processes as domain
from promptwire.domain.labels import check_label_text
from promptwire.domain.processes import Standing, by_name
from promptwire.services import processes
from promptwire.services.processes import AskedMembers, AskedProcesses, Fleet, Member

router = APIRouter(tags=["Use"])

_MOST = 1_000
"""Processes in one answer; the counts are of all."""


class Process(BaseModel):
    """A running process, as it calls itself, when it first and last reported, and when a server last confirmed it."""

    id: str
    service: str
    instance: str
    sdk: str
    first_seen_at: Time
    last_seen_at: Time
    confirmed_at: Time | None

    @classmethod
    def fields_of(cls, process: domain.Process) -> dict[str, str | datetime | None]:
        """Give the fields of a process."""
        return {
            "id": process.id,
            "service": process.service,
            "instance": process.instance,
            "sdk": process.sdk,
            "first_seen_at": process.first_at,
            "last_seen_at": process.last_at,
            "confirmed_at": process.confirmed_at,
        }


class ServingProcess(Process):
    """A process that serves a version of a prompt, since when, and where its copy came from.

    `label` is null where it asked for the number. `aim` is the version that its label leads to now, null where it
    leads nowhere; `converged`: whether that is what it serves.
    """

    label: str | None
    version: int
    source: str
    serving_since: Time
    aim: int | None
    converged: bool

    @classmethod
    def of(cls, standing: Standing) -> ServingProcess:
        """Write what a process serves."""
        serving = standing.serving
        return cls.model_validate(
            cls.fields_of(standing.process)
            | {
                "label": serving.label or None,
                "version": serving.version,
                "source": serving.source,
                "serving_since": serving.since,
                "aim": standing.aim.version if standing.aim else None if serving.label else serving.version,
                "converged": standing.is_converged,
            }
        )


class Convergence(BaseModel):
    """Of the processes that ask for a label, how many serve what it leads to (`version`, since `moved_at`)."""

    label: str
    version: int | None
    moved_at: Time | None
    processes: int
    converged: int


class PromptProcessesAnswer(BaseModel):
    """The processes that serve a prompt now: how many of them are where they should be, and each of them.

    Those that are not come first; `total` counts those that were asked for, of which at most 1,000 are listed.
    """

    labels: list[Convergence]
    total: int
    processes: list[ServingProcess]

    @classmethod
    def of(cls, fleet: Fleet) -> PromptProcessesAnswer:
        """Write the processes of a prompt."""
        return cls(
            labels=[
                Convergence(
                    label=label,
                    version=fleet.aims[label].version if label in fleet.aims else None,
                    moved_at=fleet.aims[label].since if label in fleet.aims else None,
                    processes=count,
                    converged=converged,
                )
                for label, (count, converged) in sorted(by_name(fleet.standings).items())
            ],
            total=len(fleet.shown),
            processes=[ServingProcess.of(one) for one in fleet.shown[:_MOST]],
        )


class RunningProcess(Process):
    """A running process: of how many prompts that one sees it serves a version, and how often not the right one."""

    prompts: int
    behind: int

    @classmethod
    def of(cls, member: Member) -> RunningProcess:
        """Write a running process."""
        counts = {"prompts": member.prompts, "behind": member.behind}
        return cls.model_validate(cls.fields_of(member.process) | counts)


class ProcessesAnswer(BaseModel):
    """The processes that run now, by service and instance; `total` counts all, of which at most 1,000 are listed."""

    total: int
    processes: list[RunningProcess]


@router.get(
    "/v1/prompts/{id}/processes",
    operation_id="listPromptProcesses",
    summary="List Processes of Prompt",
    response_model=PromptProcessesAnswer,
    responses=errors(400, 401, 403, 404),
)
async def list_prompt_processes(
    exchange: SubjectExchange,
    prompt: PromptId,
    label: Annotated[str, Query(description="Only those that ask for this label; `live` is the live version.")] = "",
    behind: Annotated[str, Query(description="true: list only those that do not serve what they should.")] = "",
) -> Response:
    """Tell which running processes serve which version, and which of them not the one that their label leads to."""
    read = deferred(
        lambda: AskedProcesses(
            report_every=exchange.context.report_every,
            label=check_label_text(label) if label else None,
            behind=truth(behind, "behind"),
        )
    )
    fleet = await exchange.read(lambda tx, act: processes.of_prompt(tx, act, prompt_id(prompt), read))
    return answer(PromptProcessesAnswer.of(fleet))


@router.get(
    "/v1/processes",
    operation_id="listProcesses",
    summary="List Processes",
    response_model=ProcessesAnswer,
    responses=errors(400, 401, 403),
)
async def list_processes(exchange: SubjectExchange, team: TeamQuery = "", org: OrgQuery = "") -> Response:
    """List the running processes that serve prompts of a team, an organization, or of all that one sees."""
    read = deferred(
        lambda: AskedMembers(
            report_every=exchange.context.report_every,
            team_id=uuid_of(team, "invalid team id") if team else None,
            org_id=uuid_of(org, "invalid org id") if org else None,
        )
    )
    members = await exchange.read(lambda tx, act: processes.running(tx, act, read))
    return answer(ProcessesAnswer(total=len(members), processes=[RunningProcess.of(one) for one in members[:_MOST]]))
