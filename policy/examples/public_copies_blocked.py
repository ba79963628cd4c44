"""Examples of the rule public-copies-blocked."""

import pulumi_aws as aws


def fails() -> None:
    aws.ebs.SnapshotBlockPublicAccess("snapshots", state="unblocked")


def passes() -> None:
    aws.ebs.SnapshotBlockPublicAccess("snapshots", state="block-all-sharing")
