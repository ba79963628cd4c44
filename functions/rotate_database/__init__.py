"""Rotation of a PostgreSQL user's password, with the user's own rights (single-user strategy)."""

from functions.common.function import database_rotation

# The driver and all that it imports; they are pinned in requirements.txt.
ROTATE_DATABASE = database_rotation("rotate-database", ("pg8000", "scramp", "asn1crypto", "python-dateutil", "six"))
