"""What a notification looks like in Slack."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from functions.common.entry import BadEventError

LONGEST = 2900  #: characters; a section of Slack's Block Kit takes 3000
COLOURS = {"ALARM": "#d13212", "OK": "#1d8102", "INSUFFICIENT_DATA": "#687078"}
OTHER = "#0972d3"


@dataclass(frozen=True)
class Notification:
    """One message of a topic."""

    topic: str  #: name
    subject: str
    text: str

    @classmethod
    def read(cls, record: dict[str, Any]) -> Self:
        """From a record of the event. Raises BadEventError."""
        try:
            sns = record["Sns"]
            topic, subject, text = sns["TopicArn"].rpartition(":")[2], sns.get("Subject") or "", sns["Message"]
        except (KeyError, TypeError, AttributeError):
            topic = subject = text = None
        if not (isinstance(topic, str) and isinstance(subject, str) and isinstance(text, str)):
            raise BadEventError("a notification has Sns with TopicArn and Message")
        return cls(topic, subject, text)


def payload(notification: Notification) -> dict[str, Any]:
    """The body of the call to Slack's incoming webhook."""
    title, lines, colour = _content(notification)
    return {
        # Shown where blocks are not: in a phone's notification.
        "text": _cut(_escaped(title)),
        "attachments": [
            {
                "color": colour,
                "blocks": [
                    _section(f"*{_escaped(title)}*\n{_escaped(chr(10).join(line for line in lines if line))}"),
                    {"type": "context", "elements": [{"type": "mrkdwn", "text": _escaped(notification.topic)}]},
                ],
            }
        ],
    }


def _content(notification: Notification) -> tuple[str, list[str], str]:
    """Title, lines and colour, by what the message is."""
    match _json(notification.text):
        case {"AlarmName": name, "NewStateValue": str(state)} as found:
            return f"{state}: {name}", _alarm(found), COLOURS.get(state, OTHER)
        case {"incident": what, "where": where, "done": [*done], "next": runbook}:
            return str(what), [str(where), *map(str, done), f"Next: {runbook}"], COLOURS["ALARM"]
        case {"detail-type": kind, "detail": detail} as found:
            return str(kind), _event(found, detail), OTHER
        case _:
            return notification.subject or "Notification", [notification.text], OTHER


def _json(text: str) -> Any:
    """What a text says as JSON. None where it only looks like it, with a number or a depth that Python refuses."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _alarm(found: Mapping[str, Any]) -> list[str]:
    """The lines of a CloudWatch alarm; its description names the runbook."""
    return [str(found.get(name) or "") for name in ("AlarmDescription", "NewStateReason", "Region", "StateChangeTime")]


def _event(found: Mapping[str, Any], detail: Any) -> list[str]:
    """The lines of an event of EventBridge: what the services' findings call their title, else what it is about."""
    named: list[str] = []
    if isinstance(detail, Mapping):
        wanted = ("title", "description", "severity", "configRuleName", "resourceType", "resourceId", "eventName")
        named = [f"{name}: {detail[name]}" for name in wanted if name in detail]  # pyright: ignore[reportUnknownArgumentType]
    about = [f"{name}: {found[name]}" for name in ("source", "account", "region", "time") if found.get(name)]
    resources: list[Any] = found["resources"] if isinstance(found.get("resources"), list) else []
    return [*named, *about, *map(str, resources)]


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": _cut(text)}}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _escaped(text: str) -> str:
    """Slack's three control characters; without them nobody can be mentioned and no link disguised."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
