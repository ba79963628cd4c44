"""Rotation of generated texts: moto's Secrets Manager and ECS."""

import re

import pytest

from functions.common.rotation import RotationError
from functions.common.variables import VariableError
from functions.rotate_text import ROTATE_TEXT
from functions.rotate_text.handler import GeneratedText, handle, name_of
from tests.functions.emulated import actions, failing_steps
from tests.functions.texts import SECRET


def test_a_rotation(text, aws, context, rotation, log):
    """A new text as long as the old one, which stays the previous; every service that reads it gets new tasks, and no
    other. No log shows either text."""
    rotation(SECRET, lambda event: handle(event, context))
    new = aws.secret(SECRET)
    assert re.fullmatch(r"[A-Za-z0-9]{64}", new)
    assert new != text
    assert aws.secret(SECRET, "AWSPREVIOUS") == text
    assert aws.calls_of("ecs:UpdateService") == [
        {"cluster": "cluster", "service": each, "forceNewDeployment": True} for each in ("api", "worker")
    ]
    assert new not in log.text
    assert text not in log.text
    steps = ["createSecret", "setSecret", "testSecret", "finishSecret"]
    assert [record["step"] for record in log.records if record["message"] == "done"] == steps


def test_the_role_is_what_is_called(text, aws, context, rotation):
    """No action too many, none too few."""
    rotation(SECRET, lambda event: handle(event, context))
    assert set(aws.actions) == actions(ROTATE_TEXT)


def test_each_step_can_come_twice(text, aws, context, rotation):
    """One text is made, and the tasks are replaced once."""

    def twice(event):
        handle(event, context)
        handle(event, context)

    rotation(SECRET, twice)
    assert aws.actions.count("secretsmanager:PutSecretValue") == 1
    assert aws.actions.count("ecs:UpdateService") == 2
    assert aws.secret(SECRET, "AWSPREVIOUS") == text


def test_a_rotation_goes_on_where_it_broke_off(text, aws, context, rotation):
    """ECS refuses one service: the other gets its tasks, the run fails, and its repetition ends the work."""
    aws.refuse("ecs", "UpdateService", "ThrottlingException", times=1)
    assert failing_steps(rotation, SECRET, lambda event: handle(event, context)) == ["finishSecret"]
    assert [each["service"] for each in aws.calls_of("ecs:UpdateService")] == ["api", "worker", "api", "worker"]


@pytest.mark.parametrize("pending", ["short", "x" * 31, "x" * 31 + "-"])
def test_what_was_not_made_here_is_refused(pending):
    """Too short, or with other signs; the message quotes nothing of it."""
    with pytest.raises(RotationError, match="the new text is not 32 or more letters and digits") as raised:
        GeneratedText("cluster", ["api"]).prove(pending)
    assert pending not in str(raised.value)


def test_a_short_text_is_replaced_by_one_that_nobody_guesses():
    """32 characters at least."""
    assert re.fullmatch(r"[A-Za-z0-9]{32}", GeneratedText("cluster", ["api"]).renew("{}"))


@pytest.mark.parametrize(
    ("reads", "error", "message"),
    [
        ('{"api": ["/test/other"]}', RotationError, "READS has no service that reads /test/jwt-secret"),
        ("[]", VariableError, "READS must be a JSON object, not"),
        ('{"api": "/test/jwt-secret"}', VariableError, "READS must be a JSON object of lists of names"),
        ('{"api": [""]}', VariableError, "READS must be a JSON object of lists of names"),
        ("", VariableError, "rotate-text needs READS in its environment"),
    ],
)
def test_what_is_wrong_in_the_environment_is_raised(text, aws, context, rotation, monkeypatch, reads, error, message):
    """Before anything is called."""
    monkeypatch.setenv("READS", reads)
    with pytest.raises(error, match=message):
        rotation(SECRET, lambda event: handle(event, context))
    assert aws.secret(SECRET) == text


@pytest.mark.parametrize(
    ("secret", "name"),
    [
        ("arn:aws:secretsmanager:eu-west-1:210987654321:secret:/siem/prod/jwt-secret-AbCdEf", "/siem/prod/jwt-secret"),
        ("arn:aws:secretsmanager:eu-west-1:210987654321:secret:a-b-AbCdEf", "a-b"),
        ("/test/jwt-secret", "/test/jwt-secret"),
    ],
)
def test_the_name_in_an_arn(secret, name):
    """Without what AWS adds; a name is one already."""
    assert name_of(secret) == name
