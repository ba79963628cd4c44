"""MySQL's users of the services: made with the first password, and renewed with each after it."""

from functions.common.function import MYSQL_DRIVER, user_rotation

ROTATE_MYSQL_USER = user_rotation("rotate-mysql-user", MYSQL_DRIVER)
