"""The password of a promoted database's administrator, which no function renews there: it has none of its own."""

from functions.common.database import DatabaseLogin, renewed
from functions.common.rotation import random_text
from scripts.regional_stack import RefusedError, RegionalStack, is_replica, name_of


def renew(standby: RegionalStack) -> list[str]:
    """Give the administrator another password. Whatever stopped it, the next run makes one more that both know.

    RDS sets it, whatever it was before; for a minute the secret may be ahead of the database. The function that renews
    the services' users is refused meanwhile, and tries again.
    """
    found, table = standby.database(), standby.settings.database
    assert table  # stacks() sees to it
    assert table.secret.arn  # a replica has its source's
    name = name_of(table.secret.arn)
    if is_replica(found) or standby.copied(name):
        raise RefusedError(f"{standby.name} is not promoted, or {name} is a copy: it is renewed in the first region")
    if not found or not standby.available():
        raise RefusedError(f"{standby.name} is busy, and takes no password now: wait")
    old = standby.secret(name)
    password = random_text(len(DatabaseLogin.read(old, table.engine).password))
    text = renewed(old, password, found["Endpoint"]["Address"])
    standby.client("secretsmanager").put_secret_value(SecretId=name, SecretString=text)
    standby.client("rds").modify_db_instance(
        DBInstanceIdentifier=standby.name, MasterUserPassword=password, ApplyImmediately=True
    )
    standby.until("the new password", lambda: _has_it(standby))
    return []


def _has_it(standby: RegionalStack) -> bool:
    """RDS tells of a password as pending until the database has it (API reference, ModifyDBInstance)."""
    found = standby.database()
    return standby.available() and not (found or {}).get("PendingModifiedValues", {}).get("MasterUserPassword")
