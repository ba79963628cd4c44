"""Inputs out of public bug reports on other policy tools that this pack judged wrongly too."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_aws as aws

ACCOUNT = "arn:aws:iam::111122223333"
GITHUB = "token.actions.githubusercontent.com"


def _trust(name: str, issuer: str, sub: str, aud: str, operator: str = "StringLike") -> None:
    condition: dict[str, dict[str, str]] = {"StringEquals": {f"{issuer}:aud": aud}}
    condition.setdefault(operator, {})[f"{issuer}:sub"] = sub
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": f"{ACCOUNT}:oidc-provider/{issuer}"},
        "Condition": condition,
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.iam.Role(name, assume_role_policy=document)


def bitbucket_repository() -> None:
    """A subject at Bitbucket begins with the repository's UUID, and the issuer is one workspace's own."""
    issuer = "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"
    audience = "ari:cloud:bitbucket::workspace/0a1b2c3d-0000-4111-8222-333344445555"
    _trust("it", issuer, "{6f1e0f0a-0000-4111-8222-333344445555}:*", audience)


def circleci_organization() -> None:
    """The issuer is one organization's own; the subject names the organization at the forge, and a branch."""
    org = "6b376885-0000-4111-8222-333344445555"
    subject = f"org/{org}/project/*/user/*/vcs-origin/github.com/acme/*/vcs-ref/refs/heads/main"
    _trust("it", f"oidc.circleci.com/org/{org}", subject, org)


def github_organization() -> None:
    """All repositories of one's own organization: wide, but not everybody."""
    _trust("it", GITHUB, "repo:acme/*", "sts.amazonaws.com")


def github_subject_without_repository() -> None:
    """Subjects that name no repository: any organization can give itself such, by customizing `sub`."""
    _trust("by-environment", GITHUB, "environment:prod", "sts.amazonaws.com", "StringEquals")
    _trust("by-branch", GITHUB, "ref:refs/heads/main", "sts.amazonaws.com", "StringEquals")
    _trust("by-workflow", GITHUB, "workflow:deploy:*", "sts.amazonaws.com")
    _trust("by-context", GITHUB, "pull_request", "sts.amazonaws.com", "StringEquals")


def boundary_taken_off() -> None:
    """Who may take the boundary off every role or user is free of it."""
    actions = ["iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"]
    statement = {"Effect": "Allow", "Resource": "*", "Action": actions}
    aws.iam.Policy("it", policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def eks_nodes_root_disk() -> None:
    """Nodes without a launch template have an unencrypted root disk, unless the account encrypts by default."""
    aws.eks.NodeGroup(
        "it",
        cluster_name="c",
        node_role_arn=f"{ACCOUNT}:role/n",
        subnet_ids=["subnet-1"],
        scaling_config={"min_size": 1, "max_size": 2, "desired_size": 1},
        disk_size=50,
    )


def batch_root_disk() -> None:
    """A managed environment of machines without a template, too."""
    aws.batch.ComputeEnvironment(
        "it",
        type="MANAGED",
        compute_resources={
            "type": "EC2",
            "max_vcpus": 4,
            "min_vcpus": 0,
            "instance_types": ["m5"],
            "subnets": ["subnet-1"],
            "security_group_ids": ["sg-1"],
            "instance_role": f"{ACCOUNT}:instance-profile/x",
        },
    )


def kafka_without_authentication() -> None:
    """Brokers that let in clients who do not say who they are."""
    aws.msk.Cluster(
        "it",
        kafka_version="3.6.0",
        number_of_broker_nodes=3,
        client_authentication={"unauthenticated": True},
        broker_node_group_info={
            "instance_type": "kafka.m5.large",
            "client_subnets": ["subnet-1", "subnet-2", "subnet-3"],
            "security_groups": ["sg-1"],
        },
    )


def _function(**variables: str) -> None:
    aws.lambda_.Function(
        "it",
        role=f"{ACCOUNT}:role/r",
        runtime="python3.13",
        handler="a.b",
        s3_bucket="b",
        s3_key="k",
        environment={"variables": variables},
    )


def names_of_secrets() -> None:
    """Names of secrets and parameters in PascalCase or camelCase, and a publishable key."""
    _function(
        DB_SECRET="Prod/MyApp/Db",
        API_TOKEN_SSM="svcApiTokenProd",
        apiCredentials="svcApiCredentialsProd",
        NEXT_PUBLIC_API_KEY="pk_test_1234567890abcdefghijkl",
    )


def webhooks_of_others() -> None:
    """Webhooks of Teams and Discord are secrets as Slack's is."""
    tenant, hook = "1b2c3d4e-0000-4111-8222-333344445555", "9a8b7c6d-0000-4111-8222-333344445555"
    teams = f"https://acme.webhook.office.com/webhookb2/{tenant}@{hook}/IncomingWebhook/"
    _function(
        TEAMS_WEBHOOK_URL=f"{teams}{'4f9c1e7a8b2d' * 3}/{tenant}",
        DISCORD_WEBHOOK=f"https://discord.com/api/webhooks/123456789012345678/{'aB3dE5fG7h' * 6}",
    )


def _replica(source: Any, opts: pulumi.ResourceOptions | None = None, **more: Any) -> None:
    aws.rds.Instance(
        "copy",
        replicate_source_db=source,
        instance_class="db.t4g.small",
        vpc_security_group_ids=["sg-0b"],
        opts=opts,
        **more,
    )


def replica_in_another_region() -> None:
    """A replica by ARN without a subnet group stands in the default VPC of its own region, which is public."""
    home = aws.rds.Instance(
        "home",
        identifier="orders",
        engine="postgres",
        engine_version="16.4",
        allocated_storage=20,
        instance_class="db.t4g.small",
        username="u",
        manage_master_user_password=True,
        storage_encrypted=True,
        db_subnet_group_name="inner",
        vpc_security_group_ids=["sg-0a"],
    )
    far = aws.Provider("far", region="us-east-1")
    key = "arn:aws:kms:us-east-1:111122223333:key/1"
    _replica(home.arn, pulumi.ResourceOptions(provider=far), kms_key_id=key)


def replica_of_an_arn() -> None:
    """The program is in eu-west-1, its source in us-east-1."""
    _replica("arn:aws:rds:us-east-1:111122223333:db:orders")


def replica_of_a_name_outside() -> None:
    """In the same region, the source outside the stack: where it stands nobody knows."""
    _replica("orders")


def _template(**device: Any) -> None:
    aws.ec2.LaunchTemplate(
        "it",
        image_id="ami-0123456789abcdef0",
        metadata_options={"http_tokens": "required"},
        block_device_mappings=[device],
    )


def template_with_a_data_disk_only() -> None:
    """A template that maps another device leaves the root disk as the image has it."""
    _template(device_name="/dev/sdf", ebs={"encrypted": "true", "volume_size": 100})


def template_with_an_instance_store_only() -> None:
    """The same with a device that is no volume."""
    _template(device_name="/dev/sdb", virtual_name="ephemeral0")
