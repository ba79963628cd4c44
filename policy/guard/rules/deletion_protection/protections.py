"""Data goes only by intent: protected against deletion, with a last snapshot and time to change one's mind."""

from __future__ import annotations

from typing import Final

from guard.model.rule import Severity
from guard.model.switches import Switch, register

FAMILY: Final = "deletion-protection"

DATABASE: Final = "aws:rds/instance:Instance"
# What a replica holds is in its source.
REPLICA: Final = ("replicateSourceDb", "replicationSourceIdentifier")

_PROTECTED: Final = (
    DATABASE,
    "aws:rds/cluster:Cluster",
    "aws:rds/globalCluster:GlobalCluster",
    "aws:docdb/cluster:Cluster",
    "aws:docdb/globalCluster:GlobalCluster",
    "aws:neptune/cluster:Cluster",
    "aws:neptune/globalCluster:GlobalCluster",
    "aws:eks/cluster:Cluster",
)

register(
    FAMILY,
    Switch(
        "store-deletion-protection",
        dict.fromkeys(_PROTECTED, "deletionProtection"),
        good=("true",),
        unless=REPLICA,
        text="can be deleted by one call",
        fix="Set deletion_protection=True.",
        why="A wrong stack name, a renamed resource, a stolen key: with the store goes all that is in it.",
        controls=("FSBP RDS.7", "FSBP RDS.8", "FSBP DocumentDB.5", "FSBP Neptune.4"),
        posture=True,
        remediate=True,
    ),
    Switch(
        "graph-deletion-protection",
        {"aws:neptunegraph/graph:Graph": "deletionProtection"},
        bad=("false",),
        text="can be deleted by one call",
        fix="Drop deletion_protection=False.",
        why="Neptune Analytics protects a graph unless told not to.",
        posture=True,
    ),
    Switch(
        "table-deletion-protection",
        {
            "aws:dynamodb/table:Table": "deletionProtectionEnabled",
            "aws:dynamodb/tableReplica:TableReplica": "deletionProtectionEnabled",
            "aws:dsql/cluster:Cluster": "deletionProtectionEnabled",
        },
        good=("true",),
        text="can be deleted by one call",
        fix="Set deletion_protection_enabled=True.",
        why="A change of a key's name replaces a table: the new one is empty.",
        controls=("FSBP DynamoDB.6",),
        posture=True,
        remediate=True,
    ),
    Switch(
        "user-pool-deletion-protection",
        {
            "aws:cognito/userPool:UserPool": "deletionProtection",
            "aws:verifiedpermissions/policyStore:PolicyStore": "deletionProtection",
        },
        good=("active", "enabled"),
        unset="inactive",
        text="can be deleted by one call",
        fix="Set deletion_protection='ACTIVE' (Verified Permissions: 'ENABLED').",
        why="Passwords cannot be exported: a pool that is gone means that every user registers again.",
        posture=True,
    ),
    Switch(
        "balancer-deletion-protection",
        {"aws:lb/loadBalancer:LoadBalancer": "enableDeletionProtection"},
        good=("true",),
        text="can be deleted by one call",
        fix="Set enable_deletion_protection=True.",
        why="With the load balancer goes its name, which DNS records, allow lists and partners hold.",
        controls=("FSBP ELB.6",),
        posture=True,
        remediate=True,
    ),
    Switch(
        "firewall-deletion-protection",
        {"aws:networkfirewall/firewall:Firewall": ("deleteProtection", "subnetChangeProtection")},
        good=("true",),
        text="can be deleted, or taken out of its subnets, by one call",
        fix="Set delete_protection=True and subnet_change_protection=True.",
        why="Routes lead through the firewall: without it there is either no network or no firewall.",
        controls=("FSBP NetworkFirewall.9", "FSBP NetworkFirewall.10"),
        posture=True,
        remediate=True,
    ),
    Switch(
        "event-store-deletion-protection",
        {"aws:cloudtrail/eventDataStore:EventDataStore": "terminationProtectionEnabled"},
        bad=("false",),
        text="can be deleted by one call",
        fix="Drop termination_protection_enabled=False.",
        why="Evidence is what an intruder deletes first.",
        posture=True,
    ),
    Switch(
        "force-destroy",
        {
            "aws:s3/bucket:Bucket": "forceDestroy",
            "aws:s3/directoryBucket:DirectoryBucket": "forceDestroy",
            "aws:s3/vectorsVectorBucket:VectorsVectorBucket": "forceDestroy",
            "aws:s3tables/tableBucket:TableBucket": "forceDestroy",
            "aws:lightsail/bucket:Bucket": "forceDelete",
            "aws:ecr/repository:Repository": "forceDelete",
            "aws:backup/vault:Vault": "forceDestroy",
            "aws:route53/zone:Zone": "forceDestroy",
            "aws:athena/database:Database": "forceDestroy",
        },
        bad=("true",),
        text="is deleted with everything that is in it",
        fix="Drop force_destroy=True (ECR: force_delete).",
        why="AWS refuses to delete what is not empty: the last chance to notice. This switch empties it first.",
        posture=True,
        severity=Severity.HIGH,
    ),
    Switch(
        "secret-recovery",
        {"aws:secretsmanager/secret:Secret": "recoveryWindowInDays"},
        bad=("0",),
        text="is deleted at once, without recovery",
        fix="Drop recovery_window_in_days=0: unset means thirty days.",
        why="A secret that was deleted by mistake takes down whatever cannot be told the new one.",
        posture=True,
    ),
    Switch(
        "final-snapshot",
        {
            DATABASE: "skipFinalSnapshot",
            "aws:rds/cluster:Cluster": "skipFinalSnapshot",
            "aws:docdb/cluster:Cluster": "skipFinalSnapshot",
            "aws:neptune/cluster:Cluster": "skipFinalSnapshot",
            "aws:redshift/cluster:Cluster": "skipFinalSnapshot",
            "aws:lightsail/database:Database": "skipFinalSnapshot",
            "aws:fsx/windowsFileSystem:WindowsFileSystem": "skipFinalBackup",
            "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": "skipFinalBackup",
            "aws:fsx/ontapVolume:OntapVolume": "skipFinalBackup",
        },
        bad=("true",),
        unless=REPLICA,
        text="goes without a last snapshot",
        fix="Drop skip_final_snapshot=True and set final_snapshot_identifier (FSx: skip_final_backup).",
        why="The automatic backups of a database may go with it; the last snapshot stays.",
        posture=True,
    ),
)
