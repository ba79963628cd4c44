"""Examples of the rule build-output-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.codebuild.Project(
        "build",
        artifacts={"type": "S3", "location": "artefacts", "encryption_disabled": True},
        environment={
            "compute_type": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/standard:7.0",
            "type": "LINUX_CONTAINER",
        },
        service_role="arn:aws:iam::111122223333:role/build",
        source={"type": "CODECOMMIT", "location": "orders"},
    )


def passes() -> None:
    aws.codebuild.Project(
        "build",
        artifacts={"type": "S3", "location": "artefacts"},
        environment={
            "compute_type": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/standard:7.0",
            "type": "LINUX_CONTAINER",
        },
        service_role="arn:aws:iam::111122223333:role/build",
        source={"type": "CODECOMMIT", "location": "orders"},
    )
