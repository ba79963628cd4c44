"""Examples of the rule event-store-off."""

import pulumi_aws as aws


def fails() -> None:
    aws.cloudtrail.EventDataStore("audit", suspend="true")


def passes() -> None:
    aws.cloudtrail.EventDataStore("audit")
