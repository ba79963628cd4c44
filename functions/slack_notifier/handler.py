"""Posts each notification of a topic to Slack."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import urllib3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.common import variables
from functions.common.aws import client
from functions.common.budget import TimeBudget
from functions.common.entry import BadEventError, logged
from functions.slack_notifier import SLACK_NOTIFIER
from functions.slack_notifier.message import Notification, payload

PREFIX = "https://hooks.slack.com/"  #: of every incoming webhook
PAUSES = (2, 4, 8)  #: seconds between the tries
LONGEST_PAUSE = 10  #: seconds; if Slack wants a longer one, Lambda runs the event again later
CONNECT, READ = 3, 7  #: seconds that a try may take, at most
RESERVE = CONNECT + READ + 5  #: seconds: another try, and what is logged when it fails too
LONGEST_ANSWER = 200  #: bytes of Slack's words that are told

logger = Logger(service=SLACK_NOTIFIER.name)


class SlackError(Exception):
    """Slack did not take a message. It never carries the webhook's URL: whoever has that can post."""


@dataclass(frozen=True)
class SlackResponse:
    """What Slack says to a message."""

    status: int  #: of HTTP; 0 where there was none
    text: str
    wanted_pause: int = 0  #: seconds

    @property
    def final(self) -> bool:
        """Whether another try would be answered alike."""
        return 0 < self.status < 500 and self.status != 429

    def __str__(self) -> str:
        return f"{self.status or 'no answer'} {self.text}"


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Post each record. SNS sends one at a time, so a failure repeats nothing that was posted."""
    given = variables.read(SLACK_NOTIFIER)
    records: list[Any] = event["Records"] if isinstance(event.get("Records"), list) else []
    if not records:
        raise BadEventError("a topic's event has a list of Records")
    for notification in [Notification.read(record) for record in records]:
        post(webhook(given["WEBHOOK_SECRET"]), payload(notification), TimeBudget(context, reserve=RESERVE))
        logger.info("posted", topic=notification.topic)


def webhook(secret: str) -> str:
    """The webhook's URL, read anew each time: a renewed one counts at once."""
    url = client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"].strip()
    if not url.startswith(PREFIX):
        raise SlackError(f"the secret {secret} does not hold the URL of a webhook; write it there, beginning {PREFIX}")
    return url


def post(url: str, body: dict[str, Any], budget: TimeBudget) -> None:
    """Post a message; wait and try again where Slack is busy or cannot be reached."""
    for pause in (*PAUSES, None):
        answer = _ask(url, body)
        if answer.status == 200:
            return
        if answer.final:
            raise SlackError(f"Slack refuses the message: {answer}")
        if pause is None:
            raise SlackError(f"Slack took none of {len(PAUSES) + 1} tries; the last: {answer}")
        logger.warning("Slack did not take the message", answer=str(answer))
        budget.pause(min(max(pause, answer.wanted_pause), LONGEST_PAUSE), "Slack")


def _ask(url: str, body: dict[str, Any]) -> SlackResponse:
    try:
        found = _pool().request(
            "POST",
            url,
            body=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            redirect=False,
            preload_content=False,  # whatever answers there may not stop
        )
        text = found.read(LONGEST_ANSWER).decode(errors="replace")
        found.close()
    except urllib3.exceptions.HTTPError as error:
        # Only its kind: its text may name the URL.
        return SlackResponse(status=0, text=type(error).__name__)
    return SlackResponse(found.status, text, _seconds(found.headers.get("Retry-After", "")))


def _seconds(wanted: str) -> int:
    """The pause that Retry-After asks for; 0 where it is a date, or nothing. No more is waited than LONGEST_PAUSE."""
    if not wanted.isascii() or not wanted.isdecimal():
        return 0
    return int(wanted) if len(wanted) <= len(str(LONGEST_PAUSE)) else LONGEST_PAUSE


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=CONNECT, read=READ))
