"""CP-DR: what survives the loss of a zone, of a database, of everything; and that it is written down."""

import json
import re
from datetime import timedelta

import pytest

from preview.recording import Recording
from scripts.restore_drill import OBJECTIVES
from tests.requirements.breaches import Breach, Mutation, Proof, change, drop, noticed
from tests.requirements.expected import REGION, ZONES, requirement
from tests.requirements.reading import arn, at, attached, key, of, one, only, role, subnets, trusting
from tests.stacks import ROOT, recorded

prod = pytest.mark.parametrize("stack", ["prod"])
backed_up = pytest.mark.parametrize("stack", ["staging", "prod"])

RECOVERY = ROOT / "docs/architecture/disaster-recovery.md"
RUNBOOK = ROOT / "docs/runbooks/recovery.md"
INCIDENTS = ROOT / "docs/runbooks/incident-response.md"
KEPT = {"staging": 14, "prod": 35}  #: days; the ledger asks for none of it, so they are at least RDS's own


@requirement("CP-DR-01")
@prod
def test_prod_survives_the_loss_of_a_zone(platform: Recording, stack: str) -> None:
    """Every part stands in two zones, or three: proves the request, not AWS's fail-over."""
    zones = {each.id: each["availabilityZone"] for each in of(platform, "ec2.Subnet")}
    assert one(platform, "rds.Instance")["multiAz"] is True
    cache = one(platform, "elasticache.ReplicationGroup")
    assert (cache["numCacheClusters"], cache["multiAzEnabled"], cache["automaticFailoverEnabled"]) == (2, True, True)
    for store in ("rds.SubnetGroup", "elasticache.SubnetGroup"):
        assert {zones[each] for each in one(platform, store)["subnetIds"]} == set(ZONES)
    tasks = one(platform, "ecs.Service")
    assert {zones[each] for each in tasks["networkConfiguration"]["subnets"]} == set(ZONES)
    assert tasks["desiredCount"] == 3
    assert {zones[each["subnetId"]] for each in of(platform, "ec2.NatGateway")} == set(ZONES)
    assert {zones[each] for each in one(platform, "lb.LoadBalancer")["subnets"]} == set(ZONES)
    interfaces = [each for each in of(platform, "ec2.VpcEndpoint") if each["vpcEndpointType"] == "Interface"]
    assert len(interfaces) == 7
    for each in interfaces:
        assert len({zones[subnet] for subnet in each["subnetIds"]}) >= 2, each.name


@requirement("CP-DR-05")
@prod
def test_primary_and_replica_stand_where_they_are_drawn(platform: Recording, stack: str) -> None:
    """Of the database RDS chooses: it refuses a zone together with Multi-AZ."""
    cache = one(platform, "elasticache.ReplicationGroup")
    assert cache["preferredCacheClusterAzs"] == ["us-east-1a", "us-east-1b"]
    assert "availabilityZone" not in one(platform, "rds.Instance").inputs


@backed_up
def test_a_vault_keeps_the_database_every_day(platform: Recording, stack: str) -> None:
    """Under the stack's key, as long as the stack file says, by a role of AWS Backup for this account alone."""
    vault, plan, chosen = (one(platform, f"backup.{each}") for each in ("Vault", "Plan", "Selection"))
    assert vault["kmsKeyArn"] == arn(key(platform))
    assert vault["forceDestroy"] is False
    rule = only(plan["rules"])
    assert rule["targetVaultName"] == vault["name"] == f"cloudplatform-{stack}-vault"
    assert re.fullmatch(r"cron\(\d+ \d+ \* \* \? \*\)", rule["schedule"])
    assert rule["lifecycle"] == {"deleteAfter": KEPT[stack]}
    assert KEPT[stack] >= one(platform, "rds.Instance")["backupRetentionPeriod"]
    assert (chosen["planId"], chosen["resources"]) == (plan.id, [arn(one(platform, "rds.Instance"))])
    acts = role(platform, chosen["iamRoleArn"])
    assert trusting(platform, "backup.amazonaws.com") == [acts]
    assert {each.rpartition("/")[2] for each in attached(platform, acts)} == {
        "AWSBackupServiceRolePolicyForBackup",
        "AWSBackupServiceRolePolicyForRestores",
    }


@prod
def test_nobody_deletes_a_backup_of_prod_before_its_days_are_over(platform: Recording, stack: str) -> None:
    lock = one(platform, "backup.VaultLockConfiguration")
    assert (lock["backupVaultName"], lock["minRetentionDays"]) == ("cloudplatform-prod-vault", KEPT["prod"])


@backed_up
def test_a_failed_backup_is_told(platform: Recording, stack: str) -> None:
    """AWS retries none; the topic's policy lets the event in."""
    rule = at(platform, "cloudwatch.EventRule", name=f"cloudplatform-{stack}-rule-backup-failed")
    pattern = json.loads(rule["eventPattern"])
    assert pattern["source"] == ["aws.backup"]
    assert set(pattern["detail-type"]) == {"Backup Job State Change", "Copy Job State Change"}
    assert set(pattern["detail"]["state"]) == {"ABORTED", "EXPIRED", "FAILED"}
    target = only(each for each in of(platform, "cloudwatch.EventTarget") if each["rule"] == rule["name"])
    assert target["arn"] == f"arn:aws:sns:{REGION}:123456789012:{stack}-warning-alerts"


@backed_up
def test_the_tasks_that_look_at_a_copy_are_let_through(platform: Recording, stack: str) -> None:
    """What the recording shows of CP-DR-03: the drill's copy stands in the database's subnets and group, and the
    service's tasks in the group that is let in."""
    database = one(platform, "rds.Instance")
    group = only(database["vpcSecurityGroupIds"])
    tasks = only(one(platform, "ecs.Service")["networkConfiguration"]["securityGroups"])
    [rule] = [each for each in of(platform, "vpc.SecurityGroupIngressRule") if each["securityGroupId"] == group
              and each.inputs.get("referencedSecurityGroupId") == tasks]  # fmt: skip
    assert (rule["fromPort"], rule["toPort"]) == (5432, 5432)
    data = {each.id for each in subnets(platform, stack, "data")}
    assert set(one(platform, "rds.SubnetGroup")["subnetIds"]) == data


# Documents.


def says_how_each_objective_is_met(recovery: str, runbook: str) -> None:
    """Objectives by what breaks (note N-36), procedures, and a drill whose figures are those of the script."""
    for heading in ("## Objectives", "## Procedures", "## Drill"):
        assert heading in recovery
    assert re.search(r"\| a zone \|.*\|.*\|.*(standby|replica)", recovery)
    assert re.search(r"\| the database \|.*\|.*\|.*restore to a point in time", recovery)
    assert "runbooks/recovery.md" in recovery
    assert "python -m scripts.restore_drill --stack" in runbook
    for source, objective in OBJECTIVES.items():
        row = next(line for line in runbook.splitlines() if line.startswith(f"| `{source}` |"))
        assert f"| {_said(objective.loss)} | {_said(objective.time)} |" in row, row


def _said(time: timedelta) -> str:
    minutes = int(time.total_seconds()) // 60
    return f"{minutes // 60} hours" if minutes % 60 == 0 else f"{minutes} minutes"


def preserves_evidence_first(incidents: str) -> None:
    """Snapshots and logs are kept and more is logged before anything is cleaned; what is restored is a clean backup."""
    contain, _, later = incidents.partition("Eradication")
    assert later, "there is no eradication after the containment"
    for word in ("snapshot", "log"):
        assert re.search(rf"(?i)\b{word}s?\b", contain.partition("Containment")[2]), word
    assert re.search(r"(?i)clean backup|backup[^.]*before|restore", later.partition("Recovery")[2])


@requirement("CP-DR-02")
def test_the_procedures_are_written_down() -> None:
    says_how_each_objective_is_met(RECOVERY.read_text(), RUNBOOK.read_text())


@requirement("CP-DR-04")
def test_containment_preserves_evidence() -> None:
    preserves_evidence_first(INCIDENTS.read_text())


@pytest.mark.parametrize("word", ["## Objectives", "restore to a point in time", "runbooks/recovery.md"])
def test_a_document_without_its_procedures_is_seen(word: str) -> None:
    with pytest.raises(AssertionError):
        says_how_each_objective_is_met(RECOVERY.read_text().replace(word, ""), RUNBOOK.read_text())
    with pytest.raises(AssertionError):
        says_how_each_objective_is_met(RECOVERY.read_text(), RUNBOOK.read_text().replace("| 10 minutes |", "| none |"))


def test_an_incident_without_evidence_is_seen() -> None:
    with pytest.raises(AssertionError):
        preserves_evidence_first(re.sub("(?i)snapshot", "thing", INCIDENTS.read_text()))


def test_every_stack_that_must_survive_has_a_vault() -> None:
    """What is expendable has RDS's own backups and no more."""
    vaults = {stack: len(of(recorded(stack, True), "backup.Vault")) for stack in ("dev", "staging", "prod", "shared")}
    assert vaults == {"dev": 0, "staging": 1, "prod": 1, "shared": 0}


ZONE, DRAWN = test_prod_survives_the_loss_of_a_zone, test_primary_and_replica_stand_where_they_are_drawn
CACHE, INTERFACE = "elasticache.ReplicationGroup", ("ec2.VpcEndpoint", "secretsmanager")


def _breach(id_: str, proof: Proof, mutation: Mutation) -> Breach:
    return Breach(id_, proof, mutation, "prod")


BREACHES = [
    _breach("CP-DR-01", ZONE, change("rds.Instance", multiAz=False)),
    _breach("CP-DR-01", ZONE, change(CACHE, numCacheClusters=1)),
    _breach("CP-DR-01", ZONE, change(CACHE, automaticFailoverEnabled=False)),
    _breach("CP-DR-01", ZONE, change("ecs.Service", desiredCount=2)),
    _breach("CP-DR-01", ZONE, change("ecs.Service", networkConfiguration=lambda old: {
        **old, "subnets": old["subnets"][:1]})),
    _breach("CP-DR-01", ZONE, drop("ec2.NatGateway", "us-east-1c")),
    _breach("CP-DR-01", ZONE, change(*INTERFACE, subnetIds=lambda old: old[:1])),
    _breach("CP-DR-05", DRAWN, change(CACHE, preferredCacheClusterAzs=["us-east-1b", "us-east-1a"])),
    _breach("CP-DR-05", DRAWN, change(CACHE, preferredCacheClusterAzs=["us-east-1a", "us-east-1a"])),
    _breach("CP-DR-05", DRAWN, change("rds.Instance", availabilityZone="us-east-1a")),
]  # fmt: skip

test_breaches = noticed(BREACHES)
