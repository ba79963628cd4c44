"""What a stack must survive: as its posture says, and never less in prod than in staging, nor there than in dev."""

from collections.abc import Callable

import pytest

from preview.recording import RecordedResource, Recording
from settings.posture import POSTURES
from tests.contracts.recordings import each_environment, each_run, each_stack, managed
from tests.stack_files import config
from tests.stacks import ENVIRONMENTS, recorded

DATABASE, CACHE = "aws:rds/instance:Instance", "aws:elasticache/replicationGroup:ReplicationGroup"
BUCKET, TABLE = "aws:s3/bucket:Bucket", "aws:dynamodb/table:Table"
FILES = "aws:efs/fileSystem:FileSystem"
REPOSITORY, SECRET = "aws:ecr/repository:Repository", "aws:secretsmanager/secret:Secret"
BALANCER, LOG = "aws:lb/loadBalancer:LoadBalancer", "aws:cloudwatch/logGroup:LogGroup"
KEY, ZONE, VAULT = "aws:kms/key:Key", "aws:route53/zone:Zone", "aws:backup/vault:Vault"

#: What cannot be made again from this program: Pulumi itself refuses to delete it where the posture protects.
IRREPLACEABLE = {DATABASE, CACHE, BUCKET, TABLE, FILES, REPOSITORY, KEY, ZONE, VAULT}


def _posture(stack: str):
    return POSTURES[config(stack)["cloudplatform:posture"]]


@each_stack
@each_run
def test_exactly_what_is_irreplaceable_is_protected(stack, known):
    """`protect` on all of these and nothing else, or on nothing."""
    recording = recorded(stack, known)
    protected = {each.urn for each in recording.resources.values() if each.options.protect}
    irreplaceable = {each.urn for each in managed(recording) if each.type in IRREPLACEABLE}
    assert protected == (irreplaceable if _posture(stack).protect else set())
    assert len(irreplaceable) >= 3


def test_the_postures_are_the_ones_agreed():
    """dev expendable, staging recoverable, prod protected, and what is shared protected."""
    words = {stack: config(stack)["cloudplatform:posture"] for stack in (*ENVIRONMENTS, "shared")}
    assert words == {"dev": "expendable", "staging": "recoverable", "prod": "protected", "shared": "protected"}


@each_stack
@pytest.mark.parametrize(
    ("token", "argument"),
    [(DATABASE, "deletionProtection"), (BALANCER, "enableDeletionProtection"), (TABLE, "deletionProtectionEnabled")],
)
def test_aws_refuses_to_delete_what_the_posture_protects(stack, token, argument):
    """Deletion protection is AWS's, beside Pulumi's `protect`."""
    for each in recorded(stack, False).of(token):
        assert each[argument] is _posture(stack).deletion_protection


@each_environment
def test_a_database_leaves_a_snapshot_as_the_posture_says(stack):
    """With a name that no earlier one has; automated backups stay with it."""
    recording, wanted = recorded(stack, True), _posture(stack).final_snapshot
    [database] = recording.of(DATABASE)
    assert database["skipFinalSnapshot"] is not wanted
    assert database["deleteAutomatedBackups"] is not wanted
    assert ("finalSnapshotIdentifier" in database.inputs) is wanted
    assert len(recording.of("random:index/randomId:RandomId")) == wanted


@each_stack
def test_buckets_and_repositories_go_with_their_content_only_where_expendable(stack):
    """Force destroy."""
    recording, wanted = recorded(stack, False), _posture(stack).force_destroy
    assert {each["forceDestroy"] for each in recording.of(BUCKET)} == {wanted}
    assert {each["forceDelete"] for each in recording.of(REPOSITORY)} <= {wanted}


@each_environment
def test_secrets_can_be_restored_as_long_as_the_posture_says(stack):
    """0, 7 and 30 days."""
    found = {each["recoveryWindowInDays"] for each in recorded(stack, False).of(SECRET)}
    assert found == {_posture(stack).secret_days} == {{"dev": 0, "staging": 7, "prod": 30}[stack]}


def _all(token: str, of: Callable[[RecordedResource], float]) -> Callable[[Recording], float]:
    """The weakest of all resources of a type; that there is one is part of the comparison."""
    return lambda recording: min(of(each) for each in recording.of(token))


#: Measures of strength: the greater, the more a stack survives or the more it shows.
STRENGTHS: dict[str, Callable[[Recording], float]] = {
    "protected resources": lambda it: sum(each.options.protect for each in it.resources.values()),
    "buckets that keep their content": _all(BUCKET, lambda it: not it["forceDestroy"]),
    "database: deletion protection": _all(DATABASE, lambda it: it["deletionProtection"]),
    "database: final snapshot": _all(DATABASE, lambda it: not it["skipFinalSnapshot"]),
    "database: automated backups kept": _all(DATABASE, lambda it: not it["deleteAutomatedBackups"]),
    "database: days of backup": _all(DATABASE, lambda it: it["backupRetentionPeriod"]),
    "database: standby": _all(DATABASE, lambda it: it["multiAz"]),
    "database: encryption": _all(DATABASE, lambda it: it["storageEncrypted"]),
    "database: storage": _all(DATABASE, lambda it: it["allocatedStorage"]),
    "database: insights": _all(DATABASE, lambda it: it["performanceInsightsEnabled"]),
    "database: monitoring": _all(DATABASE, lambda it: -it["monitoringInterval"]),
    "cache: members": _all(CACHE, lambda it: it["numCacheClusters"]),
    "cache: fail-over": _all(CACHE, lambda it: it["automaticFailoverEnabled"]),
    "cache: days of snapshots": _all(CACHE, lambda it: it["snapshotRetentionLimit"]),
    "cache: encryption": _all(CACHE, lambda it: it["atRestEncryptionEnabled"] + it["transitEncryptionEnabled"]),
    "load balancer: deletion protection": _all(BALANCER, lambda it: it["enableDeletionProtection"]),
    "load balancer: zones": _all(BALANCER, lambda it: len(it["subnets"])),
    "secrets: days to restore": _all(SECRET, lambda it: it["recoveryWindowInDays"]),
    "key: days to deletion": _all(KEY, lambda it: it["deletionWindowInDays"]),
    "key: rotation": _all(KEY, lambda it: it["enableKeyRotation"]),
    "logs: days": _all(LOG, lambda it: it["retentionInDays"]),
    "tasks": _all("aws:ecs/service:Service", lambda it: it["desiredCount"]),
    "tasks: at most": _all("aws:appautoscaling/target:Target", lambda it: it["maxCapacity"]),
    "tasks: healthy while deploying": _all("aws:ecs/service:Service", lambda it: it["deploymentMinimumHealthyPercent"]),
    "task: cpu": _all("aws:ecs/taskDefinition:TaskDefinition", lambda it: int(it["cpu"])),
    "network: NAT gateways": lambda it: len(it.of("aws:ec2/natGateway:NatGateway")),
    "network: subnets": lambda it: len(it.of("aws:ec2/subnet:Subnet")),
    "network: ACL rules": lambda it: len(it.of("aws:ec2/networkAclRule:NetworkAclRule")),
    "network: flow logs": lambda it: len(it.of("aws:ec2/flowLog:FlowLog")),
    "network: interfaces of endpoints": lambda it: sum(
        len(each.inputs.get("subnetIds", ())) for each in it.of("aws:ec2/vpcEndpoint:VpcEndpoint")
    ),
    "buckets: versioned": lambda it: len(it.of("aws:s3/bucketVersioning:BucketVersioning")),
}
#: Where the stack files differ on purpose, so that the comparison is known to see something.
GROWING = {
    "protected resources",
    "database: deletion protection",
    "database: final snapshot",
    "database: days of backup",
    "database: standby",
    "cache: members",
    "cache: days of snapshots",
    "secrets: days to restore",
    "logs: days",
    "tasks",
    "network: NAT gateways",
    "network: interfaces of endpoints",
}


@pytest.mark.parametrize("measure", STRENGTHS)
def test_prod_is_never_weaker_than_staging_nor_that_than_dev(measure):
    """Over what is recorded, not over what the stack files say."""
    dev, staging, prod = (STRENGTHS[measure](recorded(stack, False)) for stack in ENVIRONMENTS)
    assert dev <= staging <= prod
    if measure in GROWING:
        assert dev < prod
