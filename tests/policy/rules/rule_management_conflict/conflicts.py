"""Rows of the family rule-management-conflict."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import (
    OTHER,
    SG,
    VPC,
    Row,
    ingress,
    r,
    unknown,
)
from tests.policy.engine import Declared

BESIDE, TWICE = "inline-beside-standalone", "managed-twice"
EXCLUSIVE, EVERYWHERE = "exclusive-beside-others", "policy-attachment-exclusive"

TRUST = '{"Version": "2012-10-17", "Statement": []}'
DOCUMENT = '{"Version": "2012-10-17", "Statement": []}'
AWS_POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
OTHER_POLICY = "arn:aws:iam::aws:policy/job-function/Billing"
SELF = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "self": True}
INLINE_POLICY = [{"name": "a", "policy": DOCUMENT}]


def group(**inline: Any) -> Declared:
    return r("ec2/securityGroup:SecurityGroup", "vault", **inline)


def role(**inline: Any) -> Declared:
    return r("iam/role:Role", "worker", assumeRolePolicy=TRUST, **inline)


def role_policy(**props: Any) -> Declared:
    return r("iam/rolePolicy:RolePolicy", "extra", refs={"role": "worker.name"}, policy=DOCUMENT, **props)


def attached(
    name: str = "clip", policy: str | None = AWS_POLICY, refs: dict[str, str] | None = None, of: str = "worker.name"
) -> Declared:
    known = {"policyArn": policy} if policy else {}
    return r("iam/rolePolicyAttachment:RolePolicyAttachment", name, refs={"role": of} | (refs or {}), **known)


def everywhere(name: str = "all", policy: str | None = AWS_POLICY, refs: dict[str, str] | None = None) -> Declared:
    known = {"policyArn": policy} if policy else {}
    return r("iam/policyAttachment:PolicyAttachment", name, refs={"roles[0]": "worker.name"} | (refs or {}), **known)


def of_bucket(token: str, name: str = "side", **props: Any) -> Declared:
    return r(token, name, refs={"bucket": "it.id"}, **props)


VERSIONS = of_bucket("s3/bucketVersioning:BucketVersioning", versioningConfiguration={"status": "Enabled"})
EXPIRY = [{"id": "a", "status": "Enabled", "expiration": {"days": 9}}]
SECOND = r("s3/bucket:Bucket", "second", bucket="letters")
OWN_POLICY = r("iam/policy:Policy", "may", policy=DOCUMENT)


def exclusive_policies(*names: str, refs: dict[str, str] | None = None, called: str = "only") -> Declared:
    listed = {"policyNames": list(names)} if names else {}
    return r(
        "iam/rolePoliciesExclusive:RolePoliciesExclusive",
        called,
        refs={"roleName": "worker.name"} | (refs or {}),
        **listed,
    )


def exclusive_attachments(*arns: str, refs: dict[str, str] | None = None, called: str = "only") -> Declared:
    listed = {"policyArns": list(arns)} if arns else {}
    return r(
        "iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
        called,
        refs={"roleName": "worker.name"} | (refs or {}),
        **listed,
    )


def exclusive_rules(refs: dict[str, str], **listed: Any) -> Declared:
    return r(
        "ec2/vpcSecurityGroupRulesExclusive:VpcSecurityGroupRulesExclusive",
        "only",
        refs={"securityGroupId": "vault.id"} | refs,
        **listed,
    )


ROWS = [
    # --- exclusive forms ---
    Row(
        EXCLUSIVE, "ok", "it lists the policy by name", (role(), role_policy(name="extra"), exclusive_policies("extra"))
    ),
    Row(
        EXCLUSIVE,
        "ok",
        "it lists the policy by reference",
        (role(), role_policy(), exclusive_policies(refs={"policyNames[0]": "extra.name"})),
    ),
    Row(EXCLUSIVE, "ok", "it lists what is attached", (role(), attached(), exclusive_attachments(AWS_POLICY))),
    Row(
        EXCLUSIVE,
        "ok",
        "it lists an own policy",
        (
            role(),
            OWN_POLICY,
            attached(policy=None, refs={"policyArn": "may.arn"}),
            exclusive_attachments(refs={"policyArns[0]": "may.arn"}),
        ),
    ),
    Row(
        EXCLUSIVE,
        "ok",
        "policies in the role, exclusive attachments",
        (role(inlinePolicies=INLINE_POLICY), attached(), exclusive_attachments(AWS_POLICY)),
    ),
    Row(
        EXCLUSIVE,
        "ok",
        "another role's",
        (
            role(),
            r("iam/role:Role", "second", assumeRolePolicy=TRUST),
            attached(of="second.name"),
            exclusive_attachments(OTHER_POLICY),
        ),
    ),
    Row(
        EXCLUSIVE,
        "ok",
        "the rules of a group, all listed",
        (VPC, SG, ingress(cidrIpv4="10.0.0.0/8"), exclusive_rules({"ingressRuleIds[0]": "it.id"}, egressRuleIds=[])),
    ),
    Row(
        EXCLUSIVE,
        "breach",
        "it does not list the policy",
        (role(), role_policy(name="extra"), exclusive_policies("another")),
    ),
    Row(EXCLUSIVE, "breach", "it lists nothing", (role(), role_policy(name="extra"), exclusive_policies())),
    Row(
        EXCLUSIVE,
        "breach",
        "it does not list what is attached",
        (role(), attached(), exclusive_attachments(OTHER_POLICY)),
    ),
    Row(
        EXCLUSIVE,
        "breach",
        "it does not list what the policy attaches",
        (role(), everywhere(), exclusive_attachments(OTHER_POLICY)),
    ),
    Row(EXCLUSIVE, "breach", "policies in the role", (role(inlinePolicies=INLINE_POLICY), exclusive_policies("a"))),
    Row(
        EXCLUSIVE,
        "breach",
        "attached in the role",
        (role(managedPolicyArns=[AWS_POLICY]), exclusive_attachments(AWS_POLICY)),
    ),
    Row(EXCLUSIVE, "breach", "two of them", (role(), exclusive_policies("a"), exclusive_policies("b", called="too"))),
    Row(
        EXCLUSIVE,
        "breach",
        "a user",
        (
            r("iam/user:User", "ada"),
            r("iam/userPolicyAttachment:UserPolicyAttachment", refs={"user": "ada.name"}, policyArn=AWS_POLICY),
            r(
                "iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
                "only",
                refs={"userName": "ada.name"},
                policyArns=[],
            ),
        ),
    ),
    Row(
        EXCLUSIVE,
        "breach",
        "a rule that it does not list",
        (VPC, SG, ingress(cidrIpv4="10.0.0.0/8"), exclusive_rules({}, ingressRuleIds=["sgr-1"], egressRuleIds=[])),
    ),
    Row(
        EXCLUSIVE,
        "breach",
        "rules in the group",
        (group(ingress=[SELF]), exclusive_rules({}, ingressRuleIds=[], egressRuleIds=[])),
    ),
    Row(EXCLUSIVE, "undecided", "a policy that AWS names", (role(), role_policy(), exclusive_policies("another"))),
    Row(
        EXCLUSIVE,
        "undecided",
        "unknown names",
        (OTHER, role(), role_policy(name="extra"), exclusive_policies(refs=unknown("policyNames[0]"))),
    ),
    Row(
        EXCLUSIVE,
        "undecided",
        "unknown rules in the group",
        (
            OTHER,
            r("ec2/securityGroup:SecurityGroup", "vault", refs=unknown("ingress")),
            exclusive_rules({}, ingressRuleIds=[], egressRuleIds=[]),
        ),
    ),
    # --- a policy that is taken from all others ---
    Row(EVERYWHERE, "ok", "alone", (role(), everywhere())),
    Row(EVERYWHERE, "ok", "another policy", (role(), everywhere(), attached(policy=OTHER_POLICY))),
    Row(EVERYWHERE, "breach", "the same policy of AWS", (role(), everywhere(), attached())),
    Row(
        EVERYWHERE,
        "breach",
        "the same own policy",
        (
            role(),
            OWN_POLICY,
            everywhere(policy=None, refs={"policyArn": "may.arn"}),
            attached(policy=None, refs={"policyArn": "may.arn"}),
        ),
    ),
    Row(EVERYWHERE, "breach", "two such", (role(), everywhere(), everywhere("too"))),
    Row(EVERYWHERE, "breach", "a role that names it", (role(managedPolicyArns=[AWS_POLICY]), everywhere())),
    Row(
        EVERYWHERE,
        "undecided",
        "an unknown policy",
        (OTHER, role(), everywhere(policy=None, refs=unknown("policyArn")), attached()),
    ),
]
