"""Databases refuse plain connections: what the attached parameter group, or else the engine, forces."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from guard.aws.accounts import same_region
from guard.model.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, Stack, dig, items
from guard.model.logic import some
from guard.model.rule import Severity, rule

FAMILY: Final = "encrypt-in-transit"


class Force(NamedTuple):
    """The parameter that makes an engine refuse plain connections, and the version from which it does by itself."""

    parameter: str
    since: tuple[int, ...] | None


FORCES: Final = {
    "postgres": Force("rds.force_ssl", (15,)),
    "aurora-postgresql": Force("rds.force_ssl", (17,)),
    "mysql": Force("require_secure_transport", None),
    "mariadb": Force("require_secure_transport", (11, 8)),
    "aurora-mysql": Force("require_secure_transport", None),
    "aurora": Force("require_secure_transport", None),
    "sqlserver-ee": Force("rds.force_ssl", None),
    "sqlserver-se": Force("rds.force_ssl", None),
    "sqlserver-ex": Force("rds.force_ssl", None),
    "sqlserver-web": Force("rds.force_ssl", None),
    "db2-ae": Force("db2comm", None),
    "db2-se": Force("db2comm", None),
    "docdb": Force("tls", ()),
    "neptune": Force("neptune_enforce_ssl", ()),
    "redshift": Force("require_ssl", (2,)),
}
_OFF: Final = ("0", "off", "false", "disabled")
# Db2 listens in clear beside TLS as long as its protocols hold this one.
_IN_CLEAR: Final = "tcpip"


_INSTANCE: Final = "aws:rds/instance:Instance"


class ParameterGroupReference(NamedTuple):
    """Where a database names its parameter group, and what it may take its engine from."""

    path: str
    group: str
    engine: str = ""
    origins: tuple[str, ...] = ()


DATABASES: Final = {
    "aws:rds/instance:Instance": ParameterGroupReference(
        "parameterGroupName", "aws:rds/parameterGroup:ParameterGroup", origins=("replicateSourceDb",)
    ),
    "aws:rds/cluster:Cluster": ParameterGroupReference(
        "dbClusterParameterGroupName",
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
        origins=("replicationSourceIdentifier",),
    ),
    "aws:docdb/cluster:Cluster": ParameterGroupReference(
        "dbClusterParameterGroupName", "aws:docdb/clusterParameterGroup:ClusterParameterGroup", engine="docdb"
    ),
    "aws:neptune/cluster:Cluster": ParameterGroupReference(
        "neptuneClusterParameterGroupName", "aws:neptune/clusterParameterGroup:ClusterParameterGroup", engine="neptune"
    ),
    "aws:redshift/cluster:Cluster": ParameterGroupReference(
        "clusterParameterGroupName", "aws:redshift/parameterGroup:ParameterGroup", engine="redshift"
    ),
}


def _version(text: Any) -> tuple[int, ...]:
    match = re.search(r"(\d+)(?:\.(\d+))?", text) if isinstance(text, str) else None
    return tuple(int(part) for part in match.groups() if part) if match else ()


def _origin(database: Resource, stack: Stack) -> Resource | None:
    """Return the database in this stack that a replica follows."""
    origins = DATABASES[database.type].origins
    return next((found for path in origins for found in stack.targets(database, path, *DATABASES).sure), None)


def _set(group: Resource, parameter: str) -> bool | Missing:
    """Return whether a parameter group switches a parameter on; ABSENT when it says nothing of it."""
    for entry in items(group["parameters"]):
        name, value = dig(entry, "name"), dig(entry, "value")
        meant = str(name).lower() == parameter  # Db2's are written in capitals
        if name is UNKNOWN or (meant and value is UNKNOWN):
            return UNKNOWN
        if meant:
            return _IN_CLEAR not in str(value).lower() and str(value).lower() not in _OFF
    return ABSENT


def _by_default(force: Force, version: tuple[int, ...]) -> bool | Missing:
    if force.since is None:
        return False
    return version >= force.since if version or not force.since else UNKNOWN


def forces_tls(database: Resource, stack: Stack, depth: int = 4) -> bool | Missing:
    """Return whether a database refuses plain connections; ABSENT when its engine has no such parameter."""
    table = DATABASES[database.type]
    origin = _origin(database, stack) if depth else None
    follows = any(database[path] is not ABSENT for path in table.origins)
    engine = table.engine or database.known("engine")
    version = ABSENT if table.engine else database.known("engineVersion")
    if engine is ABSENT and origin:
        engine, version = origin.known("engine"), origin.known("engineVersion")
    if engine in (UNKNOWN, ABSENT):
        return UNKNOWN
    force = FORCES.get(str(engine))
    if force is None:
        return ABSENT
    if follows and database[table.path] is ABSENT and database.type == _INSTANCE:
        # A replica shares its source's group, but in another region it gets the default one of there.
        here = same_region(origin, database) if origin else UNKNOWN
        if origin and here is True:
            return forces_tls(origin, stack, depth - 1)
        return _by_groups(database, stack, force, version) if here is False else UNKNOWN
    if engine == "redshift":
        version = "2.0"  # Its `version` is another matter; new clusters get the group of that family.
    return _by_groups(database, stack, force, version)


def _by_groups(database: Resource, stack: Stack, force: Force, version: Any) -> bool | Missing:
    table = DATABASES[database.type]
    targets = stack.targets(database, table.path, table.group)
    if not targets.complete or any(not name.startswith("default.") for name in targets.outside):
        return UNKNOWN
    for group in targets.sure:
        forced = _set(group, force.parameter)
        if forced is not ABSENT:
            return forced
        family = _version(group["family"])
        return UNKNOWN if group["family"] is UNKNOWN else _by_default(force, family or _version(version))
    family = _version(targets.outside[0].removeprefix("default.")) if targets.outside else ()
    return _by_default(force, _version(version) or family)


@rule(
    "database-tls",
    family=FAMILY,
    on=DATABASES,
    severity=Severity.HIGH,
    controls=("RDS.38", "RDS.39", "RDS.41", "RDS.44"),
    why="A database that accepts plain connections gets them: from an old client, a script, a default.",
    fix="Attach a parameter group of this engine that sets rds.force_ssl (PostgreSQL, SQL Server), "
    "require_secure_transport (MySQL, MariaDB) or require_ssl (Redshift) to 1, db2comm to SSL (Db2), and does not "
    "switch off tls (DocumentDB) or neptune_enforce_ssl.",
)
def database_tls(database: Resource, stack: Stack) -> Iterator[Finding]:
    at = DATABASES[database.type].path
    match forces_tls(database, stack):
        case False:
            yield database.finding("accepts plain connections", at=at)
        case value if value is UNKNOWN:
            yield database.undecided(at if database[at] is not ABSENT else "engineVersion")
        case _:
            pass


# Oracle encrypts by an option, not by a parameter: TLS on a port of its own, or its native encryption.
OPTION_GROUP: Final = "aws:rds/optionGroup:OptionGroup"
_ENCRYPTING: Final = ("SSL", "NATIVE_NETWORK_ENCRYPTION")
_SERVER: Final = "SQLNET.ENCRYPTION_SERVER"


@rule(
    "oracle-tls",
    family=FAMILY,
    on=_INSTANCE,
    severity=Severity.HIGH,
    why="Without an option that encrypts, an Oracle database speaks in clear to every client.",
    fix="Attach an aws.rds.OptionGroup with the option NATIVE_NETWORK_ENCRYPTION (SQLNET.ENCRYPTION_SERVER "
    "REQUIRED) or SSL.",
)
def oracle_tls(database: Resource, stack: Stack) -> Iterator[Finding]:
    at, engine = "optionGroupName", database["engine"]
    source = _origin(database, stack)
    if engine is ABSENT and source:
        engine = source["engine"]
    if not isinstance(engine, str) or not engine.startswith("oracle-"):
        return  # of an engine that is not known yet, `database-tls` says so
    targets = stack.targets(database, at, OPTION_GROUP)
    answers = [_encrypts(group) for group in targets.sure]
    outside = [name for name in targets.outside if not name.startswith("default:")]
    if UNKNOWN in answers or outside or not targets.complete:
        yield database.undecided(at)
    elif source and database[at] is ABSENT:
        return  # a replica has its source's
    elif not answers or False in answers:
        yield database.finding("accepts plain connections: no option of its group encrypts them", at=at)


def _encrypts(group: Resource) -> bool | Missing:
    answers: list[bool | Missing] = []
    for option in items(group["options"]):
        name = dig(option, "optionName")
        if UNKNOWN in (option, name):
            answers.append(UNKNOWN)
        elif str(name).upper() in _ENCRYPTING:
            answers.append(_not_declined(option))
    return some(answers)


def _not_declined(option: Any) -> bool | Missing:
    """Return whether the server asks for encryption: unset it does; ACCEPTED leaves it to the client."""
    for setting in items(dig(option, "optionSettings")):
        name, value = dig(setting, "name"), dig(setting, "value")
        if name is UNKNOWN or (name == _SERVER and value is UNKNOWN):
            return UNKNOWN
        if name == _SERVER:
            return str(value).upper() in ("REQUIRED", "REQUESTED")
    return True


@rule(
    "warehouse-tls",
    family=FAMILY,
    on="aws:redshiftserverless/workgroup:Workgroup",
    severity=Severity.HIGH,
    controls=("FSBP RedshiftServerless.2",),
    why="A workgroup refuses plain connections since 2025, unless it is told not to.",
    fix="Drop require_ssl from config_parameters, or set it to 'true'.",
)
def warehouse_tls(workgroup: Resource) -> Iterator[Finding]:
    for entry in items(workgroup["configParameters"]):
        name, value = dig(entry, "parameterKey"), dig(entry, "parameterValue")
        if UNKNOWN in (entry, name) or (name == "require_ssl" and value is UNKNOWN):
            yield workgroup.undecided("configParameters")
        elif name == "require_ssl" and str(value).lower() in _OFF:
            yield workgroup.finding("accepts plain connections", at="configParameters", about="require_ssl")
