"""Rotation of a MySQL user's password, with the user's own rights (single-user strategy)."""

from functions.common.function import MYSQL_DRIVER, database_rotation

ROTATE_MYSQL = database_rotation("rotate-mysql", MYSQL_DRIVER)
