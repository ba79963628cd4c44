"""PostgreSQL's users of the services: made with the first password, and renewed with each after it."""

from functions.common.function import user_rotation
from functions.rotate_database import ROTATE_DATABASE

ROTATE_USER = user_rotation("rotate-user", ROTATE_DATABASE.distributions)
