"""Responds to an incident: tells people, and does what can be done at once."""

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.auto_remediate import AUTO_REMEDIATE
from functions.auto_remediate.events import SecurityIncident, read
from functions.auto_remediate.remedies import Action, Remedies
from functions.common import variables
from functions.common.aws import client
from functions.common.budget import TimeBudget
from functions.common.entry import logged
from functions.common.failures import Failures

LONGEST_SUBJECT = 100  #: characters, of SNS
LONGEST_LINE, MOST_LINES = 1000, 40  #: characters and lines of an alert; SNS takes 256 KB

logger = Logger(service=AUTO_REMEDIATE.name)


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Tell people what is to be done, do it, tell them what went otherwise, and only then fail with what failed.

    An event that comes again finds nothing left to do. It alerts nobody then, unless it is a new finding: that is
    told whatever could be done. Telling comes first, because a run that ends in between finds nothing left the next
    time, and would never tell; but no alert that SNS refuses keeps anything from being done.
    """
    given = variables.read(AUTO_REMEDIATE)
    remedies = Remedies(
        quarantine=given["QUARANTINE_GROUP"],
        public_groups=variables.names(given, "PUBLIC_GROUPS"),
        budget=TimeBudget(context, reserve=60),  # what is waited for must leave time for the alert
        logger=logger,
    )
    incident = read(event)
    if incident is None:
        logger.info("nothing happened")
        return
    failures = Failures()
    actions, lines = _planned(incident, remedies, failures)
    announced = True
    if lines or incident.first:
        announced = _announced(given["ALERT_TOPIC"], incident, lines)
    differences = _done(actions, failures)
    logger.info("responded", incident=incident.what, planned=lines, differences=differences)
    if differences or not announced:
        _alert(given["ALERT_TOPIC"], incident, differences or lines)
    failures.raise_(f"the response to {incident.what} is not complete")


def _planned(incident: SecurityIncident, remedies: Remedies, failures: Failures) -> tuple[list[Action], list[str]]:
    """What is to be done about each subject, and what people are told of it."""
    actions: list[Action] = []
    lines: list[str] = []
    for subject in incident.subjects:
        try:
            planned = remedies.plan(subject)
        except Exception as error:
            logger.exception("could not look", subject=str(subject))
            failures.found.append(error)  # raised after the alert
            lines.append(f"FAILED on {subject}: {error}")
        else:
            actions += planned
            lines += [action.summary for action in planned]
    return actions, lines


def _done(actions: list[Action], failures: Failures) -> list[str]:
    """Do everything, and give what went otherwise than people were told."""
    differences: list[str] = []
    for action in actions:
        try:
            other = action.do()
        except Exception as error:
            logger.exception("an action failed", action=action.summary)
            failures.found.append(error)
            differences.append(f"FAILED: {action.summary}: {error}")
        else:
            differences += [other] if other else []
    return differences


def _announced(topic: str, incident: SecurityIncident, lines: list[str]) -> bool:
    """Whether SNS took the alert; if not, it is tried again when everything is done."""
    try:
        _alert(topic, incident, lines)
    except Exception:
        return False
    return True


def _alert(topic: str, incident: SecurityIncident, lines: list[str]) -> None:
    """Publish JSON, which the topic's subscribers filter by. If that fails, the text is in the log of the failed run,
    which has an alarm of its own."""
    announced = [_cut(line) for line in lines[:MOST_LINES]]
    more = [f"and {len(lines) - MOST_LINES} more, in the function's log"] if len(lines) > MOST_LINES else []
    alert = {
        "incident": _cut(incident.what),
        "where": _cut(incident.where),
        "done": [*announced, *more] or ["Nothing was done automatically."],
        "next": "docs/runbooks/incident-response.md",
    }
    try:
        client("sns").publish(TopicArn=topic, Subject=_subject(incident.what), Message=json.dumps(alert, indent=2))
    except Exception:
        logger.error("could not alert", alert=alert)
        raise


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 3]}..."


def _subject(text: str) -> str:
    """As SNS takes it: one line of ASCII, not too long."""
    line = " ".join(text.encode("ascii", "replace").decode().split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 3]}..."
