"""Responds to an incident: does what can be done at once, and tells people."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.auto_remediate import AUTO_REMEDIATE
from functions.auto_remediate.events import Incident, read
from functions.auto_remediate.remedies import remedy
from functions.common import variables
from functions.common.aws import client
from functions.common.entry import logged

LONGEST_SUBJECT = 100  #: characters, of SNS

logger = Logger(service=AUTO_REMEDIATE.name)


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Remedy every subject, alert, and only then fail with whatever a remedy failed with.

    An event that comes again finds nothing left to do. It alerts nobody then, unless it is a new finding: that is
    told whatever could be done.
    """
    given = variables.read(AUTO_REMEDIATE)
    public_groups = variables.names(given, "PUBLIC_GROUPS")
    incident = read(event)
    if incident is None:
        logger.info("nothing happened")
        return
    done: list[str] = []
    failures: list[Exception] = []
    for subject in incident.subjects:
        try:
            done += remedy(subject, given, public_groups, logger)
        except Exception as error:
            logger.exception("the remedy failed", subject=str(subject))
            failures.append(error)  # raised below, after the alert
            done.append(f"FAILED on {subject}: {error}")
    logger.info("responded", incident=incident.what, done=done)
    if done or incident.first:
        _alert(given["ALERT_TOPIC"], incident, done)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(incident.subjects)} remedies failed", failures)


def _alert(topic: str, incident: Incident, done: list[str]) -> None:
    """Publish JSON, which the topic's subscribers filter by. If that fails, the text is in the log of the failed run,
    which has an alarm of its own."""
    alert = {
        "incident": incident.what,
        "where": incident.where,
        "done": done or ["Nothing was done automatically."],
        "next": "docs/runbooks/incident-response.md",
    }
    try:
        client("sns").publish(TopicArn=topic, Subject=_subject(incident.what), Message=json.dumps(alert, indent=2))
    except Exception:
        logger.error("could not alert", alert=alert)
        raise


def _subject(text: str) -> str:
    """As SNS takes it: one line of ASCII, not too long."""
    line = " ".join(text.encode("ascii", "replace").decode().split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 3]}..."
