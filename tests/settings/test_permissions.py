"""What the tables of permissions, secrets' forms and database engines refuse, and what they advise."""

from pathlib import Path

import pytest

from settings.tables.data import DatabaseTable
from settings.tables.operations import connections
from tests.settings.changed import problems, update

API = "services.fastapi"
MYSQL = {"engine": "mysql", "class": "db.t4g.medium"}


def _api(**words: object):
    return update("services", "fastapi", **words)


def _mysql(**words: object):
    return lambda it: it["cloudplatform:database"].update(
        {**MYSQL, **{k.replace("_", "-"): v for k, v in words.items()}}
    )


CASES = [
    (_api(tables={"lock": {}}), f"{API}.tables.lock: there is no table 'lock'; add one to cloudplatform:tables"),
    (_api(reads=["app/jwt"]),
     f"{API}.reads[0]: there is no secret 'app/jwt'; did you mean app/jwt-secret?"),
    (_api(reads=["*", "*"]), f"{API}.reads[1]: * is named twice; name it once"),
    (_api(may=["database-login"]),
     f"{API}.may[0]: no user could; add logins: true to the database, or remove this"),
    (_api(may=["publsh"]),
     f'{API}.may[0]: "publsh" is unknown here; use cache-login, database-login, describe-database, own-logs, publish, '
     "trace or use-key"),
    (_api(buckets={"assets": {"may": ["get", "get"]}}),
     f"{API}.buckets.assets.may[1]: get is named twice; name it once"),
    (_api(internet=False, internet_ports=["53/udp"]),
     f"{API}.internet-ports: it needs a route to the internet; add internet: true, or remove this"),
    (_api(internet_ports=["53/udp"]),
     f"{API}.internet-ports[0]: the network ACLs let only HTTPS out; remove this, or acls of the network"),
    (_api(internet_ports=["53"]), f'{API}.internet-ports[0]: "53" has the wrong form; use text such as "53/udp"'),
    (update("cache", secret={"path": "cache/auth-token", "database": 1}),
     "cache.secret.database: only a url ends in it; use form: url, or remove this"),
    (_api(secrets={"A": "redis/auth-token#token"}),
     f"{API}.secrets.A: redis/auth-token holds one text and no JSON; use redis/auth-token"),
    (update("database", name="postgres"), "database.name: postgres brings a database postgres itself; use null"),
    (update("database", password="managed", secret={"path": "database/credentials", "form": "url"}),
     "database.secret.form: RDS makes the secret of a password that it manages; remove this, or use password: "
     "generated"),
    (update("database", logs=["slowquery"]),
     "database.logs[0]: postgres writes no slowquery log; use postgresql or upgrade"),
    (_mysql(version="8"), 'database.version: 8 is no version of mysql; use "8.4" or a minor version of it'),
    (_mysql(version="8.0"), 'database.version: mysql 8.0 is out of standard support; use "8.4"'),
    (_mysql(version="8.4.5"),
     'database.version: AWS upgrades minor versions here, so 8.4.5 would soon be a downgrade; use "8.4", or '
     "minor-upgrades: false"),
    (_mysql(version="8.4", parameters={"require_secure_transport": "0"}),
     "database.parameters.require_secure_transport: TLS 1.2 is always required here; remove the parameter"),
    (_mysql(version="8.4", secret={"path": "database/credentials", "length": 64}),
     "database.secret.length: RDS takes at most 41 characters for mysql; use that or less"),
    (_mysql(version="8.4", logs=["postgresql"]),
     "database.logs[0]: mysql writes no postgresql log; use error, general, slowquery or audit"),
    (update("database", version="15.4.1"),
     'database.version: 15.4.1 is no version of postgres; use "15" or a minor version of it'),
]  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), CASES)
def test_it_is_refused(tmp_path: Path, change, wanted: str) -> None:
    assert wanted in problems(tmp_path, "dev", change)


@pytest.mark.parametrize(("engine", "version", "most"), [("postgres", "15", 450), ("mysql", "8.4", 341)])
def test_connections_follow_the_engines_formula(engine: str, version: str, most: int) -> None:
    """4 GiB of memory, divided by the engine's own number (RDS, quotas: maximum number of database connections)."""
    table = DatabaseTable.model_validate({"engine": engine, "version": version, "class": "db.t4g.medium"})
    assert connections(table) == most


@pytest.mark.parametrize(
    ("engine", "version", "minor_upgrades", "major"),
    [("postgres", "15", True, "15"), ("postgres", "15.4", False, "15"), ("mysql", "8.4", True, "8.4"),
     ("mysql", "8.4.5", False, "8.4")],
)  # fmt: skip
def test_the_majors_form_is_the_engines(engine: str, version: str, minor_upgrades: bool, major: str) -> None:
    """8.4 of MySQL is a major version, 15.4 of PostgreSQL a minor one."""
    row = {"engine": engine, "version": version, "minor-upgrades": minor_upgrades}
    table = DatabaseTable.model_validate(row)
    assert (table.major, table.listens) == (major, {"postgres": 5432, "mysql": 3306}[engine])
