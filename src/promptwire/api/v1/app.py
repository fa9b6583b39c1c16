"""The application of `/v1`: every route, and its words for every error."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from promptwire.api.context import Context
from promptwire.api.v1 import (
    access,
    account,
    audit,
    audit_export,
    auth,
    change_requests,
    codes,
    diffs,
    documents,
    health,
    history,
    instance,
    invitations,
    join_requests,
    keys,
    labels,
    members,
    openid,
    organizations,
    payloads,
    permissions,
    previews,
    processes,
    profile,
    prompts,
    protected_labels,
    purges,
    renders,
    rollback,
    scores,
    search,
    sessions,
    sign_in_ways,
    stream,
    sync,
    teams,
    use,
    use_reports,
    variables,
    versions,
    webhook_deliveries,
    webhooks,
)
from promptwire.api.v1.errors import answer, answer_bug, answer_framework
from promptwire.api.v1.reads import Reads
from promptwire.domain.errors import DomainError

ROUTERS = (
    renders.router,
    sync.router,
    use_reports.router,
    stream.router,
    health.router,
    documents.router,
    prompts.router,
    search.router,
    diffs.router,  # before a version that is tagged `diff`
    versions.router,
    variables.router,
    payloads.router,
    previews.router,
    permissions.router,
    labels.router,
    history.router,
    use.router,
    processes.router,
    scores.router,
    access.router,
    rollback.router,
    purges.router,
    protected_labels.router,
    change_requests.router,
    audit.router,
    audit_export.router,
    auth.router,
    openid.router,
    sign_in_ways.router,
    codes.router,
    account.router,
    sessions.router,
    invitations.router,
    profile.router,
    instance.router,
    keys.router,
    organizations.router,
    teams.router,
    members.router,
    join_requests.router,
    webhooks.router,
    webhook_deliveries.router,
)


def create_app(context: Context, reads: Reads) -> FastAPI:
    """Make the application that serves `/v1` with the parts given."""
    app = FastAPI(
        title="Promptwire",
        description="A prompt registry: px0's API, and what Promptwire adds to it.",
        version=version("promptwire"),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.context = context
    app.state.reads = reads
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    app.add_exception_handler(DomainError, answer)
    app.add_exception_handler(HTTPException, answer_framework)
    app.add_exception_handler(Exception, answer_bug)
    return app
