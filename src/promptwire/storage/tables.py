"""The tables: the whole data model of DESIGN sections 2a, 2b and 4, and the rules the database itself holds."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
    text,
)

from promptwire.domain.codes import Purpose
from promptwire.domain.join_requests import JoinStatus
from promptwire.domain.labels import MAX_LABEL
from promptwire.domain.prompts import PromptStatus
from promptwire.domain.reach import MAX_URL
from promptwire.domain.roles import Operation, OrgRole, TeamRole
from promptwire.domain.texts import MAX_NAME
from promptwire.domain.versions import Status
from promptwire.domain.webhooks import DeliveryStatus, Ended
from promptwire.storage.columns import metadata
from promptwire.storage.columns import name_column as _name
from promptwire.storage.columns import one_of as _one_of
from promptwire.storage.columns import word as _word
from promptwire.storage.types import Id, Json, Line, Prose, Time

store_meta = Table(
    "store_meta",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch", Id(), nullable=False),
    Column("created_at", Time, nullable=False),
    CheckConstraint("id = 1", name="single"),
)

users = Table(
    "users",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("email", Line(254), nullable=False),
    Column("email_key", Line(254), nullable=False, unique=True),
    Column("password_hash", Prose, nullable=False),
    Column("is_admin", Boolean, nullable=False),
    Column("is_verified", Boolean, nullable=False),
    Column("created_at", Time, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("token_hash", Line(64), nullable=False, unique=True),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False, index=True),
)

organizations = Table(
    "organizations",
    metadata,
    Column("id", Id(), primary_key=True),
    _name(),
    Column("name_key", Line(4 * MAX_NAME), nullable=False, unique=True),
    Column("created_at", Time, nullable=False),
)

organization_members = Table(
    "organization_members",
    metadata,
    Column("org_id", ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
    _word("role"),
    Column("created_at", Time, nullable=False),
    _one_of("role", OrgRole),
)

teams = Table(
    "teams",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("org_id", ForeignKey("organizations.id", ondelete="CASCADE"), nullable=True),
    _name(),
    Column("name_key", Line(4 * MAX_NAME), nullable=False),
    _name("slug"),
    Column("promotion_checks", Json, nullable=True),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("org_id", "name_key"),
    UniqueConstraint("org_id", "slug"),
)

team_members = Table(
    "team_members",
    metadata,
    Column("team_id", ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
    _word("role"),
    Column("created_at", Time, nullable=False),
    _one_of("role", TeamRole),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id(), primary_key=True),
    _name(),
    Column("org_id", ForeignKey("organizations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("all_teams", Boolean, nullable=False),
    _word("operation"),
    _word("pinned_role"),
    Column("key_hash", Line(64), nullable=False, unique=True),
    Column("created_by", ForeignKey("users.id", ondelete="SET NULL"), nullable=True),
    Column("created_at", Time, nullable=False),
    Column("last_used_at", Time, nullable=True),
    Column("expires_at", Time, nullable=True),
    Column("revoked_at", Time, nullable=True),
    Column("readable_labels", Json, nullable=True),
    Column("movable_labels", Json, nullable=True),
    _one_of("operation", Operation),
    _one_of("pinned_role", OrgRole),
)

api_key_teams = Table(
    "api_key_teams",
    metadata,
    Column("key_id", ForeignKey("api_keys.id", ondelete="CASCADE"), primary_key=True),
    Column("team_id", ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, nullable=False),
)

prompts = Table(
    "prompts",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("team_id", ForeignKey("teams.id", ondelete="CASCADE"), nullable=False),
    _name(),
    _name("slug"),
    Column("description", Prose, nullable=False),
    _word("status"),
    Column("last_number", Integer, nullable=False),
    Column("input_schema", Json, nullable=True),
    Column("created_by", Id(), nullable=True),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    UniqueConstraint("team_id", "name"),
    UniqueConstraint("team_id", "slug"),
    Index("ix_prompts_team_id_created_at", "team_id", "created_at", "id"),
    _one_of("status", PromptStatus),
)

payloads = Table(
    "payloads",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("prompt_id", ForeignKey("prompts.id", ondelete="CASCADE"), nullable=False),
    Column("name", Line(MAX_NAME), nullable=True),
    Column("variables", Prose, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Index("ix_payloads_prompt_id_created_at", "prompt_id", "created_at", "id"),
)

versions = Table(
    "versions",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("prompt_id", ForeignKey("prompts.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    _word("status"),
    _word("kind"),
    Column("template", Prose, nullable=True),
    Column("messages", Json, nullable=True),
    Column("model", Prose, nullable=True),
    Column("model_params", Json, nullable=True),
    Column("tools", Json, nullable=True),
    Column("response_format", Json, nullable=True),
    Column("input_schema", Json, nullable=True),
    Column("content_hash", Line(64), nullable=False),
    _word("author_kind"),
    Column("author_id", Id(), nullable=False),
    Column("message", Prose, nullable=True),
    Column("source", Prose, nullable=True),
    Column("created_at", Time, nullable=False),
    Column("published_at", Time, nullable=True),
    Column("purged_at", Time, nullable=True),
    Column("purged_by_kind", Line(16), nullable=True),
    Column("purged_by_id", Id(), nullable=True),
    Column("purge_reason", Prose, nullable=True),
    UniqueConstraint("prompt_id", "number"),
    UniqueConstraint("id", "prompt_id"),
    Index(
        "uq_versions_live",
        "prompt_id",
        unique=True,
        sqlite_where=text("status = 'live'"),
        postgresql_where=text("status = 'live'"),
    ),
    CheckConstraint("number > 0", name="number"),
    CheckConstraint("kind IN ('text', 'chat')", name="kind"),
    CheckConstraint("(kind = 'text') = (template IS NOT NULL)", name="template"),
    CheckConstraint("(kind = 'chat') = (messages IS NOT NULL)", name="messages"),
    _one_of("status", Status),
)

labels = Table(
    "labels",
    metadata,
    Column("prompt_id", ForeignKey("prompts.id", ondelete="CASCADE"), primary_key=True),
    Column("label", Line(MAX_LABEL), primary_key=True),
    Column("version_id", Id(), nullable=False, index=True),
    _word("set_by_kind"),
    Column("set_by_id", Id(), nullable=False),
    Column("set_at", Time, nullable=False),
    ForeignKeyConstraint(["version_id", "prompt_id"], ["versions.id", "versions.prompt_id"]),
)

protected_labels = Table(
    "protected_labels",
    metadata,
    Column("team_id", ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
    Column("label_key", Line(20 * MAX_LABEL), primary_key=True),
    Column("label", Line(MAX_LABEL), nullable=False),
    _word("min_required_role"),
    Column("created_by", Id(), nullable=True),
    Column("created_at", Time, nullable=False),
    Column("policy", Json, nullable=True),
    Column("frozen_until", Time, nullable=True),
    _one_of("min_required_role", OrgRole),
)

change_requests = Table(
    "change_requests",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("prompt_id", ForeignKey("prompts.id", ondelete="CASCADE"), nullable=False),
    _word("kind"),
    Column("version_id", Id(), nullable=False),
    Column("version_number", Integer, nullable=False),
    Column("content_hash", Line(64), nullable=False),
    Column("wish", Json, nullable=False),
    Column("moves", Json, nullable=False),
    Column("reason", Prose, nullable=True),
    _word("status"),
    Column("failure", Prose, nullable=True),
    _word("requested_by_kind"),
    Column("requested_by_id", Id(), nullable=False),
    Column("person_id", Id(), nullable=True),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
    Column("closed_at", Time, nullable=True),
    Index("ix_change_requests_prompt_id_created_at", "prompt_id", "created_at", "id"),
    CheckConstraint("status IN ('open', 'applied', 'declined', 'withdrawn', 'failed')", name="status"),
)

change_request_remarks = Table(
    "change_request_remarks",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("request_id", ForeignKey("change_requests.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    _word("kind"),
    _word("author_kind"),
    Column("author_id", Id(), nullable=False),
    Column("text", Prose, nullable=True),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("request_id", "position"),
    CheckConstraint("kind IN ('comment', 'approval', 'decline', 'withdrawal')", name="kind"),
)

join_requests = Table(
    "join_requests",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("team_id", ForeignKey("teams.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    _word("status"),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Index("ix_join_requests_team_id", "team_id", "status"),
    Index(
        "uq_join_requests_pending",
        "team_id",
        "user_id",
        unique=True,
        sqlite_where=text("status = 'pending'"),
        postgresql_where=text("status = 'pending'"),
    ),
    _one_of("status", JoinStatus),
)

codes = Table(
    "codes",
    metadata,
    Column("id", Id(), primary_key=True),
    _word("purpose"),
    Column("email", Line(254), nullable=False),
    Column("email_key", Line(254), nullable=False),
    Column("code_hash", Line(64), nullable=False, unique=True),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
    Column("kept_until", Time, nullable=False, index=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=True, index=True),
    Column("password_hash", Prose, nullable=True),
    Column("tries_left", Integer, nullable=False),
    Column("used_at", Time, nullable=True),
    UniqueConstraint("purpose", "email_key"),
    _one_of("purpose", Purpose),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("org_id", ForeignKey("organizations.id", ondelete="CASCADE"), nullable=False),
    Column("team_id", ForeignKey("teams.id", ondelete="CASCADE"), nullable=True, index=True),
    Column("email", Line(254), nullable=False),
    Column("email_key", Line(254), nullable=False),
    _word("role"),
    Column("code_hash", Line(64), nullable=False, unique=True),
    Column("created_by", Id(), nullable=True),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False, index=True),
    UniqueConstraint("org_id", "email_key"),
    _one_of("role", OrgRole),
)

receipts = Table(
    "receipts",
    metadata,
    Column("id", Line(64), primary_key=True),
    Column("subject", Line(64), nullable=False),
    Column("fingerprint", Line(64), nullable=False),
    Column("answer", LargeBinary, nullable=True),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False, index=True),
    Index("ix_receipts_subject", "subject", "expires_at"),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("org_id", ForeignKey("organizations.id", ondelete="CASCADE"), nullable=False, index=True),
    _name(),
    Column("url", Line(MAX_URL), nullable=False),
    Column("events", Json, nullable=False),
    Column("ended", Line(16), nullable=True),
    Column("secret", Line(128), nullable=False),
    Column("previous_secret", Line(128), nullable=True),
    Column("previous_until", Time, nullable=True),
    Column("cursor", BigInteger, nullable=False),
    Column("failing_since", Time, nullable=True),
    Column("created_by", Id(), nullable=True),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    _one_of("ended", Ended),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Line(64), primary_key=True),
    Column("webhook_id", ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("event", Line(64), nullable=False),
    Column("revision", BigInteger, nullable=True),
    _word("status"),
    Column("aside", Boolean, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("next_at", Time, nullable=True),
    Index("ix_webhook_deliveries_webhook_id_created_at", "webhook_id", "created_at", "id"),
    Index("ix_webhook_deliveries_webhook_id_status", "webhook_id", "status", "next_at"),
    Index("ix_webhook_deliveries_status", "status", "created_at"),
    _one_of("status", DeliveryStatus),
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("delivery_id", ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Time, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("status", Integer, nullable=True),
    Column("error", Prose, nullable=True),
    Column("answer", Prose, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Line(32), primary_key=True),
    Column("holder", Line(64), nullable=False),
    Column("beat", BigInteger, nullable=False),
)

change_counter = Table(
    "change_counter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="single"),
)

change_scopes = Table(
    "change_scopes",
    metadata,
    Column("scope", Line(48), primary_key=True),
    Column("last_revision", BigInteger, nullable=False),
    Column("head_hash", Line(64), nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("scope", Line(48), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("at", Time, nullable=False),
    _word("subject_kind"),
    Column("subject_id", Id(), nullable=False),
    Column("action", Line(64), nullable=False),
    Column("object_kind", Line(32), nullable=False),
    Column("object_id", Line(128), nullable=False),
    Column("prompt_id", Id(), nullable=True),
    Column("label", Line(MAX_LABEL), nullable=True),
    Column("before", Json, nullable=False),
    Column("after", Json, nullable=False),
    Column("reason", Prose, nullable=True),
    Column("request_id", Line(128), nullable=False),
    Column("previous_hash", Line(64), nullable=False),
    Column("hash", Line(64), nullable=False),
    UniqueConstraint("scope", "revision"),
    Index("ix_changes_label", "scope", "label", "revision"),
    Index("ix_changes_prompt_history", "prompt_id", "seq"),
    Index("ix_changes_label_history", "prompt_id", "label", "seq", "at"),
    Index("ix_changes_object_history", "object_id", "seq"),
    Index("ix_changes_kind", "scope", "object_kind", "seq"),
)

identities = Table(
    "identities",
    metadata,
    Column("id", Line(64), primary_key=True),
    Column("issuer", Prose, nullable=False),
    Column("subject", Prose, nullable=False),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Time, nullable=False),
)
"""The id is the SHA-256 of issuer and subject."""

given_roles = Table(
    "given_roles",
    metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("place_id", Id(), primary_key=True),
    Column("org_id", ForeignKey("organizations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("team_id", ForeignKey("teams.id", ondelete="CASCADE"), nullable=True, index=True),
    _word("role"),
    Column("before", Line(16), nullable=True),
)
"""Roles that groups of an identity provider gave; `place_id` is that of the team, or else of the organization."""

handovers = Table(
    "handovers",
    metadata,
    Column("code_hash", Line(64), primary_key=True),
    Column("challenge", Line(64), nullable=False),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", Time, nullable=False, index=True),
)
