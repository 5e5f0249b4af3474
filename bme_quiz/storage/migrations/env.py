"""Alembic's entry point: runs the steps on the connection that ``migrate.py`` hands over."""

from alembic import context

from bme_quiz.storage.engine.schema import metadata

# The transaction and the lock are the caller's, so that two programs starting at once cannot
# both run a step, and so that a step that fails leaves nothing behind.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
