"""Examples of the rule graph-deletion-protection."""

import pulumi_aws as aws


def fails() -> None:
    aws.neptunegraph.Graph("friends", provisioned_memory=16, deletion_protection=False)


def passes() -> None:
    aws.neptunegraph.Graph("friends", provisioned_memory=16)
