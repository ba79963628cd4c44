#!/usr/bin/env bash
# moto goes on to name the source of a read replica after PromoteReadReplica, so whoever waits for RDS to stop naming it (the
# documented sign that the promotion is done) waits for ever; its own model knows better (`is_replica` is false then). And a
# replica of another region cannot be deleted: moto looks for its source among the databases of the replica's region.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check 'moto[rds]==5.2.5' boto3==1.44.8 botocore==1.44.8
cat > "$work/replica.py" <<'PY'
import os, sys
from importlib.metadata import version

os.environ |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
import boto3
from moto import mock_aws
from moto.rds.models import rds_backends

with mock_aws():
    east, west = (boto3.client("rds", region) for region in ("us-east-1", "us-west-2"))
    size = {"DBInstanceClass": "db.t4g.medium", "AllocatedStorage": 20, "Engine": "postgres"}
    login = {"MasterUsername": "owner", "MasterUserPassword": "long-enough-1"}
    first = east.create_db_instance(DBInstanceIdentifier="first", BackupRetentionPeriod=7, **size, **login)["DBInstance"]
    for name in ("promoted", "deleted"):
        west.create_db_instance_read_replica(
            DBInstanceIdentifier=name, SourceDBInstanceIdentifier=first["DBInstanceArn"], SourceRegion="us-east-1"
        )
    west.promote_read_replica(DBInstanceIdentifier="promoted")
    [now] = west.describe_db_instances(DBInstanceIdentifier="promoted")["DBInstances"]
    source = now.get("ReadReplicaSourceDBInstanceIdentifier")
    [backend] = [each["us-west-2"] for each in rds_backends.values() if "us-west-2" in each]
    replica = backend.databases["promoted"].is_replica
    try:
        west.delete_db_instance(DBInstanceIdentifier="deleted", SkipFinalSnapshot=True)
        deleted = "deleted"
    except Exception as error:
        deleted = f"{type(error).__name__}: {error}"
print("moto", version("moto"), "| after the promotion: source", source, "| is_replica", replica)
print("deleting a replica of another region:", deleted)
sys.exit(0 if source and not replica and deleted != "deleted" else 1)
PY
"$work/venv/bin/python" "$work/replica.py"
