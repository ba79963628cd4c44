"""Public bug reports on other policy tools, tried against this pack: the right verdict of each, new and existing.

`docs/policies/tried.md` names them. The stacks are written anew after what each report is about.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest

from guard.model.rule import Profile
from tests.policy.declare import r
from tests.policy.engine import Declared, EngineRun
from tests.policy.rules.test_cases import of_family

PAGE = Path(__file__).parents[3] / "docs" / "policies" / "tried.md"


class Attempt(NamedTuple):
    number: str
    family: str
    verdict: Literal["violation", "ok"]
    stack: tuple[Declared, ...]


def policy(token: str, name: str = "policy", **statement: Any) -> Declared:
    return r(token, **{name: json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})})


def group(*rules: dict[str, Any]) -> Declared:
    return r("ec2/securityGroup:SecurityGroup", ingress=[{"protocol": "tcp", **each} for each in rules])


def function(**variables: str) -> Declared:
    return r("lambda/function:Function", environment={"variables": variables})


KEY, IAM, BUCKET = "kms/key:Key", "iam/policy:Policy", "s3/bucket:Bucket"
BLOCK = r(
    "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "block",
    refs={"bucket": "it.id"},
    blockPublicAcls=True,
    blockPublicPolicy=True,
    ignorePublicAcls=True,
    restrictPublicBuckets=True,
)
REPLICATED = {"engine": "postgres", "instanceClass": "db.t4g.small"}
ROLES = ["arn:aws:iam::111122223333:role/app-eu-connect", "arn:aws:iam::111122223333:role/app-eu-seeder"]

REPORTS = [
    Attempt(
        "bridgecrewio/checkov#6073",
        "sg-open-ingress",
        "violation",
        (group({"fromPort": 22, "toPort": 3389, "self": True, "cidrBlocks": ["0.0.0.0/0"]}),),
    ),
    Attempt(
        "mondoohq/cnspec#3709",
        "sg-open-ingress",
        "violation",
        (group({"fromPort": 22, "toPort": 22, "ipv6CidrBlocks": ["::/0"]}),),
    ),
    Attempt(
        "bridgecrewio/checkov#586",
        "encrypt-at-rest",
        "ok",
        (
            r("rds/cluster:Cluster", "all", engine="aurora-mysql", storageEncrypted=True),
            r(
                "rds/clusterInstance:ClusterInstance",
                engine="aurora-mysql",
                instanceClass="db.r6g.large",
                refs={"clusterIdentifier": "all.id"},
            ),
        ),
    ),
    Attempt(
        "tenable/terrascan#1135",
        "encrypt-at-rest",
        "ok",
        (r("rds/instance:Instance", engine="postgres", storageEncrypted=True),),
    ),
    Attempt(
        "stelligent/cfn_nag#624",
        "encrypt-at-rest",
        "ok",
        (
            r("rds/instance:Instance", "home", storageEncrypted=True, **REPLICATED),
            r("rds/instance:Instance", "copy", instanceClass="db.t4g.small", refs={"replicateSourceDb": "home.id"}),
        ),
    ),
    Attempt("aquasecurity/tfsec#1903", "s3-public-access-block", "ok", (r(BUCKET), BLOCK)),
    Attempt(
        "aquasecurity/trivy#5001",
        "s3-public-access-block",
        "ok",
        (r("iam/role:Role", "role"), r(BUCKET, refs={"bucket": "role.name"}), BLOCK),
    ),
    Attempt(
        "bridgecrewio/checkov#7304",
        "iam-trust",
        "ok",
        (
            policy(
                "iam/role:Role",
                "assumeRolePolicy",
                Principal={"AWS": "*"},
                Action="sts:AssumeRole",
                Condition={"StringLike": {"aws:PrincipalArn": ROLES}},
            ),
        ),
    ),
    Attempt(
        "bridgecrewio/checkov#4401",
        "public-resource-policy",
        "ok",
        (
            policy(
                "s3/bucketPolicy:BucketPolicy",
                Effect="Deny",
                Principal={"AWS": "*"},
                Action="s3:DeleteObject",
                Resource="arn:aws:s3:::migrations/*",
                Condition={"ArnNotLike": {"aws:PrincipalArn": ROLES}},
            ),
        ),
    ),
    Attempt(
        "bridgecrewio/checkov#990",
        "iam-least-privilege",
        "ok",
        (
            policy(
                IAM,
                Action="cloudwatch:PutMetricData",
                Resource="*",
                Condition={"StringEquals": {"cloudwatch:namespace": "Shop"}},
            ),
        ),
    ),
    Attempt(
        "Checkmarx/kics#6844",
        "public-resource-policy",
        "ok",
        (policy(KEY, Principal={"AWS": "arn:aws:iam::111122223333:root"}, Action="kms:*", Resource="*"),),
    ),
    Attempt(
        "prowler-cloud/prowler#1760",
        "secret-plaintext",
        "ok",
        (function(RDS_secrets_name="config/database_credentials"),),
    ),
    Attempt(
        "prowler-cloud/prowler#826", "secret-plaintext", "violation", (function(DB_PASSWORD="h7Kq2" + "mZx9Lw4t"),)
    ),
    Attempt("prowler-cloud/prowler#4893", "secret-plaintext", "ok", (function(MYSQL_ALLOW_EMPTY_PASSWORD="yes"),)),
]


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize("report", REPORTS, ids=[report.number for report in REPORTS])
def test_a_report(report: Attempt, known: bool) -> None:
    answer = EngineRun(profile=Profile.STRICT).preview(report.stack, known=known)
    found = [one.message for one in of_family(answer, report.family) if one.mandatory]
    assert ("violation" if found else "ok") == report.verdict, found


def test_the_page_names_each() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [report.number for report in REPORTS if f"| {report.number} |" not in page] == []
