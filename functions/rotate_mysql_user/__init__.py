"""MySQL's users of the services: made with the first password, and renewed with each after it."""

from functions.common.function import user_rotation
from functions.rotate_mysql import ROTATE_MYSQL

ROTATE_MYSQL_USER = user_rotation("rotate-mysql-user", ROTATE_MYSQL.distributions)
