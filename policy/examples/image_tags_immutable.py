"""Examples of the rule image-tags-immutable."""

import pulumi_aws as aws


def fails() -> None:
    aws.ecr.Repository("app")


def passes() -> None:
    aws.ecr.Repository("app", image_tag_mutability="IMMUTABLE")
