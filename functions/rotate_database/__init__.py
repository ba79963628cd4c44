"""Rotation of a PostgreSQL user's password, with the user's own rights (single-user strategy)."""

from functions.common.function import POSTGRES_DRIVER, database_rotation

ROTATE_DATABASE = database_rotation("rotate-database", POSTGRES_DRIVER)
