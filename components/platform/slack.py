"""Alerts in Slack."""

from components.compute.function import Scope
from components.operations.notifier import Notifier, NotifierArgs
from components.platform.alerts import Alerts
from components.platform.context import Context
from components.platform.functions import function
from components.platform.part import Part, Parts
from components.platform.secrets import Stored
from functions.slack_notifier import SLACK_NOTIFIER


def slack(context: Context, parts: Parts) -> Part | None:
    """Build the function that posts the topics' alerts to Slack, and its subscriptions."""
    table = context.settings.alerts and context.settings.alerts.slack
    if not table:
        return None
    webhook = parts.of(Stored).secrets[table.webhook]
    notifier = function(
        context,
        parts,
        SLACK_NOTIFIER,
        scopes={"secret": Scope([webhook.arn])},
        variables={"WEBHOOK_SECRET": webhook.arn},
        after=[webhook.writer],
    )
    topics = parts.of(Alerts).by_grade
    args = NotifierArgs(topics=topics, severities=table.severities, function=notifier, **context.common)
    Notifier("notifier", args, context.options)
    return Part(functions=[notifier])
