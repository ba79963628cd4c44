"""Rows of the family encrypt-in-transit: databases."""

from __future__ import annotations

from tests.policy.declare import (
    ONE_OF_TWO,
    OTHER,
    Row,
    db,
    parameters,
    r,
    unknown,
)
from tests.policy.engine import Declared

_FORCED = parameters(rds__force_ssl="1")


def replicated(region: str) -> tuple[Declared, ...]:
    """A database of PostgreSQL 14 with a group that forces TLS, and its replica without one."""
    origin = db("src", engineVersion="14.9", refs={"parameterGroupName": "tune.name"}, region="eu-west-1")
    return (_FORCED, origin, r("rds/instance:Instance", region=region, refs={"replicateSourceDb": "src.arn"}))


ROWS = [
    Row("database-tls", "ok", "a replica beside its source", replicated("eu-west-1")),
    Row("database-tls", "breach", "a replica elsewhere has the default group of there", replicated("us-east-1")),
    Row(
        "database-tls",
        "breach",
        "a cluster that replicates another has a group of its own",
        (
            parameters(
                "rds/clusterParameterGroup:ClusterParameterGroup", "aurora-mysql8.0", require_secure_transport="ON"
            ),
            r("rds/cluster:Cluster", "src", engine="aurora-mysql", refs={"dbClusterParameterGroupName": "tune.name"}),
            r("rds/cluster:Cluster", engine="aurora-mysql", refs={"replicationSourceIdentifier": "src.arn"}),
        ),
    ),
    Row("database-tls", "ok", "PostgreSQL 15", (db(engineVersion="15"),)),
    Row("database-tls", "breach", "PostgreSQL 14", (db(engineVersion="14.9"),)),
    Row(
        "database-tls",
        "ok",
        "14 with a group",
        (parameters(rds__force_ssl="1"), db(engineVersion="14.9", refs={"parameterGroupName": "tune.name"})),
    ),
    Row(
        "database-tls",
        "ok",
        "MySQL with a group",
        (
            parameters(family="mysql8.0", require_secure_transport="ON"),
            db(engine="mysql", engineVersion="8.0", refs={"parameterGroupName": "tune.name"}),
        ),
    ),
    Row("database-tls", "breach", "MySQL without", (db(engine="mysql", engineVersion="8.4"),)),
    Row(
        "database-tls",
        "breach",
        "an old group by AWS",
        (db(engineVersion="14", parameterGroupName="default.postgres14"),),
    ),
    Row("database-tls", "undecided", "a group elsewhere", (db(engineVersion="14", parameterGroupName="ours"),)),
    Row("database-tls", "undecided", "no version", (r("rds/instance:Instance", engine="postgres"),)),
    Row(
        "database-tls",
        "undecided",
        "an unknown parameter",
        (
            OTHER,
            Declared(
                "tune",
                "aws:rds/parameterGroup:ParameterGroup",
                {"family": "postgres14", "parameters": [{"name": "rds.force_ssl"}]},
                unknown("parameters[0].value"),
            ),
            db(refs={"parameterGroupName": "tune.name"}),
        ),
    ),
    Row("database-tls", "ok", "MariaDB 11.8", (db(engine="mariadb", engineVersion="11.8.2"),)),
    Row("database-tls", "breach", "MariaDB 11.4", (db(engine="mariadb", engineVersion="11.4"),)),
    *(
        Row(
            "database-tls",
            verdict,
            f"a group of the same name in another region, {region}",
            (
                r("rds/parameterGroup:ParameterGroup", "a", name="tls", family="postgres14", region="us-east-1"),
                r(
                    "rds/parameterGroup:ParameterGroup",
                    "b",
                    name="tls",
                    family="postgres14",
                    region="us-west-2",
                    parameters=[{"name": "rds.force_ssl", "value": "1"}],
                ),
                db(engineVersion="14", parameterGroupName="tls", region=region),
            ),
        )
        for verdict, region in ONE_OF_TWO
    ),
    Row("database-tls", "ok", "Oracle has no such parameter", (db(engine="oracle-ee", engineVersion="19"),)),
    Row(
        "database-tls",
        "breach",
        "a replica of a lax source",
        (db("src", engineVersion="13"), r("rds/instance:Instance", refs={"replicateSourceDb": "src.identifier"})),
    ),
    Row(
        "database-tls",
        "breach",
        "Aurora PostgreSQL 16",
        (r("rds/cluster:Cluster", engine="aurora-postgresql", engineVersion="16.6"),),
    ),
    Row(
        "database-tls",
        "ok",
        "Aurora PostgreSQL 17",
        (r("rds/cluster:Cluster", engine="aurora-postgresql", engineVersion="17.4"),),
    ),
    Row(
        "database-tls",
        "ok",
        "Aurora MySQL with a group",
        (
            parameters(
                "rds/clusterParameterGroup:ClusterParameterGroup", "aurora-mysql8.0", require_secure_transport=1
            ),
            r(
                "rds/cluster:Cluster",
                engine="aurora-mysql",
                engineVersion="8.0.mysql_aurora.3.08.0",
                refs={"dbClusterParameterGroupName": "tune.name"},
            ),
        ),
    ),
    Row("database-tls", "ok", "documents, by default", (r("docdb/cluster:Cluster"),)),
    Row(
        "database-tls",
        "breach",
        "documents, off",
        (
            parameters("docdb/clusterParameterGroup:ClusterParameterGroup", "docdb5.0", tls="disabled"),
            r("docdb/cluster:Cluster", refs={"dbClusterParameterGroupName": "tune.name"}),
        ),
    ),
    Row(
        "database-tls",
        "breach",
        "graph, off",
        (
            parameters("neptune/clusterParameterGroup:ClusterParameterGroup", "neptune1.3", neptune_enforce_ssl=0),
            r("neptune/cluster:Cluster", refs={"neptuneClusterParameterGroupName": "tune.name"}),
        ),
    ),
    Row(
        "database-tls",
        "breach",
        "warehouse, a group that is silent",
        (
            parameters("redshift/parameterGroup:ParameterGroup", "redshift-1.0"),
            r("redshift/cluster:Cluster", refs={"clusterParameterGroupName": "tune.name"}),
        ),
    ),
]
