"""Examples of the rule voice-plain."""

import pulumi_aws as aws


def fails() -> None:
    aws.chime.VoiceConnector("calls", require_encryption=False)


def passes() -> None:
    aws.chime.VoiceConnector("calls", require_encryption=True)
