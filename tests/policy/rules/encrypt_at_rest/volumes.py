"""Rows of the family encrypt-at-rest: volumes by device, like their image, and of groups of machines."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import OTHER, Row, r, unknown
from tests.policy.engine import Declared


def template(*devices: dict[str, Any], name: str = "it", refs: dict[str, str] | None = None, **more: Any) -> Declared:
    return r("ec2/launchTemplate:LaunchTemplate", name, refs=refs, blockDeviceMappings=list(devices), **more)


def disk(device: str | None = "/dev/xvda", **ebs: Any) -> dict[str, Any]:
    return {"ebs": ebs} if device is None else {"deviceName": device, "ebs": ebs}


SEALED = template(disk(encrypted="true"), name="lt")
COPY = r("ec2/amiCopy:AmiCopy", "image", sourceAmiId="ami-1", encrypted=True)
IMAGE = r(
    "ec2/ami:Ami",
    "image",
    rootDeviceName="/dev/xvda",
    ebsBlockDevices=[{"deviceName": "/dev/xvda", "snapshotId": "snap-1", "encrypted": True}],
)
BATCH = {"type": "MANAGED", "computeResources": {"type": "EC2", "maxVcpus": 4}}
_NODES = "eks/nodeGroup:NodeGroup"
_JOBS = "batch/computeEnvironment:ComputeEnvironment"


def recipe(encrypted: str) -> Declared:
    disks = [{"deviceName": "/dev/xvda", "ebs": {"encrypted": encrypted, "volumeSize": 20}}]
    return r("imagebuilder/imageRecipe:ImageRecipe", "recipe", version="1.0.0", blockDeviceMappings=disks)


BUILT = r("imagebuilder/image:Image", "image", refs={"imageRecipeArn": "recipe.arn"})
OF_BUILT = r("ec2/instance:Instance", refs={"ami": "image.outputResources"})
_DISTRIBUTED = "imagebuilder/distributionConfiguration:DistributionConfiguration"
SEALED_COPIES = r(
    _DISTRIBUTED,
    "to",
    distributions=[{"region": "eu-west-1", "amiDistributionConfiguration": {"kmsKeyId": "alias/images"}}],
)
_FLEET = "ec2/spotFleetRequest:SpotFleetRequest"
_MIXED = "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplateId"

ROWS = [
    # --- which device is the root ---
    Row("volume-at-rest", "ok", "a template's root", (template(disk(encrypted="true")),)),
    Row("volume-at-rest", "ok", "a root by its other name", (template(disk("/dev/sda1", encrypted="true")),)),
    Row("volume-at-rest", "breach", "a data disk alone", (template(disk("/dev/sdf", encrypted="true")),)),
    Row("volume-at-rest", "breach", "a root that says nothing", (template(disk(volumeSize=20)),)),
    Row(
        "volume-at-rest",
        "breach",
        "an instance store alone",
        (template({"deviceName": "/dev/sdb", "virtualName": "ephemeral0"}),),
    ),
    Row("volume-at-rest", "undecided", "a device without a name", (template(disk(None, encrypted="true")),)),
    Row(
        "volume-at-rest",
        "undecided",
        "a device whose name nobody knows",
        (OTHER, template(disk(None, encrypted="true"), refs=unknown("blockDeviceMappings[0].deviceName"))),
    ),
    Row(
        "volume-at-rest",
        "ok",
        "the default of the region, root unsaid",
        (r("ebs/encryptionByDefault:EncryptionByDefault", "d"), template(disk("/dev/sdf", encrypted="true"))),
    ),
    # --- like the image ---
    Row("volume-at-rest", "ok", "a template of a sealed image", (COPY, template(refs={"imageId": "image.id"}))),
    Row(
        "volume-at-rest",
        "ok",
        "a machine of a sealed image",
        (COPY, r("ec2/instance:Instance", refs={"ami": "image.id"})),
    ),
    Row(
        "volume-at-rest",
        "ok",
        "a larger root of a sealed image",
        (IMAGE, r("ec2/instance:Instance", rootBlockDevice={"volumeSize": 40}, refs={"ami": "image.id"})),
    ),
    Row(
        "volume-at-rest",
        "breach",
        "a root of a sealed image, opened",
        (IMAGE, r("ec2/instance:Instance", rootBlockDevice={"encrypted": False}, refs={"ami": "image.id"})),
    ),
    Row("volume-at-rest", "ok", "a machine of a built image", (recipe("true"), BUILT, OF_BUILT)),
    Row("volume-at-rest", "breach", "a machine of a plain built image", (recipe("false"), BUILT, OF_BUILT)),
    Row(
        "volume-at-rest",
        "ok",
        "an image that is sealed where it is handed out",
        (
            SEALED_COPIES,
            r("imagebuilder/image:Image", "image", refs={"distributionConfigurationArn": "to.arn"}),
            OF_BUILT,
        ),
    ),
    Row(
        "volume-at-rest",
        "undecided",
        "an image that nobody knows",
        (OTHER, r("ec2/instance:Instance", refs=unknown("ami"))),
    ),
    Row(
        "volume-at-rest",
        "ok",
        "a copy of a sealed image",
        (IMAGE, r("ec2/amiCopy:AmiCopy", refs={"sourceAmiId": "image.id"}, sourceAmiRegion="eu-west-1")),
    ),
    # --- groups of machines ---
    Row(
        "volume-at-rest",
        "breach",
        "the second machine of a fleet",
        (
            r(
                _FLEET,
                launchSpecifications=[{"ami": "ami-1", "rootBlockDevices": [{"encrypted": True}]}, {"ami": "ami-1"}],
            ),
        ),
    ),
    Row(
        "volume-at-rest",
        "ok",
        "a fleet of a sealed image",
        (
            COPY,
            r(
                _FLEET,
                launchSpecifications=[{"instanceType": "t3.micro"}],
                refs={"launchSpecifications[0].ami": "image.id"},
            ),
        ),
    ),
    Row(
        "volume-at-rest",
        "undecided",
        "a template elsewhere for one type of a mixed group",
        (
            SEALED,
            r(
                "autoscaling/group:Group",
                mixedInstancesPolicy={
                    "launchTemplate": {
                        "overrides": [{"launchTemplateSpecification": {"launchTemplateId": "lt-0a1b2c3d4e5f60718"}}]
                    }
                },
                refs={_MIXED: "lt.id"},
            ),
        ),
    ),
    Row("volume-at-rest", "breach", "nodes without a template", (r(_NODES, diskSize=50),)),
    Row("volume-at-rest", "ok", "nodes of a template", (SEALED, r(_NODES, refs={"launchTemplate.id": "lt.id"}))),
    Row("volume-at-rest", "undecided", "nodes of a template elsewhere", (r(_NODES, launchTemplate={"id": "lt-1"}),)),
    Row("volume-at-rest", "breach", "jobs on machines", (r(_JOBS, **BATCH),)),
    Row("volume-at-rest", "ok", "jobs on Fargate", (r(_JOBS, type="MANAGED", computeResources={"type": "FARGATE"}),)),
    Row("volume-at-rest", "ok", "machines that others manage", (r(_JOBS, type="UNMANAGED"),)),
    Row(
        "volume-at-rest",
        "ok",
        "jobs of a template",
        (SEALED, r(_JOBS, refs={"computeResources.launchTemplate.launchTemplateId": "lt.id"}, **BATCH)),
    ),
    Row(
        "volume-at-rest",
        "undecided",
        "jobs on what nobody knows",
        (OTHER, r(_JOBS, type="MANAGED", computeResources={}, refs=unknown("computeResources.type"))),
    ),
    Row(
        "volume-at-rest",
        "ok",
        "a scaling group of a template",
        (SEALED, r("autoscaling/group:Group", refs={"launchTemplate.id": "lt.id"})),
    ),
    Row(
        "volume-at-rest",
        "undecided",
        "a scaling group of a template elsewhere",
        (r("autoscaling/group:Group", launchTemplate={"id": "lt-1", "version": "$Latest"}),),
    ),
    Row(
        "volume-at-rest",
        "undecided",
        "a machine of a template elsewhere",
        (r("ec2/instance:Instance", launchTemplate={"id": "lt-1"}),),
    ),
]
