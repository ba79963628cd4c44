"""Examples of the rule build-source-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.codebuild.Project(
        "build",
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "compute_type": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/standard:7.0",
            "type": "LINUX_CONTAINER",
        },
        service_role="arn:aws:iam::111122223333:role/build",
        source={"type": "GITHUB_ENTERPRISE", "location": "https://git.example.com/orders.git", "insecure_ssl": True},
    )


def passes() -> None:
    aws.codebuild.Project(
        "build",
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "compute_type": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/standard:7.0",
            "type": "LINUX_CONTAINER",
        },
        service_role="arn:aws:iam::111122223333:role/build",
        source={"type": "GITHUB_ENTERPRISE", "location": "https://git.example.com/orders.git"},
    )
