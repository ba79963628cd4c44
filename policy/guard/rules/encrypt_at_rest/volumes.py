"""Volumes of machines are encrypted, one by one or by the default of the region."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from guard.aws.accounts import governs
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, Stack, dig, items, truth
from guard.model.logic import Answer, every, some
from guard.model.rule import Severity, rule
from guard.rules.encrypt_at_rest.stores import alike

FAMILY: Final = "encrypt-at-rest"


class Volumes(NamedTuple):
    """Where a resource describes volumes of EC2; without blocks it is a volume itself.

    A snapshot is what a volume is made of, and encrypted like.
    """

    blocks: Mapping[str, str] = MappingProxyType({})  # and where in each a snapshot is named
    snapshot: str = ""  # the same of a resource that is a volume
    inner: str = "encrypted"
    root: str = ""  # unset, there still is a root volume, encrypted only by the account's default
    template: str = ""  # set, that root volume is described elsewhere


_MACHINE: Final = Volumes(
    {"rootBlockDevice": "", "ebsBlockDevices": "snapshotId"}, root="rootBlockDevice", template="launchTemplate"
)

VOLUMES: Final[dict[str, Volumes]] = {
    "aws:ebs/volume:Volume": Volumes(snapshot="snapshotId"),
    "aws:ebs/snapshotCopy:SnapshotCopy": Volumes(snapshot="sourceSnapshotId"),
    "aws:ebs/snapshotImport:SnapshotImport": Volumes(),
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": Volumes(
        {
            "policyDetails.schedules.crossRegionCopyRules": "",
            "policyDetails.action.crossRegionCopies.encryptionConfiguration": "",
        }
    ),
    "aws:ec2/ami:Ami": Volumes({"ebsBlockDevices": "snapshotId"}),
    "aws:ec2/amiCopy:AmiCopy": Volumes(),
    "aws:imagebuilder/imageRecipe:ImageRecipe": Volumes(
        {"blockDeviceMappings": "ebs.snapshotId"}, inner="ebs.encrypted"
    ),
    "aws:imagebuilder/containerRecipe:ContainerRecipe": Volumes(
        {"instanceConfiguration.blockDeviceMappings": "ebs.snapshotId"}, inner="ebs.encrypted"
    ),
    "aws:ec2/instance:Instance": _MACHINE,
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": _MACHINE,
    "aws:ec2/launchConfiguration:LaunchConfiguration": _MACHINE._replace(template=""),
    "aws:ec2/launchTemplate:LaunchTemplate": Volumes(
        {"blockDeviceMappings": "ebs.snapshotId"}, inner="ebs.encrypted", root="blockDeviceMappings"
    ),
    "aws:ec2/spotFleetRequest:SpotFleetRequest": Volumes(
        {"launchSpecifications.rootBlockDevices": "", "launchSpecifications.ebsBlockDevices": "snapshotId"},
        root="launchSpecifications.rootBlockDevices",
        template="launchTemplateConfigs",
    ),
    "aws:ecs/service:Service": Volumes(
        {"volumeConfiguration": "managedEbsVolume.snapshotId"}, inner="managedEbsVolume.encrypted"
    ),
}
SNAPSHOTS: Final = ("aws:ebs/snapshot:Snapshot", "aws:ebs/snapshotCopy:SnapshotCopy", "aws:ebs/volume:Volume")
DEFAULT: Final = "aws:ebs/encryptionByDefault:EncryptionByDefault"


def _encrypted_by_default(resource: Resource, stack: Stack) -> Answer:
    """Return whether new volumes are encrypted by default in the resource's account and region."""
    return some(
        every((governs(default, resource), default.switch("enabled", absent=True))) for default in stack.of(DEFAULT)
    )


def _volumes(resource: Resource, table: Volumes, stack: Stack) -> Iterator[tuple[str, Answer]]:
    """Yield every volume that a resource describes, by path, and whether it is encrypted by itself."""
    if not table.blocks:
        origin = resource[table.snapshot] if table.snapshot else ABSENT
        yield table.inner, _own(resource, table.snapshot, resource[table.inner], origin, stack)
    outer = table.inner.rpartition(".")[0]
    for path, snapshot in table.blocks.items():
        for block in items(resource[path]):
            if block is UNKNOWN:
                yield path, UNKNOWN
            elif not outer or dig(block, outer) is not ABSENT:  # else an instance store, or a device taken away
                origin = dig(block, snapshot) if snapshot else ABSENT
                yield f"{path}.{table.inner}", _own(resource, path, dig(block, table.inner), origin, stack)
    described_elsewhere = bool(table.template) and resource[table.template] is not ABSENT
    if table.root and not items(resource[table.root]) and not described_elsewhere:
        yield f"{table.root}.{table.inner}", False


def _own(resource: Resource, path: str, switch: Any, snapshot: Any, stack: Stack) -> Answer:
    """Return whether a volume is encrypted by its switch, or else like the snapshot that it is made of."""
    answer = truth(switch, absent=False)
    if answer is not False or snapshot in (ABSENT, ""):
        return answer
    return alike([_sealed(one, stack) for one in stack.resolve(resource, path, snapshot, *SNAPSHOTS).sure])


def _sealed(snapshot: Resource, stack: Stack) -> Answer:
    if snapshot.type == "aws:ebs/snapshot:Snapshot":
        volumes = stack.targets(snapshot, "volumeId", "aws:ebs/volume:Volume").sure
        return alike([_sealed(volume, stack) for volume in volumes])
    own = snapshot.switch("encrypted")
    return _encrypted_by_default(snapshot, stack) if own is False else own


@rule(
    "volume-at-rest",
    family=FAMILY,
    on=VOLUMES,
    severity=Severity.HIGH,
    controls=("FSBP EC2.3", "FSBP EC2.7", "EC2.181", "CIS 5.0 5.1.1"),
    why="Volumes and their snapshots outlive the machine; one that is not encrypted at its creation never will be.",
    fix="Set encrypted=True on every volume, the root volume's block device included, or switch on "
    "aws.ebs.EncryptionByDefault in that region.",
)
def volume_at_rest(resource: Resource, stack: Stack) -> Iterator[Finding]:
    default = _encrypted_by_default(resource, stack)
    if default is True:
        return
    for path, encrypted in _volumes(resource, VOLUMES[resource.type], stack):
        if encrypted is True:
            continue
        if UNKNOWN in (encrypted, default):
            yield resource.undecided(path)
        else:
            yield resource.finding("has a volume that is not encrypted", at=path)
