"""Rows of the family public-resource-policy."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import BUCKET, OTHER, Row, r, unknown
from tests.policy.engine import Declared

STAR = {"AWS": "*"}
OBJECTS = "arn:aws:s3:::parcels/*"
DENY = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::parcels", OBJECTS]}


def allow(principal: Any = "*", action: str = "s3:GetObject", /, **condition: dict[str, Any]) -> dict[str, Any]:
    found = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": OBJECTS}
    return {**found, "Condition": condition} if condition else found


def text(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def door(*statements: dict[str, Any]) -> tuple[Declared, ...]:
    return (BUCKET, r("s3/bucketPolicy:BucketPolicy", "door", refs={"bucket": "it.id"}, policy=text(*statements)))


def bound(**condition: dict[str, Any]) -> tuple[Declared, ...]:
    return door(allow("*", **condition))


def on(token: str, path: str = "policy", **more: Any) -> tuple[Declared, ...]:
    return (r(token, **{path: text(allow())}, **more),)


def domain(**props: Any) -> Declared:
    return r("opensearch/domain:Domain", "search", domainName="search", **props)


def api(kind: str) -> Declared:
    return r("apigateway/restApi:RestApi", "api", endpointConfiguration={"types": kind})


SEARCH_DOOR = r(
    "opensearch/domainPolicy:DomainPolicy", refs={"domainName": "search.domainName"}, accessPolicies=text(allow())
)
API_DOOR = r("apigateway/restApiPolicy:RestApiPolicy", refs={"restApiId": "api.id"}, policy=text(allow()))
INSIDE = {"vpcOptions": {"subnetIds": ["subnet-1"]}}

# Every kind of resource that carries a policy, as it is open.
OPEN = {
    "a topic": on("sns/topicPolicy:TopicPolicy", arn="x"),
    "a topic's own": on("sns/topic:Topic"),
    "a queue": on("sqs/queuePolicy:QueuePolicy", queueUrl="x"),
    "a queue's own": on("sqs/queue:Queue"),
    "a key": on("kms/key:Key", enableKeyRotation=True),
    "a key's, beside it": on("kms/keyPolicy:KeyPolicy", keyId="x"),
    "a replica": on("kms/replicaKey:ReplicaKey", primaryKeyArn="x"),
    "a secret": on("secretsmanager/secretPolicy:SecretPolicy", secretArn="x"),
    "a secret's own": on("secretsmanager/secret:Secret"),
    "images": on("ecr/repositoryPolicy:RepositoryPolicy", repository="x"),
    "a registry": on("ecr/registryPolicy:RegistryPolicy"),
    "images to come": on("ecr/repositoryCreationTemplate:RepositoryCreationTemplate", "repositoryPolicy", prefix="x"),
    "a bus": on("cloudwatch/eventBusPolicy:EventBusPolicy"),
    "files": on("efs/fileSystemPolicy:FileSystemPolicy", fileSystemId="x"),
    "backups": on("backup/vaultPolicy:VaultPolicy", backupVaultName="x"),
    "an archive": on("glacier/vault:Vault", "accessPolicy"),
    "logs": on("cloudwatch/logResourcePolicy:LogResourcePolicy", "policyDocument", policyName="x"),
    "logs of others": on("cloudwatch/logDestinationPolicy:LogDestinationPolicy", "accessPolicy", destinationName="x"),
    "a stream": on("kinesis/resourcePolicy:ResourcePolicy", resourceArn="x"),
    "a table": on("dynamodb/resourcePolicy:ResourcePolicy", resourceArn="x"),
    "a catalogue": on("glue/resourcePolicy:ResourcePolicy"),
    "packages": on("codeartifact/domainPermissions:DomainPermissions", "policyDocument", domain="x"),
    "a function": on("lambda/resourcePolicy:ResourcePolicy", resourceArn="x"),
    "an authority": on("acmpca/policy:Policy", resourceArn="x"),
    "media": on("mediastore/containerPolicy:ContainerPolicy", containerName="x"),
    "tables in buckets": on("s3tables/tableBucketPolicy:TableBucketPolicy", "resourcePolicy", tableBucketArn="x"),
    "brokers": on("msk/clusterPolicy:ClusterPolicy", clusterArn="x"),
    "mail": on("sesv2/emailIdentityPolicy:EmailIdentityPolicy", emailIdentity="x", policyName="y"),
    "a bucket's own": on("s3/bucket:Bucket"),
    "a bucket of many regions": (
        r(
            "s3control/multiRegionAccessPointPolicy:MultiRegionAccessPointPolicy",
            details={"name": "x", "policy": text(allow())},
        ),
    ),
}


ROWS = [
    *(Row("policy-open", "breach", about, stack) for about, stack in OPEN.items()),
    Row("policy-open", "ok", "an account that nobody knows", door(allow({"AWS": "arn:aws:iam::444455556666:root"}))),
    Row("policy-open", "ok", "denied", door(DENY)),
    Row("policy-open", "ok", "one organization", bound(StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"})),
    Row(
        "policy-open",
        "ok",
        "one's own organization",
        bound(StringEquals={"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}),
    ),
    Row(
        "policy-open",
        "ok",
        "an organization's unit",
        bound(**{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}),
    ),
    Row("policy-open", "ok", "a VPC, in Lattice's words", bound(StringEquals={"vpc-lattice-svcs:SourceVpc": "vpc-1"})),
    Row("policy-open", "ok", "an endpoint", bound(StringEquals={"aws:SourceVpce": ["vpce-1", "vpce-2"]})),
    Row("policy-open", "ok", "an office", bound(IpAddress={"aws:SourceIp": "203.0.113.0/24"})),
    Row("policy-open", "ok", "one account's topics", bound(ArnLike={"aws:SourceArn": "arn:aws:sns:*:111122223333:*"})),
    Row("policy-open", "ok", "a bucket", bound(ArnLike={"aws:SourceArn": "arn:aws:s3:*:*:parcels"})),
    Row(
        "policy-open",
        "ok",
        "one account's access points",
        bound(StringEquals={"s3:DataAccessPointAccount": "111122223333"}),
    ),
    Row("policy-open", "ok", "an owner, in small letters", bound(StringEquals={"AWS:SourceOwner": "111122223333"})),
    Row("policy-open", "ok", "sessions of a role", bound(StringLike={"aws:userid": "AROAEXAMPLEID:*"})),
    Row(
        "policy-open",
        "ok",
        "one of two conditions binds",
        bound(StringEquals={"aws:SourceVpc": "vpc-1"}, Bool={"aws:SecureTransport": "true"}),
    ),
    Row(
        "policy-open",
        "ok",
        "all but an organization are denied",
        door(
            allow(),
            {
                **DENY,
                "Condition": {
                    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                },
            },
        ),
    ),
    Row(
        "policy-open",
        "ok",
        "all but an office are denied",
        door(allow(), {**DENY, "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}),
    ),
    Row(
        "policy-open",
        "ok",
        "all but one are denied",
        door(
            allow(),
            {
                "Effect": "Deny",
                "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"},
                "Action": "*",
                "Resource": "*",
            },
        ),
    ),
    Row(
        "policy-open",
        "ok",
        "files are mounted",
        (
            r(
                "efs/fileSystemPolicy:FileSystemPolicy",
                fileSystemId="x",
                policy=text(
                    allow(
                        STAR, "elasticfilesystem:ClientMount", Bool={"elasticfilesystem:AccessedViaMountTarget": "true"}
                    )
                ),
            ),
        ),
    ),
    Row("policy-open", "ok", "an endpoint of a VPC", on("ec2/vpcEndpoint:VpcEndpoint", vpcId="x", serviceName="y")),
    Row("policy-open", "breach", "a star", door(allow())),
    Row("policy-open", "breach", "a star among others", door(allow({"AWS": ["arn:aws:iam::111122223333:root", "*"]}))),
    Row(
        "policy-open",
        "breach",
        "all but one",
        door(
            {
                "Effect": "Allow",
                "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"},
                "Action": "s3:GetObject",
                "Resource": OBJECTS,
            }
        ),
    ),
    Row("policy-open", "breach", "every provider", door(allow({"Federated": "*"}))),
    Row("policy-open", "breach", "if there is one", bound(StringEqualsIfExists={"aws:SourceVpce": "vpce-1"})),
    Row(
        "policy-open",
        "breach",
        "all of none",
        bound(**{"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
    ),
    Row(
        "policy-open", "breach", "all but one account", bound(StringNotEquals={"aws:PrincipalAccount": "444455556666"})
    ),
    Row(
        "policy-open", "breach", "the world in halves", bound(IpAddress={"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]})
    ),
    Row("policy-open", "breach", "one value is a star", bound(StringLike={"aws:SourceVpce": ["vpce-1", "*"]})),
    Row("policy-open", "breach", "sources of any account", bound(ArnLike={"aws:SourceArn": "arn:aws:sns:*:*:news"})),
    Row(
        "policy-open",
        "breach",
        "a role of any account",
        bound(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}),
    ),
    Row("policy-open", "breach", "over TLS", bound(Bool={"aws:SecureTransport": "true"})),
    Row("policy-open", "breach", "from one's own page", bound(StringLike={"aws:Referer": "https://example.com/*"})),
    Row("policy-open", "breach", "with MFA", bound(Bool={"aws:MultiFactorAuthPresent": "true"})),
    Row("policy-open", "breach", "by tag", bound(StringEquals={"aws:PrincipalTag/team": "shop"})),
    Row(
        "policy-open",
        "breach",
        "a Deny of another bucket",
        door(
            allow(),
            {
                **DENY,
                "Resource": "arn:aws:s3:::other/*",
                "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
            },
        ),
    ),
    Row(
        "policy-open",
        "breach",
        "a Deny of plain HTTP",
        door(allow(), {**DENY, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}),
    ),
    Row(
        "policy-open",
        "breach",
        "a Deny that needs the key",
        door(allow(), {**DENY, "Condition": {"ForAnyValue:StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}),
    ),
    Row("policy-open", "breach", "the second statement", door(DENY, allow({"AWS": "111122223333"}), allow())),
    Row(
        "policy-open",
        "breach",
        "the resource is unknown",
        (
            BUCKET,
            r(
                "s3/bucketPolicy:BucketPolicy",
                "door",
                policy={"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]},
                refs={"bucket": "it.id", "policy.Statement[0].Resource": "it.arn"},
            ),
        ),
    ),
    Row(
        "policy-open",
        "undecided",
        "",
        (OTHER, BUCKET, r("s3/bucketPolicy:BucketPolicy", "door", refs={"bucket": "it.id", "policy": "other.value"})),
    ),
    Row(
        "policy-open",
        "undecided",
        "the principal",
        (
            OTHER,
            r(
                "s3/bucketPolicy:BucketPolicy",
                bucket="parcels",
                policy={"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": OBJECTS}]},
                refs={"policy.Statement[0].Principal": "other.value"},
            ),
        ),
    ),
    Row("policy-open-endpoint", "ok", "a domain in a VPC", (domain(accessPolicies=text(allow()), **INSIDE),)),
    Row("policy-open-endpoint", "ok", "a domain in a VPC, beside it", (domain(**INSIDE), SEARCH_DOOR)),
    Row(
        "policy-open-endpoint",
        "ok",
        "a domain with users",
        (domain(accessPolicies=text(allow()), advancedSecurityOptions={"enabled": True}),),
    ),
    Row(
        "policy-open-endpoint",
        "ok",
        "a domain for an office",
        (domain(accessPolicies=text(allow("*", IpAddress={"aws:SourceIp": "203.0.113.7/32"}))),),
    ),
    Row(
        "policy-open-endpoint",
        "ok",
        "an access point of a VPC",
        (r("s3/accessPoint:AccessPoint", bucket="parcels", policy=text(allow()), vpcConfiguration={"vpcId": "vpc-1"}),),
    ),
    Row("policy-open-endpoint", "ok", "an API for everybody", (api("REGIONAL"), API_DOOR)),
    Row("policy-open-endpoint", "breach", "a domain", (domain(accessPolicies=text(allow())),)),
    Row("policy-open-endpoint", "breach", "a domain, beside it", (domain(), SEARCH_DOOR)),
    Row(
        "policy-open-endpoint",
        "breach",
        "an older domain",
        (r("elasticsearch/domain:Domain", accessPolicies=text(allow())),),
    ),
    Row(
        "policy-open-endpoint",
        "breach",
        "an access point",
        (r("s3/accessPoint:AccessPoint", bucket="parcels", policy=text(allow())),),
    ),
    Row("policy-open-endpoint", "breach", "a private API", (api("PRIVATE"), API_DOOR)),
    Row("policy-open-endpoint", "undecided", "the policy", (OTHER, domain(refs=unknown("accessPolicies")))),
    Row(
        "policy-open-endpoint",
        "undecided",
        "the domain",
        (r("opensearch/domainPolicy:DomainPolicy", domainName="elsewhere", accessPolicies=text(allow())),),
    ),
]
