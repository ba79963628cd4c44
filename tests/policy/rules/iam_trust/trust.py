"""Rows of the family iam-trust."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import OTHER, Row, r, unknown
from tests.policy.engine import Declared

HIDDEN = (OTHER, r("iam/role:Role", refs=unknown("assumeRolePolicy")))
FORGE = "token.actions.githubusercontent.com"
CLUSTER = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
LAB = "gitlab.com"


def statement(principal: Any, action: Any = "sts:AssumeRole", **condition: dict[str, Any]) -> dict[str, Any]:
    more = {"Condition": condition} if condition else {}
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


def trusts(*statements: dict[str, Any], **props: Any) -> tuple[Declared, ...]:
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return (r("iam/role:Role", assumeRolePolicy=document, **props),)


def to(principal: Any, **condition: dict[str, Any]) -> tuple[Declared, ...]:
    return trusts(statement(principal, **condition))


def token(issuer: str = FORGE, **condition: dict[str, Any]) -> tuple[Declared, ...]:
    provider = {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{issuer}"}
    return trusts(statement(provider, "sts:AssumeRoleWithWebIdentity", **condition))


def subject(value: Any, operator: str = "StringLike", issuer: str = FORGE, **more: Any) -> tuple[Declared, ...]:
    aud = {f"{issuer}:aud": "sts.amazonaws.com"}
    conditions = {"StringEquals": aud, **more}
    conditions[operator] = {**conditions.get(operator, {}), f"{issuer}:sub": value}
    return token(issuer, **conditions)


def for_us(issuer: str, *more: dict[str, Any]) -> tuple[Declared, ...]:
    """A trust that asks for the audience only, and what else stands in its document."""
    provider = {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{issuer}"}
    audience = {"StringEquals": {f"{issuer}:aud": "ours"}}
    return trusts(statement(provider, "sts:AssumeRoleWithWebIdentity", **audience), *more)


CIRCLE = "oidc.circleci.com/org/6b376885"
PIPELINES = "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"
TENANT = "login.microsoftonline.com/0a1b2c3d-0000-4111-8222-333344445555/v2.0"
POOL_OF_USERS = "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a1b2c3"
ESC = "api.pulumi.com/oidc"
HOSTS = ("acme.eu.auth0.com/", "acme.okta.com", "acme.app.spacelift.io")
OTHERS_DENIED = {
    **statement(
        {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{FORGE}"},
        "sts:AssumeRoleWithWebIdentity",
        StringNotLike={f"{FORGE}:sub": "repo:acme/shop:*"},
    ),
    "Effect": "Deny",
}
AUD = {f"{FORGE}:aud": "sts.amazonaws.com"}
SUB = {f"{FORGE}:sub": "repo:acme/shop:*"}
SAML = {"Federated": "arn:aws:iam::111122223333:saml-provider/idp"}
POOL = {"Federated": "cognito-identity.amazonaws.com"}
STAR = {"AWS": "*"}
EDGE = "arn:aws:iam::111122223333:policy/edge"

ROWS = [
    Row("trust-open", "ok", "a service", to({"Service": "lambda.amazonaws.com"})),
    Row("trust-open", "ok", "an account that nobody knows", to({"AWS": "arn:aws:iam::444455556666:root"})),
    Row("trust-open", "ok", "one organization", to(STAR, StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"})),
    Row(
        "trust-open",
        "ok",
        "one account's roles",
        to(STAR, ArnLike={"aws:PrincipalArn": "arn:aws:iam::444455556666:role/*"}),
    ),
    Row("trust-open", "ok", "denied", trusts({**statement("*"), "Effect": "Deny"})),
    Row("trust-open", "ok", "tags only", trusts(statement(STAR, "sts:TagSession"))),
    Row(
        "trust-open",
        "ok",
        "an organization, asked for",
        to(
            STAR,
            **{
                "ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"},
                "Null": {"aws:PrincipalOrgPaths": "false"},
            },
        ),
    ),
    Row("trust-open", "breach", "a star", to("*")),
    Row("trust-open", "breach", "a star of AWS", to({"AWS": ["arn:aws:iam::111122223333:root", "*"]})),
    Row(
        "trust-open",
        "breach",
        "all but one",
        trusts(
            {"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:AssumeRole"}
        ),
    ),
    Row("trust-open", "breach", "an account of stars", to({"AWS": "arn:aws:iam::*:root"})),
    Row(
        "trust-open",
        "breach",
        "a role of any account",
        to(STAR, StringLike={"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"}),
    ),
    Row("trust-open", "breach", "an external id", to(STAR, StringEquals={"sts:ExternalId": "7"})),
    Row(
        "trust-open", "breach", "if there is one", to(STAR, StringEqualsIfExists={"aws:PrincipalOrgID": "o-a1b2c3d4e5"})
    ),
    Row(
        "trust-open",
        "breach",
        "all of none",
        to(STAR, **{"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-a/*"}}),
    ),
    Row(
        "trust-open",
        "breach",
        "all but one organization",
        to(STAR, StringNotEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"}),
    ),
    Row("trust-open", "breach", "any organization", to(STAR, StringLike={"aws:PrincipalOrgID": "o-*"})),
    Row(
        "trust-open",
        "breach",
        "whoever it is",
        to(STAR, StringEquals={"aws:PrincipalAccount": "${aws:PrincipalAccount}"}),
    ),
    Row("trust-open", "breach", "every action", trusts(statement("*", "sts:*"))),
    Row(
        "trust-open",
        "breach",
        "the second statement",
        trusts(statement({"Service": "lambda.amazonaws.com"}), statement(STAR)),
    ),
    Row("trust-open", "undecided", "", HIDDEN),
    Row("trust-token-subject", "ok", "one branch", subject("repo:acme/shop:ref:refs/heads/main", "StringEquals")),
    Row("trust-token-subject", "ok", "one repository", subject("repo:acme/shop:*")),
    Row(
        "trust-token-subject",
        "ok",
        "an environment of two",
        subject(["repo:acme/shop:environment:prod", "repo:acme/site:*"]),
    ),
    Row("trust-token-subject", "ok", "any of several", subject("repo:acme/shop:*", "ForAnyValue:StringLike")),
    Row(
        "trust-token-subject",
        "ok",
        "a repository's number",
        token(StringEquals={**AUD, f"{FORGE}:repository_id": "4711"}),
    ),
    Row(
        "trust-token-subject",
        "ok",
        "a project of GitLab",
        subject("project_path:acme/shop:ref_type:branch:ref:*", issuer=LAB),
    ),
    Row("trust-token-subject", "ok", "a service account", subject("system:serviceaccount:shop:api", issuer=CLUSTER)),
    Row("trust-token-subject", "ok", "a namespace", subject("system:serviceaccount:shop:*", issuer=CLUSTER)),
    Row(
        "trust-token-subject",
        "ok",
        "a pool's users",
        trusts(
            statement(
                POOL,
                "sts:AssumeRoleWithWebIdentity",
                StringEquals={"cognito-identity.amazonaws.com:aud": "eu-west-1:1"},
            )
        ),
    ),
    Row(
        "trust-token-subject",
        "ok",
        "a subject that is asked for",
        subject("repo:acme/shop:*", "StringLikeIfExists", Null={f"{FORGE}:sub": "false"}),
    ),
    Row(
        "trust-token-subject",
        "ok",
        "of a provider that nobody knows",
        subject(
            "shop|*", issuer="id.example.com", StringLike={"id.example.com:sub": "shop|api*"}, operator="StringEquals"
        ),
    ),
    Row("trust-token-subject", "breach", "none", token(StringEquals=AUD)),
    Row("trust-token-subject", "breach", "every repository", subject("repo:*")),
    Row("trust-token-owner", "breach", "every repository of an organization", subject("repo:acme/*")),
    Row("trust-token-owner", "breach", "names that begin alike", subject("repo:acme/shop*")),
    Row("trust-token-subject", "breach", "organizations that begin alike", subject("repo:acme*")),
    Row("trust-token-subject", "breach", "one of two", subject(["repo:acme/shop:*", "repo:*/shop:*"])),
    Row("trust-token-subject", "breach", "if there is one", subject("repo:acme/shop:*", "StringLikeIfExists")),
    Row("trust-token-subject", "breach", "all of none", subject("repo:acme/shop:*", "ForAllValues:StringLike")),
    Row("trust-token-subject", "breach", "all but one", subject("repo:acme/shop:*", "StringNotLike")),
    Row(
        "trust-token-owner",
        "breach",
        "an organization's name",
        token(StringEquals={**AUD, f"{FORGE}:repository_owner": "acme"}),
    ),
    Row("trust-token-subject", "breach", "every namespace", subject("system:serviceaccount:*:api", issuer=CLUSTER)),
    Row("trust-token-subject", "breach", "every project", subject("project_path:*/shop:*", issuer=LAB)),
    Row("trust-token-subject", "breach", "of a provider that nobody knows", subject("user:*", issuer="id.example.com")),
    *(
        Row("trust-token-subject", "breach", f"a subject of nobody's: {one}", subject(one, operator))
        for one, operator in (
            ("environment:prod", "StringEquals"),
            ("ref:refs/heads/main", "StringEquals"),
            ("pull_request", "StringEquals"),
            ("workflow:deploy:*", "StringLike"),
            ("environment:*:repository_owner:acme", "StringLike"),
        )
    ),
    Row(
        "trust-token-subject", "breach", "one of nobody's among two", subject(["repo:acme/shop:*", "environment:prod"])
    ),
    *(
        Row("trust-token-subject", "ok", f"an owner: {one}", subject(one, issuer=issuer))
        for one, issuer in (
            ("repo:acme/*", FORGE),
            ("repository_owner:acme:environment:prod", FORGE),
            ("repository_owner_id:4711:*", FORGE),
            ("job_workflow_ref:acme/ci/.github/workflows/deploy.yml@*", FORGE),
            ("project_path:acme/*", LAB),
            ("organization:acme:*", "app.terraform.io"),
            ("{6f1e0f0a-0000-4111-8222-333344445555}:*", PIPELINES),
            ("org/6b376885/project/*/user/*", "oidc.circleci.com/org/6b376885"),
            ("app:*", "sts.windows.net/0a1b2c3d-0000-4111-8222-333344445555/"),
        )
    ),
    *(
        Row("trust-token-subject", "ok", f"a tenant's own issuer: {one}", for_us(one))
        for one in (CIRCLE, PIPELINES, TENANT, f"{FORGE}/acme", POOL_OF_USERS, *HOSTS)
    ),
    Row("trust-token-subject", "ok", "all of a tenant's", subject("*", issuer=PIPELINES)),
    Row("trust-token-subject", "ok", "all others denied", for_us(FORGE, OTHERS_DENIED)),
    Row("trust-token-subject", "breach", "every pod of a cluster", for_us(CLUSTER)),
    *(
        Row("trust-token-subject", "breach", f"nobody's: {one}", subject(one, issuer=issuer))
        for one, issuer in (
            ("organization:*:project:shop:workspace:prod:run_phase:*", "app.terraform.io"),
            ("*:ref_type:branch:ref:main", LAB),
            ("*:pipeline:shop:*", "agent.buildkite.com"),
            ("pulumi:deploy:org:*:project:shop:*", "api.pulumi.com/oidc/v2"),
            ("repo:acme-*/shop:*", FORGE),
            ("*repo:acme/shop:*", FORGE),
        )
    ),
    Row("trust-token-subject", "undecided", "", HIDDEN),
    *(
        Row("trust-token-owner", "breach", f"all of a tenant's: {one}", for_us(one))
        for one in (CIRCLE, PIPELINES, TENANT)
    ),
    Row("trust-token-owner", "ok", "a pool's users", for_us(POOL_OF_USERS)),
    Row("trust-token-owner", "ok", "all others denied", for_us(FORGE, OTHERS_DENIED)),
    *(
        Row("trust-token-owner", "ok", f"one project: {one}", subject(one, issuer=issuer))
        for one, issuer in (
            ("repo:acme/shop:*", FORGE),
            ("repo:acme@17/shop@4711:environment:prod", FORGE),
            ("repository_id:4711:*", FORGE),
            ("project_path:acme/team/shop:ref_type:branch:ref:main", LAB),
            ("organization:acme:project:shop:workspace:prod:run_phase:*", "app.terraform.io"),
            ("organization:acme:pipeline:shop:*", "agent.buildkite.com"),
            ("organization:acme:project:*:workspace:prod:run_phase:*", "app.terraform.io"),
            ("pulumi:environments:org:acme:env:shop/prod", ESC),
            ("pulumi:environments:pulumi.organization.login:acme:currentEnvironment.name:shop/prod", ESC),
            ("environment:prod", FORGE),
        )
    ),
    *(
        Row("trust-token-owner", "breach", f"all of an owner's: {one}", subject(one, issuer=issuer))
        for one, issuer in (("project_path:acme/*", LAB), ("organization:acme:*", "app.terraform.io"))
    ),
    Row("trust-token-owner", "breach", "one of two", subject(["repo:acme/shop:*", "repo:acme/*"])),
    Row("trust-token-owner", "undecided", "", HIDDEN),
    Row("trust-token-audience", "ok", "", subject("repo:acme/shop:*")),
    Row(
        "trust-token-audience",
        "ok",
        "a cluster's pods",
        token(CLUSTER, StringEquals={f"{CLUSTER}:sub": "system:serviceaccount:shop:api"}),
    ),
    Row("trust-token-audience", "breach", "none", token(StringLike=SUB)),
    Row("trust-token-audience", "breach", "any", token(StringLike={**SUB, f"{FORGE}:aud": "*"})),
    Row("trust-token-audience", "breach", "if there is one", token(StringLike=SUB, StringEqualsIfExists=AUD)),
    Row("trust-token-audience", "breach", "of any pool", trusts(statement(POOL, "sts:AssumeRoleWithWebIdentity"))),
    Row("trust-token-audience", "undecided", "", HIDDEN),
    Row(
        "trust-saml-audience",
        "ok",
        "",
        trusts(
            statement(SAML, "sts:AssumeRoleWithSAML", StringEquals={"SAML:aud": "https://signin.aws.amazon.com/saml"})
        ),
    ),
    Row("trust-saml-audience", "ok", "another kind", subject("repo:acme/shop:*")),
    Row("trust-saml-audience", "breach", "", trusts(statement(SAML, "sts:AssumeRoleWithSAML"))),
    Row("trust-saml-audience", "undecided", "", HIDDEN),
    Row(
        "trust-certificates",
        "ok",
        "one anchor",
        to(
            {"Service": "rolesanywhere.amazonaws.com"},
            ArnEquals={"aws:SourceArn": "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/1"},
        ),
    ),
    Row(
        "trust-certificates",
        "ok",
        "one name",
        to({"Service": "rolesanywhere.amazonaws.com"}, StringEquals={"aws:PrincipalTag/x509Subject/CN": "build"}),
    ),
    Row("trust-certificates", "ok", "another service", to({"Service": "ec2.amazonaws.com"})),
    Row("trust-certificates", "breach", "", to({"Service": "rolesanywhere.amazonaws.com"})),
    Row("trust-certificates", "undecided", "", HIDDEN),
    Row("trust-other-account", "ok", "one's own", trusts(statement({"AWS": "111122223333"}), permissionsBoundary=EDGE)),
    Row(
        "trust-other-account",
        "ok",
        "with an id",
        trusts(statement({"AWS": "444455556666"}, StringEquals={"sts:ExternalId": "7"}), permissionsBoundary=EDGE),
    ),
    Row(
        "trust-other-account",
        "ok",
        "one role",
        trusts(statement({"AWS": "arn:aws:iam::444455556666:role/deploy"}), permissionsBoundary=EDGE),
    ),
    Row(
        "trust-other-account",
        "breach",
        "a number",
        trusts(statement({"AWS": "444455556666"}), permissionsBoundary=EDGE),
    ),
    Row(
        "trust-other-account",
        "breach",
        "its root",
        trusts(statement({"AWS": "arn:aws:iam::444455556666:root"}), permissionsBoundary=EDGE),
    ),
    Row("trust-other-account", "undecided", "", HIDDEN),
]
