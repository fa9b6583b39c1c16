"""Who may do what on the API: one table, for the test beside it. DESIGN sections 2b and 7, contracts/px0.md 1.1, 1.2.

A column is a right that operations ask for; a cell says what somebody gets who asks for such an operation: `ok`, a
status, `unv` (403, the address is not verified) or `closed` (403, nobody signs up by themselves).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WORDS = {"unv": "403 user_not_verified", "closed": "403 sign_up_closed"}


def _read(text: str) -> dict[str, dict[str, str]]:
    """Read a table; gives for each of its columns what every subject gets."""
    head, *lines = text.strip().splitlines()
    columns = head.split()
    rows = {(cut := line.rsplit(maxsplit=len(columns)))[0].strip(): cut[1:] for line in lines}
    return {
        name: {subject: WORDS.get(row[at], row[at]) for subject, row in rows.items()} for at, name in enumerate(columns)
    }


PROMPTS = """
                              read  edit  admin  list  make  sign-in  label  move  who  erase
nobody                        401   401   401    401   401   401      401    401   401  401
unknown session               401   401   401    401   401   401      401    401   401  401
unknown key                   401   401   401    401   401   401      401    401   401  401
unverified editor             unv   unv   unv    unv   unv   unv      403    unv   unv  unv
stranger                      404   404   404    403   403   ok       403    404   404  404
instance admin                404   404   404    403   403   ok       403    404   404  ok
instance admin, viewer        ok    403   403    ok    403   ok       ok     403   ok   ok
organization owner            404   404   404    403   403   ok       ok     404   404  ok
organization admin            404   404   404    403   403   ok       ok     404   404  ok
organization member           404   404   404    403   403   ok       403    404   404  404
viewer                        ok    403   403    ok    403   ok       403    403   ok   403
editor                        ok    ok    403    ok    ok    ok       ok     403   ok   403
editor, organization admin    ok    ok    403    ok    ok    ok       ok     403   ok   ok
team admin                    ok    ok    ok     ok    ok    ok       ok     ok    ok   403
read_render key               ok    403   403    ok    403   ok       403    403   403  403
all key                       ok    ok    403    ok    ok    ok       ok     403   ok   403
admin key                     ok    ok    ok     ok    ok    ok       ok     ok    ok   ok
key of this team              ok    ok    403    ok    ok    ok       ok     403   ok   403
admin key of this team        ok    ok    ok     ok    ok    ok       ok     404   ok   403
key of another team           404   404   404    403   403   ok       403    404   404  404
key of another organization   404   404   404    403   403   ok       403    404   404  404
key, its maker a viewer now   ok    403   403    ok    403   ok       403    403   ok   403
key, its maker gone           ok    403   403    ok    403   ok       403    403   ok   403
admin key, its maker gone     ok    403   403    ok    403   ok       403    403   ok   403
"""
"""What a team owns: prompts, versions, labels, payloads. `label` is EvalGuard's route, `sign-in` needs no role,
`who` names other people, `erase` is for administrators of the organization or the instance."""

PEOPLE = """
                              public  person  register  keys  key  policy  govern  audit  adopt  invite
nobody                        ok      401     closed    401   401  401     401     401    401    401
unknown session               ok      401     401       401   401  401     401     401    401    401
unknown key                   ok      401     401       401   401  401     401     401    401    401
unverified editor             ok      unv     unv       unv   unv  unv     unv     unv    unv    unv
stranger                      ok      ok      403       403   404  403     403     403    404    403
instance admin                ok      ok      ok        ok    ok   ok      403     ok     403    ok
instance admin, viewer        ok      ok      ok        ok    ok   ok      ok      ok     ok     ok
organization owner            ok      ok      403       ok    ok   ok      ok      ok     ok     ok
organization admin            ok      ok      403       ok    ok   ok      ok      ok     ok     ok
organization member           ok      ok      403       403   403  ok      403     403    403    403
viewer                        ok      ok      403       403   403  ok      403     403    403    403
editor                        ok      ok      403       403   403  ok      403     403    403    403
editor, organization admin    ok      ok      403       ok    ok   ok      ok      ok     ok     ok
team admin                    ok      ok      403       403   403  ok      403     403    403    403
read_render key               ok      403     401       401   401  ok      403     403    401    403
all key                       ok      403     401       401   401  ok      403     403    401    403
admin key                     ok      403     401       401   401  ok      ok      ok     401    403
key of this team              ok      403     401       401   401  ok      403     403    401    403
admin key of this team        ok      403     401       401   401  ok      ok      403    401    403
key of another team           ok      403     401       401   401  403     403     403    401    403
key of another organization   ok      403     401       401   401  403     403     403    401    403
key, its maker a viewer now   ok      403     401       401   401  ok      403     403    401    403
key, its maker gone           ok      403     401       401   401  ok      403     403    401    403
admin key, its maker gone     ok      403     401       401   401  ok      403     ok     401    403
"""
"""People, keys, and the policy and the audit trail of an organization."""

TEAMS = """
                              found  org  owner  people  teams  team  detach  members  leave
nobody                        401    401  401    401     401    401   401     401      401
unknown session               401    401  401    401     401    401   401     401      401
unknown key                   401    401  401    401     401    401   401     401      401
unverified editor             unv    unv  unv    unv     unv    unv   unv     unv      unv
stranger                      403    403  403    403     403    404   404     403      404
instance admin                ok     ok   403    ok      ok     ok    403     ok       404
instance admin, viewer        ok     ok   403    ok      ok     ok    403     ok       ok
organization owner            403    ok   ok     ok      ok     ok    ok      ok       404
organization admin            403    ok   403    ok      ok     ok    403     ok       404
organization member           403    403  403    ok      ok     403   403     403      404
viewer                        403    403  403    ok      ok     403   403     ok       ok
editor                        403    403  403    ok      ok     403   403     ok       ok
editor, organization admin    403    ok   403    ok      ok     ok    403     ok       ok
team admin                    403    403  403    ok      ok     ok    403     ok       ok
read_render key               403    403  403    403     403    403   403     403      403
all key                       403    403  403    ok      ok     403   403     ok       403
admin key                     403    ok   403    ok      ok     ok    403     ok       403
key of this team              403    403  403    403     ok     403   403     ok       403
admin key of this team        403    403  403    403     ok     ok    403     ok       403
key of another team           403    403  403    403     ok     404   404     403      403
key of another organization   403    403  403    403     403    404   404     403      403
key, its maker a viewer now   403    403  403    ok      ok     403   403     ok       403
key, its maker gone           403    403  403    ok      ok     403   403     ok       403
admin key, its maker gone     403    403  403    ok      ok     403   403     ok       403
"""
"""Organizations, teams and who belongs to them; `owner` makes one, `detach` takes a team out of its organization."""

REQUESTS = """
                              asked  approve  comment
nobody                        401    401      401
unknown session               401    401      401
unknown key                   401    401      401
unverified editor             unv    unv      unv
stranger                      404    404      404
instance admin                404    404      404
instance admin, viewer        ok     ok       ok
organization owner            ok     ok       ok
organization admin            ok     ok       ok
organization member           404    404      404
viewer                        ok     403      ok
editor                        ok     403      ok
editor, organization admin    ok     ok       ok
team admin                    ok     403      ok
read_render key               ok     403      403
all key                       ok     403      403
admin key                     ok     403      403
key of this team              ok     403      403
admin key of this team        ok     403      403
key of another team           404    403      403
key of another organization   404    403      403
key, its maker a viewer now   ok     403      403
key, its maker gone           ok     403      403
admin key, its maker gone     ok     403      403
"""
"""Change requests, for a label that administrators move; `asked` sees one, or takes back one of their own."""

PROJECTS = """
                              project  labels  author  rule
nobody                        401      401     401     401
unknown session               401      401     401     401
unknown key                   401      401     401     401
unverified editor             403      403     403     403
stranger                      404      403     404     404
instance admin                404      403     404     404
instance admin, viewer        ok       ok      ok      ok
organization owner            ok       ok      ok      ok
organization admin            ok       ok      ok      ok
organization member           ok       ok      403     403
viewer                        ok       ok      403     403
editor                        ok       ok      ok      403
editor, organization admin    ok       ok      ok      ok
team admin                    ok       ok      ok      403
read_render key               ok       ok      403     403
all key                       ok       ok      ok      403
admin key                     ok       ok      ok      ok
key of this team              ok       ok      ok      403
admin key of this team        ok       ok      ok      ok
key of another team           404      403     404     404
key of another organization   404      403     404     404
key, its maker a viewer now   ok       ok      403     403
key, its maker gone           ok       ok      403     403
admin key, its maker gone     ok       ok      403     403
"""
"""What `/api/v1` adds to EvalGuard's labels route: members of an organization see its teams' prompts there."""

RIGHTS = _read(PROMPTS) | _read(PEOPLE) | _read(TEAMS) | _read(REQUESTS) | _read(PROJECTS)
RIGHTS["no-provider"] = dict.fromkeys(RIGHTS["read"], "404")
"""What needs an identity provider where there is none; tests/process/test_single_sign_on.py has one."""

GOVERNORS = (
    "editor, organization admin",
    "instance admin, viewer",
    "organization owner",
    "organization admin",
    "all key",
    "admin key",
    "key of this team",
    "admin key of this team",
)
"""Who counts as administrator of the organization, and so may move what an administrator must move."""


@dataclass(frozen=True)
class Row:
    """An operation, and a request for it that succeeds for whoever has the right; names in braces are the stage's."""

    operation: str
    right: str
    request: str
    body: dict[str, Any] | None = None
    changes: tuple[str, ...] = ()
    """What the change log says of it, in order; nothing here where that depends on who asks."""
    moves: tuple[str, ...] = ()
    """The labels, `live` for the status, that it moves or takes out of use."""
    own: bool = field(default=False, kw_only=True)
    """Whether it spoils the stage for others, so that everybody needs one of their own."""
    headers: Mapping[str, str] | None = field(default=None, kw_only=True)
    slow: bool = field(default=False, kw_only=True)
    """Whether it hashes a password, which is slow on purpose, so that few of those who may are asked to do it."""


VERSIONS = "/v1/prompts/{prompt}/versions"
MEMBER_OF_ORG = "/v1/orgs/{org}/members/{member}"
MEMBER_OF_TEAM = "/v1/teams/{team}/members/{member}"
PAYLOADS = "/v1/prompts/{prompt}/payloads"
WEBHOOK = "/v1/orgs/{org}/webhooks/{webhook}"
VARIABLES = {"variables": {"name": "Ada"}}
REMOVED = ("label.removed", "version.deleted")
EVERY = ("live", "prod", "qa")

ROWS = (
    Row("healthCheck", "public", "GET /v1/health"),
    Row("readyCheck", "public", "GET /v1/ready"),
    Row("createPrompt", "make", "POST /v1/teams/{team}/prompts", {"name": "new {unique}"}, ("prompt.created",)),
    Row("listPrompts", "list", "GET /v1/teams/{team}/prompts"),
    Row("listPrompts", "list", "GET /v1/teams/{team}/prompts?q=x&overview=true"),
    Row("listPromptChoices", "list", "GET /v1/teams/{team}/prompt-choices"),
    Row("getTeamPermissions", "list", "GET /v1/teams/{team}/permissions"),
    Row("getPromptPermissions", "read", "GET /v1/prompts/{prompt}/permissions"),
    Row("listAllPrompts", "list", "GET /v1/prompts?team={team}"),
    Row("listAllPrompts", "sign-in", "GET /v1/prompts"),
    Row("getPrompt", "read", "GET /v1/prompts/{prompt}"),
    Row("getPrompt", "read", "GET /v1/prompts/{slug}?version=1"),
    Row("updatePrompt", "edit", "PUT /v1/prompts/{prompt}", {"description": "x"}, ("prompt.updated",)),
    Row("archivePrompt", "admin", "POST /v1/prompts/{prompt}/archive", None, ("prompt.archived",), EVERY),
    Row("restorePrompt", "admin", "POST /v1/prompts/{archived}/restore", None, ("prompt.restored",)),
    Row("movePrompt", "move", "POST /v1/prompts/{prompt}/move", {"team_id": "{target}"}, ("prompt.moved",), EVERY),
    Row("previewContent", "list", "POST /v1/teams/{team}/preview", {"template": "x"}),
    Row("renderLive", "read", "POST /v1/prompts/{slug}/render", VARIABLES),
    Row("renderVersion", "read", "POST /v1/prompts/{slug}/versions/1/render", VARIABLES),
    Row("resolvePrompt", "read", "GET /v1/prompts/{slug}/resolve"),
    Row("stream", "sign-in", "GET /v1/stream?seconds=0"),
    Row("syncAll", "sign-in", "GET /v1/sync"),
    Row("sync", "sign-in", "POST /v1/sync", {"prompts": [{"prompt": "{slug}"}]}),
    Row("reportUse", "sign-in", "POST /v1/use", {"process": {"id": "{unique}"}, "number": 1}),
    Row("getUse", "sign-in", "GET /v1/use"),
    Row("getUse", "list", "GET /v1/use?team={team}"),
    Row("getPromptUse", "read", "GET /v1/prompts/{prompt}/use"),
    Row("listProcesses", "sign-in", "GET /v1/processes"),
    Row("listProcesses", "list", "GET /v1/processes?team={team}"),
    Row("listPromptProcesses", "read", "GET /v1/prompts/{prompt}/processes"),
    Row("giveScores", "read", f"POST {VERSIONS}/1/scores", {"name": "helpful", "value": True}),
    Row("listScores", "read", f"GET {VERSIONS}/1/scores"),
    Row("compareScores", "read", "GET /v1/prompts/{prompt}/scores?from=1&to=2"),
    Row("listVersions", "read", f"GET {VERSIONS}"),
    Row("getVersion", "read", f"GET {VERSIONS}/1"),
    Row("listVersionVariables", "read", f"GET {VERSIONS}/1/variables"),
    Row("diffVersions", "read", f"GET {VERSIONS}/diff?from=1&to=2"),
    Row("createVersion", "edit", f"POST {VERSIONS}", {"template": "x"}, ("version.created",)),
    Row("duplicateVersion", "edit", f"POST {VERSIONS}/2/duplicate", None, ("version.created",)),
    Row("updateVersion", "edit", f"PUT {VERSIONS}/3", {"template": "x"}, ("version.updated",), ("prod",)),
    Row("updateVersion", "edit", f"PUT {VERSIONS}/4", {"template": "x"}, ("version.updated",)),
    Row("deletePromptVersion", "edit", f"DELETE {VERSIONS}/3", None, REMOVED, ("prod",)),
    Row("deletePromptVersion", "edit", f"DELETE {VERSIONS}/2", None, ("version.archived",), ("live", "qa")),
    Row("promoteVersion", "edit", f"POST {VERSIONS}/3/promote", None, ("version.promoted",)),
    Row(
        "promoteVersion",
        "edit",
        f"POST {VERSIONS}/1/promote",
        {"to": "live"},
        ("version.displaced", "version.promoted"),
        ("live",),
    ),
    Row("demoteVersion", "edit", f"POST {VERSIONS}/2/demote", None, ("version.demoted",), ("live",)),
    Row("archiveVersion", "edit", f"POST {VERSIONS}/2/archive", None, ("version.archived",), ("live", "qa")),
    Row(
        "rollbackPrompt",
        "edit",
        "POST /v1/prompts/{prompt}/rollback",
        {"target_version": 1, "rollback_reason": "x"},
        ("version.displaced", "version.rolled_back"),
        ("live",),
    ),
    Row(
        "purgeVersion",
        "erase",
        f"POST {VERSIONS}/2/purge",
        {"reason": "x"},
        ("version.archived", "label.removed", "version.purged"),
        ("live", "qa"),
    ),
    Row("rollbackTag", "edit", "POST /v1/prompts/{prompt}/tags/qa/rollback", None, ("label.removed",), ("qa",)),
    Row("listPromptHistory", "read", "GET /v1/prompts/{prompt}/history"),
    Row("getPromptAccess", "who", "GET /v1/prompts/{prompt}/access?label=prod"),
    Row("getServed", "read", "GET /v1/prompts/{prompt}/served"),
    Row("getVersionTag", "read", "GET /v1/prompts/{prompt}/tags/qa"),
    Row("listVersionTags", "read", "GET /v1/prompts/{prompt}/tags"),
    Row("setVersionTag", "edit", f"POST {VERSIONS}/4/tags", {"tag": "prod"}, ("label.moved",), ("prod",)),
    Row("setVersionTag", "edit", f"POST {VERSIONS}/4/tags", {"tag": "new"}, ("label.set",), ("new",)),
    Row("removeVersionTag", "edit", "DELETE /v1/prompts/{prompt}/tags/qa", None, ("label.removed",), ("qa",)),
    Row(
        "applyPromptVersionLabels",
        "label",
        "POST /api/v1/prompts/{version}/labels",
        {"add": ["prod"], "remove": ["none"]},
        ("label.moved",),
        ("prod", "none"),
    ),
    Row("listPromptVersionLabels", "labels", "GET /api/v1/prompts/{version}/labels"),
    Row("listProjectPrompts", "project", "GET /api/v1/prompts?projectId={team}"),
    Row(
        "createProjectPrompt",
        "author",
        "POST /api/v1/prompts",
        {"projectId": "{team}", "name": "{unique}", "content": "Hello"},
        ("prompt.created", "version.created"),
    ),
    Row("listProjectProtectedLabels", "project", "GET /api/v1/projects/{team}/protected-labels"),
    Row(
        "protectProjectLabel",
        "rule",
        "PUT /api/v1/projects/{team}/protected-labels/{unique}",
        {"minRequiredRole": "admin"},
        ("protected_label.set",),
    ),
    Row(
        "unprotectProjectLabel",
        "rule",
        "DELETE /api/v1/projects/{team}/protected-labels/{guarded}",
        None,
        ("protected_label.removed",),
    ),
    Row("listPromptPayloads", "read", f"GET {PAYLOADS}"),
    Row("getPromptPayload", "read", f"GET {PAYLOADS}/{{payload}}"),
    Row("createPromptPayload", "edit", f"POST {PAYLOADS}", VARIABLES, ("payload.created",)),
    Row("updatePromptPayload", "edit", f"PUT {PAYLOADS}/{{payload}}", VARIABLES, ("payload.updated",)),
    Row("deletePromptPayload", "edit", f"DELETE {PAYLOADS}/{{payload}}", None, ("payload.deleted",)),
    Row("listProtectedLabels", "policy", "GET /v1/teams/{team}/protected-labels"),
    Row(
        "protectLabel",
        "govern",
        "PUT /v1/teams/{team}/protected-labels/{unique}",
        {"min_required_role": "admin"},
        ("protected_label.set",),
    ),
    Row(
        "unprotectLabel",
        "govern",
        "DELETE /v1/teams/{team}/protected-labels/{guarded}",
        None,
        ("protected_label.removed",),
    ),
    Row("listChangeRequests", "policy", "GET /v1/teams/{team}/change-requests"),
    Row("getChangeRequest", "asked", "GET /v1/change-requests/{asked}"),
    Row(
        "approveChangeRequest",
        "approve",
        "POST /v1/change-requests/{asked}/approve",
        None,
        ("change_request.approved",),
    ),
    Row(
        "declineChangeRequest",
        "approve",
        "POST /v1/change-requests/{asked}/decline",
        None,
        ("change_request.declined",),
    ),
    Row(
        "withdrawChangeRequest",
        "asked",
        "POST /v1/change-requests/{own_request}/withdraw",
        None,
        ("change_request.withdrawn",),
    ),
    Row(
        "commentOnChangeRequest",
        "comment",
        "POST /v1/change-requests/{asked}/comments",
        {"comment": "x"},
        ("change_request.commented",),
    ),
    Row("listAuditLogs", "audit", "GET /v1/orgs/{org}/audit-logs"),
    Row("listWebhooks", "audit", "GET /v1/orgs/{org}/webhooks"),
    Row(
        "createWebhook",
        "org",
        "POST /v1/orgs/{org}/webhooks",
        {"name": "{unique}", "url": "https://webhooks.invalid/", "events": ["key.adopted"]},
        ("webhook.created",),
    ),
    Row("getWebhook", "audit", f"GET {WEBHOOK}"),
    Row("updateWebhook", "org", f"PUT {WEBHOOK}", {"name": "{unique}"}, ("webhook.updated",)),
    Row("deleteWebhook", "org", f"DELETE {WEBHOOK}", None, ("webhook.deleted",)),
    Row("rotateWebhookSecret", "org", f"POST {WEBHOOK}/rotate", None, ("webhook.rotated",)),
    Row("testWebhook", "org", f"POST {WEBHOOK}/test"),
    Row("listWebhookDeliveries", "audit", f"GET {WEBHOOK}/deliveries"),
    Row("getWebhookDelivery", "audit", f"GET {WEBHOOK}/deliveries/{{delivery}}"),
    Row("redeliverWebhookDelivery", "org", f"POST {WEBHOOK}/deliveries/{{delivery}}/redeliver"),
    Row("getOrganizationAccess", "audit", "GET /v1/orgs/{org}/access?label=prod"),
    Row("exportAuditLogs", "audit", "GET /v1/orgs/{org}/audit-logs/export"),
    Row(
        "login",
        "public",
        "POST /v1/auth/login",
        {"email": "{email}", "password": "{password}"},
        ("session.created",),
        slow=True,
    ),
    Row(
        "signInBrowser",
        "public",
        "POST /v1/auth/browser-session",
        {"email": "{email}", "password": "{password}"},
        ("session.created",),
        headers={"X-Promptwire-CSRF": "1", "Sec-Fetch-Site": "same-origin"},
        slow=True,
    ),
    Row("getSignInWays", "public", "GET /v1/auth/ways"),
    Row("listInstanceSettings", "found", "GET /v1/instance/settings"),
    Row("listInstancePeople", "found", "GET /v1/instance/people"),
    Row("signInWithProvider", "no-provider", "GET /v1/auth/oidc/login"),
    Row("returnFromProvider", "no-provider", "GET /v1/auth/oidc/callback"),
    Row("takeOverSignIn", "no-provider", "POST /v1/auth/oidc/token", {"code": "x", "verifier": "x"}),
    Row("logout", "public", "DELETE /v1/auth/session", own=True),
    Row("listSessions", "person", "GET /v1/auth/sessions"),
    Row("deleteSession", "person", "DELETE /v1/auth/sessions/{session}", None, ("session.deleted",)),
    Row("triggerVerificationEmail", "public", "GET /v1/auth/verify-email?email={newcomer}"),
    Row(
        "verifyEmail",
        "public",
        "POST /v1/auth/verify-email",
        {"email": "{newcomer}", "code": "{code}"},
        ("user.created",),
    ),
    Row("triggerPasswordReset", "public", "POST /v1/auth/password-reset/trigger", {"email": "{email}"}),
    Row(
        "resetPassword",
        "public",
        "POST /v1/auth/password-reset/reset",
        {"code": "{reset_code}", "new_password": "Correct-Horse-2"},
        ("user.password_reset",),
        slow=True,
    ),
    Row("me", "person", "GET /v1/auth/me"),
    Row("updateMe", "person", "PUT /v1/auth/me", {"email": "{unique}@example.com"}),
    Row("deleteMe", "person", "DELETE /v1/auth/me", own=True),
    Row(
        "changePassword",
        "person",
        "POST /v1/auth/me/change-password",
        {"current_password": "{password}", "new_password": "Correct-Horse-2"},
        ("user.password_changed", "session.deleted"),
        own=True,
        slow=True,
    ),
    Row("listUserTeams", "person", "GET /v1/me/teams"),
    Row("listTeams", "sign-in", "GET /v1/teams"),
    Row("listUserOrgs", "person", "GET /v1/me/orgs"),
    Row(
        "register",
        "register",
        "POST /v1/auth/register",
        {"email": "{unique}@example.com", "password": "{password}"},
        ("user.created",),
    ),
    Row(
        "createOrg",
        "found",
        "POST /v1/orgs",
        {"name": "{unique}"},
        ("organization.created", "organization.created", "organization_member.added"),
    ),
    Row("updateOrg", "org", "PUT /v1/orgs/{org}", {"name": "{unique}"}, 2 * ("organization.renamed",)),
    Row("deleteOrg", "org", "DELETE /v1/orgs/{org}", None, (), EVERY, own=True),
    Row("listOrgPeople", "people", "GET /v1/orgs/{org}/people"),
    Row(
        "removeOrgMember",
        "org",
        f"DELETE {MEMBER_OF_ORG}",
        None,
        ("team_member.removed", "organization_member.removed"),
    ),
    Row(
        "updateOrgMemberRole",
        "org",
        f"PUT {MEMBER_OF_ORG}/role",
        {"role": "admin"},
        ("organization_member.role_changed",),
    ),
    Row(
        "updateOrgMemberRole",
        "owner",
        f"PUT {MEMBER_OF_ORG}/role",
        {"role": "owner"},
        ("organization_member.role_changed",),
    ),
    Row("createTeam", "org", "POST /v1/orgs/{org}/teams", {"name": "{unique}"}, own=True),
    Row("listOrgTeams", "teams", "GET /v1/orgs/{org}/teams"),
    Row("updateTeam", "team", "PUT /v1/teams/{team}", {"name": "{unique}"}, ("team.renamed",)),
    Row(
        "updateTeam", "team", "PUT /v1/teams/{team}", {"promotion_checks": ["renders"]}, ("team.checks_set",), own=True
    ),
    Row("updateTeam", "detach", "PUT /v1/teams/{team}", {"name": "{unique}", "org_id": None}, own=True),
    Row("deleteTeam", "team", "DELETE /v1/teams/{team}", None, (), EVERY, own=True),
    Row("leaveTeam", "leave", "DELETE /v1/me/teams/{team}", None, ("team_member.removed",), own=True),
    Row("listTeamMembers", "members", "GET /v1/teams/{team}/members"),
    Row("addTeamMember", "team", "POST /v1/teams/{team}/members", {"user_id": "{colleague}"}, ("team_member.added",)),
    Row("removeTeamMember", "team", f"DELETE {MEMBER_OF_TEAM}", None, ("team_member.removed",)),
    Row(
        "updateTeamMemberRole",
        "team",
        f"PUT {MEMBER_OF_TEAM}/role",
        {"role": "admin"},
        ("team_member.role_changed",),
    ),
    Row("createJoinRequest", "person", "POST /v1/teams/{elsewhere}/join-requests", None, ("join_request.created",)),
    Row(
        "resolveJoinRequest",
        "team",
        "PUT /v1/join-requests/{request}",
        {"status": "approved"},
        ("team_member.added", "organization_member.added", "join_request.approved"),
    ),
    Row("getAdminInbox", "person", "GET /v1/me/inbox"),
    Row("listInvitations", "invite", "GET /v1/orgs/{org}/invitations"),
    Row(
        "createInvitation",
        "invite",
        "POST /v1/orgs/{org}/invitations",
        {"email": "{unique}@example.com", "role": "admin"},
        ("invitation.created",),
    ),
    Row(
        "deleteInvitation",
        "invite",
        "DELETE /v1/orgs/{org}/invitations/{invitation}",
        None,
        ("invitation.deleted",),
    ),
    Row(
        "createAPIKey",
        "keys",
        "POST /v1/api-keys",
        {"name": "x", "org_id": "{org}", "operation": "admin"},
        ("key.created",),
    ),
    Row("listAPIKeys", "keys", "GET /v1/api-keys?org_id={org}"),
    Row("updateAPIKey", "key", "PUT /v1/api-keys/{key}", {"name": "y"}, ("key.updated",)),
    Row("regenerateAPIKey", "key", "POST /v1/api-keys/{key}/regenerate", None, ("key.regenerated",)),
    Row("adoptAPIKey", "adopt", "POST /v1/api-keys/{key}/adopt", None, ("key.adopted",)),
    Row("deleteAPIKey", "key", "DELETE /v1/api-keys/{key}", None, ("key.deleted",)),
)
