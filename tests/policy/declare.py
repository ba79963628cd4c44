"""How rows declare resources: real tokens, the properties a program sets; and stacks that several rules share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from tests.policy.engine import Declared

Verdict = Literal["ok", "breach", "undecided"]


class Row(NamedTuple):
    rule: str
    verdict: Verdict
    about: str
    stack: tuple[Declared, ...]
    settings: Mapping[str, Any] = {}  # the rule's parameters


ONE_OF_TWO: list[tuple[Verdict, str]] = [("breach", "us-east-1"), ("ok", "us-west-2")]


def r(token: str, name: str = "it", /, *, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    """Declare a resource by its short token, e.g. rds/instance:Instance."""
    return Declared(name, f"aws:{token}", props, refs or {})


# Something whose outputs are unknown and lead to no resource that a rule looks for.
OTHER = r("ssm/parameter:Parameter", "other", type="String")


def unknown(*paths: str) -> dict[str, str]:
    return dict.fromkeys(paths, "other.value")


VPC = r("ec2/vpc:Vpc", "net", cidrBlock="10.61.0.0/16")
GATE = r("ec2/internetGateway:InternetGateway", "gate", refs={"vpcId": "net.id"})
DATA = r("ec2/subnet:Subnet", "data", refs={"vpcId": "net.id"}, cidrBlock="10.61.20.0/24")
TABLE = r("ec2/routeTable:RouteTable", "tbl", refs={"vpcId": "net.id"})
LINK = r(
    "ec2/routeTableAssociation:RouteTableAssociation", "link", refs={"subnetId": "data.id", "routeTableId": "tbl.id"}
)
GROUP = r("rds/subnetGroup:SubnetGroup", "grp", refs={"subnetIds[0]": "data.id"})
MOUNT = r("efs/mountTarget:MountTarget", "mt", refs={"subnetId": "data.id", "fileSystemId": "share.id"})
SHARE = r("efs/fileSystem:FileSystem", "share", encrypted=True)
NETWORK = (VPC, GATE, DATA, TABLE, LINK, SHARE, MOUNT)


def route(name: str = "out", via: str = "gate.id", at: str = "gatewayId", **props: Any) -> Declared:
    return r("ec2/route:Route", name, refs={"routeTableId": "tbl.id", at: via}, **props)


def inline(*routes: dict[str, Any], **refs: str) -> Declared:
    return r("ec2/routeTable:RouteTable", "tbl", refs={"vpcId": "net.id", **refs}, routes=list(routes))


def db(name: str = "it", *, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    return r("rds/instance:Instance", name, refs=refs, **{"engine": "postgres", "engineVersion": "16.4", **props})


def parameters(
    engine: str = "rds/parameterGroup:ParameterGroup", family: str = "postgres14", **values: Any
) -> Declared:
    entries = [{"name": name.replace("__", "."), "value": value} for name, value in values.items()]
    return r(engine, "tune", family=family, parameters=entries)


BALANCER = r("lb/loadBalancer:LoadBalancer", "front", loadBalancerType="application")
NETWORK_BALANCER = r("lb/loadBalancer:LoadBalancer", "front", loadBalancerType="network")
TO_HTTPS = {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}


def listener(name: str = "it", *, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    return r("lb/listener:Listener", name, refs={"loadBalancerArn": "front.arn"} if refs is None else refs, **props)


def https(policy: str | None) -> Declared:
    extra = {"sslPolicy": policy} if policy else {}
    return listener(port=443, protocol="HTTPS", defaultActions=[{"type": "forward"}], **extra)


def cdn(**props: Any) -> Declared:
    good = {
        "enabled": True,
        "defaultCacheBehavior": {"viewerProtocolPolicy": "redirect-to-https"},
        "origins": [
            {
                "originId": "o",
                "customOriginConfig": {"originProtocolPolicy": "https-only", "originSslProtocols": ["TLSv1.2"]},
            }
        ],
        "viewerCertificate": {
            "acmCertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/1",
            "minimumProtocolVersion": "TLSv1.2_2021",
        },
    }
    return r("cloudfront/distribution:Distribution", **{**good, **props})


def origin(**config: Any) -> list[dict[str, Any]]:
    return [{"originId": "o", "customOriginConfig": config}]


def bucket_policy(*statements: dict[str, Any], bucket: str = "arn:aws:s3:::parcels") -> Declared:
    import json

    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return r("s3/bucketPolicy:BucketPolicy", "door", refs={"bucket": "it.id"}, policy=document)


def deny(**changes: Any) -> dict[str, Any]:
    good = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::parcels", "arn:aws:s3:::parcels/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {key: value for key, value in {**good, **changes}.items() if value is not None}


BUCKET = r("s3/bucket:Bucket", bucket="parcels")


SG = r("ec2/securityGroup:SecurityGroup", "vault", refs={"vpcId": "net.id"})
CLIENT = r("ec2/securityGroup:SecurityGroup", "client", refs={"vpcId": "net.id"})
STORE = db("store", refs={"vpcSecurityGroupIds[0]": "vault.id"})
TASK = r("ecs/service:Service", "crew", refs={"networkConfiguration.securityGroups[0]": "vault.id"})
ALB = r("lb/loadBalancer:LoadBalancer", "front", refs={"securityGroups[0]": "vault.id"})
INTERNAL = r("lb/loadBalancer:LoadBalancer", "front", internal=True, refs={"securityGroups[0]": "vault.id"})

S3 = r(
    "ec2/vpcEndpoint:VpcEndpoint",
    "s3",
    refs={"vpcId": "net.id"},
    serviceName="com.amazonaws.eu-west-1.s3",
    vpcEndpointType="Gateway",
)


def ingress(*, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    about = {"ipProtocol": "tcp", "fromPort": 5432, "toPort": 5432, **props}
    refs = {"securityGroupId": "vault.id"} | (refs or {})
    return r("vpc/securityGroupIngressRule:SecurityGroupIngressRule", refs=refs, **about)


def legacy(*, refs: dict[str, str] | None = None, **props: Any) -> Declared:
    about = {"type": "ingress", "protocol": "tcp", "fromPort": 5432, "toPort": 5432, **props}
    return r("ec2/securityGroupRule:SecurityGroupRule", refs={"securityGroupId": "vault.id"} | (refs or {}), **about)


def three(
    rule: str, token: str, good: dict[str, Any], bad: dict[str, Any], path: str = "", /, **both: Any
) -> list[Row]:
    """Declare the rows of a rule that one property decides: a good value, a bad one and, at a path, an unknown one."""
    rows = [
        Row(rule, "ok", f"{token}: {good or 'unset'}", (r(token, **both, **good),)),
        Row(rule, "breach", f"{token}: {bad or 'unset'}", (r(token, **both, **bad),)),
    ]
    if path:
        rows.append(Row(rule, "undecided", f"{token}: {path}", (OTHER, r(token, refs=unknown(path), **both))))
    return rows


def allow(principal: Any = "*", **condition: Any) -> dict[str, Any]:
    """Return a statement of a queue's policy that lets somebody send messages."""
    found = {"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage", "Resource": "*"}
    return {**found, "Condition": condition} if condition else found
