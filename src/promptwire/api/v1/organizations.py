"""Organizations and their people on `/v1` (contracts/px0.md 1.10)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from promptwire.api.exchange import no_content
from promptwire.api.v1.answers import Time, User, Uuid, answer, errors
from promptwire.api.v1.numbered_pages import NumberedInput, NumberedPage, numbers_of
from promptwire.api.v1.requests import Body, PersonOrAdminKeyExchange, body_of, takes, uuid_of
from promptwire.domain import organizations as domain
from promptwire.domain.roles import OrgRole
from promptwire.services import members, organizations

router = APIRouter(tags=["Organizations"])

OrgId = Annotated[str, Path(alias="id", description="The organization's UUID.")]
OrgIdOfPart = Annotated[str, Path(alias="orgID", description="The organization's UUID.")]
UserId = Annotated[str, Path(alias="userID", description="The person's UUID.")]


class CreateOrgRequest(Body):
    """An organization to add."""

    REQUIRED = ("name",)

    name: str = ""


class UpdateOrgRequest(CreateOrgRequest):
    """What an organization is to be called."""


class UpdateOrgMemberRoleRequest(Body):
    """A role in an organization: owner, admin, member or viewer; `editor` means member."""

    REQUIRED = ("role",)

    role: str = ""


class Organization(BaseModel):
    """An organization."""

    id: Uuid
    name: str
    created_at: Time

    @classmethod
    def of(cls, organization: domain.Organization) -> Organization:
        """Write an organization."""
        return cls(id=organization.id, name=organization.name, created_at=organization.created_at)


class OrgPerson(User):
    """A person who belongs to an organization, and as what."""

    org_role: Literal["viewer", "member", "admin", "owner"]

    @classmethod
    def of_member(cls, member: domain.Member) -> OrgPerson:
        """Write a member."""
        return cls(**User.of(member.user).model_dump(), org_role=member.role.value)


class OrgAnswer(BaseModel):
    """An organization."""

    org: Organization


class OrgPeopleAnswer(NumberedPage):
    """People, by the age of their accounts."""

    people: list[OrgPerson]


class SuccessAnswer(BaseModel):
    """That it was done."""

    success: Literal[True]


@router.post(
    "/v1/orgs",
    operation_id="createOrg",
    summary="Create Organization",
    status_code=201,
    response_model=OrgAnswer,
    responses=errors(400, 401, 403, 409, 413),
    openapi_extra=takes(CreateOrgRequest),
)
async def create_org(exchange: PersonOrAdminKeyExchange) -> Response:
    """Add an organization, which its maker owns; for administrators of the instance."""
    read = await body_of(exchange, CreateOrgRequest, lambda body: body.name)
    return await exchange.carry_out(
        lambda tx, act: organizations.found(tx, act, read),
        lambda organization: answer(OrgAnswer(org=Organization.of(organization)), 201),
    )


@router.put(
    "/v1/orgs/{id}",
    operation_id="updateOrg",
    summary="Update Organization",
    response_model=OrgAnswer,
    responses=errors(400, 401, 403, 404, 409, 413),
    openapi_extra=takes(UpdateOrgRequest),
)
async def update_org(exchange: PersonOrAdminKeyExchange, org: OrgId) -> Response:
    """Rename an organization."""
    read = await body_of(exchange, UpdateOrgRequest, lambda body: body.name)
    return await exchange.carry_out(
        lambda tx, act: organizations.rename(tx, act, uuid_of(org, "invalid id"), read),
        lambda organization: answer(OrgAnswer(org=Organization.of(organization))),
    )


@router.delete(
    "/v1/orgs/{id}",
    operation_id="deleteOrg",
    summary="Delete Organization",
    status_code=204,
    responses=errors(400, 401, 403, 404),
)
async def delete_org(exchange: PersonOrAdminKeyExchange, org: OrgId) -> Response:
    """Remove an organization with its teams, prompts and keys for good."""
    return await exchange.carry_out(
        lambda tx, act: organizations.delete(tx, act, uuid_of(org, "invalid id")), no_content
    )


@router.get(
    "/v1/orgs/{orgID}/people",
    operation_id="listOrgPeople",
    summary="List Org People",
    response_model=OrgPeopleAnswer,
    responses=errors(400, 401, 403, 404),
)
async def list_org_people(exchange: PersonOrAdminKeyExchange, org: OrgIdOfPart, read: NumberedInput) -> Response:
    """List who belongs to an organization."""
    found = await exchange.read(lambda tx, act: organizations.people(tx, act, uuid_of(org, "invalid id"), read))
    people = [OrgPerson.of_member(member) for member in found.page.items]
    return answer(OrgPeopleAnswer(people=people, **numbers_of(found)))


@router.delete(
    "/v1/orgs/{orgID}/members/{userID}",
    operation_id="removeOrgMember",
    summary="Remove Member from Organization",
    status_code=204,
    responses=errors(400, 401, 403, 404, 409),
)
async def remove_org_member(exchange: PersonOrAdminKeyExchange, org: OrgIdOfPart, user: UserId) -> Response:
    """Take a person out of an organization and all of its teams; people may take themselves out."""
    return await exchange.carry_out(
        lambda tx, act: members.remove_from_organization(
            tx, act, uuid_of(org, "invalid id"), uuid_of(user, "invalid id")
        ),
        no_content,
    )


@router.put(
    "/v1/orgs/{orgID}/members/{userID}/role",
    operation_id="updateOrgMemberRole",
    summary="Update Organization Member Role",
    response_model=SuccessAnswer,
    responses=errors(400, 401, 403, 404, 409, 413),
    openapi_extra=takes(UpdateOrgMemberRoleRequest),
)
async def update_org_member_role(exchange: PersonOrAdminKeyExchange, org: OrgIdOfPart, user: UserId) -> Response:
    """Give a person another role in an organization; for owners it takes an owner."""
    read = await body_of(exchange, UpdateOrgMemberRoleRequest, lambda body: OrgRole.parse(body.role))
    return await exchange.carry_out(
        lambda tx, act: members.change_org_role(
            tx, act, uuid_of(org, "invalid id"), uuid_of(user, "invalid id"), read=read
        ),
        lambda _: answer(SuccessAnswer(success=True)),
    )
