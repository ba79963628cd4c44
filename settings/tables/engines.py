"""What tells one database engine on RDS from another: one row an engine.

A new engine is a row here and the function that renews its passwords, in components/platform/connections.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from settings.known import table
from settings.tables.table import NUMBERS

#: Between two records of enhanced monitoring (RDS, CreateDBInstance, MonitoringInterval, without 0).
RecordSeconds = Annotated[Literal[1, 5, 10, 15, 30, 60], NUMBERS]


@dataclass(frozen=True, kw_only=True)
class Engine:
    """An engine, as RDS knows it."""

    word: str
    port: int
    major: str  #: pattern of a major version: of MySQL 8.4 is one
    example: str  #: a major version that RDS offers
    ended: tuple[str, ...] = ()  #: majors out of standard support, which a new database would pay extra for
    tls: Mapping[str, str]  #: parameters that refuse plain connections and everything before TLS 1.2
    rds: Mapping[str, bool]  #: RDS's own parameters (its user guide): whether one is read only at the start
    logs: Mapping[str, Mapping[str, str]]  #: what can be exported to CloudWatch, and the parameters that each needs
    exported: tuple[str, ...]  #: logs that are exported by default
    audit: str | None = None  #: the log that needs an option of RDS, which is AUDIT
    logs_parameters: Mapping[str, str] = field(default_factory=dict[str, str])  #: that any log with parameters needs
    clone: str = ""  #: ends the name of the second login of a service's user, where each takes one password only
    bytes_a_connection: int  #: memory of the class divided by this is the default of max_connections
    connections: tuple[int, int]  #: least and most of max_connections (RDS, "quotas and constraints")
    scheme: str  #: of its URLs, as drivers write them
    own: str  #: the database that is there without having been made
    #: names that RDS refuses for the administrator (tried for cfn-lint, aws-cloudformation/cfn-lint#4425)
    reserved: tuple[str, ...]
    password_limit: int  #: characters that RDS takes (CreateDBInstance, MasterUserPassword)


AUDIT: Final = "MARIADB_AUDIT_PLUGIN"  #: the option behind it (RDS, "MariaDB Audit Plugin support for MySQL")
ROWS: Final = (
    Engine(
        word="postgres",
        port=5432,
        major=r"\d+",
        example="15",
        tls={"rds.force_ssl": "1", "ssl_min_protocol_version": "TLSv1.2"},
        rds={
            "rds.adaptive_autovacuum": False,
            "rds.force_ssl": False,
            "rds.log_retention_period": False,
            "rds.logical_replication": True,
            "rds.restrict_password_commands": True,
        },
        logs={"postgresql": {}, "upgrade": {}},
        exported=("postgresql",),
        clone="_clone",
        bytes_a_connection=9531392,
        connections=(6, 8_388_607),
        scheme="postgresql",
        own="postgres",
        reserved=("admin", "rdsadmin"),
        password_limit=128,
    ),
    Engine(
        word="mysql",
        port=3306,
        major=r"\d+\.\d+",
        example="8.4",
        ended=("5.7", "8.0"),  # 8.0 on 31 July 2026 (RDS for MySQL release calendar)
        # From 8.4 on there is no older TLS than 1.2 (RDS, "MySQL feature support").
        tls={"require_secure_transport": "1"},
        rds={},
        logs={"error": {}, "general": {"general_log": "1"}, "slowquery": {"slow_query_log": "1"}, "audit": {}},
        exported=("error", "slowquery"),
        audit="audit",
        logs_parameters={"log_output": "FILE"},  # by default into tables, which nobody exports
        bytes_a_connection=12582880,
        connections=(1, 100_000),
        scheme="mysql",
        own="mysql",
        reserved=("rdsadmin",),
        password_limit=41,
    ),
)
ENGINES: Final[dict[str, Engine]] = {row.word: row for row in ROWS}  #: by word


def major(engine: Engine, version: str) -> str | None:
    """The major version in a version; None where it is none of the engine's."""
    found = re.match(rf"({engine.major})(\.\d+)?$", version)
    return found[1] if found else None


def known(engine: Engine, version: str) -> dict[str, bool]:
    """The parameters of a major version: whether one is read only at the start.

    Of a version that no source has, the parameters of all others; one is static if it is static in any of them. An
    extension's parameters, which have a dot, are in no source but for RDS's own.
    """
    families = table()["parameters"][engine.word]
    own = [families[version]] if version in families else [*families.values()]
    dynamic = {name: False for family in own for name in family["dynamic"]}
    static = {name: True for family in own for name in family["static"]}
    return {**dynamic, **static, **engine.rds}


def parameters(engine: Engine, logs: tuple[str, ...]) -> dict[str, str]:
    """The parameters that exported logs need."""
    own = {name: value for log in logs for name, value in engine.logs[log].items()}
    return {**own, **(engine.logs_parameters if own else {})}
