"""Alerts on their way to Slack: what they look like, and what happens when Slack does not take them."""

import json

import pytest
from botocore.exceptions import ClientError

from functions.common.budget import OutOfTimeError
from functions.common.entry import BadEventError
from functions.common.variables import VariableError
from functions.slack_notifier import SLACK_NOTIFIER, handler
from functions.slack_notifier.handler import SlackError, handle
from functions.slack_notifier.message import LONGEST, Notification, payload
from tests.functions.emulated import actions
from tests.functions.slacks import ALARM, GUARDDUTY, OK, PATH, SECRET, TOPIC, Slack, event_of


def test_an_alert_is_posted(slack, aws, context, log):
    """Once, and what its URL would let others do is in no log."""
    slack.answers = [OK]
    handle(event_of(json.dumps(ALARM)), context)
    [body] = slack.posted
    assert body == payload(Notification("test-critical-alerts", "Subject", json.dumps(ALARM)))
    assert aws.actions == ["secretsmanager:GetSecretValue"]
    assert set(aws.actions) == actions(SLACK_NOTIFIER)
    assert aws.calls_of("secretsmanager:GetSecretValue") == [{"SecretId": SECRET}]
    assert PATH not in log.text


def test_an_alarm_reads_as_one():
    """State and name first, then why, in the state's colour; the description leads to the runbook."""
    found = payload(Notification("test-critical-alerts", "", json.dumps(ALARM)))
    assert found == {
        "text": "ALARM: test-api-5xx",
        "attachments": [
            {
                "color": "#d13212",
                "blocks": [
                    {
                        "type": "section",
                        "text": {
                            "type": "mrkdwn",
                            "text": "*ALARM: test-api-5xx*\n"
                            "More than 10 errors. Runbook: docs/runbooks/incident-response.md\n"
                            "Threshold Crossed: 12 &gt; 10\n"
                            "US East (N. Virginia)\n"
                            "2026-01-02T03:04:05.000+0000",
                        },
                    },
                    {"type": "context", "elements": [{"type": "mrkdwn", "text": "test-critical-alerts"}]},
                ],
            }
        ],
    }


def _lines(message, subject=""):
    return payload(Notification("topic", subject, message))["attachments"][0]["blocks"][0]["text"]["text"].split("\n")


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        (
            json.dumps(GUARDDUTY),
            [
                "*GuardDuty Finding*",
                "title: i-1 mines bitcoin",
                "severity: 5",
                "source: aws.guardduty",
                "account: 123456789012",
                "region: us-east-1",
                "time: 2026-01-02T03:04:05Z",
                "arn:aws:ec2:us-east-1:123456789012:instance/i-1",
            ],
        ),
        (
            json.dumps({"incident": "A bucket", "where": "here", "done": ["closed it"], "next": "runbook"}),
            ["*A bucket*", "here", "closed it", "Next: runbook"],
        ),
        ('{"detail-type": "Odd", "detail": null, "resources": null}', ["*Odd*", ""]),
        ("The budget is at 80 %", ["*Budget*", "The budget is at 80 %"]),
        ("[1, 2]", ["*Budget*", "[1, 2]"]),
        ("{broken", ["*Budget*", "{broken"]),
    ],
)
def test_other_messages(message, lines):
    """Events by what they are about; anything else as it came."""
    assert _lines(message, "Budget") == lines


def test_a_message_without_subject_has_a_title():
    assert _lines("text") == ["*Notification*", "text"]


@pytest.mark.parametrize(
    ("state", "colour"), [("OK", "#1d8102"), ("INSUFFICIENT_DATA", "#687078"), ("SOMETHING_NEW", "#0972d3")]
)
def test_colours_of_states(state, colour):
    text = json.dumps({**ALARM, "NewStateValue": state})
    assert payload(Notification("topic", "", text))["attachments"][0]["color"] == colour


def test_nobody_can_be_mentioned_and_no_link_disguised():
    """What an attacker writes into a finding's title stays text."""
    text = json.dumps(payload(Notification("topic", "<!channel> & <https://evil|bank>", "<!here>")))
    assert "<" not in text
    assert "&lt;!channel&gt; &amp; &lt;https://evil|bank&gt;" in text


def test_a_long_message_is_cut():
    """Slack refuses a section of more than 3000 characters."""
    text = "\n".join(_lines("x" * 5000, "Long"))
    assert len(text) == LONGEST + 1
    assert text.endswith("x…")


def test_each_record_is_posted_in_order(slack, context):
    slack.answers = [OK, OK]
    handle(event_of("one", "two"), context)
    assert [body["attachments"][0]["blocks"][0]["text"]["text"] for body in slack.posted] == [
        "*Subject*\none",
        "*Subject*\ntwo",
    ]


@pytest.mark.parametrize(
    ("answers", "slept"),
    [
        ([(429, {"Retry-After": "7"}, b"rate_limited"), OK], [7]),
        ([(429, {"Retry-After": "3600"}, b""), OK], [10]),
        ([(429, {"Retry-After": "soon"}, b""), OK], [2]),
        ([(500, {}, b""), (503, {}, b""), (502, {}, b""), OK], [2, 4, 8]),
        ([None, OK], [2]),
    ],
)
def test_a_busy_slack_is_asked_again(slack, context, answers, slept):
    """After as long as it wants, if that is not too long; also when it hangs up."""
    slack.answers = list(answers)
    handle(event_of("text"), context)
    assert slack.answers == []
    assert context.slept == slept


def test_a_slack_that_stays_busy_is_raised(slack, context, log):
    """After four tries, so that Lambda runs the event again and the dead-letter queue has it in the end."""
    slack.answers = [(503, {}, b"down")] * 5
    with pytest.raises(SlackError, match="Slack took none of 4 tries; the last: 503 down"):
        handle(event_of("text"), context)
    assert len(slack.answers) == 1
    assert PATH not in log.text


def test_trying_again_ends_before_the_run_does(slack, context):
    context.seconds = 20
    slack.answers = [(503, {}, b"")] * 4
    with pytest.raises(OutOfTimeError, match="no time left to wait for Slack"):
        handle(event_of("text"), context)
    assert context.slept == [2]


@pytest.mark.parametrize(
    "answer", [(403, {}, b"invalid_token"), (404, {}, b"no_service"), (302, {"Location": "https://evil"}, b"")]
)
def test_a_refusal_is_final(slack, context, answer):
    """No try more: Slack would say the same. A redirect is not followed: the message is for Slack only."""
    slack.answers = [answer, OK]
    with pytest.raises(SlackError, match=f"^Slack refuses the message: {answer[0]} {answer[2].decode()}"):
        handle(event_of("text"), context)
    assert slack.answers == [OK]


def test_a_slack_that_cannot_be_reached_is_raised(slack, aws, context, serve, monkeypatch, log):
    """Nobody listens, or somebody without Slack's certificate does; neither log nor error names the URL."""
    closed = "https://localhost:1"
    impostor = f"https://localhost:{serve(Slack, name='evil.example')}"
    for base, reason in ((closed, "NewConnectionError"), (impostor, "SSLError")):
        aws.its("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=base + PATH)
        monkeypatch.setattr(handler, "PREFIX", base)
        with pytest.raises(SlackError, match=f"took none of 4 tries; the last: no answer {reason}") as raised:
            handle(event_of("text"), context)
        assert PATH not in str(raised.value) + log.text


@pytest.mark.parametrize("value", ["{}", " ", "http://hooks.slack.com/services/x", "https://evil/hooks.slack.com/"])
def test_a_secret_without_webhook_is_said(aws, context, monkeypatch, value):
    """A new stack's secret holds `{}`; and nothing is ever posted to another host than Slack's."""
    aws.its("secretsmanager").create_secret(Name=SECRET, SecretString=value)
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    with pytest.raises(SlackError, match=f"the secret {SECRET} does not hold the URL of a webhook; write it there"):
        handle(event_of("text"), context)


def test_a_secret_that_cannot_be_read_is_raised(aws, context, monkeypatch):
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        handle(event_of("text"), context)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"Records": []},
        {"Records": [{"Sns": {}}]},
        {"Records": [{"Sns": {"TopicArn": TOPIC}}]},
        {"Records": [{"Sns": {"TopicArn": None, "Message": "text"}}]},
        {"Records": [None]},
        {"Records": [{"kinesis": {}}]},
    ],
)
def test_a_bad_event_is_raised_and_posts_nothing(slack, aws, context, event):
    with pytest.raises(BadEventError):
        handle(event, context)
    assert aws.calls == []
    assert slack.posted == []


def test_without_its_variable_nothing_is_called(aws, context):
    with pytest.raises(VariableError, match="slack-notifier needs WEBHOOK_SECRET in its environment"):
        handle(event_of("text"), context)
    assert aws.calls == []
