"""PostgreSQL's users of the services: made with the first password, and renewed with each after it."""

from functions.common.function import POSTGRES_DRIVER, user_rotation

ROTATE_USER = user_rotation("rotate-user", POSTGRES_DRIVER)
