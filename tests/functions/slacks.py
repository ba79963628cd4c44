"""A Slack over TLS, and what topics send."""

import json
from http.server import BaseHTTPRequestHandler

import pytest

from functions.slack_notifier import handler
from tests.functions.emulated import hidden

SECRET = "/test/monitoring/slack-webhook"


PATH = f"/services/T0/B0/{hidden()}"


TOPIC = "arn:aws:sns:us-east-1:123456789012:test-critical-alerts"


ALARM = {
    "AlarmName": "test-api-5xx",
    "AlarmDescription": "More than 10 errors. Runbook: docs/runbooks/incident-response.md",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold Crossed: 12 > 10",
    "StateChangeTime": "2026-01-02T03:04:05.000+0000",
    "Region": "US East (N. Virginia)",
    "OldStateValue": "OK",
}


GUARDDUTY = {
    "source": "aws.guardduty",
    "detail-type": "GuardDuty Finding",
    "account": "123456789012",
    "region": "us-east-1",
    "time": "2026-01-02T03:04:05Z",
    "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-1"],
    "detail": {"title": "i-1 mines bitcoin", "severity": 5, "id": "f1"},
}


def event_of(*messages, subject="Subject"):
    return {"Records": [{"Sns": {"TopicArn": TOPIC, "Subject": subject, "Message": each}} for each in messages]}


class Slack(BaseHTTPRequestHandler):
    """Answers as it is told to and notes what was posted."""

    answers: list[tuple[int, dict[str, str], bytes] | None]
    posted: list[dict]

    def do_POST(self):
        assert self.path == PATH
        assert self.headers["Content-Type"] == "application/json"
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = type(self).answers.pop(0)
        if answer is None:
            return  # hangs up
        status, headers, text = answer
        type(self).posted.append(body)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        pass


@pytest.fixture
def slack(aws, monkeypatch, serve, trusted):
    """A Slack over TLS and the secret with its webhook."""

    class Here(Slack):
        answers, posted = [], []

    url = f"https://localhost:{serve(Here)}"
    aws.its("secretsmanager").create_secret(Name=SECRET, SecretString=url + PATH)
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    monkeypatch.setattr(handler, "PREFIX", f"{url}/")
    handler._pool.cache_clear()
    yield Here
    handler._pool().clear()


OK = (200, {}, b"ok")
