"""The OpenAPI document: valid, complete, and px0's where px0 has one (contracts/px0-openapi.yaml)."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import validate

from contract.px0 import OPERATIONS, REQUIRED
from support.server import ServerProcess


def test_it_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_its_server_is_the_address_the_reader_used(contract_server: ServerProcess, document: dict[str, Any]) -> None:
    assert document["servers"] == [{"url": contract_server.url}]


@pytest.mark.parametrize(("operation", "method", "path", "tag"), OPERATIONS)
def test_px0s_operations_keep_their_path_name_and_tag(
    document: dict[str, Any], operation: str, method: str, path: str, tag: str
) -> None:
    found = document["paths"][path][method]
    assert (found["operationId"], found["tags"]) == (operation, [tag])


@pytest.mark.parametrize(("schema", "fields"), REQUIRED)
def test_px0s_schemas_keep_their_names_and_what_they_require(
    document: dict[str, Any], schema: str, fields: set[str]
) -> None:
    found = document["components"]["schemas"][schema]
    assert fields <= set(found.get("required", ()))


def test_everything_needs_a_credential_but_what_says_otherwise(document: dict[str, Any]) -> None:
    public = {
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
        if {} in operation.get("security", [{}])
    }
    assert public == {
        "getSignInWays",
        "healthCheck",
        "readyCheck",
        "login",
        "register",
        "resetPassword",
        "returnFromProvider",
        "signInBrowser",
        "signInWithProvider",
        "takeOverSignIn",
        "triggerPasswordReset",
        "triggerVerificationEmail",
        "verifyEmail",
    }


def test_the_enumerations_are_px0s(document: dict[str, Any]) -> None:
    version = document["components"]["schemas"]["PromptVersion"]["properties"]
    assert version["status"]["enum"] == ["draft", "stable", "live", "archived"]
    assert {one.get("type") for one in version["published_at"]["anyOf"]} == {"string", "null"}
