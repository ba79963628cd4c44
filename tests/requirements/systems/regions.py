"""TC: what production and production-dr have of each other, and that production-eu has nothing of either."""

import json
import re
from collections.abc import Iterator
from typing import Any

from preview.recording import RecordedResource, Recording
from tests.requirements.reading import arn, of, one, only, texts, token
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
#: What the EU's stack has elsewhere, or lets act from there, by class: the region, and why no data of the EU goes there.
ELSEWHERE = {
    "acm.Certificate": (PRIMARY, "CloudFront takes it from there; it holds the name of the site"),
    "acm.CertificateValidation": (PRIMARY, "waits for that certificate"),
    "wafv2.WebAcl": (PRIMARY, "CloudFront takes it from there; it keeps no log and no samples of requests"),
    "cloudfront.Distribution": (PRIMARY, "names that certificate and that web ACL"),
    "cloudwatch.LogDeliverySource": (PRIMARY, "CloudFront's logs are sent from there, and kept by nobody on the way"),
    "cloudwatch.LogDeliveryDestination": (PRIMARY, "says where they are sent: a bucket of this stack"),
    "cloudwatch.LogDelivery": (PRIMARY, "joins the two"),
    "s3.BucketPolicy": (PRIMARY, "admits that delivery, which only writes"),
    "chatbot.SlackChannelConfiguration": ("us-east-2", "AWS keeps all of these there; it holds the ids of a channel"),
}


def _production() -> Recording:
    return recorded("techcorp/production", True)


def _standby() -> Recording:
    return recorded("techcorp/production-dr", True)


def follows_productions(stack: Recording, class_: str, path: str) -> None:
    """A resource names production's database, by the ARN that it has there."""
    assert one(stack, class_)[path] == arn(shapes.primary(_production())) == SOURCE


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
    """Each service's secrets are production's, by name, in this region, that of the database its own user's; and no
    variable has their names."""
    made = {each["name"] for each in of(_production(), "secretsmanager.Secret")}
    for each in shapes.first_containers(stack):
        given = {secret["name"]: secret["valueFrom"] for secret in each["secrets"]}
        assert {"DATABASE_URL", "API_KEY"} <= given.keys()
        assert not given.keys() & {variable["name"] for variable in each["environment"]}
        for name in ("DATABASE_URL", "API_KEY"):
            found = re.fullmatch(rf"arn:aws:secretsmanager:{STANDBY}:333333333333:secret:(.+)-\w{{6}}", given[name])
            assert found
            assert found[1] in made
            assert name == "API_KEY" or found[1] == f"/techcorp/production/{each['name']}/database"


def foreign(stack: Recording, own: str) -> Iterator[tuple[RecordedResource, str]]:
    """Every region but the stack's own that is named in an input, with who names it."""
    for each in stack.resources.values():
        inputs: dict[str, Any] = {**each.inputs, "region": each.inputs.get("region") or own}
        for region in REGIONS.findall(json.dumps(list(texts(inputs)))):
            if region != own:
                yield each, region


#: What copies data to another region, or hands it over: the EU's stack has none.
COPIERS = (
    "rds.InstanceAutomatedBackupsReplication",
    "rds.SnapshotCopy",
    "rds.GlobalCluster",
    "s3.BucketReplicationConfig",
    "s3control.MultiRegionAccessPoint",
    "ecr.ReplicationConfiguration",
    "efs.ReplicationConfiguration",
    "dynamodb.TableReplica",
    "dynamodb.GlobalTable",
    "kms.ReplicaKey",
    "elasticache.GlobalReplicationGroup",
    "securityhub.FindingAggregator",
    "oam.Link",
    "ec2.VpcPeeringConnection",
    "ec2transitgateway.VpcAttachment",
    "kinesis.FirehoseDeliveryStream",
    "cloudwatch.MetricStream",
)
#: Properties that lead elsewhere, by class; unset or false in the EU's stack.
LEADS = {
    "rds.Instance": "replicateSourceDb",
    "secretsmanager.Secret": "replicas",
    "dynamodb.Table": "replicas",
    "kms.Key": "multiRegion",
}


def stays_in(stack: Recording, own: str) -> None:
    """No ARN, replica, destination of logs or copies, or region of a resource is elsewhere, but for the list's."""
    found: dict[str, set[str]] = {}
    for each, region in foreign(stack, own):
        found.setdefault(each.type, set()).add(region)
    assert found == {token(class_): {region} for class_, (region, _) in ELSEWHERE.items()}
    for class_ in COPIERS:
        assert of(stack, class_) == [], class_
    for class_, property_ in LEADS.items():
        assert not any(each.inputs.get(property_) for each in of(stack, class_)), class_
    for rule in (rule for plan in of(stack, "backup.Plan") for rule in plan["rules"]):
        assert not rule.get("copyActions")


def keeps_no_visitors(stack: Recording) -> None:
    """The web ACL that stands in us-east-1 keeps neither a log nor samples of requests, whose addresses are personal."""
    acl = only(each for each in of(stack, "wafv2.WebAcl") if each.inputs.get("region") == PRIMARY)
    views = [acl["visibilityConfig"], *(rule["visibilityConfig"] for rule in acl["rules"])]
    assert [view["sampledRequestsEnabled"] for view in views] == [False] * len(views)
    assert acl.id not in [each["resourceArn"] for each in of(stack, "wafv2.WebAclLoggingConfiguration")]
    assert arn(acl) not in [each["resourceArn"] for each in of(stack, "wafv2.WebAclLoggingConfiguration")]
    sent = only(of(stack, "cloudwatch.LogDeliveryDestination"))
    assert sent["deliveryDestinationConfiguration"]["destinationResourceArn"].startswith("arn:aws:s3:::techcorp-")
    assert [each["region"] for each in of(stack, "cloudwatch.LogDelivery")] == [PRIMARY]


def nothing_is_fetched(stack: Recording) -> None:
    """The stacks of the US name nothing of the EU: no source of a copy, and no region whose findings they gather.

    The trail of production covers all regions (TC-AUDIT-01): it has calls of AWS's API, and no data.
    """
    assert of(stack, "vpc.SecurityGroupIngressRule")  # the stack is not empty
    for other in (_production(), _standby()):
        assert [
            each.name for each in other.resources.values() if "eu-west-1" in json.dumps([*texts(each.inputs)])
        ] == []
        for each in of(other, "cloudtrail.Trail"):
            [selector] = each["advancedEventSelectors"]
            assert selector["fieldSelectors"] == [{"field": "eventCategory", "equals": ["Management"]}]


ROWS: list[Proof] = [
    ClassProof("TC-DB-08", "rds.Instance", {"replicateSourceDb": SOURCE}, count=1, stacks=("production-dr",)),
    ClassProof("TC-DB-08", "rds.Instance", {"replicateSourceDb": Ref("rds.Instance", {"engine": "postgres"}, output="identifier")}, {"logical": "database-replica-reader-instance"}, 1, ("production",)),
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
    StackProof("TC-DB-19", stays_in, ("eu-west-1",), ("cloudfront.Distribution",)),
    StackProof("TC-DB-19", nothing_is_fetched, (), ("vpc.SecurityGroupIngressRule",)),
    StackProof("TC-DOC-05", stays_in, ("eu-west-1",), ("wafv2.WebAcl",)),
    StackProof("TC-DOC-05", keeps_no_visitors, (), ("wafv2.WebAcl", "cloudwatch.LogDeliveryDestination", "cloudwatch.LogDelivery")),
]  # fmt: skip
