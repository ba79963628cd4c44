"""File systems: encryption, who may mount them and how, access points, backups; and what their clients are given."""

import json

import pytest

from components.compute.service import Service
from components.data.files import Files
from tests.components.examples import (
    BY_ZONE,
    KEY,
    SUBNETS,
    built,
    counted,
    files_args,
    only,
    service_args,
    service_table,
)

FILES, POINT = "aws:efs/fileSystem:FileSystem", "aws:efs/accessPoint:AccessPoint"


def _files(**table):
    return built(lambda: Files("files-training", files_args(table)))


def test_what_is_made():
    """A mount target a zone, and one access point."""
    recording = _files()
    assert counted(recording) == {
        FILES: 1,
        POINT: 1,
        "aws:efs/backupPolicy:BackupPolicy": 1,
        "aws:efs/fileSystemPolicy:FileSystemPolicy": 1,
        "aws:efs/mountTarget:MountTarget": len(SUBNETS),
    }
    files = only(recording, FILES)
    assert (files["encrypted"], files["kmsKeyId"], files["performanceMode"]) == (True, KEY, "generalPurpose")
    assert (files["throughputMode"], files.options.protect) == ("elastic", True)
    targets = [each for each in recording.resources.values() if each.type == "aws:efs/mountTarget:MountTarget"]
    assert {each.name: each["subnetId"] for each in targets} == {
        f"files-training-mount-{zone}": subnet for zone, subnet in BY_ZONE.items()
    }
    assert [each.options.aliases[0]["spec"]["name"] for each in targets] == [
        "files-training-mount-1",
        "files-training-mount-2",
    ]
    assert {tuple(each["securityGroups"]) for each in targets} == {("sg-files",)}


def test_who_comes_without_tls_is_refused():
    """And nobody is let in: that is for the permissions of roles."""
    recording = _files()
    [statement] = json.loads(only(recording, "aws:efs/fileSystemPolicy:FileSystemPolicy")["policy"])["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", {"AWS": "*"})
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [only(recording, FILES).outputs["arn"]]
    assert statement["Action"] == [
        "elasticfilesystem:ClientMount",
        "elasticfilesystem:ClientRootAccess",
        "elasticfilesystem:ClientWrite",
    ]


@pytest.mark.parametrize(("backups", "status"), [(True, "ENABLED"), (False, "DISABLED")])
def test_backups(backups, status):
    policy = only(_files(backups=backups), "aws:efs/backupPolicy:BackupPolicy")
    assert policy["backupPolicy"] == {"status": status}


def test_a_point_is_one_user_in_one_folder():
    point = only(_files(points={"data": {"path": "/a/b", "user": "1000:1001"}}), POINT)
    assert point["posixUser"] == {"uid": 1000, "gid": 1001}
    made = {"ownerUid": 1000, "ownerGid": 1001, "permissions": "0750"}
    assert point["rootDirectory"] == {"path": "/a/b", "creationInfo": made}


def test_what_a_client_is_given():
    """The access point over TLS with its role, which may do there what the table says, and nothing beside it."""
    mount = {"point": "shared", "at": "/data", "may": ["read"]}
    side = {"image": {"uri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/side:1"}}
    further = {**side, "files": {"training": {**mount, "may": ["read", "write"], "at": "/out"}}}
    table = service_table(files={"training": mount}, containers={"side": further})

    def program() -> None:
        handle = Files("files-training", files_args()).handle
        Service("service-web", service_args(table=table, files={"training": handle}))

    recording = built(program)
    files, point = only(recording, FILES), only(recording, POINT)
    task = only(recording, "aws:ecs/taskDefinition:TaskDefinition")
    [volume] = [each for each in task["volumes"] if "efsVolumeConfiguration" in each]
    assert volume["name"] == "files-training-shared"
    assert volume["efsVolumeConfiguration"] == {
        "fileSystemId": files.id,
        "transitEncryption": "ENABLED",
        "authorizationConfig": {"accessPointId": point.id, "iam": "ENABLED"},
    }
    first, second = json.loads(task["containerDefinitions"])
    assert {"containerPath": "/data", "readOnly": True, "sourceVolume": volume["name"]} in first["mountPoints"]
    assert {"containerPath": "/out", "readOnly": False, "sourceVolume": volume["name"]} in second["mountPoints"]
    policy = next(each for each in recording.resources.values() if each.name == "service-web-task-files")
    assert json.loads(policy["policy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
            "Resource": [files.outputs["arn"]],
            "Condition": {"StringEquals": {"elasticfilesystem:AccessPointArn": point.outputs["arn"]}},
        }
    ]
    service = only(recording, "aws:ecs/service:Service")
    assert any("mountTarget" in urn for urn in service.dependencies)
