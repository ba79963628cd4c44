"""Examples of the rule image-scanned."""

import pulumi_aws as aws


def fails() -> None:
    aws.ecr.Repository("app")


def passes() -> None:
    aws.ecr.Repository("app", image_scanning_configuration={"scan_on_push": True})
