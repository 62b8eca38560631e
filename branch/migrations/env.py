"""Alembic's entry: runs the revisions on the database that `branch.schema.migrate` names."""

from alembic import context

from branch.database import Database
from branch.schema import metadata

database = Database(context.config.attributes["database_url"])
with database.engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata(), render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
database.close()
