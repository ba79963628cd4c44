"""Everything that holds data is encrypted with the stack's own key, at rest; and with TLS, in transit."""

import re

from preview.recording import RecordedResource
from preview.shapes import shape
from tests.contracts.recordings import each_environment, each_run, each_stack, in_aws, referred
from tests.stack_files import config
from tests.stacks import STACKS, recorded

HOME = "us-east-1"
#: Where a type names its key, and what else must be said.
KEYS = {
    "aws:backup/vault:Vault": ("kmsKeyArn", {}),
    "aws:cloudwatch/logGroup:LogGroup": ("kmsKeyId", {}),
    "aws:dynamodb/table:Table": ("serverSideEncryption", {}),
    "aws:ec2/instance:Instance": ("rootBlockDevice", {}),
    "aws:ecr/repository:Repository": ("encryptionConfigurations", {}),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("kmsKeyId", {"atRestEncryptionEnabled": True}),
    "aws:rds/instance:Instance": ("kmsKeyId", {"storageEncrypted": True}),
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": ("kmsKeyId", {}),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ("rules", {}),
    "aws:lambda/function:Function": ("kmsKeyArn", {}),
    "aws:secretsmanager/secret:Secret": ("kmsKeyId", {}),
    "aws:sns/topic:Topic": ("kmsMasterKeyId", {}),
    "aws:sqs/queue:Queue": ("kmsMasterKeyId", {}),
}
#: Arguments for keys that may stay empty, and why.
ELSEWHERE = {
    ("aws:kms/alias:Alias", "targetKeyId"): "it is the key's own",
    ("aws:kms/alias:Alias", "targetKeyArn"): "it is the key's own",
    ("aws:kms/key:Key", "customKeyStoreId"): "it is the key's own",
    ("aws:kms/key:Key", "xksKeyId"): "it is the key's own",
    ("aws:lambda/function:Function", "sourceKmsKeyArn"): "the archive is code, which this repository shows anyway",
    ("aws:rds/instance:Instance", "masterUserSecretKmsKeyId"): "only where RDS makes the secret",
    ("aws:rds/instance:Instance", "performanceInsightsKmsKeyId"): "only with Performance Insights: looked at below",
    ("aws:sqs/queue:Queue", "kmsDataKeyReusePeriodSeconds"): "no key; AWS's five minutes",
    ("aws:ssm/parameter:Parameter", "keyId"): "only for a SecureString; these hold no secrets",
}

#: A topic that services publish to which know none with a key (ADR-022); and a read replica in its source's
#: region, which has the source's key and takes no other (RDS API reference, CreateDBInstanceReadReplica, KmsKeyId).
KEYLESS = frozenset({"store-events-topic", "database-replica-reader-instance"})


def _encrypted_by_their_service(stack: str) -> set[str]:
    rows = config(stack).get("cloudplatform:buckets", {})
    images = config(stack).get("cloudplatform:repositories", {})
    return {f"bucket-{word}-encryption" for word, row in rows.items() if row.get("encryption") == "s3"} | {
        f"registry-{word}" for word, row in images.items() if row.get("encryption") == "s3"
    }


def _home_keys(stack: str) -> set[str]:
    """The key of us-east-1 in a stack of another region that has sites, and something there that is encrypted."""
    tables = config(stack)
    logs = tables.get("cloudplatform:site-acl", {"log": False}).get("log", True)
    watched = "certificate-days" in tables.get("cloudplatform:alarms", {})
    sited = "cloudplatform:sites" in tables and tables["aws:region"] != HOME
    return {"home-key-key"} if sited and (logs or watched) else set()


def _copies(stack: str) -> str | None:
    """The region that backups are copied to, which has a key for them."""
    return config(stack).get("cloudplatform:backup", {}).get("copy-to", {}).get("region")


def _key_of(each: RecordedResource, stack: str) -> str:
    """The key of a resource's region: only what is elsewhere says where."""
    region = each.inputs.get("region")
    if region is not None and region == _copies(stack):
        return "backup-key-copies"
    return "home-key-key" if region == HOME != config(stack)["aws:region"] else "key-key"


@each_stack
@each_run
def test_data_is_encrypted_with_the_stacks_own_key(stack, known):
    """The reference leads to the one key, while its ARN is unknown too; a bucket of access logs is S3's own (C-20).

    What CloudFront makes a stack of another region own in us-east-1 has the key there, and copies of backups theirs.
    """
    recording = recorded(stack, known)
    copies = {"backup-key-copies"} if _copies(stack) else set()
    assert {each.name for each in recording.of("aws:kms/key:Key")} == {"key-key", *_home_keys(stack), *copies}
    exempt = _encrypted_by_their_service(stack)
    if stack in STACKS:
        assert exempt == (set() if stack == "shared" else {"bucket-alb-logs-encryption"})
    stores = [each for each in in_aws(recording) if each.type in KEYS and each.name not in exempt | KEYLESS]
    assert len(stores) >= 2
    for each in stores:
        argument, others = KEYS[each.type]
        assert referred(recording, each, argument) == {_key_of(each, stack)}, each.urn
        assert {name: each[name] for name in others} == others, each.urn


@each_stack
def test_the_key_stands_where_the_reference_leads(stack):
    """With ids known, the ARN of the key is the very value; nested ones too."""
    recording = recorded(stack, True)
    arns = {key.name: key.outputs["arn"] for key in recording.of("aws:kms/key:Key")}
    exempt = _encrypted_by_their_service(stack)
    for each in in_aws(recording):
        if each.name not in exempt | KEYLESS:
            assert _nested(each) in (None, arns.get(_key_of(each, stack))), each.urn
    own = [_services_own(each) for each in in_aws(recording) if each.name in exempt and each.type in KEYS]
    assert own == [{"AES256"}] * len(exempt)


def test_a_replica_of_the_region_follows_an_encrypted_database():
    """So its key is the one above."""
    recording = recorded("techcorp/production", True)
    databases = {each.name: each for each in recording.of("aws:rds/instance:Instance")}
    replica = databases.pop("database-replica-reader-instance")
    assert replica["storageEncrypted"] is True
    assert "kmsKeyId" not in replica.inputs
    assert replica["replicateSourceDb"] == databases["database-instance"]["identifier"]


def _services_own(each: RecordedResource) -> set[str]:
    """The algorithms of a bucket or repository that its service encrypts with its own key."""
    if each.type == "aws:ecr/repository:Repository":
        assert all("kmsKey" not in row for row in each["encryptionConfigurations"]), each.urn
        return {row["encryptionType"] for row in each["encryptionConfigurations"]}
    return {rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] for rule in each["rules"]}


def _nested(each: RecordedResource) -> str | None:
    match KEYS.get(each.type):
        case ("kmsKeyId", _):
            return each["kmsKeyId"]
        case ("serverSideEncryption", _):
            assert each["serverSideEncryption"]["enabled"] is True
            return each["serverSideEncryption"]["kmsKeyArn"]
        case ("encryptionConfigurations", _):
            [only] = each["encryptionConfigurations"]
            assert only["encryptionType"] == "KMS"
            return only["kmsKey"]
        case ("rules", _):
            [rule] = each["rules"]
            return rule["applyServerSideEncryptionByDefault"].get("kmsMasterKeyId")
        case _:
            return None


@each_stack
def test_no_argument_for_a_key_is_forgotten(stack):
    """Whatever type the SDK lets name a key names one, or stands in the table with its reason."""
    forgotten = [
        f"{each.name}.{name}"
        for each in in_aws(recorded(stack, False))
        for name in shape(each.type).settable
        if re.search(r"(?i)kms|^(.*[a-z])?keyId$", name) and name not in each.inputs
        if (each.type, name) not in ELSEWHERE and each.name not in KEYLESS
    ]
    assert forgotten == []


@each_stack
def test_every_bucket_is_encrypted_private_and_refuses_plain_http(stack):
    """One configuration of each kind for each bucket."""
    recording = recorded(stack, False)
    buckets = {each.urn for each in recording.of("aws:s3/bucket:Bucket")}
    assert buckets
    for kind in (
        "ServerSideEncryptionConfiguration",
        "PublicAccessBlock",
        "OwnershipControls",
        "Policy",
        "LifecycleConfiguration",
    ):
        each_of = recording.of(f"aws:s3/bucket{kind}:Bucket{kind}")
        assert sorted(each.property_dependencies["bucket"][0] for each in each_of) == sorted(buckets), kind
    for block in recording.of("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"):
        four = {"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"}
        assert {name for name in four if block[name] is True} == four


@each_environment
def test_traffic_is_encrypted(stack):
    """TLS at the load balancer, to the cache, and forced by the database's parameters; HTTP only redirects."""
    recording = recorded(stack, False)
    [cache] = recording.of("aws:elasticache/replicationGroup:ReplicationGroup")
    assert cache["transitEncryptionEnabled"] is True
    assert cache.inputs.get("transitEncryptionMode", "required") == "required"
    [parameters] = recording.of("aws:rds/parameterGroup:ParameterGroup")
    forced = {row["name"]: row["value"] for row in parameters["parameters"]}
    assert (forced["rds.force_ssl"], forced["ssl_min_protocol_version"]) == ("1", "TLSv1.2")
    https, http = sorted(recording.of("aws:lb/listener:Listener"), key=lambda it: it["protocol"], reverse=True)
    assert https["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert [action["type"] for action in http["defaultActions"]] == ["redirect"]


@each_environment
def test_performance_insights_use_the_key_too(stack):
    """Where they are on: in staging and prod."""
    recording = recorded(stack, False)
    [database] = recording.of("aws:rds/instance:Instance")
    assert database["performanceInsightsEnabled"] is (stack != "dev")
    assert referred(recording, database, "performanceInsightsKmsKeyId") == ({"key-key"} if stack != "dev" else set())
