"""Examples of the rule build-logs."""

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
        logs_config={"cloudwatch_logs": {"status": "DISABLED"}},
        service_role="arn:aws:iam::111122223333:role/build",
        source={"type": "CODECOMMIT", "location": "orders"},
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
        logs_config={"cloudwatch_logs": {"status": "ENABLED"}},
        service_role="arn:aws:iam::111122223333:role/build",
        source={"type": "CODECOMMIT", "location": "orders"},
    )
