"""Rotation of a MySQL user's password, with the user's own rights (single-user strategy)."""

from functions.common.function import database_rotation

# The driver, which imports nothing; it is pinned in requirements.txt.
ROTATE_MYSQL = database_rotation("rotate-mysql", ("pymysql",))
