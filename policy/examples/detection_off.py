"""Examples of the rule detection-off."""

import pulumi_aws as aws


def fails() -> None:
    aws.guardduty.Detector("watch", enable=False)


def passes() -> None:
    aws.guardduty.Detector("watch")
