"""Calls of the rotation of texts that fail one after the other."""

from functions.rotate_text.handler import handle
from tests.faults.functions.battery import calls_by_step, each_call
from tests.faults.table import faults
from tests.functions.texts import SECRET

READ = ["secretsmanager:GetSecretValue"]
#: What each step calls, where two services read the text.
CALLS = {
    "createSecret": ["secretsmanager:DescribeSecret", *READ * 2, "secretsmanager:PutSecretValue"],
    "setSecret": ["secretsmanager:DescribeSecret", *READ * 2],
    "testSecret": ["secretsmanager:DescribeSecret", *READ],
    "finishSecret": [
        "secretsmanager:DescribeSecret",
        *READ,
        "secretsmanager:UpdateSecretVersionStage",
        *READ * 2,
        "ecs:UpdateService",
        "ecs:UpdateService",
        "secretsmanager:UpdateSecretVersionStage",
    ],
}


def test_the_calls_of_a_rotation(text, aws, context, rotation):
    """Each of these is broken below; the table is exact."""
    assert calls_by_step(aws, rotation, SECRET, lambda event: handle(event, context)) == CALLS


@faults(
    "rotate-text",
    *(
        row
        for step, calls in CALLS.items()
        for row in each_call(step, calls, "tasks are replaced after the new text is current; repeated, it ends well")
    ),
)
def test_each_call_may_fail(text, aws, context, rotation, fault, breaker):
    broken_step, broken = fault.given

    def step(event):
        if event["Step"] == broken_step:
            breaker.end_with(broken, lambda: handle(event, context))
            if "ecs:UpdateService" in aws.actions:
                assert aws.secret(SECRET) != text
        handle(event, context)

    rotation(SECRET, step)
    assert aws.secret(SECRET) != text
    assert aws.secret(SECRET, "AWSPREVIOUS") == text
    asked = [each["service"] for each in aws.calls_of("ecs:UpdateService")]
    assert {*asked} == {"api", "worker"}
    assert 1 <= asked.count("api") <= 2
