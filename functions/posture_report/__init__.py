"""The weekly report of what Security Hub finds open."""

from functions.common.function import FunctionDefinition

POSTURE_REPORT = FunctionDefinition(
    name="posture-report",
    purpose="Sends the week's summary of Security Hub's open findings to a topic",
    handler="functions.posture_report.handler.handle",
    seconds=300,
    variables=("REPORT_TOPIC",),
    actions={"hub": ("securityhub:GetFindings",), "topic": ("sns:Publish",)},
    implied={"key": ("kms:Decrypt", "kms:GenerateDataKey")},  # behind the topic
)
