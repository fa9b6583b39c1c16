"""Looking for prompts on `/v1` (docs/reference/search.md): what may be asked of a list, and what it says more then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel

from promptwire.api.exchange import deferred
from promptwire.api.v1.answers import Prompt, Tag, Time, answer, errors
from promptwire.api.v1.pages import Cursor, Limit, Paged, next_cursor, read_limit, read_moment, read_named, read_number
from promptwire.api.v1.requests import SubjectExchange, uuid_of
from promptwire.api.v1.terms import truth
from promptwire.api.v1.version_answers import Author
from promptwire.domain import search as domain
from promptwire.domain.labels import check_label_text
from promptwire.domain.pages import Cut
from promptwire.domain.prompts import PromptStatus, parse_prompt_status
from promptwire.domain.search import AnyPlace, Sort, Wanted, check_folder, parse_query, parse_sort
from promptwire.domain.versions import parse_status
from promptwire.services import search
from promptwire.services.calls import Input
from promptwire.services.search import Asked, Listed, Names

router = APIRouter(tags=["Prompts"])

_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_PLACES: dict[Sort, Callable[[str], AnyPlace]] = {
    Sort.CREATED: read_moment,
    Sort.CHANGED: read_number,
    Sort.NAME: read_named,
}


class NewestVersion(BaseModel):
    """The version of a prompt with the highest number."""

    version: int
    status: Literal["draft", "stable", "live", "archived"]
    author: Author
    created_at: Time


class PromptOverview(BaseModel):
    """What a list says of a prompt where `overview` asks for it."""

    versions: int
    """How many there are."""
    newest: NewestVersion | None
    live_version: int | None
    tags: list[Tag]
    changed_at: Time | None
    """When anything of it was changed last."""

    @classmethod
    def of(cls, overview: domain.Overview, names: Names) -> PromptOverview:
        """Write what there is to say."""
        return cls(
            versions=overview.versions,
            newest=_newest(overview.newest, names) if overview.newest else None,
            live_version=overview.live,
            tags=[Tag(tag=label, version=number) for label, number in overview.labels],
            changed_at=overview.changed_at,
        )


def _newest(newest: domain.Newest, names: Names) -> NewestVersion:
    return NewestVersion(
        version=newest.number,
        status=newest.status.value,
        author=_author(newest.author, names),
        created_at=newest.created_at,
    )


class TextMatch(BaseModel):
    """The newest version by whose text a prompt was found, and a line of it."""

    version: int
    excerpt: str | None


class ListedPrompt(Prompt):
    """A prompt in a list; `overview` is there if it was asked for, `match` if the text of a version says the words."""

    overview: PromptOverview | None = None
    match: TextMatch | None = None


class PromptsAnswer(Paged):
    """Prompts, newest first, or as `sort` says."""

    prompts: list[ListedPrompt]


async def _asked(  # noqa: PLR0913, PLR0917 - each is a parameter of the route
    limit: Limit = "",
    cursor: Cursor = "",
    status: Annotated[str, Query(description="active or archived.")] = "",
    archived: Annotated[str, Query(description="true or false, where there is no status.")] = "",
    q: Annotated[str, Query(description="Words: each in the names of a prompt, or in one version's text.")] = "",
    label: Annotated[
        str, Query(description="Those in which this label leads to a version; `live` is the status.")
    ] = "",
    version_status: Annotated[str, Query(description="Those with a draft, stable, live or archived version.")] = "",
    author: Annotated[str, Query(description="The id of who made the prompt, or wrote a version of it.")] = "",
    folder: Annotated[str, Query(description="Those whose name begins with this and a slash.")] = "",
    sort: Annotated[str, Query(description="created (newest first), changed (last changed first), or name.")] = "",
    overview: Annotated[str, Query(description="true: say of each prompt what versions and labels it has.")] = "",
) -> Input[Asked]:
    def read() -> Asked:
        wanted = Wanted(
            words=parse_query(q),
            status=_status(status, archived),
            version_status=parse_status(version_status) if version_status else None,
            label=check_label_text(label) if label else None,
            author_id=uuid_of(author, "invalid author id") if author else None,
            folder=check_folder(folder) if folder else None,
            sort=parse_sort(sort) if sort else Sort.CREATED,
        )
        cut = _cut(wanted.sort, limit, cursor)
        return Asked(wanted=replace(wanted, cut=cut), overview=truth(overview, "overview"))

    return deferred(read)


def _cut(sort: Sort, limit: str, cursor: str) -> Cut[AnyPlace] | None:
    if not (limit or cursor):
        return None
    return Cut(limit=read_limit(limit), after=_PLACES[sort](cursor) if cursor else None)


def _status(status: str, archived: str) -> PromptStatus | None:
    if status:
        return parse_prompt_status(status)
    if archived in _TRUE:
        return PromptStatus.ARCHIVED
    return PromptStatus.ACTIVE if archived in _FALSE else None


SearchQuery = Annotated[Input[Asked], Depends(_asked)]


def listed(found: Listed) -> Response:
    """Answer with the prompts that were found."""
    prompts = [_prompt(found, prompt.id, Prompt.of(prompt)) for prompt in found.prompts]
    return answer(PromptsAnswer(prompts=prompts, **next_cursor(found.page)))


def _prompt(found: Listed, prompt_id: str, prompt: Prompt) -> ListedPrompt:
    more: dict[str, object] = {}
    if found.overviews is not None:
        more["overview"] = PromptOverview.of(found.overviews[prompt_id], found.names)
    if found.matches and prompt_id in found.matches:
        match = found.matches[prompt_id]
        more["match"] = TextMatch(version=match.number, excerpt=match.excerpt)
    return ListedPrompt.model_validate({**dict(prompt), **more})


class Folder(BaseModel):
    """A folder in the names of prompts, and how many are in it."""

    folder: str
    prompts: int


class LabelChoice(BaseModel):
    """A label, or `live`, and in how many prompts it leads to a version."""

    label: str
    prompts: int


class AuthorChoice(BaseModel):
    """Who wrote versions, and of how many prompts."""

    author: Author
    prompts: int


class PromptChoices(BaseModel):
    """What the prompts of a team can be narrowed down to, and how many prompts in use that leaves."""

    active: int
    archived: int
    folders: list[Folder]
    """In ascending order; a prompt in a folder of a folder is in both."""
    labels: list[LabelChoice]
    authors: list[AuthorChoice]


class PromptChoicesAnswer(BaseModel):
    """What the prompts of a team can be narrowed down to."""

    choices: PromptChoices


@router.get(
    "/v1/teams/{teamID}/prompt-choices",
    operation_id="listPromptChoices",
    summary="List What Prompts Can Be Narrowed Down To",
    response_model=PromptChoicesAnswer,
    responses=errors(400, 401, 403),
)
async def list_prompt_choices(exchange: SubjectExchange, team: Annotated[str, Path(alias="teamID")]) -> Response:
    """List the folders, labels and authors of a team's prompts, for whoever chooses among them."""
    found, names = await exchange.read(lambda tx, act: search.choices(tx, act, uuid_of(team, "invalid id")))
    choices = PromptChoices(
        active=found.active,
        archived=found.archived,
        folders=[Folder(folder=folder, prompts=count) for folder, count in found.folders],
        labels=[LabelChoice(label=label, prompts=count) for label, count in found.labels],
        authors=[AuthorChoice(author=_author(author, names), prompts=count) for author, count in found.authors],
    )
    return answer(PromptChoicesAnswer(choices=choices))


def _author(author: tuple[str, str], names: Names) -> Author:
    kind, author_id = author
    return Author.model_validate({"kind": kind, "id": author_id, "name": names[author]})
