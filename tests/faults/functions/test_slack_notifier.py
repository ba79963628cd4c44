"""Faults on the way to Slack: whatever the text is and Slack answers, a notification goes out or is raised."""

import json

import pytest
from botocore.exceptions import ClientError

from functions.common.budget import OutOfTimeError
from functions.common.entry import BadEventError
from functions.slack_notifier.handler import LONGEST_ANSWER, SlackError, handle
from functions.slack_notifier.message import LONGEST
from tests.faults.functions.battery import each_call
from tests.faults.table import Fault, fault, faults
from tests.functions.slacks import ALARM, GUARDDUTY, OK, SECRET, event_of

NAME = "slack-notifier"
EVENT = {"source": "aws.x", "detail-type": "X", "detail": {}}


def _text(slack):
    """What people read: the title, and the text under it."""
    [body] = slack.posted
    return body["text"], body["attachments"][0]["blocks"][0]["text"]["text"]


@faults(NAME, *each_call("a notification", ["secretsmanager:GetSecretValue"], "when it comes again, it is posted once"))
def test_each_call_may_fail(slack, context, fault, breaker):
    slack.answers = [OK]
    breaker.end_with(fault.given[1], lambda: handle(event_of("text"), context))
    assert slack.posted == []
    handle(event_of("text"), context)
    assert len(slack.posted) == 1


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"a text that is {name}", holds="it is posted as it is", given=text)
        for name, text in {
            "a number of 5,000 digits": "1" * 5000,
            "a list of a number of 5,000 digits": f"[{'1' * 5000}]",
            "100,000 brackets deep": "[" * 100_000,
            "100,000 tables deep": '{"a":' * 100_000,
            "half of a table": '{"AlarmName": "x", ',
            "a word": '"ALARM"',
            "NaN": "NaN",
            "null": "null",
            "an empty table": "{}",
            "an alarm whose state is a list": json.dumps({**ALARM, "NewStateValue": ["ALARM"]}),
            "an alarm whose state is a table": json.dumps({**ALARM, "NewStateValue": {}}),
            "an incident that did one word": json.dumps({"incident": "i", "where": "w", "done": "d", "next": "n"}),
        }.items()
    ),
)
def test_texts_that_look_like_json(slack, context, fault):
    slack.answers = [OK]
    handle(event_of(fault.given), context)
    title, text = _text(slack)
    assert title == "Subject"
    assert text.removesuffix("…") == f"*Subject*\n{fault.given.replace('>', '&gt;')}"[:LONGEST]


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"an event of EventBridge with {name}", holds="it is posted", given=found)
        for name, found in {
            "a number of resources": {**EVENT, "resources": 7},
            "a word for resources": {**EVENT, "resources": "arn"},
            "a list for detail": {**EVENT, "detail": [1, 2]},
            "a number for detail": {**EVENT, "detail": 7},
            "a table for its kind": {**EVENT, "detail-type": {"a": 1}},
            "tables in its detail": {**EVENT, "detail": {"title": {"a": 1}, "severity": [1]}},
            "an unknown severity": {**GUARDDUTY, "detail": {**GUARDDUTY["detail"], "severity": "UNHEARD-OF"}},
        }.items()
    ),
)
def test_odd_events_of_eventbridge(slack, context, fault):
    slack.answers = [OK]
    handle(event_of(json.dumps(fault.given)), context)
    assert _text(slack)[0] == str(fault.given["detail-type"])


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"an alarm with {name}", holds="it is posted with its name", given=found)
        for name, found in {
            "an unknown state": {**ALARM, "NewStateValue": "UNHEARD-OF"},
            "no description": {**ALARM, "AlarmDescription": None},
            "a table for its reason": {**ALARM, "NewStateReason": {"a": 1}},
            "a number for its name": {**ALARM, "AlarmName": 7},
        }.items()
    ),
)
def test_odd_alarms(slack, context, fault):
    slack.answers = [OK]
    handle(event_of(json.dumps(fault.given)), context)
    assert _text(slack)[0] == f"{fault.given['NewStateValue']}: {fault.given['AlarmName']}"


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"Slack is busy and wants a pause of {name}", holds="it is asked again", given=given)
        for name, given in {
            "5,000 digits": ("9" * 5000, 10),
            "three digits": ("999", 10),
            "Arabic digits": ("٣", 2),
            "a superscript": ("²", 2),
            "minus one": ("-1", 2),
            "a date": ("Wed, 21 Oct 2026 07:28:00 GMT", 2),
            "half a second": ("0.5", 2),
            "nothing": ("", 2),
        }.items()
    ),
)
def test_pauses_that_slack_wants(slack, context, fault):
    wanted, slept = fault.given
    slack.answers = [(429, {"Retry-After": wanted.encode().decode("latin-1")}, b""), OK]
    handle(event_of("text"), context)
    assert len(slack.posted) == 2
    assert context.slept == [slept]


@faults(
    NAME,
    Fault(
        name="text", broken="a notification of 250,000 characters", holds="it is cut as Slack takes it", given="text"
    ),
    Fault(name="title", broken="a title of 250,000 characters", holds="it is cut as Slack takes it", given="title"),
    Fault(name="lines", broken="an incident with 10,000 lines", holds="it is cut as Slack takes it", given="lines"),
    Fault(name="control", broken="250,000 control characters", holds="it is cut as Slack takes it", given="control"),
)
def test_huge_notifications(slack, context, fault):
    slack.answers = [OK]
    incident = {"incident": "i", "where": "w", "done": ["did it"] * 10_000, "next": "n"}
    event = {
        "text": event_of("x" * 250_000),
        "title": event_of(json.dumps({**EVENT, "detail-type": "x" * 250_000})),
        "lines": event_of(json.dumps(incident)),
        "control": event_of("<&>" * 83_333),
    }[fault.given]
    handle(event, context)
    title, text = _text(slack)
    assert len(title) <= LONGEST + 1
    assert len(text) == LONGEST + 1


@fault(NAME, broken="Slack's answer never ends", holds="its first words are enough")
def test_an_answer_that_never_ends(slack, context):
    slack.answers = [(403, {"Content-Length": str(10**9)}, b"x" * LONGEST_ANSWER * 10)]
    with pytest.raises(SlackError, match=f"^Slack refuses the message: 403 x{{{LONGEST_ANSWER}}}$"):
        handle(event_of("text"), context)


@faults(
    NAME,
    *(
        Fault(
            name=f"{seconds}-seconds",
            broken=f"Slack hangs up, and {seconds} seconds are left",
            holds="no try is begun that Lambda would cut off; it is raised in time",
            given=(seconds, slept),
        )
        for seconds, slept in ((60, [2, 4, 8]), (30, [2, 4, 8]), (22, [2, 4]), (18, [2]), (16, []))
    ),
)
def test_the_time_that_is_left(slack, context, fault):
    """A try may take ten seconds; five more are for what is logged."""
    context.seconds, slept = fault.given
    slack.answers = [None] * 4
    with pytest.raises((OutOfTimeError, SlackError)):
        handle(event_of("text"), context)
    assert context.slept == slept
    assert context.get_remaining_time_in_millis() >= 15_000


@fault(NAME, broken="a topic delivers a notification again", holds="it is posted again: twice is better than never")
def test_a_replay(slack, context):
    slack.answers = [OK, OK]
    for _ in range(2):
        handle(event_of("text"), context)
    assert len(slack.posted) == 2


@fault(NAME, broken="the webhook is renewed between two tries of Lambda's", holds="the next run posts to the new one")
def test_a_renewed_webhook(slack, aws, context):
    slack.answers = [(403, {}, b"invalid_token"), OK]
    with pytest.raises(SlackError, match="invalid_token"):
        handle(event_of("text"), context)
    value = aws.its("secretsmanager").get_secret_value(SecretId=SECRET)["SecretString"]
    aws.its("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=f"{value}\n")
    handle(event_of("text"), context)
    assert len(slack.posted) == 2


@fault(NAME, broken="the secret cannot be read", holds="it is raised, so that Lambda runs the event again")
def test_a_throttled_secret(slack, aws, context):
    aws.refuse("secrets-manager", "GetSecretValue", "ThrottlingException")
    with pytest.raises(ClientError, match="ThrottlingException"):
        handle(event_of("text"), context)
    assert slack.posted == []


@faults(
    NAME,
    *(
        Fault(name=name, broken=f"an event with {name}", holds="it is refused, and nothing is posted", given=event)
        for name, event in {
            "a table of records": {"Records": {"Sns": {}}},
            "a word for records": {"Records": "Sns"},
            "a record that is null": {"Records": [None]},
            "a record that is a word": {"Records": ["Sns"]},
            "no topic": {"Records": [{"Sns": {"Message": "m"}}]},
            "a number for its topic": {"Records": [{"Sns": {"TopicArn": 7, "Message": "m"}}]},
            "a number for its message": {"Records": [{"Sns": {"TopicArn": "a:b", "Message": 7}}]},
            "null for its message": {"Records": [{"Sns": {"TopicArn": "a:b", "Message": None}}]},
            "a list for its subject": {"Records": [{"Sns": {"TopicArn": "a:b", "Message": "m", "Subject": ["s"]}}]},
            "a good record before a bad one": {"Records": [*event_of("text")["Records"], {}]},
        }.items()
    ),
)
def test_malformed_events(slack, aws, context, fault):
    with pytest.raises(BadEventError):
        handle(fault.given, context)
    assert (slack.posted, aws.calls) == ([], [])
