"""Examples of the rule builds-public."""

import pulumi_aws as aws


def fails() -> None:
    aws.codebuild.Project(
        "app",
        service_role="arn:aws:iam::111122223333:role/build",
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "compute_type": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/standard:7.0",
            "type": "LINUX_CONTAINER",
        },
        source={"type": "GITHUB", "location": "https://github.com/quay/app.git"},
        project_visibility="PUBLIC_READ",
    )


def passes() -> None:
    aws.codebuild.Project(
        "app",
        service_role="arn:aws:iam::111122223333:role/build",
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "compute_type": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/standard:7.0",
            "type": "LINUX_CONTAINER",
        },
        source={"type": "GITHUB", "location": "https://github.com/quay/app.git"},
        project_visibility="PRIVATE",
    )
