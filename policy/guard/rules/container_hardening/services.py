"""What surrounds containers: the host's namespaces, the cluster that they run in, the registry that they come from."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.aws.accounts import governs
from guard.aws.containers import ECS_TASK
from guard.model.graph import UNKNOWN, Finding, Missing, Resource, Stack, items, truth
from guard.model.logic import every, some
from guard.model.rule import EnforcementLevel, Severity, rule
from guard.model.switches import Switch, register

FAMILY: Final = "container-hardening"
REPOSITORY: Final = "aws:ecr/repository:Repository"
SCANNING: Final = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"

register(
    FAMILY,
    Switch(
        "container-host-namespaces",
        {ECS_TASK: ("networkMode", "pidMode", "ipcMode")},
        bad=("host",),
        text="shares this with its host",
        fix="Use network_mode='awsvpc' and drop pid_mode='host' and ipc_mode='host'.",
        why="In its host's network a container reaches the metadata and its neighbours' ports, past all security "
        "groups; among its host's processes it reads their memory and environment.",
        controls=("FSBP ECS.3", "FSBP ECS.17"),
        severity=Severity.HIGH,
    ),
    Switch(
        "exec-logged",
        {"aws:ecs/cluster:Cluster": "configuration.executeCommandConfiguration.logging"},
        bad=("none",),
        text="keeps no record of commands run in its containers",
        fix="Drop logging='NONE' for 'OVERRIDE' with a log group or bucket, or for 'DEFAULT'.",
        why="ECS Exec is a shell in production; without its log nobody knows who did what there.",
        severity=Severity.MEDIUM,
    ),
    Switch(
        "fargate-platform",
        dict.fromkeys(("aws:ecs/service:Service", "aws:ecs/taskSet:TaskSet"), "platformVersion"),
        bad=("1.1.0", "1.2.0", "1.3.0"),  # 1.0.0 is the newest of Windows
        text="stays on an old version of Fargate",
        fix="Drop platform_version, or set it to 'LATEST'.",
        why="New versions of the platform bring patches of kernel and runtime that old ones never get.",
        controls=("FSBP ECS.10",),
        severity=Severity.LOW,
        level=EnforcementLevel.ADVISORY,
    ),
    Switch(
        "image-tags-immutable",
        {
            REPOSITORY: "imageTagMutability",
            "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": "imageTagMutability",
        },
        good=("immutable", "immutable_with_exclusion"),
        unset="mutable",
        text="lets a tag be moved to another image",
        fix="Set image_tag_mutability='IMMUTABLE', or IMMUTABLE_WITH_EXCLUSION with a filter for the tag that must "
        "move.",
        why="Whoever may push can replace an image that was tested and approved, under its own name.",
        controls=("FSBP ECR.2",),
        severity=Severity.MEDIUM,
        level=EnforcementLevel.ADVISORY,
    ),
)


@rule(
    "image-scanned",
    family=FAMILY,
    on=REPOSITORY,
    severity=Severity.MEDIUM,
    level=EnforcementLevel.ADVISORY,
    controls=("FSBP ECR.1",),
    why="Images carry the flaws of everything that they were built from; unscanned, nobody hears of them.",
    fix="Set image_scanning_configuration={'scan_on_push': True}, or scan the whole registry with "
    "aws.ecr.RegistryScanningConfiguration.",
)
def image_scanned(repository: Resource, stack: Stack) -> Iterator[Finding]:
    path = "imageScanningConfiguration.scanOnPush"
    own = [truth(value, absent=False) for value in items(repository[path])]
    registry = [every((governs(one, repository), _scans(one))) for one in stack.of(SCANNING)]
    match some([*own, *registry]):
        case False:
            yield repository.finding("does not have its images scanned", at=path)
        case True:
            pass
        case _:
            yield repository.undecided(path)


def _scans(registry: Resource) -> bool | Missing:
    rules = registry["rules"]
    return UNKNOWN if rules is UNKNOWN else bool(items(rules))
