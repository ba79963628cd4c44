"""TC: what production and production-dr have of each other, and that production-eu has nothing of either."""

import json
import re
from collections.abc import Iterator
from typing import Any

from preview.recording import RecordedResource, Recording
from tests.requirements.reading import arn, of, one, only, texts
from tests.requirements.systems import shapes, stores
from tests.requirements.systems.table import (
    AnyValue,
    AtLeast,
    ClassProof,
    Matches,
    Proof,
    Ref,
    StackProof,
    holds,
)
from tests.stacks import recorded

PRIMARY, STANDBY = "us-east-1", "us-west-2"
SOURCE = f"arn:aws:rds:{PRIMARY}:333333333333:db:techcorp-production-rds-postgres"
KEY = Ref("kms.Key", output="arn")
REGIONS = re.compile(r"\b(?:us|eu|ap|sa|ca|me|af|il|mx)-(?:[a-z]+-)?[a-z]+-\d\b")
#: What the EU's stack has elsewhere, by type and region: CloudFront looks for it there and nowhere else.
ELSEWHERE: dict[tuple[str, str], str] = {}


def _production() -> Recording:
    return recorded("techcorp/production", True)


def _standby() -> Recording:
    return recorded("techcorp/production-dr", True)


def follows_productions(stack: Recording, class_: str, path: str) -> None:
    """A resource names production's database, by the ARN that it has there."""
    assert one(stack, class_)[path] == arn(one(_production(), "rds.Instance")) == SOURCE


def fails_over(stack: Recording, type_: str) -> None:
    """One record, an alias to this stack's load balancer, of one name and type with the other stack's."""
    found = only(each for each in of(stack, "route53.Record") if each.inputs.get("failoverRoutingPolicies"))
    balancer = one(stack, "lb.LoadBalancer")
    assert found["failoverRoutingPolicies"] == [{"type": type_}]
    assert found["aliases"] == [
        {"name": balancer.outputs["dnsName"], "zoneId": balancer.outputs["zoneId"], "evaluateTargetHealth": True}
    ]
    others = [
        each
        for other in (_production(), _standby())
        for each in of(other, "route53.Record")
        if (each["name"], each["type"]) == (found["name"], found["type"])
    ]
    assert sorted(each["failoverRoutingPolicies"][0]["type"] for each in others) == ["PRIMARY", "SECONDARY"]
    assert len({each["setIdentifier"] for each in others}) == 2
    assert found["setIdentifier"] in {each["setIdentifier"] for each in others}


def checks_this_region(stack: Recording) -> None:
    """The primary's record follows a check of the load balancer itself: the name may lead to the other region."""
    record = only(each for each in of(stack, "route53.Record") if each.inputs.get("healthCheckId"))
    check = only(each for each in of(stack, "route53.HealthCheck") if each.id == record["healthCheckId"])
    assert check["fqdn"] == one(stack, "lb.LoadBalancer").outputs["dnsName"]
    assert (check["type"], check["port"], check["resourcePath"]) == ("HTTPS", 443, "/health")


def secrets_are_copied(stack: Recording) -> None:
    """Each secret, into one region, under the key that is there."""
    secrets, alias = of(stack, "secretsmanager.Secret"), one(_standby(), "kms.Alias")["name"]
    assert len(secrets) > 2
    for each in secrets:
        key = f"arn:aws:kms:{STANDBY}:333333333333:{alias}"
        assert each["replicas"] == [{"region": STANDBY, "kmsKeyId": key}]


def containers_read_copies(stack: Recording) -> None:
    """Each container's secrets are production's, by name, in this region; and no variable has their names."""
    made = {each["name"] for each in of(_production(), "secretsmanager.Secret")}
    for each in shapes.containers(stack):
        given = {secret["name"]: secret["valueFrom"] for secret in each["secrets"]}
        assert {"DATABASE_URL", "API_KEY"} <= given.keys()
        assert not given.keys() & {variable["name"] for variable in each["environment"]}
        for name in ("DATABASE_URL", "API_KEY"):
            found = re.fullmatch(rf"arn:aws:secretsmanager:{STANDBY}:333333333333:secret:(.+)-\w{{6}}", given[name])
            assert found
            assert found[1] in made


def _foreign(stack: Recording, own: str) -> Iterator[tuple[RecordedResource, str]]:
    """Every region but the stack's own that is named in an input, with who names it."""
    for each in stack.resources.values():
        inputs: dict[str, Any] = {**each.inputs, "region": each.inputs.get("region") or own}
        for region in REGIONS.findall(json.dumps(list(texts(inputs)))):
            if region != own:
                yield each, region


def stays_in(stack: Recording, own: str) -> None:
    """No ARN, replica, destination of logs or copies, or region of a resource is elsewhere, but for the list's."""
    found = {(each.type, region) for each, region in _foreign(stack, own)}
    assert found == ELSEWHERE.keys()


ROWS: list[Proof] = [
    ClassProof("TC-DB-08", "rds.Instance", {"replicateSourceDb": SOURCE}, count=1, stacks=("production-dr",)),
    ClassProof("TC-DB-09", "rds.Instance", {"replicateSourceDb": SOURCE, "kmsKeyId": KEY, "backupRetentionPeriod": AtLeast(1)}, count=1),
    StackProof("TC-DB-09", follows_productions, ("rds.Instance", "replicateSourceDb"), ("rds.Instance",)),
    StackProof("TC-DB-10", shapes.stores_in, (tuple(f"10.1.{20 + zone}.0/24" for zone in (1, 2, 3)), "rds.SubnetGroup"), ("rds.SubnetGroup",), ("production-dr",)),
    ClassProof("TC-DB-10", "rds.Instance", {"dbSubnetGroupName": Ref("rds.SubnetGroup", output="name")}, count=1, stacks=("production-dr",)),
    ClassProof("TC-DB-05", "rds.Instance", {"storageEncrypted": True, "kmsKeyId": KEY}, count=1, stacks=("production-dr",)),
    ClassProof("TC-DB-11", "rds.Instance", {"vpcSecurityGroupIds": Ref("ec2.SecurityGroup", {"name": "RDS-SG"}), "publiclyAccessible": False}, count=1, stacks=("production-dr",)),
    ClassProof("TC-DB-14", "rds.Instance", {"enabledCloudwatchLogsExports": holds("postgresql")}, count=1, stacks=("production-dr",)),
    StackProof("TC-DB-12", stores.parameters, ("postgres15", {}), ("rds.ParameterGroup",), ("production-dr",)),
    StackProof("TC-DB-13", stores.parameters, ("postgres15", {"rds.force_ssl": "1", "ssl_min_protocol_version": "TLSv1.2"}), ("rds.ParameterGroup",), ("production-dr",)),
    StackProof("TC-DB-14", stores.parameters, ("postgres15", {"shared_preload_libraries": "pgaudit", "pgaudit.log": "ddl,role,write"}), ("rds.ParameterGroup",), ("production-dr",)),
    StackProof("TC-SG-03", shapes.group, ("rds", [("tcp", 5432, "app")], None, "RDS-SG"), ("vpc.SecurityGroupIngressRule",), ("production-dr",)),
    ClassProof("TC-DR-01", "rds.InstanceAutomatedBackupsReplication", {"sourceDbInstanceArn": SOURCE, "retentionPeriod": 30, "kmsKeyId": KEY}, count=1, stacks=("production-dr",)),
    StackProof("TC-DR-01", follows_productions, ("rds.InstanceAutomatedBackupsReplication", "sourceDbInstanceArn"), ("rds.InstanceAutomatedBackupsReplication",), ("production-dr",)),
    StackProof("TC-DR-01", shapes.none_of, ("rds.InstanceAutomatedBackupsReplication",), (), ("production",)),
    StackProof("TC-DNS-02", fails_over, ("PRIMARY",), ("route53.Record", "lb.LoadBalancer"), ("production",)),
    StackProof("TC-DNS-02", fails_over, ("SECONDARY",), ("route53.Record", "lb.LoadBalancer"), ("production-dr",)),
    ClassProof("TC-DNS-02", "route53.Record", {"zoneId": Ref("route53.Zone", output="zoneId"), "healthCheckId": Ref("route53.HealthCheck"), "setIdentifier": "production"}, {"failoverRoutingPolicies": AnyValue()}, 1, ("production",)),
    ClassProof("TC-DNS-02", "route53.Record", {"zoneId": Matches("^Z[A-Z0-9]+$"), "setIdentifier": "production-dr"}, {"failoverRoutingPolicies": AnyValue()}, 1, ("production-dr",)),
    StackProof("TC-DNS-02", checks_this_region, (), ("route53.HealthCheck", "route53.Record"), ("production",)),
    StackProof("TC-SEC-04", secrets_are_copied, (), ("secretsmanager.Secret",)),
    StackProof("TC-CMP-08", containers_read_copies, (), ("ecs.TaskDefinition",), ("production-dr",)),
    StackProof("TC-DB-19", stays_in, ("eu-west-1",), ()),
    StackProof("TC-DOC-05", stays_in, ("eu-west-1",), ()),
]  # fmt: skip
