"""Calls of the cache's rotation that fail one after the other."""

from functions.rotate_cache.handler import handle
from tests.faults.functions.battery import calls_by_step, each_call
from tests.faults.table import faults
from tests.functions.caches import SECRET, deployed, read_token

NAME = "rotate-cache"


READ = ["secretsmanager:GetSecretValue"]


LOOK = ["elasticache:DescribeReplicationGroups"]


CHANGE = ["elasticache:ModifyReplicationGroup"]


#: What each step of a first rotation calls, where ElastiCache changes at once.
CALLS = {
    "createSecret": ["secretsmanager:DescribeSecret", *READ * 2, "secretsmanager:PutSecretValue"],
    "setSecret": ["secretsmanager:DescribeSecret", *READ * 2, *LOOK * 2, *CHANGE, *LOOK * 2],
    "testSecret": ["secretsmanager:DescribeSecret", *READ],
    "finishSecret": [
        "secretsmanager:DescribeSecret",
        *READ,
        "secretsmanager:UpdateSecretVersionStage",
        *READ * 2,
        *LOOK,
        "ecs:UpdateService",
        "ecs:DescribeServices",
        *LOOK,
        *CHANGE,
        "secretsmanager:UpdateSecretVersionStage",
    ],
}


def test_the_calls_of_a_rotation(store, aws, context, rotation):
    """Each of these is broken below; the table is exact."""
    deployed(aws, "COMPLETED")
    assert calls_by_step(aws, rotation, SECRET, lambda event: handle(event, context)) == CALLS


@faults(
    NAME,
    *(
        row
        for step, calls in CALLS.items()
        for row in each_call(step, calls, "tasks always have a token that is taken; repeated, the rotation ends well")
    ),
)
def test_each_call_may_fail(store, aws, context, rotation, fault, breaker):
    deployed(aws, "COMPLETED")
    broken_step, broken = fault.given
    [old] = store.tokens

    def step(event):
        if event["Step"] == broken_step:
            breaker.end_with(broken, lambda: handle(event, context))
            assert old in store.tokens or "ecs:DescribeServices" in aws.actions  # the tasks were replaced
            assert read_token(aws) in store.tokens
        handle(event, context)

    rotation(SECRET, step)
    assert store.tokens == [read_token(aws)]
    assert store.tokens != [old]
    assert 1 <= aws.actions.count("ecs:UpdateService") <= 2
