"""DynamoDB tables, and the way of snapshots to a bucket."""

import json

import pytest

from components.data.dynamo import Dynamo, DynamoArgs
from components.data.snapshot_export import SnapshotExport
from settings.tables.data import DynamoTable
from tests.components.examples import COMMON, KEY, built, counted, example, only, waits_for


@pytest.mark.parametrize("guarded", [False, True])
@pytest.mark.parametrize(("given", "name"), [(None, "acme-test-dynamodb-lock"), ("acme-lock", "acme-lock")])
def test_a_table(guarded, given, name):
    """Paid by request, under the stack's key, restorable to the second, guarded as the posture says."""
    args = DynamoArgs(
        table=DynamoTable(hash="LockID", name=given),
        word="lock",
        key=KEY,
        deletion_protection=guarded,
        protect=guarded,
        **COMMON,
    )
    recording = built(lambda: Dynamo("table", args))
    assert counted(recording) == {"aws:dynamodb/table:Table": 1}
    table = only(recording, "aws:dynamodb/table:Table")
    wanted = {
        "name": name,
        "billingMode": "PAY_PER_REQUEST",
        "hashKey": "LockID",
        "attributes": [{"name": "LockID", "type": "S"}],
        "serverSideEncryption": {"enabled": True, "kmsKeyArn": KEY},
        "pointInTimeRecovery": {"enabled": True},
        "deletionProtectionEnabled": guarded,
    }
    assert {key: table[key] for key in wanted} == wanted
    assert table.options.protect is guarded


def test_a_snapshots_way_to_its_bucket():
    """A role of RDS's export, that may write to the one bucket, which it waits for, under the key."""
    recording = example(SnapshotExport)
    role = only(recording, "aws:iam/role:Role")
    [trust] = json.loads(role["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": "export.rds.amazonaws.com"}
    assert "Condition" not in trust  # no page says that it tells for which account it acts
    objects = only(recording, "aws:iam/rolePolicy:RolePolicy", "it-bucket")
    assert [each["Resource"] for each in json.loads(objects["policy"])["Statement"]] == [
        ["arn:aws:s3:::acme-test-backups"],
        ["arn:aws:s3:::acme-test-backups/*"],
    ]
    assert "bucket-backups-bucket" in waits_for(recording, objects)
    key = json.loads(only(recording, "aws:iam/rolePolicy:RolePolicy", "it-key")["policy"])["Statement"]
    assert [each["Resource"] for each in key] == [[KEY], [KEY]]
    assert key[1]["Action"] == ["kms:CreateGrant"]
    assert key[1]["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
