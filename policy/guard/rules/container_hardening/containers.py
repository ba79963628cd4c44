"""Containers run with the least they need: no root, no privileges, no part of the host, nothing to write on."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Callable, Iterator
from posixpath import normpath
from typing import Any, Final

from guard.aws.containers import (
    BATCH_JOB,
    CONTAINERS_AT,
    ECS_DAEMON,
    ECS_TASK,
    Container,
    containers,
    image,
    runs_as_root,
)
from guard.model.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, Stack, dig, items, truth
from guard.model.rule import EnforcementLevel, Severity, rule

FAMILY: Final = "container-hardening"
TASKS: Final = (ECS_TASK, ECS_DAEMON)

Problem = str | Missing  # what is wrong with a container, or that nobody knows yet


def each(task: Resource, question: Callable[[Container], Iterator[tuple[Problem, str]]]) -> Iterator[Finding]:
    """Ask a question of every container, sidecars too; each answer says what is wrong and, if need be, with what."""
    for one in containers(task):
        if isinstance(one, str):
            yield task.undecided(one)
            continue
        for answer, part in question(one):
            about = f"{one.name}/{part}" if part else one.name
            if isinstance(answer, Missing):
                yield task.undecided(one.at, about)
            else:
                yield task.finding(f"runs the container `{one.name}` {answer}", at=one.at, about=about)


def on_windows(task: Resource) -> bool | Missing:
    """Return whether a task is for Windows, which has no users, capabilities and read-only roots of Linux."""
    family = task["runtimePlatform.operatingSystemFamily"] if task.type == ECS_TASK else ABSENT
    return UNKNOWN if family is UNKNOWN else str(family).upper().startswith("WINDOWS")


@rule(
    "container-privileged",
    family=FAMILY,
    on=(ECS_TASK, ECS_DAEMON, BATCH_JOB),
    severity=Severity.CRITICAL,
    controls=("FSBP ECS.4",),
    why="A privileged container is root on its host: whoever breaks into it has every task that runs there.",
    fix="Drop `privileged: true` from the container; if it needs one capability or device, name that under "
    "`linuxParameters`.",
)
def container_privileged(task: Resource) -> Iterator[Finding]:
    def question(one: Container) -> Iterator[tuple[Problem, str]]:
        for path in ("privileged", "securityContext.privileged"):
            match truth(one[path], absent=False):
                case True:
                    yield "with all privileges of its host", ""
                case False:
                    pass
                case _:
                    yield UNKNOWN, ""

    yield from each(task, question)


@rule(
    "container-user",
    family=FAMILY,
    on=TASKS,
    severity=Severity.HIGH,
    controls=("FSBP ECS.20", "FSBP ECS.21"),
    why="Root in a container is one flaw of the kernel or one mount away from root on the host. A task definition "
    "without a user leaves it to the image, and most images say root.",
    fix="Set `user` of the container to a user that the image has, by name or number: '10001:10001'.",
)
def container_user(task: Resource) -> Iterator[Finding]:
    windows = on_windows(task)
    if isinstance(windows, Missing):
        yield task.undecided("runtimePlatform.operatingSystemFamily")
        return

    def question(one: Container) -> Iterator[tuple[Problem, str]]:
        match runs_as_root(one["user"], windows=windows):
            case True:
                yield "as whatever user its image names" if one["user"] in (ABSENT, "") else "as root", ""
            case False:
                pass
            case _:
                yield UNKNOWN, ""

    yield from each(task, question)


@rule(
    "container-root-filesystem",
    family=FAMILY,
    on=TASKS,
    severity=Severity.HIGH,
    controls=("FSBP ECS.5",),
    why="On a file system that can be written an intruder installs tools and changes the program, and the default can.",
    fix="Set `readonlyRootFilesystem: true` and mount a volume where the program must write, /tmp for example.",
)
def container_root_filesystem(task: Resource) -> Iterator[Finding]:
    windows = on_windows(task)
    if windows is not False:
        if windows is UNKNOWN:
            yield task.undecided("runtimePlatform.operatingSystemFamily")
        return

    def question(one: Container) -> Iterator[tuple[Problem, str]]:
        match truth(one["readonlyRootFilesystem"], absent=False):
            case False:
                yield "on a root file system that can be written", ""
            case True:
                pass
            case _:
                yield UNKNOWN, ""

    yield from each(task, question)


# Each of these alone leads out of the container or over its neighbours (man 7 capabilities).
DANGEROUS: Final = frozenset(
    {
        "ALL", "AUDIT_CONTROL", "BPF", "DAC_READ_SEARCH", "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "NET_ADMIN",
        "PERFMON", "SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "SYS_TIME",
    }
)  # fmt: skip


def _capabilities(one: Container, which: str) -> list[Any]:
    found = items(one[f"linuxParameters.capabilities.{which}"])
    return [name if name is UNKNOWN else str(name).upper().removeprefix("CAP_") for name in found]


@rule(
    "container-capabilities",
    family=FAMILY,
    on=TASKS,
    severity=Severity.HIGH,
    why="Capabilities are root's powers one by one; SYS_ADMIN and its like are enough to leave the container.",
    fix="Take the capability out of `linuxParameters.capabilities.add`; if a sidecar truly needs it, exempt that "
    "container with the reason.",
)
def container_capabilities(task: Resource) -> Iterator[Finding]:
    def question(one: Container) -> Iterator[tuple[Problem, str]]:
        added = _capabilities(one, "add")
        yield from ((f"with the capability {name}", name) for name in added if name in DANGEROUS)
        if UNKNOWN in added:
            yield UNKNOWN, ""

    yield from each(task, question)


@rule(
    "container-capabilities-dropped",
    family=FAMILY,
    on=TASKS,
    severity=Severity.LOW,
    level=EnforcementLevel.ADVISORY,
    why="Docker leaves a container fourteen of root's powers unless told otherwise; a web service needs none of them.",
    fix="Set `linuxParameters: {capabilities: {drop: ['ALL']}}` and add back by name what is missing.",
)
def container_capabilities_dropped(task: Resource) -> Iterator[Finding]:
    if on_windows(task) is not False:
        return

    def question(one: Container) -> Iterator[tuple[Problem, str]]:
        dropped = _capabilities(one, "drop")
        if "ALL" not in dropped:
            yield UNKNOWN if UNKNOWN in dropped else "with the capabilities that Docker leaves it", ""

    yield from each(task, question)


# Where others than tasks and jobs name the image that they run.
IMAGES: Final[dict[str, tuple[str, ...]]] = {
    "aws:lambda/function:Function": ("imageUri",),
    "aws:sagemaker/model:Model": ("primaryContainer.image", "containers.image"),
}


@rule(
    "container-image-pinned",
    family=FAMILY,
    on=(*CONTAINERS_AT, *IMAGES),
    severity=Severity.MEDIUM,
    why="Behind `latest`, or no tag at all, stands whatever was pushed last: two tasks of one service run two "
    "programs, a rollback rolls nothing back, and whoever may push may deploy.",
    fix="Name the image by digest (repository@sha256:…) or by a tag of one build, like 2.7.1 or a commit.",
)
def container_image_pinned(user: Resource) -> Iterator[Finding]:
    if user.type in CONTAINERS_AT:
        yield from each(user, lambda one: _pinned(one["image"]))
        return
    for path in IMAGES[user.type]:
        for name in items(user[path]):
            for problem, _ in _pinned(name):
                yield user.undecided(path) if isinstance(problem, Missing) else user.finding(f"runs {problem}", at=path)


def _pinned(name: Any) -> Iterator[tuple[Problem, str]]:
    if name is UNKNOWN:
        yield UNKNOWN, ""
    elif isinstance(name, str) and name and not (found := image(name)).pinned:
        tag = f"the tag `{found.tag}`, which moves" if found.tag else "no tag at all"
        yield f"from an image under {tag}", ""


# Below these lies the host itself: its users, devices and kernel, and what other containers hold.
_HOST: Final = ("/boot", "/dev", "/etc", "/proc", "/root", "/sys", "/usr", *(
    f"/var/lib/{name}" for name in ("containerd", "docker", "ecs", "kubelet")
))  # fmt: skip
_SOCKETS: Final = ("containerd.sock", "crio.sock", "docker.sock", "podman.sock")
_HARMLESS: Final = ("/dev/shm", "/etc/localtime", "/etc/timezone")  # noqa: S108, RUF100 - a mount, not a file of ours


def gives_away_host(path: str) -> bool:
    """Say whether a path, mounted, gives a container power over its host."""
    clean = normpath("/" + path.strip().lstrip("/"))
    if clean in _HARMLESS:
        return False
    if clean.endswith(_SOCKETS) or clean in ("/run", "/var/run"):
        return True
    below = any(clean == top or clean.startswith(f"{top}/") for top in _HOST)
    return below or any(top.startswith("/" if clean == "/" else f"{clean}/") for top in _HOST)


@rule(
    "container-host-paths",
    family=FAMILY,
    on=(ECS_TASK, ECS_DAEMON, BATCH_JOB),
    severity=Severity.CRITICAL,
    why="With Docker's socket, or the host's /, /etc or /proc, a container has its host, even if it may only read "
    "them.",
    fix="Take the volume away; a task that watches its host belongs into the host's own agent, or into an exemption.",
)
def container_host_paths(task: Resource) -> Iterator[Finding]:
    for at, path in _mounted(task):
        if path is UNKNOWN:
            yield task.undecided(at)
        elif isinstance(path, str) and path and gives_away_host(path):
            yield task.finding(f"mounts `{path}` of its host", at=at, about=path)


_HOST_PATHS: Final[dict[str, tuple[str, ...]]] = {
    ECS_TASK: ("hostPath", "dockerVolumeConfiguration.driverOpts.device"),
    ECS_DAEMON: ("hosts.sourcePath",),
}


def _mounted(task: Resource) -> Iterator[tuple[str, Any]]:
    if task.type == BATCH_JOB:
        for one in containers(task):
            if isinstance(one, str):
                yield one, UNKNOWN
            else:
                yield from ((one.at, path) for path in items(one["volumes.host.sourcePath"]))
        return
    inner = (
        ("hostPath", "dockerVolumeConfiguration.driverOpts.device") if task.type == ECS_TASK else ("hosts.sourcePath",)
    )
    for volume in items(task["volumes"]):
        if volume is UNKNOWN:
            yield "volumes", UNKNOWN
        else:
            yield from (("volumes", path) for own in inner for path in items(dig(volume, own)))


@rule(
    "task-roles-apart",
    family=FAMILY,
    on=TASKS,
    severity=Severity.MEDIUM,
    why="The execution role may pull images and read the secrets that tasks start with. As the task role it is the "
    "program's own, and so is whatever it may do.",
    fix="Give the program a role of its own in task_role_arn, with what it needs, and leave execution_role_arn to ECS.",
)
def task_roles_apart(task: Resource, stack: Stack) -> Iterator[Finding]:
    paths = ("executionRoleArn", "taskRoleArn")
    if any(task[path] in (ABSENT, "") for path in paths):
        return
    roles = [stack.targets(task, path, "aws:iam/role:Role") for path in paths]
    first, second = ({*(role.urn for role in found.sure), *found.outside} for found in roles)
    if first & second:
        yield task.finding("lets its program use the role that starts it", at="taskRoleArn")
    elif not all(found.complete for found in roles):
        yield task.undecided(next(path for path, found in zip(paths, roles, strict=True) if not found.complete))
