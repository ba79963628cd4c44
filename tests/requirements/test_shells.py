"""CP-AUTO-16: a shell in a task, for debugging without a bastion; an option, and none in prod."""

from functools import cache

import pytest

from preview.recording import Recording
from preview.stack import PreviewError
from tests.requirements.breaches import Breach, Mutation, change, containers, detach, noticed, statement
from tests.requirements.expected import ACCOUNT, REGION, environments, requirement
from tests.requirements.reading import arn, at, granted, key, one, permissions, role
from tests.requirements.reading import container as container_of
from tests.stack_files import changed

CHANNELS = {f"ssmmessages:{verb}{way}Channel": {"*"} for verb in ("Create", "Open") for way in ("Control", "Data")}


@cache
def with_shell(stack: str) -> Recording:
    return changed(stack, lambda config: config["cloudplatform:services"]["fastapi"].update(shell=True))


def assert_closed(platform: Recording) -> None:
    """Neither the service nor the role knows of shells."""
    assert not one(platform, "ecs.Service").inputs.get("enableExecuteCommand")
    assert "configuration" not in one(platform, "ecs.Cluster").inputs
    rights = granted(permissions(platform, role(platform, one(platform, "ecs.TaskDefinition")["taskRoleArn"])))
    assert not [action for action in rights if action.startswith(("ssmmessages:", "*"))]


def assert_open(option: Recording, stack: str) -> None:
    """The agent may open its channels and write the log; what is typed is encrypted with the stack's key, both on its
    way and in the log."""
    service, settings = one(option, "ecs.Service"), one(option, "ecs.Cluster")["configuration"]
    assert service["enableExecuteCommand"] is True
    command = settings["executeCommandConfiguration"]
    assert (command["logging"], command["kmsKeyId"]) == ("OVERRIDE", arn(key(option)))
    assert command["logConfiguration"]["cloudWatchEncryptionEnabled"] is True
    group = at(option, "cloudwatch.LogGroup", name=command["logConfiguration"]["cloudWatchLogGroupName"])
    assert (group["name"], group["kmsKeyId"]) == (f"/shell/{stack}/ecs", arn(key(option)))
    assert group["retentionInDays"] == 90
    rights = granted(permissions(option, role(option, one(option, "ecs.TaskDefinition")["taskRoleArn"])))
    groups = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:"
    assert {action: where for action, where in rights.items() if "ssmmessages" in action} == CHANNELS
    assert rights["logs:PutLogEvents"] == rights["logs:CreateLogStream"] == {f"{groups}{group['name']}:*"}
    assert arn(key(option)) in rights["kms:Decrypt"]
    for word in ("task-shell", "task-shell-key"):
        assert any(urn.endswith(f"service-fastapi-{word}") for urn in service.dependencies)
    assert container_of(option)["readonlyRootFilesystem"] is True
    assert container_of(option)["linuxParameters"]["initProcessEnabled"] is True


@requirement("CP-AUTO-16")
@environments
def test_a_shell_is_an_option(platform: Recording, stack: str) -> None:
    assert_closed(platform)
    if stack == "prod":
        with pytest.raises(PreviewError) as refusal:
            with_shell(stack)
        assert "a protected stack allows no shell in its containers" in str(refusal.value)
    else:
        assert_open(with_shell(stack), stack)


@pytest.mark.parametrize(
    "breach",
    [
        change("ecs.Service", enableExecuteCommand=False),
        change("ecs.Cluster", configuration={"executeCommandConfiguration": {"logging": "NONE"}}),
        change("cloudwatch.LogGroup", "shell", kmsKeyId="alias/aws/logs"),
        change("iam.RolePolicy", "fastapi-task-s", policy='{"Statement": []}'),
        change("iam.RolePolicy", "fastapi-task-shell", policy=statement(Action="logs:PutLogEvents", Resource="*")),
        change("ecs.TaskDefinition", containerDefinitions=containers(readonlyRootFilesystem=False)),
        detach("ecs.Service", "", "task-shell"),
    ],
)
def test_a_wrong_shell_is_seen(breach: Mutation) -> None:
    """The option can fail its proof too."""
    with pytest.raises((AssertionError, KeyError)):
        assert_open(breach(with_shell("dev")), "dev")


PROOF = test_a_shell_is_an_option

BREACHES = [
    Breach("CP-AUTO-16", PROOF, change("ecs.Service", enableExecuteCommand=True)),
    Breach("CP-AUTO-16", PROOF, change("ecs.Service", enableExecuteCommand=True), "prod"),
    Breach("CP-AUTO-16", PROOF,
           change("iam.RolePolicy", "fastapi-task-metrics", policy=statement(Action="ssmmessages:*", Resource="*"))),
]  # fmt: skip

test_breaches = noticed(BREACHES)
