"""Alerts in Slack."""

from components.compute.function import Scope
from components.operations.chat import Chat, ChatArgs
from components.operations.notifier import Notifier, NotifierArgs
from components.platform.alerts import Alerts
from components.platform.context import Context
from components.platform.functions import function
from components.platform.part import Part, Parts
from components.platform.secrets import StoredSecrets
from functions.slack_notifier import SLACK_NOTIFIER


def slack(context: Context, parts: Parts) -> Part | None:
    """Build what posts alerts to Slack: AWS's own client where severities name a channel, or our function."""
    alerts = context.settings.alerts
    channels = {word: row.chat for word, row in alerts.rows.items() if row.chat} if alerts else {}
    if channels:
        topics = parts.of(Alerts).topics.arns
        Chat("chat", ChatArgs(channels=channels, topics=topics, **context.common), context.options)
    table = alerts and alerts.slack
    if not table:
        return None
    webhook = parts.of(StoredSecrets).secrets[table.webhook]
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
