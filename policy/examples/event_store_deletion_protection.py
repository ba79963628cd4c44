"""Examples of the rule event-store-deletion-protection."""

import pulumi_aws as aws


def fails() -> None:
    aws.cloudtrail.EventDataStore("audit", termination_protection_enabled=False)


def passes() -> None:
    aws.cloudtrail.EventDataStore("audit")
