"""Volumes of machines are encrypted, one by one or by the default of the region."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, NamedTuple, cast

from guard.aws.accounts import governs
from guard.aws.devices import ROOTS
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, Stack, Targets, dig, items, truth
from guard.model.logic import Answer, every, some
from guard.model.rule import Severity, rule
from guard.rules.encrypt_at_rest.stores import alike

FAMILY: Final = "encrypt-at-rest"


class VolumeBlocks(NamedTuple):
    """Where a resource describes volumes of EC2; without blocks it is a volume itself.

    A snapshot is what a volume is made of, and encrypted like.
    """

    blocks: Mapping[str, str] = MappingProxyType({})  # and where in each a snapshot is named
    snapshot: str = ""  # the same of a resource that is a volume
    inner: str = "encrypted"
    root: str = ""  # unset, there still is a root volume: encrypted like the image, or by the account's default
    device: str = ""  # where a block says which device it is, if the root's is one of several
    image: str = ""
    template: str = ""  # set, that root volume is described elsewhere
    machines: str = ""  # where a resource describes several machines, and each its volumes


_MACHINE: Final = VolumeBlocks(
    {"rootBlockDevice": "", "ebsBlockDevices": "snapshotId"},
    root="rootBlockDevice",
    image="ami",
    template="launchTemplate",
)

VOLUMES: Final[dict[str, VolumeBlocks]] = {
    "aws:ebs/volume:Volume": VolumeBlocks(snapshot="snapshotId"),
    "aws:ebs/snapshotCopy:SnapshotCopy": VolumeBlocks(snapshot="sourceSnapshotId"),
    "aws:ebs/snapshotImport:SnapshotImport": VolumeBlocks(),
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": VolumeBlocks(
        {
            "policyDetails.schedules.crossRegionCopyRules": "",
            "policyDetails.action.crossRegionCopies.encryptionConfiguration": "",
        }
    ),
    "aws:ec2/ami:Ami": VolumeBlocks({"ebsBlockDevices": "snapshotId"}),
    "aws:ec2/amiCopy:AmiCopy": VolumeBlocks(),
    "aws:imagebuilder/imageRecipe:ImageRecipe": VolumeBlocks(
        {"blockDeviceMappings": "ebs.snapshotId"}, inner="ebs.encrypted"
    ),
    "aws:imagebuilder/containerRecipe:ContainerRecipe": VolumeBlocks(
        {"instanceConfiguration.blockDeviceMappings": "ebs.snapshotId"}, inner="ebs.encrypted"
    ),
    "aws:ec2/instance:Instance": _MACHINE,
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": _MACHINE,
    "aws:ec2/launchConfiguration:LaunchConfiguration": _MACHINE._replace(image="imageId", template=""),
    "aws:ec2/launchTemplate:LaunchTemplate": VolumeBlocks(
        {"blockDeviceMappings": "ebs.snapshotId"},
        inner="ebs.encrypted",
        root="blockDeviceMappings",
        device="deviceName",
        image="imageId",
    ),
    "aws:ec2/spotFleetRequest:SpotFleetRequest": VolumeBlocks(machines="launchSpecifications"),
    "aws:ecs/service:Service": VolumeBlocks(
        {"volumeConfiguration": "managedEbsVolume.snapshotId"}, inner="managedEbsVolume.encrypted"
    ),
}

_COPY: Final = "aws:ec2/amiCopy:AmiCopy"
_FROM_MACHINE: Final = "aws:ec2/amiFromInstance:AmiFromInstance"
# What Image Builder makes has the root volume of its recipe; a key of its distribution encrypts all of it.
_BUILT: Final = "aws:imagebuilder/image:Image"
_RECIPE: Final = "aws:imagebuilder/imageRecipe:ImageRecipe"
_DISTRIBUTION: Final = "aws:imagebuilder/distributionConfiguration:DistributionConfiguration"
IMAGES: Final = ("aws:ec2/ami:Ami", _COPY, _FROM_MACHINE, _BUILT)
_INSTANCE: Final = "aws:ec2/instance:Instance"
SNAPSHOTS: Final = ("aws:ebs/snapshot:Snapshot", "aws:ebs/snapshotCopy:SnapshotCopy", "aws:ebs/volume:Volume")
DEFAULT: Final = "aws:ebs/encryptionByDefault:EncryptionByDefault"


def _encrypted_by_default(resource: Resource, stack: Stack) -> Answer:
    """Return whether new volumes are encrypted by default in the resource's account and region."""
    return some(
        every((governs(default, resource), default.switch("enabled", absent=True))) for default in stack.of(DEFAULT)
    )


def _volumes(
    resource: Resource, table: VolumeBlocks, stack: Stack, seen: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Answer]]:
    """Yield every volume that a resource describes, by path, and whether it is encrypted by itself.

    `seen` are the images on the way here: one that is made of itself says nothing of its volumes.
    """
    if table.machines:
        for described in items(resource[table.machines]):
            machine = _machine(resource, table.machines, described)
            for path, answer in _volumes(machine, _MACHINE, stack, seen):
                yield f"{table.machines}.{path.replace('rootBlockDevice.', 'rootBlockDevices.')}", answer
        return
    if resource.type == _COPY:
        yield table.inner, _image_sealed(resource, stack, seen)
        return
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
                own = _own(resource, path, dig(block, table.inner), origin, stack)
                unset = own is False and dig(block, table.inner) in (ABSENT, "")
                is_root = path == table.root and (not table.device or str(dig(block, table.device)) in ROOTS)
                yield f"{path}.{table.inner}", _like_image(resource, table, stack, seen) if unset and is_root else own
    described_elsewhere = bool(table.template) and resource[table.template] is not ABSENT
    if table.root and not described_elsewhere:
        found = _names_root(resource, table)
        if found is not True:
            yield (
                f"{table.root}.{table.inner}",
                found if found is UNKNOWN else _like_image(resource, table, stack, seen),
            )


def _machine(resource: Resource, path: str, described: Any) -> Resource:
    """Return one of the machines that a resource describes as if it were declared by itself."""
    if not isinstance(described, dict):
        return replace(resource, type=_INSTANCE, inputs=dict.fromkeys(_MACHINE.blocks, UNKNOWN), outputs={})
    known = {
        "rootBlockDevice" if key == "rootBlockDevices" else key: value
        for key, value in cast(dict[str, Any], described).items()
    }
    behind = resource.depends.get(path, ())
    return replace(resource, type=_INSTANCE, inputs=known, outputs={}, depends=dict.fromkeys(known, behind))


def _names_root(resource: Resource, table: VolumeBlocks) -> Answer:
    """Return whether a resource describes its root volume; by the device, where it lists all in one place."""
    blocks = items(resource[table.root])
    if not table.device:
        return bool(blocks)
    names = [block if block is UNKNOWN else dig(block, table.device) for block in blocks]
    return some(UNKNOWN if name in (UNKNOWN, ABSENT) else str(name) in ROOTS for name in names)


def _like_image(resource: Resource, table: VolumeBlocks, stack: Stack, seen: frozenset[str]) -> Answer:
    """Return whether a root volume that says nothing is encrypted like its image; a named one outside is not."""
    found = stack.targets(resource, table.image, *IMAGES) if table.image else Targets()
    images = (*found.sure, *found.maybe)
    if found.maybe and len({_image_sealed(image, stack, seen) for image in images}) > 1:
        return UNKNOWN  # one of these
    images = images or _made_here(resource, table.image, found.outside, stack)
    if not images:
        return UNKNOWN if found.unknown else False
    return alike([_image_sealed(image, stack, seen) for image in images])


def _made_here(resource: Resource, path: str, ids: tuple[str, ...], stack: Stack) -> tuple[Resource, ...]:
    """Return the images of Image Builder behind a property that made an image of one of these ids."""
    behind = (stack.resources.get(urn) for urn in resource.depends.get(path, ()))
    built = (one for one in behind if one and one.type == _BUILT)
    return tuple(one for one in built if any(each in str(one.outputs.get("outputResources")) for each in ids))


def _image_sealed(image: Resource, stack: Stack, seen: frozenset[str]) -> Answer:
    """Return whether the volumes of an image are encrypted."""
    if image.urn in seen:
        return UNKNOWN
    seen |= {image.urn}
    if _encrypted_by_default(image, stack) is True or (image.type == _COPY and image.switch("encrypted") is True):
        return True
    if image.type == _COPY:
        return _copy_sealed(image, stack, seen)
    if image.type == _BUILT:
        recipes = stack.targets(image, "imageRecipeArn", _RECIPE).sure
        keys = [_keyed(one) for one in stack.targets(image, "distributionConfigurationArn", _DISTRIBUTION).sure]
        return some((alike([_root_of_recipe(one) for one in recipes]), *keys))
    if image.type == _FROM_MACHINE:
        machines = stack.targets(image, "sourceInstanceId", _INSTANCE).sure
        return alike([answer for one in machines for _, answer in _volumes(one, VOLUMES[_INSTANCE], stack, seen)])
    return alike([answer for _, answer in _volumes(image, VOLUMES[image.type], stack, seen)])


def _copy_sealed(copy: Resource, stack: Stack, seen: frozenset[str]) -> Answer:
    """Return whether a copy of an image is encrypted: by its own switch, or else like its source."""
    origins = stack.targets(copy, "sourceAmiId", *IMAGES)
    answers = [_image_sealed(one, stack, seen) for one in (*origins.sure, *origins.maybe)]
    if origins.maybe and len(set(answers)) > 1:
        return UNKNOWN  # of one of these
    own: Answer = copy.switch("encrypted")
    return alike(answers) if answers and own is False else own


def _root_of_recipe(recipe: Resource) -> Answer:
    """Return whether a recipe encrypts the root volume; one that does not speak of it leaves it like its parent's."""
    roots = [one for one in items(recipe["blockDeviceMappings"]) if dig(one, "deviceName") in (*ROOTS, UNKNOWN)]
    return alike([truth(dig(one, "ebs.encrypted"), absent=False) for one in roots])


def _keyed(distribution: Resource) -> Answer:
    keys = [dig(one, "amiDistributionConfiguration.kmsKeyId") for one in items(distribution["distributions"])]
    return bool(keys) and every(key if key is UNKNOWN else key not in (ABSENT, "") for key in keys)


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


class Nodes(NamedTuple):
    """Where a group of machines names the template that describes their volumes."""

    templates: tuple[str, ...]
    bare: bool = False  # without one it has machines all the same, whose root volume is not encrypted


_TEMPLATES: Final = ("aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/launchConfiguration:LaunchConfiguration")
_BATCH: Final = "aws:batch/computeEnvironment:ComputeEnvironment"
NODES: Final[dict[str, Nodes]] = {
    "aws:eks/nodeGroup:NodeGroup": Nodes(("launchTemplate",), bare=True),
    _BATCH: Nodes(("computeResources.launchTemplate",), bare=True),
    "aws:autoscaling/group:Group": Nodes(
        (
            "launchTemplate",
            "launchConfiguration",
            "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification",
            "mixedInstancesPolicy.launchTemplate.overrides.launchTemplateSpecification",
        )
    ),
    "aws:ec2/fleet:Fleet": Nodes(("launchTemplateConfigs.launchTemplateSpecification",)),
    _INSTANCE: Nodes(("launchTemplate",)),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": Nodes(("launchTemplate",)),
    "aws:ec2/spotFleetRequest:SpotFleetRequest": Nodes(("launchTemplateConfigs.launchTemplateSpecification",)),
}


def _has_machines(resource: Resource) -> Answer:
    """Return whether a resource runs machines of its own: Batch runs jobs on Fargate, or on what others manage, too."""
    if resource.type != _BATCH:
        return True
    kind, managed = resource["computeResources.type"], resource["type"]
    if UNKNOWN in (kind, managed):
        return UNKNOWN
    return str(managed).upper() == "MANAGED" and not str(kind).upper().startswith("FARGATE")


def _of_nodes(resource: Resource, stack: Stack) -> Iterator[tuple[str, Answer]]:
    """Yield the root volumes of machines in a group, unless a template of the stack, asked itself, describes them."""
    nodes = NODES[resource.type]
    written = [path for path in nodes.templates if resource[path] is not ABSENT]
    machines = _has_machines(resource)
    if machines is False:
        return
    if not written and nodes.bare:
        yield nodes.templates[0], False if machines is True else UNKNOWN
    for path in written:
        if not stack.targets(resource, path, *_TEMPLATES).sure:
            yield path, UNKNOWN


@rule(
    "volume-at-rest",
    family=FAMILY,
    on=tuple(dict.fromkeys((*VOLUMES, *NODES))),
    severity=Severity.HIGH,
    controls=("FSBP EC2.3", "FSBP EC2.7", "EC2.181", "CIS 5.0 5.1.1"),
    why="Volumes and their snapshots outlive the machine; one that is not encrypted at its creation never will be.",
    fix="Set encrypted=True on every volume, the root volume's block device included (groups of machines: in their "
    "launch template), or switch on aws.ebs.EncryptionByDefault in that account and region.",
)
def volume_at_rest(resource: Resource, stack: Stack) -> Iterator[Finding]:
    default = _encrypted_by_default(resource, stack)
    if default is True:
        return
    table = VOLUMES.get(resource.type)
    nodes = _of_nodes(resource, stack) if resource.type in NODES else ()
    for path, encrypted in (*(_volumes(resource, table, stack) if table else ()), *nodes):
        if encrypted is True:
            continue
        if UNKNOWN in (encrypted, default):
            yield resource.undecided(path)
        else:
            yield resource.finding("has a volume that is not encrypted", at=path)
