"""Runs the .sql files of revisions."""

from importlib.resources import files

from alembic import op


def run(file_name: str) -> None:
    """Run ``versions/<file_name>`` unchanged, in the revision's transaction."""
    script = files(__package__).joinpath("versions", file_name).read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(script)
