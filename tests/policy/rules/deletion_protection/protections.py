"""Rows of the family deletion-protection."""

from __future__ import annotations

from tests.policy.declare import OTHER, Row, db, r, three, unknown

ON = {"deletionProtection": True}
OFF = {"deletionProtection": False}
NAMED = {"skipFinalSnapshot": False, "finalSnapshotIdentifier": "last"}

ROWS = [
    *three("store-deletion-protection", "rds/instance:Instance", ON, {}, "deletionProtection", engine="postgres"),
    *three("store-deletion-protection", "rds/cluster:Cluster", ON, OFF, "deletionProtection", engine="aurora-mysql"),
    *three("store-deletion-protection", "rds/globalCluster:GlobalCluster", ON, {}, "deletionProtection"),
    *three("store-deletion-protection", "docdb/cluster:Cluster", ON, {}, "deletionProtection"),
    *three("store-deletion-protection", "docdb/globalCluster:GlobalCluster", ON, OFF, "deletionProtection"),
    *three("store-deletion-protection", "neptune/cluster:Cluster", ON, {}, "deletionProtection"),
    *three("store-deletion-protection", "neptune/globalCluster:GlobalCluster", ON, OFF, "deletionProtection"),
    *three("store-deletion-protection", "eks/cluster:Cluster", ON, {}, "deletionProtection"),
    Row(
        "store-deletion-protection",
        "ok",
        "a replica: what it holds is in its source",
        (db("src", **ON), r("rds/instance:Instance", refs={"replicateSourceDb": "src.identifier"})),
    ),
    Row(
        "store-deletion-protection",
        "ok",
        "a replica of a cluster elsewhere",
        (
            r(
                "rds/cluster:Cluster",
                engine="aurora-mysql",
                replicationSourceIdentifier="far-away",
            ),
        ),
    ),
    *three("graph-deletion-protection", "neptunegraph/graph:Graph", {}, OFF, "deletionProtection"),
    *three(
        "table-deletion-protection",
        "dynamodb/table:Table",
        {"deletionProtectionEnabled": True},
        {},
        "deletionProtectionEnabled",
    ),
    *three(
        "table-deletion-protection",
        "dynamodb/tableReplica:TableReplica",
        {"deletionProtectionEnabled": True},
        {"deletionProtectionEnabled": False},
        "deletionProtectionEnabled",
    ),
    *three(
        "table-deletion-protection",
        "dsql/cluster:Cluster",
        {"deletionProtectionEnabled": True},
        {},
        "deletionProtectionEnabled",
    ),
    *three(
        "user-pool-deletion-protection",
        "cognito/userPool:UserPool",
        {"deletionProtection": "ACTIVE"},
        {"deletionProtection": "INACTIVE"},
        "deletionProtection",
    ),
    Row("user-pool-deletion-protection", "breach", "unset", (r("cognito/userPool:UserPool"),)),
    *three(
        "balancer-deletion-protection",
        "lb/loadBalancer:LoadBalancer",
        {"enableDeletionProtection": True},
        {"enableDeletionProtection": False},
        "enableDeletionProtection",
    ),
    Row("balancer-deletion-protection", "breach", "unset, by an alias", (r("alb/loadBalancer:LoadBalancer"),)),
    Row(
        "balancer-deletion-protection",
        "breach",
        "a network balancer",
        (r("lb/loadBalancer:LoadBalancer", loadBalancerType="network"),),
    ),
    Row(
        "firewall-deletion-protection",
        "ok",
        "",
        (r("networkfirewall/firewall:Firewall", deleteProtection=True, subnetChangeProtection=True),),
    ),
    Row(
        "firewall-deletion-protection",
        "breach",
        "its subnets may go",
        (r("networkfirewall/firewall:Firewall", deleteProtection=True),),
    ),
    Row(
        "firewall-deletion-protection",
        "breach",
        "itself may go, the rest is not known yet",
        (
            OTHER,
            r("networkfirewall/firewall:Firewall", deleteProtection=False, refs=unknown("subnetChangeProtection")),
        ),
    ),
    Row(
        "firewall-deletion-protection",
        "undecided",
        "",
        (
            OTHER,
            r("networkfirewall/firewall:Firewall", deleteProtection=True, refs=unknown("subnetChangeProtection")),
        ),
    ),
    *three(
        "event-store-deletion-protection",
        "cloudtrail/eventDataStore:EventDataStore",
        {},
        {"terminationProtectionEnabled": False},
        "terminationProtectionEnabled",
    ),
    *three("force-destroy", "s3/bucket:Bucket", {}, {"forceDestroy": True}, "forceDestroy"),
    Row("force-destroy", "breach", "by an alias", (r("s3/bucketV2:BucketV2", forceDestroy=True),)),
    Row("force-destroy", "ok", "said to be off", (r("s3/bucket:Bucket", forceDestroy=False),)),
    *three("force-destroy", "s3/directoryBucket:DirectoryBucket", {}, {"forceDestroy": True}, "forceDestroy"),
    *three("force-destroy", "s3/vectorsVectorBucket:VectorsVectorBucket", {}, {"forceDestroy": True}),
    *three("force-destroy", "s3tables/tableBucket:TableBucket", {}, {"forceDestroy": True}),
    *three("force-destroy", "lightsail/bucket:Bucket", {}, {"forceDelete": True}),
    *three("force-destroy", "ecr/repository:Repository", {"forceDelete": False}, {"forceDelete": True}, "forceDelete"),
    *three("force-destroy", "backup/vault:Vault", {}, {"forceDestroy": True}, "forceDestroy"),
    *three("force-destroy", "route53/zone:Zone", {}, {"forceDestroy": True}),
    *three("force-destroy", "athena/database:Database", {}, {"forceDestroy": True}),
    *three(
        "secret-recovery",
        "secretsmanager/secret:Secret",
        {"recoveryWindowInDays": 7},
        {"recoveryWindowInDays": 0},
        "recoveryWindowInDays",
    ),
    Row("secret-recovery", "ok", "unset is thirty days", (r("secretsmanager/secret:Secret"),)),
    *three("final-snapshot", "rds/instance:Instance", NAMED, {"skipFinalSnapshot": True}, "skipFinalSnapshot"),
    *three("final-snapshot", "rds/cluster:Cluster", {}, {"skipFinalSnapshot": True}, "skipFinalSnapshot"),
    *three("final-snapshot", "docdb/cluster:Cluster", NAMED, {"skipFinalSnapshot": True}),
    *three("final-snapshot", "neptune/cluster:Cluster", NAMED, {"skipFinalSnapshot": True}),
    *three("final-snapshot", "redshift/cluster:Cluster", NAMED, {"skipFinalSnapshot": True}),
    *three("final-snapshot", "lightsail/database:Database", {}, {"skipFinalSnapshot": True}),
    *three("final-snapshot", "fsx/windowsFileSystem:WindowsFileSystem", {}, {"skipFinalBackup": True}),
    *three("final-snapshot", "fsx/openZfsFileSystem:OpenZfsFileSystem", {}, {"skipFinalBackup": True}),
    *three("final-snapshot", "fsx/ontapVolume:OntapVolume", {}, {"skipFinalBackup": True}),
    Row(
        "final-snapshot",
        "ok",
        "a replica",
        (db("src"), r("rds/instance:Instance", skipFinalSnapshot=True, refs={"replicateSourceDb": "src.identifier"})),
    ),
]
