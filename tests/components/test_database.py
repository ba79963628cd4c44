"""The database: its password, its parameters, and what its posture makes of it."""

import json

import pytest

from components.data.copied_backups import CopiedBackups, CopiedBackupsArgs
from components.data.database import Database
from settings.tables.data import DatabaseSecretTable
from tests.components.examples import COMMON, KEY, SUBNETS, built, counted, database_args, only, waits_for

INSTANCE = "aws:rds/instance:Instance"
ALWAYS = {
    "aws:cloudwatch/logGroup:LogGroup": 1,
    "aws:iam/role:Role": 1,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
    INSTANCE: 1,
    "aws:rds/parameterGroup:ParameterGroup": 1,
    "aws:rds/subnetGroup:SubnetGroup": 1,
}
OWN_SECRET = {
    "aws:secretsmanager/secret:Secret": 1,
    "aws:secretsmanager/secretVersion:SecretVersion": 1,
    "random:index/randomPassword:RandomPassword": 1,
}


def _database(posture="expendable", known=True, **table):
    return built(lambda: Database("db", database_args(posture, table)), known)


def test_a_generated_password():
    """Kept in a secret with all that a client needs, both names of the database among it; never shown."""
    recording = _database()
    assert counted(recording) == {**ALWAYS, **OWN_SECRET}
    password = only(recording, "random:index/randomPassword:RandomPassword")
    assert (password["length"], password["special"]) == (32, False)
    instance = only(recording, INSTANCE)
    assert instance["password"] == password.outputs["result"]
    assert "password" in instance.secrets
    assert instance.inputs.keys() & {"manageMasterUserPassword", "masterUserSecretKmsKeyId"} == set()
    version = only(recording, "aws:secretsmanager/secretVersion:SecretVersion")
    assert "secretString" in version.secrets
    assert json.loads(version["secretString"]) == {
        "engine": "postgres",
        "username": "app_admin",
        "password": password.outputs["result"],
        "host": instance.outputs["address"],
        "port": 5432,
        "database": "app",
        "dbname": "app",
    }
    assert {*DatabaseSecretTable(path="rds").keys} == {*json.loads(version["secretString"])}, (
        "what a reference may name"
    )
    secret = only(recording, "aws:secretsmanager/secret:Secret")
    assert (secret["name"], secret["kmsKeyId"]) == ("/test/database/credentials", KEY)


def test_a_managed_password():
    """RDS makes and keeps it, under the stack's key; nothing of it is in this program."""
    recording = _database(password="managed")
    assert counted(recording) == ALWAYS
    instance = only(recording, INSTANCE)
    assert (instance["manageMasterUserPassword"], instance["masterUserSecretKmsKeyId"]) == (True, KEY)
    assert "password" not in instance.inputs
    registered = recording.named("db")[0].registered
    assert registered["secret_arn"] == instance.outputs["masterUserSecrets"][0]["secretArn"]


@pytest.mark.parametrize(
    ("posture", "snapshot", "protection", "protect"),
    [("expendable", False, False, False), ("recoverable", True, False, False), ("protected", True, True, True)],
)
def test_posture(posture, snapshot, protection, protect):
    """Protection, deletion protection, the last snapshot and the automated backups."""
    recording = _database(posture)
    instance = only(recording, INSTANCE)
    assert instance["skipFinalSnapshot"] is not snapshot
    assert instance["deleteAutomatedBackups"] is not snapshot
    assert instance["deletionProtection"] is protection
    assert instance.options.protect is protect
    [suffix] = recording.of("random:index/randomId:RandomId") or [None]
    assert bool(suffix) is snapshot
    if suffix:
        name = f"acme-test-rds-postgres-final-{suffix.outputs['hex']}"
        assert instance["finalSnapshotIdentifier"] == name
        assert suffix["keepers"] == {"identifier": "acme-test-rds-postgres"}
    else:
        assert "finalSnapshotIdentifier" not in instance.inputs


def test_a_table_strengthens_its_posture():
    """Deletion protection where the posture would not ask for it."""
    assert only(_database(**{"deletion-protection": True}), INSTANCE)["deletionProtection"] is True


def test_parameters():
    """TLS is forced whatever the table says; what the engine reads only at its start waits for one."""
    recording = _database(parameters={"max_connections": "100", "work_mem": "65536"})
    group = only(recording, "aws:rds/parameterGroup:ParameterGroup")
    assert group["family"] == "postgres15"
    assert [(row["name"], row["value"], row["applyMethod"]) for row in group["parameters"]] == [
        ("max_connections", "100", "pending-reboot"),
        ("rds.force_ssl", "1", "immediate"),
        ("ssl_min_protocol_version", "TLSv1.2", "immediate"),
        ("work_mem", "65536", "immediate"),
    ]


def test_the_groups_name_follows_its_family():
    """A new major version gets a group beside the old one; other parameters change the one there is."""

    def name(**table):
        return only(_database(**table), "aws:rds/parameterGroup:ParameterGroup")["name"]

    assert name() == name(parameters={"max_connections": "100"})
    assert name() != name(version="16")


MAJORS = {"postgres": ("15", "16"), "mysql": ("8.4", "9.0")}


@pytest.mark.parametrize("engine", MAJORS)
@pytest.mark.parametrize(
    ("posture", "apply", "now"),
    [
        ("expendable", None, True),
        ("recoverable", None, True),
        ("protected", None, False),
        ("protected", "now", True),
        ("expendable", "window", False),
    ],
)
def test_another_major_version(engine, posture, apply, now):
    """RDS is told that it is meant, and when; the group of the old major stays while the instance may still have it.

    Proves the request: that RDS upgrades is RDS's. The instance's inputs differ in version and group alone, of which
    neither replaces it.
    """
    older, newer = (_database(posture, engine=engine, version=each, apply=apply) for each in MAJORS[engine])
    instances = [only(each, INSTANCE) for each in (older, newer)]
    for instance in instances:
        assert instance["allowMajorVersionUpgrade"] is True
        assert instance.inputs.get("applyImmediately") is (True if now else None)
    changed = {name for name in instances[0].inputs if instances[0][name] != instances[1][name]}
    assert changed - {"password", "finalSnapshotIdentifier"} == {"engineVersion", "parameterGroupName"}
    group = only(older, "aws:rds/parameterGroup:ParameterGroup")
    assert group.options.retain_on_delete is not now
    assert not group.options.delete_before_replace


def test_a_snapshots_options_stay():
    """AWS deletes no option group that a snapshot was made with, and these leave a final one."""
    groups = [
        only(_database(posture, engine="mysql", version="8.4", logs=["audit"]), "aws:rds/optionGroup:OptionGroup")
        for posture in ("expendable", "recoverable", "protected")
    ]
    assert [group.options.retain_on_delete for group in groups] == [False, True, True]


@pytest.mark.parametrize("insights", [False, True])
def test_insights(insights):
    """With the free seven days and the stack's key, or not at all."""
    instance = only(_database(insights=insights), INSTANCE)
    assert instance["performanceInsightsEnabled"] is insights
    assert instance.inputs.get("performanceInsightsRetentionPeriod") == (7 if insights else None)
    assert instance.inputs.get("performanceInsightsKmsKeyId") == (KEY if insights else None)


def test_where_and_how():
    """Encrypted, private, in the given subnets behind the given group, at the table's sizes."""
    recording = _database(
        **{
            "class": "db.t3.medium",
            "storage": {"initial": 50, "max": 100},
            "multi-az": True,
            "backup-days": 14,
            "port": 6000,
            "minor-upgrades": False,
            "version": "15.4",
        }
    )
    instance = only(recording, INSTANCE)
    wanted = {
        "identifier": "acme-test-rds-postgres",
        "instanceClass": "db.t3.medium",
        "allocatedStorage": 50,
        "maxAllocatedStorage": 100,
        "storageType": "gp3",
        "storageEncrypted": True,
        "kmsKeyId": KEY,
        "multiAz": True,
        "backupRetentionPeriod": 14,
        "port": 6000,
        "engineVersion": "15.4",
        "autoMinorVersionUpgrade": False,
        "publiclyAccessible": False,
        "vpcSecurityGroupIds": ["sg-db"],
        "enabledCloudwatchLogsExports": ["postgresql"],
    }
    assert {name: instance[name] for name in wanted} == wanted
    assert only(recording, "aws:rds/subnetGroup:SubnetGroup")["subnetIds"] == SUBNETS
    assert json.loads(only(recording, "aws:secretsmanager/secretVersion:SecretVersion")["secretString"])["port"] == 6000


def test_it_waits_for_its_log_group_and_its_monitoring():
    """RDS would make an unencrypted group of its own; and a role without its permission is refused."""
    recording = _database()
    waits = waits_for(recording, only(recording, INSTANCE))
    assert {"db-log", "db-monitoring"} <= set(waits)
    instance = only(recording, INSTANCE)
    assert any("RolePolicyAttachment" in urn for urn in instance.dependencies)
    group = only(recording, "aws:cloudwatch/logGroup:LogGroup")
    assert (group["name"], group["kmsKeyId"], group["retentionInDays"]) == (
        "/aws/rds/instance/acme-test-rds-postgres/postgresql",
        KEY,
        30,
    )
    attached = only(recording, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert attached["policyArn"] == "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"


MYSQL = {"engine": "mysql", "version": "8.4", "class": "db.t4g.medium"}
GROUP, PARAMETERS = "aws:cloudwatch/logGroup:LogGroup", "aws:rds/parameterGroup:ParameterGroup"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"


def test_mysql():
    """Its port, family, TLS parameter and logs, a group each; log files, since tables are not exported."""
    recording = _database(**MYSQL)
    instance = only(recording, INSTANCE)
    assert (instance["engine"], instance["engineVersion"], instance["port"]) == ("mysql", "8.4", 3306)
    assert instance["enabledCloudwatchLogsExports"] == ["error", "slowquery"]
    assert {each["name"] for each in recording.of(GROUP)} == {
        f"/aws/rds/instance/acme-test-rds-mysql/{log}" for log in ("error", "slowquery")
    }
    group = only(recording, PARAMETERS)
    assert group["family"] == "mysql8.4"
    assert [(row["name"], row["value"], row["applyMethod"]) for row in group["parameters"]] == [
        ("log_output", "FILE", "immediate"),
        ("require_secure_transport", "1", "immediate"),
        ("slow_query_log", "1", "immediate"),
    ]
    assert {"db-log-error", "db-log-slowquery"} <= set(waits_for(recording, instance))
    assert "optionGroupName" not in instance.inputs
    found = json.loads(only(recording, VERSION)["secretString"])
    assert (found["engine"], found["port"], found["dbname"]) == ("mysql", 3306, "app")


def test_an_audit_log_needs_an_option():
    """MySQL's is written by a plugin that an option group brings."""
    recording = _database(**MYSQL, logs=["audit"])
    options = only(recording, "aws:rds/optionGroup:OptionGroup")
    assert (options["engineName"], options["majorEngineVersion"]) == ("mysql", "8.4")
    assert options["options"] == [{"optionName": "MARIADB_AUDIT_PLUGIN"}]
    assert options["name"].startswith("acme-test-rds-mysql-options-")
    assert only(recording, INSTANCE)["optionGroupName"] == options["name"]


@pytest.mark.parametrize(
    ("table", "url"),
    [
        ({"name": "siem_db"}, "postgresql://app_admin:{0}@{1}:5432/siem_db"),
        (MYSQL, "mysql://app_admin:{0}@{1}:3306/app"),
    ],
)
def test_a_secret_as_a_url(table, url):
    """One text with all that a driver needs; letters and digits are all that it must hold."""
    recording = _database(**table, secret={"path": "database-url", "form": "url"})
    password = only(recording, "random:index/randomPassword:RandomPassword").outputs["result"]
    host = only(recording, INSTANCE).outputs["address"]
    version = only(recording, VERSION)
    assert version["secretString"] == url.format(password, host)
    assert "secretString" in version.secrets


def test_a_secret_as_aws_writes_it():
    """Exactly six keys, and as long a password as the table says; without a first database the engine's own."""
    recording = _database(name=None, secret={"path": "rds", "form": "rds", "length": 44})
    assert "dbName" not in only(recording, INSTANCE).inputs
    assert only(recording, "random:index/randomPassword:RandomPassword")["length"] == 44
    found = json.loads(only(recording, VERSION)["secretString"])
    assert sorted(found) == ["dbname", "engine", "host", "password", "port", "username"]
    assert [*DatabaseSecretTable(path="rds", form="rds").keys] == sorted(found)
    assert (found["dbname"], found["engine"]) == ("postgres", "postgres")


@pytest.mark.parametrize("logins", [True, False])
def test_logins_with_a_role(logins):
    assert only(_database(logins=logins), INSTANCE).inputs.get("iamDatabaseAuthenticationEnabled") == (logins or None)


SOURCE = "arn:aws:rds:eu-west-3:123456789012:db:acme-prod"
COPY = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:/prod/database-a1B2c3"
ORIGIN = {"engine", "dbName", "username", "password", "manageMasterUserPassword", "masterUserSecretKmsKeyId"}


def test_a_replica_of_another_regions():
    """Its engine, users and data are its source's; the key, the subnets and the backups are its own."""
    recording = _database("protected", source={"arn": SOURCE}, secret={"path": "x", "arn": COPY})
    assert counted(recording) == ALWAYS
    instance = only(recording, INSTANCE)
    assert instance["replicateSourceDb"] == SOURCE
    assert instance.inputs.keys() & ORIGIN == set()
    assert (instance["kmsKeyId"], instance["storageEncrypted"], instance["backupRetentionPeriod"]) == (KEY, True, 7)
    assert instance["dbSubnetGroupName"] == only(recording, "aws:rds/subnetGroup:SubnetGroup")["name"]
    assert (instance["skipFinalSnapshot"], instance.inputs.get("finalSnapshotIdentifier")) == (True, None)
    assert recording.named("db")[0].registered["secret_arn"] == COPY


def test_a_promoted_replica():
    """Nothing of the instance changes but its source, and that a last snapshot is made from now on."""
    secret = {"path": "x", "arn": COPY}
    before = only(_database("protected", source={"arn": SOURCE}, secret=secret), INSTANCE).inputs
    recording = _database("protected", secret=secret)
    after = only(recording, INSTANCE).inputs
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == {
        "replicateSourceDb",
        "skipFinalSnapshot",
        "finalSnapshotIdentifier",
    }
    assert after["finalSnapshotIdentifier"].startswith("acme-test-rds-postgres-final-")
    assert counted(recording) == {**ALWAYS, "random:index/randomId:RandomId": 1}


def test_a_secret_that_is_copied():
    """Into each region that has a key for it; the copies follow the secret by themselves."""
    copies = {"eu-west-3": "arn:aws:kms:eu-west-3:123456789012:alias/acme"}
    recording = built(lambda: Database("db", database_args(copies=copies)), True)
    assert only(recording, "aws:secretsmanager/secret:Secret")["replicas"] == [
        {"region": "eu-west-3", "kmsKeyId": "arn:aws:kms:eu-west-3:123456789012:alias/acme"}
    ]


def test_copied_backups():
    """Under a key of this region; who goes without them keeps what is copied, and asks no lost region."""
    args = CopiedBackupsArgs(source=SOURCE, days=30, key=KEY, **COMMON)
    recording = built(lambda: CopiedBackups("copied-backups", args), True)
    [copies] = recording.of("aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication")
    assert copies.inputs == {"sourceDbInstanceArn": SOURCE, "retentionPeriod": 30, "kmsKeyId": KEY}
    assert copies.options.retain_on_delete is True
