"""Alerts go from the topics to a channel in Slack."""

from functions.common.function import FunctionDefinition

SLACK_NOTIFIER = FunctionDefinition(
    name="slack-notifier",
    purpose="Posts the alerts of the topics to Slack",
    handler="functions.slack_notifier.handler.handle",
    seconds=60,
    at_once=5,  # an incident rings several alarms together
    variables=("WEBHOOK_SECRET",),
    actions={"secret": ("secretsmanager:GetSecretValue",)},
    implied={"key": ("kms:Decrypt",)},  # behind reading the secret
)
