"""The instance on `/v1` (ours), for its administrators: what it is set to, and who has an account."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from promptwire.api.v1.answers import User, answer, errors
from promptwire.api.v1.pages import CutByMoment, Paged, next_cursor
from promptwire.api.v1.requests import PersonExchange
from promptwire.services import instance
from promptwire.settings.shown import ShownSetting

router = APIRouter(tags=["Instance"])


class InstanceSetting(BaseModel):
    """A setting of the server (docs/reference/settings.md); it is changed where the server is started."""

    name: str
    value: str | None
    """Null where it is not set, and for every secret."""
    is_default: bool
    is_secret: bool
    """Whether it is set to something that nobody is shown."""
    means: str

    @classmethod
    def of(cls, setting: ShownSetting) -> InstanceSetting:
        """Write a setting."""
        return cls(
            name=setting.name,
            value=setting.value,
            is_default=setting.is_default,
            is_secret=setting.is_secret,
            means=setting.means,
        )


class InstanceSettingsAnswer(BaseModel):
    """Every setting of the server."""

    settings: list[InstanceSetting]


class InstancePeopleAnswer(Paged):
    """People, newest account first."""

    people: list[User]


@router.get(
    "/v1/instance/settings",
    operation_id="listInstanceSettings",
    summary="List Instance Settings",
    response_model=InstanceSettingsAnswer,
    responses=errors(401, 403),
)
async def list_instance_settings(exchange: PersonExchange) -> Response:
    """List what this server is set to, without secrets; for administrators of the instance."""
    await exchange.read(instance.check_administers)
    settings = [InstanceSetting.of(one) for one in exchange.context.settings]
    return answer(InstanceSettingsAnswer(settings=settings))


@router.get(
    "/v1/instance/people",
    operation_id="listInstancePeople",
    summary="List People of the Instance",
    response_model=InstancePeopleAnswer,
    responses=errors(400, 401, 403),
)
async def list_instance_people(exchange: PersonExchange, read: CutByMoment) -> Response:
    """List everybody who has an account; for administrators of the instance."""
    page = await exchange.read(lambda tx, act: instance.people(tx, act, read))
    return answer(InstancePeopleAnswer(people=[User.of(one) for one in page.items], **next_cursor(page)))
