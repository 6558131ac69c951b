"""Runs the .sql files that the revisions name."""

from importlib.resources import files

from alembic import op


def run(file_name: str) -> None:
    """Run ``versions/<file_name>`` as it stands, in the revision's own transaction."""
    script = files(__package__).joinpath("versions", file_name).read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(script)
