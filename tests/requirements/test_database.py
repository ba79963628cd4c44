"""CP-DB: PostgreSQL, encrypted, private, backed up."""

import json

import pytest

from preview.recording import Recording
from tests.requirements.breaches import Breach, change, noticed, statement, unmark
from tests.requirements.expected import environments, requirement
from tests.requirements.reach import INTERNET, Stop, Traveller, reaches
from tests.requirements.reading import (
    arn,
    attached,
    granted,
    groups,
    ids,
    key,
    of,
    one,
    only,
    permissions,
    secret_text,
    subnets,
    trusting,
)
from tests.stacks import ROOT

CLASSES = {"dev": "db.t3.micro", "staging": "db.t3.small", "prod": "db.t3.medium"}
STORAGE = {"dev": 20, "staging": 50, "prod": 100}
MULTI_AZ = {"dev": False, "staging": False, "prod": True}
BACKUPS = {"dev": 7, "staging": 14, "prod": 30}
INSIGHTS = {"dev": False, "staging": True, "prod": True}
PROTECTED = {"dev": False, "staging": False, "prod": True}


@requirement("CP-DB-01")
@environments
def test_one_instance_of_its_class(platform: Recording, stack: str) -> None:
    assert one(platform, "rds.Instance")["instanceClass"] == CLASSES[stack]
    assert of(platform, "rds.Cluster") == []


@requirement("CP-DB-02")
@environments
def test_storage(platform: Recording, stack: str) -> None:
    assert one(platform, "rds.Instance")["allocatedStorage"] == STORAGE[stack]


@requirement("CP-DB-03")
@environments
def test_a_standby_in_prod(platform: Recording, stack: str) -> None:
    """Proves the request, not AWS's fail-over."""
    assert one(platform, "rds.Instance")["multiAz"] is MULTI_AZ[stack]


@requirement("CP-DB-04")
@environments
def test_backups(platform: Recording, stack: str) -> None:
    """Retention above zero is what switches automated backups and point-in-time recovery on."""
    assert one(platform, "rds.Instance")["backupRetentionPeriod"] == BACKUPS[stack]


@requirement("CP-DB-05")
@environments
def test_storage_is_encrypted_with_the_stacks_key(platform: Recording, stack: str) -> None:
    database = one(platform, "rds.Instance")
    assert (database["storageEncrypted"], database["kmsKeyId"]) == (True, arn(key(platform)))


@requirement("CP-DB-06")
@environments
def test_performance_insights(platform: Recording, stack: str) -> None:
    database = one(platform, "rds.Instance")
    assert database["performanceInsightsEnabled"] is INSIGHTS[stack]
    assert database["databaseInsightsMode"] == "standard"


@requirement("CP-DB-07")
@environments
def test_deletion_protection(platform: Recording, stack: str) -> None:
    database = one(platform, "rds.Instance")
    assert database["deletionProtection"] is PROTECTED[stack]
    if stack == "prod":
        assert database["skipFinalSnapshot"] is False
        assert database["finalSnapshotIdentifier"].startswith("cloudplatform-prod-rds-postgres-final-")


@requirement("CP-DB-08")
@environments
def test_postgresql_15(platform: Recording, stack: str) -> None:
    database = one(platform, "rds.Instance")
    assert database["engine"] == "postgres"
    assert database["engineVersion"].split(".")[0] == "15"


def _parameters(platform: Recording) -> dict[str, str]:
    return {each["name"]: each["value"] for each in one(platform, "rds.ParameterGroup")["parameters"]}


@requirement("CP-DB-09")
@environments
def test_the_parameter_group_is_attached(platform: Recording, stack: str) -> None:
    group = one(platform, "rds.ParameterGroup")
    assert group["family"] == "postgres15"
    assert one(platform, "rds.Instance")["parameterGroupName"] == group["name"]
    assert platform.outputs["database_parameter_group"] == group["name"]
    # Set explicitly, so that the alarm on connections has a figure to derive from (N-11).
    assert int(_parameters(platform)["max_connections"]) > 0


@requirement("CP-DB-10")
@environments
def test_connections_use_tls_1_2(platform: Recording, stack: str) -> None:
    parameters = _parameters(platform)
    assert (parameters.get("rds.force_ssl"), parameters.get("ssl_min_protocol_version")) == ("1", "TLSv1.2")


@requirement("CP-DB-11")
@environments
def test_it_stands_in_the_data_subnets(platform: Recording, stack: str) -> None:
    group = one(platform, "rds.SubnetGroup")
    assert sorted(group["subnetIds"]) == sorted(ids(subnets(platform, stack, "data")))
    assert one(platform, "rds.Instance")["dbSubnetGroupName"] == group["name"]
    assert platform.outputs["database_subnet_group"] == group["name"]


@requirement("CP-DB-12")
@environments
def test_it_is_private(platform: Recording, stack: str) -> None:
    database = one(platform, "rds.Instance")
    assert database["publiclyAccessible"] is False
    group = only(each for each in of(platform, "ec2.SecurityGroup") if each["name"] == f"cloudplatform-{stack}-sg-rds")
    assert database["vpcSecurityGroupIds"] == [group.id]


@requirement("CP-DB-13")
@environments
def test_it_listens_on_5432(platform: Recording, stack: str) -> None:
    assert one(platform, "rds.Instance").inputs.get("port", 5432) == 5432


@requirement("CP-DB-14")
@environments
def test_storage_grows(platform: Recording, stack: str) -> None:
    database = one(platform, "rds.Instance")
    assert database["maxAllocatedStorage"] > database["allocatedStorage"]
    assert stack == "prod" or database["maxAllocatedStorage"] == 100


@requirement("CP-DB-15")
@environments
def test_enhanced_monitoring(platform: Recording, stack: str) -> None:
    database = one(platform, "rds.Instance")
    assert database["monitoringInterval"] > 0
    assert database["monitoringRoleArn"] == arn(only(trusting(platform, "monitoring.rds.amazonaws.com")))


@requirement("CP-DB-16")
@environments
def test_logs_are_exported(platform: Recording, stack: str) -> None:
    assert "postgresql" in one(platform, "rds.Instance")["enabledCloudwatchLogsExports"]


@requirement("CP-DB-17")
@environments
def test_the_password_is_generated_and_kept_in_its_secret(platform: Recording, stack: str) -> None:
    database = one(platform, "rds.Instance")
    assert "password" in database.secrets
    assert database["password"] in [
        each.outputs["result"] for each in platform.of("random:index/randomPassword:RandomPassword")
    ]
    assert json.loads(secret_text(platform, f"/{stack}/database/credentials"))["password"] == database["password"]


@requirement("CP-DB-18")
@environments
def test_its_identifier(platform: Recording, stack: str) -> None:
    assert one(platform, "rds.Instance")["identifier"] == f"cloudplatform-{stack}-rds-postgres"


RUNBOOK = ROOT / "docs/runbooks/database-operations.md"
OBJECTS = {"s3:PutObject*": "write", "s3:GetObject*": "read", "s3:DeleteObject*": "delete"}
KEY_USE = {"kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant"}


def describes_an_export(text: str) -> None:
    """The command, with the role that the stack makes for it."""
    assert "aws rds start-export-task" in text
    assert "cloudplatform-$ENV-role-rds-export" in text


@requirement("CP-DB-19")
@environments
def test_snapshots_can_be_exported_to_the_backups_bucket(platform: Recording, stack: str) -> None:
    """The role that RDS assumes, with the bucket and the key and no more; the runbook says how an export is started.
    Proves what `start-export-task` needs, not an export."""
    export = only(trusting(platform, "export.rds.amazonaws.com"))
    bucket = f"arn:aws:s3:::cloudplatform-{stack}-backups"
    may = granted(permissions(platform, export))
    for action in OBJECTS:
        assert may.pop(action) == {f"{bucket}/*"}
    assert may.pop("s3:ListBucket") == may.pop("s3:GetBucketLocation") == {bucket}
    assert may.keys() >= KEY_USE
    assert all(each.startswith("kms:") and on == {arn(key(platform))} for each, on in may.items())
    assert attached(platform, export) == []
    describes_an_export(RUNBOOK.read_text())
    assert export["name"] == f"cloudplatform-{stack}-role-rds-export"


def test_a_runbook_without_the_export_is_seen() -> None:
    with pytest.raises(AssertionError):
        describes_an_export(RUNBOOK.read_text().replace("start-export-task", ""))


@environments
def test_the_application_reaches_it_and_nobody_else(platform: Recording, stack: str) -> None:
    """What the recording shows of CP-DB-21: open on 5432 from each private subnet to each data subnet for the
    application group; closed for the load balancer and the internet. That it answers is for a deployed stack."""
    its = groups(platform)
    for data in subnets(platform, stack, "data"):
        database = Traveller(data, its["rds"])
        for private in subnets(platform, stack, "private"):
            assert reaches(platform, Traveller(private, its["app"]), database, 5432) == []
        for public in subnets(platform, stack, "public"):
            assert isinstance(reaches(platform, Traveller(public, its["alb"]), database, 5432), Stop)
        assert isinstance(reaches(platform, INTERNET, database, 5432), Stop)


@environments
def test_key_and_subnets_show_at_the_first_preview(first_preview: Recording, stack: str) -> None:
    """Of CP-DB-05, -11 and -17, before any id is known."""
    database = one(first_preview, "rds.Instance").property_dependencies
    assert database["kmsKeyId"] == (key(first_preview).urn,)
    assert database["dbSubnetGroupName"] == (one(first_preview, "rds.SubnetGroup").urn,)
    data = {each.urn for each in of(first_preview, "ec2.Subnet") if each["tags"]["Tier"] == "data"}
    assert set(one(first_preview, "rds.SubnetGroup").property_dependencies["subnetIds"]) == data
    [password] = database["password"]
    assert first_preview.resources[password].type == "random:index/randomPassword:RandomPassword"


BREACHES = [
    Breach("CP-DB-01", test_one_instance_of_its_class, change("rds.Instance", instanceClass="db.t3.small")),
    Breach("CP-DB-02", test_storage, change("rds.Instance", allocatedStorage=21)),
    Breach("CP-DB-03", test_a_standby_in_prod, change("rds.Instance", multiAz=False), "prod"),
    Breach("CP-DB-04", test_backups, change("rds.Instance", backupRetentionPeriod=0)),
    Breach(
        "CP-DB-05",
        test_storage_is_encrypted_with_the_stacks_key,
        change("rds.Instance", kmsKeyId="arn:aws:kms:other"),
    ),
    Breach(
        "CP-DB-06",
        test_performance_insights,
        change("rds.Instance", performanceInsightsEnabled=False),
        "staging",
    ),
    Breach("CP-DB-07", test_deletion_protection, change("rds.Instance", skipFinalSnapshot=True), "prod"),
    Breach("CP-DB-08", test_postgresql_15, change("rds.Instance", engineVersion="16.1")),
    Breach(
        "CP-DB-09",
        test_the_parameter_group_is_attached,
        change("rds.Instance", parameterGroupName="default.postgres15"),
    ),
    Breach(
        "CP-DB-10",
        test_connections_use_tls_1_2,
        change("rds.ParameterGroup", parameters=lambda old: [each for each in old if each["name"] != "rds.force_ssl"]),
    ),
    Breach(
        "CP-DB-11",
        test_it_stands_in_the_data_subnets,
        change("rds.SubnetGroup", subnetIds=lambda old: old[:2]),
    ),
    Breach("CP-DB-12", test_it_is_private, change("rds.Instance", publiclyAccessible=True)),
    Breach("CP-DB-13", test_it_listens_on_5432, change("rds.Instance", port=5433)),
    Breach("CP-DB-14", test_storage_grows, change("rds.Instance", maxAllocatedStorage=100), "prod"),
    Breach("CP-DB-15", test_enhanced_monitoring, change("rds.Instance", monitoringInterval=0)),
    Breach("CP-DB-16", test_logs_are_exported, change("rds.Instance", enabledCloudwatchLogsExports=["upgrade"])),
    Breach(
        "CP-DB-17",
        test_the_password_is_generated_and_kept_in_its_secret,
        unmark("rds.Instance", "", "password"),
    ),
    Breach(
        "CP-DB-17",
        test_the_password_is_generated_and_kept_in_its_secret,
        change("rds.Instance", password="hunter2-hunter2"),
    ),
    Breach("CP-DB-18", test_its_identifier, change("rds.Instance", identifier="postgres")),
    Breach(
        "CP-DB-19",
        test_snapshots_can_be_exported_to_the_backups_bucket,
        change(
            "iam.RolePolicy",
            "snapshot-export-bucket",
            policy=statement(Action="s3:GetObject*", Resource="arn:aws:s3:::other/*"),
        ),
    ),
]

test_breaches = noticed(BREACHES)
