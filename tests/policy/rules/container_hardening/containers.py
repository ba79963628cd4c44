"""Rows of the family container-hardening."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import OTHER, Row, Verdict, r, three, unknown
from tests.policy.engine import Declared

TASK = "ecs/taskDefinition:TaskDefinition"
DAEMON = "ecs/daemonTaskDefinition:DaemonTaskDefinition"
JOB = "batch/jobDefinition:JobDefinition"
ROLE = "iam/role:Role"

GOOD: dict[str, Any] = {
    "name": "app",
    "image": "registry.example:5000/app:2.7.1",
    "user": "10001:10001",
    "readonlyRootFilesystem": True,
    "linuxParameters": {"capabilities": {"drop": ["ALL"]}},
}


def task(*changes: dict[str, Any], refs: dict[str, str] | None = None, **props: Any) -> Declared:
    """A task of one container for each set of changes to a good one; None takes a key away."""
    each = [{key: value for key, value in (GOOD | change).items() if value is not None} for change in changes or ({},)]
    return r(TASK, family="quay", containerDefinitions=json.dumps(each), refs=refs, **props)


def daemon(**changes: Any) -> Declared:
    return r(DAEMON, family="quay", containerDefinitions=[{**GOOD, **changes}])


def job(**changes: Any) -> Declared:
    return r(JOB, type="container", containerProperties=json.dumps({**GOOD, **changes}))


def cap(**lists: Any) -> dict[str, Any]:
    return {"linuxParameters": {"capabilities": lists}}


def rows(rule: str, verdict: Verdict, **stacks: Declared) -> list[Row]:
    return [Row(rule, verdict, about.replace("_", " "), (one,)) for about, one in stacks.items()]


def unknown_containers(rule: str) -> Row:
    return Row(
        rule, "undecided", "unknown containers", (OTHER, r(TASK, family="quay", refs=unknown("containerDefinitions")))
    )


WINDOWS = {"runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}
EITHER = unknown("runtimePlatform.operatingSystemFamily")

ROWS = [
    *rows(
        "container-privileged",
        "breach",
        a_task=task({"privileged": True}),
        in_another_case=task({"Privileged": True}),
        the_second=task({}, {"name": "side", "privileged": True}),
        a_daemon=daemon(privileged=True),
        a_job=job(privileged=True),
        a_job_of_several_nodes=r(
            JOB,
            type="multinode",
            nodeProperties=json.dumps({"nodeRangeProperties": [{"container": {"image": "a:1", "privileged": True}}]}),
        ),
        a_job_of_several_containers=r(
            JOB,
            type="container",
            ecsProperties=json.dumps({"taskProperties": [{"containers": [{"image": "a:1"}, {"privileged": True}]}]}),
        ),
        a_pod=r(
            JOB,
            type="container",
            eksProperties={
                "podProperties": {"containers": [{"image": "a:1", "securityContext": {"privileged": True}}]}
            },
        ),
    ),
    *rows(
        "container-privileged",
        "ok",
        unset=task(),
        off=task({"privileged": False}),
        no_JSON=r(TASK, family="quay", containerDefinitions="what?"),
        null=r(TASK, family="quay", containerDefinitions='[{"name": "app", "privileged": null}]'),
        a_job=job(privileged=False),
    ),
    unknown_containers("container-privileged"),
    Row("container-privileged", "undecided", "unknown job", (OTHER, r(JOB, refs=unknown("containerProperties")))),
    *rows(
        "container-user",
        "breach",
        unset=task({"user": None}),
        root=task({"user": "root"}),
        zero=task({"user": "0"}),
        zeros=task({"user": "00:1000"}),
        root_with_a_group=task({"user": "root:app"}),
        the_second=task({}, {"name": "side", "user": "0:0"}),
        an_empty_word=task({"user": ""}),
        a_daemon=daemon(user="root"),
        the_administrator=task({"user": "ContainerAdministrator"}, **WINDOWS),
    ),
    *rows(
        "container-user",
        "ok",
        a_number=task(),
        a_name=task({"user": "quay:quay"}),
        the_group_of_root=task({"user": "10001:0"}),
        a_daemon=daemon(),
        a_user_of_Windows=task({"user": "ContainerUser"}, **WINDOWS),
    ),
    unknown_containers("container-user"),
    Row("container-user", "undecided", "an unknown system", (OTHER, task({"user": None}, refs=EITHER))),
    Row(
        "container-user",
        "undecided",
        "an unknown user",
        (
            OTHER,
            r(DAEMON, containerDefinitions=[{"name": "app"}], refs={"containerDefinitions[0].user": "other.value"}),
        ),
    ),
    *rows(
        "container-root-filesystem",
        "breach",
        unset=task({"readonlyRootFilesystem": None}),
        off=task({"readonlyRootFilesystem": False}),
        the_second=task({}, {"name": "side", "readonlyRootFilesystem": None}),
        a_daemon=daemon(readonlyRootFilesystem=False),
    ),
    *rows(
        "container-root-filesystem",
        "ok",
        on=task(),
        in_another_case=task({"readonlyRootFilesystem": None, "readOnlyRootFilesystem": True}),
        Windows_has_none=task({"readonlyRootFilesystem": None}, **WINDOWS),
    ),
    unknown_containers("container-root-filesystem"),
    Row("container-root-filesystem", "undecided", "an unknown system", (OTHER, task(refs=EITHER))),
    *rows(
        "container-capabilities",
        "breach",
        one=task(cap(drop=["ALL"], add=["SYS_ADMIN"])),
        with_its_prefix=task(cap(add=["CAP_NET_ADMIN"])),
        in_lower_case=task(cap(add=["sys_ptrace"])),
        all=task(cap(add=["ALL"])),
        the_second=task({}, {"name": "side", **cap(add=["CHOWN", "BPF"])}),
        a_daemon=daemon(**cap(add=["ALL"])),
    ),
    *rows(
        "container-capabilities",
        "ok",
        none=task(),
        a_harmless_one=task(cap(drop=["ALL"], add=["NET_BIND_SERVICE"])),
        an_empty_list=task(cap(add=[], drop=["ALL"])),
    ),
    unknown_containers("container-capabilities"),
    *rows(
        "container-capabilities-dropped",
        "breach",
        unset=task({"linuxParameters": None}),
        some=task(cap(drop=["NET_RAW"])),
        the_second=task({}, {"name": "side", "linuxParameters": {}}),
    ),
    *rows(
        "container-capabilities-dropped",
        "ok",
        all=task(),
        in_lower_case=task(cap(drop=["all"])),
        Windows_has_none=task({"linuxParameters": None}, **WINDOWS),
    ),
    unknown_containers("container-capabilities-dropped"),
    *rows(
        "container-image-pinned",
        "breach",
        no_tag=task({"image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/quay"}),
        latest=task({"image": "quay:latest"}),
        a_port_and_no_tag=task({"image": "registry.example:5000/app"}),
        a_branch=task({"image": "quay:main"}),
        the_second=task({}, {"name": "side", "image": "envoy"}),
        a_daemon=daemon(image="agent:Latest"),
        a_job=job(image="busybox"),
        a_function=r("lambda/function:Function", packageType="Image", imageUri="1.dkr.ecr.x.amazonaws.com/fn:latest"),
        a_service=r("ecs/expressGatewayService:ExpressGatewayService", primaryContainer={"image": "web"}),
        a_model=r("sagemaker/model:Model", containers=[{"image": "a:1.0"}, {"image": "b"}]),
    ),
    *rows(
        "container-image-pinned",
        "ok",
        a_tag=task(),
        a_digest=task({"image": "quay@sha256:" + "ab" * 32}),
        both=task({"image": "quay:latest@sha256:" + "ab" * 32}),
        a_commit=task({"image": "localhost/quay:9fceb02"}),
        a_function_of_a_file=r("lambda/function:Function", runtime="python3.13"),
        a_function=r("lambda/function:Function", packageType="Image", imageUri="1.dkr.ecr.x.amazonaws.com/fn:1.2"),
    ),
    unknown_containers("container-image-pinned"),
    Row(
        "container-image-pinned",
        "undecided",
        "an unknown image",
        (OTHER, r("lambda/function:Function", packageType="Image", refs=unknown("imageUri"))),
    ),
    *rows(
        "container-host-paths",
        "breach",
        the_socket=task(volumes=[{"name": "d", "hostPath": "/var/run/docker.sock"}]),
        another_spelling=task(volumes=[{"name": "d", "hostPath": "//var/./run/../run/docker.sock/"}]),
        the_second=task(volumes=[{"name": "a"}, {"name": "d", "hostPath": "/run/containerd/containerd.sock"}]),
        the_root=task(volumes=[{"name": "d", "hostPath": "/"}]),
        above_the_socket=task(volumes=[{"name": "d", "hostPath": "/var"}]),
        settings_of_the_host=task(volumes=[{"name": "d", "hostPath": "/etc/ecs"}]),
        as_a_volume_of_Docker=task(
            volumes=[{"name": "d", "dockerVolumeConfiguration": {"driverOpts": {"device": "/proc", "o": "bind"}}}]
        ),
        a_daemon=r(DAEMON, volumes=[{"name": "d", "hosts": [{"sourcePath": "/sys"}]}], containerDefinitions=[]),
        a_job=job(volumes=[{"name": "d", "host": {"sourcePath": "/dev"}}]),
    ),
    *rows(
        "container-host-paths",
        "ok",
        none=task(),
        a_folder_for_it=task(volumes=[{"name": "d", "hostPath": "/data/quay"}]),
        a_volume_of_the_task=task(volumes=[{"name": "tmp"}]),
        the_time_zone=task(volumes=[{"name": "tz", "hostPath": "/etc/localtime"}]),
        no_more_than_alike=task(volumes=[{"name": "d", "hostPath": "/etcetera"}]),
        a_job=job(volumes=[{"name": "d", "host": {"sourcePath": "/scratch"}}]),
    ),
    Row("container-host-paths", "undecided", "", (OTHER, task(volumes=[{}], refs=unknown("volumes[0].hostPath")))),
    Row(
        "task-roles-apart",
        "breach",
        "one role",
        (r(ROLE, "crew"), task(refs={"executionRoleArn": "crew.arn", "taskRoleArn": "crew.arn"})),
    ),
    Row(
        "task-roles-apart",
        "ok",
        "two roles",
        (
            r(ROLE, "crew"),
            r(ROLE, "starter"),
            task(refs={"executionRoleArn": "starter.arn", "taskRoleArn": "crew.arn"}),
        ),
    ),
    *rows(
        "task-roles-apart",
        "breach",
        one_role_elsewhere=task(executionRoleArn="arn:aws:iam::1:role/a", taskRoleArn="arn:aws:iam::1:role/a"),
    ),
    *rows(
        "task-roles-apart",
        "ok",
        two_roles_elsewhere=task(executionRoleArn="arn:aws:iam::1:role/a", taskRoleArn="arn:aws:iam::1:role/b"),
        no_role_of_its_own=task(executionRoleArn="arn:aws:iam::1:role/a"),
    ),
    Row(
        "task-roles-apart",
        "undecided",
        "",
        (OTHER, task(refs=unknown("executionRoleArn", "taskRoleArn"))),
    ),
    *[
        row
        for path in ("networkMode", "pidMode", "ipcMode")
        for row in three("container-host-namespaces", TASK, {path: "task"}, {path: "host"}, path, family="quay")
    ],
    Row("container-host-namespaces", "ok", "unset", (task(),)),
    *three(
        "exec-logged",
        "ecs/cluster:Cluster",
        {"configuration": {"executeCommandConfiguration": {"logging": "OVERRIDE"}}},
        {"configuration": {"executeCommandConfiguration": {"logging": "NONE"}}},
        "configuration.executeCommandConfiguration.logging",
    ),
    Row("exec-logged", "ok", "unset", (r("ecs/cluster:Cluster"),)),
    *three(
        "fargate-platform",
        "ecs/service:Service",
        {"platformVersion": "LATEST"},
        {"platformVersion": "1.3.0"},
        "platformVersion",
    ),
    Row("fargate-platform", "ok", "the newest by number", (r("ecs/taskSet:TaskSet", platformVersion="1.4.0"),)),
    *three(
        "image-tags-immutable",
        "ecr/repository:Repository",
        {"imageTagMutability": "IMMUTABLE"},
        {},
        "imageTagMutability",
    ),
    *three(
        "image-tags-immutable",
        "ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
        {"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION"},
        {"imageTagMutability": "MUTABLE"},
    ),
    *three(
        "image-scanned",
        "ecr/repository:Repository",
        {"imageScanningConfiguration": {"scanOnPush": True}},
        {"imageScanningConfiguration": {"scanOnPush": False}},
        "imageScanningConfiguration.scanOnPush",
    ),
    Row("image-scanned", "breach", "unset", (r("ecr/repository:Repository"),)),
    Row(
        "image-scanned",
        "ok",
        "the registry is",
        (
            r("ecr/repository:Repository"),
            r(
                "ecr/registryScanningConfiguration:RegistryScanningConfiguration",
                "all",
                scanType="ENHANCED",
                rules=[{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "*"}]}],
            ),
        ),
    ),
    Row(
        "image-scanned",
        "breach",
        "the registry of another region is",
        (
            r("ecr/repository:Repository", region="eu-west-1"),
            r(
                "ecr/registryScanningConfiguration:RegistryScanningConfiguration",
                "all",
                region="us-east-1",
                scanType="BASIC",
                rules=[{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "*"}]}],
            ),
        ),
    ),
]
