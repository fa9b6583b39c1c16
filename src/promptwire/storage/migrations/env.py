"""Run by Alembic: hands it the connection that `promptwire.storage.migrate` opened."""

from __future__ import annotations

from alembic import context

from promptwire.storage.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
