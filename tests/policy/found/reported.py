"""Public bug reports on other policy tools, each as a small stack of our own: what this pack must say of it.

The page docs/policies/tried.md lists them. Found in public issues on 2026-11-28; nothing of them is copied.
"""

from __future__ import annotations

import json
from typing import Any, Literal, NamedTuple

from tests.policy.declare import SG, VPC, r
from tests.policy.engine import Declared

Kind = Literal["false positive", "false negative"]
ACCOUNT = "111122223333"


class Issue(NamedTuple):
    """Where it was reported, of which kind it was there, who judges it here, and the right verdict."""

    tool: str
    number: int
    kind: Kind
    by: str  # a family or a rule
    verdict: Literal["violation", "ok"]
    about: str
    stack: tuple[Declared, ...]

    @property
    def key(self) -> str:
        return f"{self.tool}#{self.number}"


def _policy(effect: str, action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def _text(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _identity(*statements: dict[str, Any]) -> tuple[Declared, ...]:
    return (r("iam/policy:Policy", policy=_text(*statements)),)


def _on(token: str, action: str, resource: str = "*", /, **condition: Any) -> tuple[Declared, ...]:
    more = {"Condition": condition} if condition else {}
    return (r(token, policy=_text(_policy("Allow", action, resource, Principal="*", **more))),)


def _key(*statements: dict[str, Any]) -> tuple[Declared, ...]:
    root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    own = _policy("Allow", "kms:*", Principal=root)
    return (r("kms/key:Key", enableKeyRotation=True, policy=_text(own, *statements)),)


def _function(**variables: str) -> tuple[Declared, ...]:
    return (r("lambda/function:Function", runtime="python3.13", environment={"variables": variables}),)


def _listener(**props: Any) -> tuple[Declared, ...]:
    return (r("lb/listener:Listener", **props),)


GROUP = "ec2/securityGroup:SecurityGroup"
TOPIC, QUEUE, BUCKET = "sns/topicPolicy:TopicPolicy", "sqs/queuePolicy:QueuePolicy", "s3/bucketPolicy:BucketPolicy"
SSH = {"protocol": "tcp", "fromPort": 22, "toPort": 22}
BALANCED = r(
    "lb/loadBalancer:LoadBalancer", "front", refs={"securityGroups[0]": "edge.id"}, loadBalancerType="application"
)
ALL_OFF = dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True)
TEMPLATE = r(
    "ec2/launchTemplate:LaunchTemplate", "tpl", metadataOptions={"httpTokens": "required", "httpPutResponseHopLimit": 1}
)

FP, FN = "false positive", "false negative"
REPORTS = [
    Issue("checkov", 264, FN, "sg-open-ingress", "violation", "SSH for all, beside its group",
           (VPC, SG, r("ec2/securityGroupRule:SecurityGroupRule", refs={"securityGroupId": "vault.id"}, type="ingress",
                       cidrBlocks=["0.0.0.0/0"], **SSH))),
    Issue("checkov", 837, FP, "encrypt-in-transit", "ok", "a listener that only leads to HTTPS",
           _listener(port=80, protocol="HTTP", defaultActions=[
               {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}])),
    Issue("tfsec", 827, FP, "encrypt-in-transit", "ok", "TLS on a network load balancer",
           _listener(port=1234, protocol="TLS", sslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06", certificateArn="x",
                     defaultActions=[{"type": "forward", "targetGroupArn": "x"}])),
    Issue("tfsec", 138, FN, "sg-open-ingress", "violation", "all of IPv6",
           (r(GROUP, ingress=[{**SSH, "ipv6CidrBlocks": ["::/0"]}]),)),
    Issue("kics", 7568, FN, "sg-open-ingress", "violation", "all of IPv6, written out, in the second block",
           (r(GROUP, ingress=[{**SSH, "cidrBlocks": ["10.1.2.3/32"]},
                              {**SSH, "ipv6CidrBlocks": ["0000:0000:0000:0000:0000:0000:0000:0000/0"]}]),)),
    Issue("trivy", 6764, FN, "sg-open-ingress", "violation", "the newer type of a rule",
           (VPC, SG, r("vpc/securityGroupIngressRule:SecurityGroupIngressRule", refs={"securityGroupId": "vault.id"},
                       ipProtocol="tcp", fromPort=22, toPort=22, cidrIpv4="0.0.0.0/0"))),
    Issue("kics", 7310, FP, "sg-open-ingress", "ok", "a public entry's port 443",
           (BALANCED, r(GROUP, "edge", ingress=[
               {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["0.0.0.0/0"]}]))),
    Issue("trivy", 5099, FP, "volume-at-rest", "ok", "a block that is no list",
           (r("ec2/instance:Instance", ami="ami-1", rootBlockDevice={"encrypted": True, "volumeSize": 30}),)),
    Issue("trivy", 5793, FP, "metadata-tokens", "ok", "tokens asked for by the template",
           (TEMPLATE, r("ec2/instance:Instance", launchTemplate={"version": "1"},
                        refs={"launchTemplate.id": "tpl.id"}))),
    Issue("trivy", 7899, FP, "deletion-protection", "ok", "a machine of a cluster has no protection of its own",
           (r("rds/clusterInstance:ClusterInstance", engine="aurora-mysql", clusterIdentifier="c",
              instanceClass="db.r6g.large"),)),
    Issue("prowler", 4257, FP, "policy-open", "ok", "everybody, in one VPC",
          _on(BUCKET, "s3:*", "arn:aws:s3:::b/*", StringEquals={"aws:SourceVpc": "vpc-0a1b2c3d"})),
    Issue("prowler", 3212, FP, "policy-open", "ok", "a bucket's messages, whose ARN has no account",
          _on(QUEUE, "sqs:SendMessage", ArnEquals={"aws:SourceArn": "arn:aws:s3:::b"})),
    Issue("prowler", 3199, FP, "policy-open", "ok", "a topic of another account",
          _on(QUEUE, "sqs:SendMessage", ArnEquals={"aws:SourceArn": "arn:aws:sns:us-west-2:555555555555:t"})),
    Issue("cs-suite", 23, FP, "policy-open", "ok", "the policy that the console gives a topic",
          _on(TOPIC, "SNS:Publish", StringEquals={"AWS:SourceOwner": ACCOUNT})),
    Issue("steampipe-mod-aws-compliance", 858, FP, "policy-open", "ok", "one's own organization",
          _on(TOPIC, "sns:Publish", StringEquals={"aws:principalorgid": ["o-exampleorgid"]})),
    Issue("steampipe-mod-aws-compliance", 538, FN, "policy-open", "violation", "everything of a bucket, for everybody",
          _on(BUCKET, "s3:*", "arn:aws:s3:::b/*")),
    Issue("prowler", 3346, FP, "public-resource-policy", "violation", "read by everybody: public, and no more",
          _on(BUCKET, "s3:Get*", "arn:aws:s3:::b/*")),
    Issue("checkov", 4394, FP, "policy-open", "ok", "a key refused to everybody",
           _key(_policy("Deny", "kms:ScheduleKeyDeletion", Principal="*"))),
    Issue("prowler", 679, FP, "policy-open", "ok", "CloudTrail's own policy of a key",
           _key(_policy("Allow", ["kms:Decrypt", "kms:ReEncryptFrom"], Principal={"AWS": "*"}, Condition={
               "StringEquals": {"kms:CallerAccount": ACCOUNT},
               "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{ACCOUNT}:*"}}))),
    Issue("kics", 4779, FP, "public-resource-policy", "ok", "the policy that AWS gives a key", _key()),
    Issue("checkov", 5627, FN, "policy-open", "violation", "one open statement among many",
           _key(*[_policy("Allow", "kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})] * 3,
                _policy("Allow", "kms:Decrypt", Principal={"AWS": ["*", f"arn:aws:iam::{ACCOUNT}:role/r"]}))),
    Issue("cfn_nag", 584, FP, "iam-pass-role", "ok", "denied on everything",
           _identity(_policy("Deny", "iam:PassRole"))),
    Issue("cfn_nag", 490, FP, "iam-least-privilege", "ok", "an action that AWS confines to nothing",
           _identity(_policy("Allow", "ecr:GetAuthorizationToken"))),
    Issue("tfsec", 1978, FP, "iam-least-privilege", "ok", "the objects of one bucket",
           _identity(_policy("Allow", ["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::testbucket/*"))),
    Issue("prowler", 3807, FP, "iam-privilege-escalation", "ok", "templates without a role to pass",
           _identity(_policy("Allow", ["cloudformation:CreateStack", "cloudformation:DescribeStacks"]))),
    Issue("cloudsplaining", 580, FN, "iam-privilege-escalation", "violation", "a policy for any role, no more",
           _identity(_policy("Allow", "iam:AttachRolePolicy"))),
    Issue("prowler", 2636, FN, "iam-pass-role", "violation", "a role in one statement, its use in another",
           _identity(_policy("Allow", "iam:PassRole"), _policy("Allow", ["ecs:RunTask", "ecs:DescribeTasks"]))),
    Issue("checkov", 7310, FP, "secret-plaintext", "ok", "a bundle's path, a user, a secret's name",
           _function(AWS_CA_BUNDLE="/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", DB_USER="demo",
                     DB_SECRET_NAME="demo-database-Xy12Zk")),  # noqa: S106, RUF100 - the name of one
    Issue("checkov", 6700, FP, "secret-plaintext", "ok", "a secret's name under a key's word, and a commit",
           _function(APP_PRIVATE_KEY_SECRET_NAME="my-secret",  # noqa: S106, RUF100 - the name of one
                     TAGS="git.commit.sha:55e7e7703f17c41f276caf8f1a1b744d674259f8")),
    Issue("tfsec", 1863, FP, "bucket-public-access-block", "ok", "a block that names its bucket by reference",
           (r("s3/bucket:Bucket", "b", bucketPrefix="prefix-"),
            r("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "off", refs={"bucket": "b.id"}, **ALL_OFF))),
    Issue("aws-security-benchmark", 7, FP, "sg-open-ingress", "ok", "SSH for one address, HTTPS for all",
           (BALANCED, r(GROUP, "edge", ingress=[
               {**SSH, "cidrBlocks": ["192.0.2.76/32"]},
               {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["0.0.0.0/0"]}]))),
]  # fmt: skip
