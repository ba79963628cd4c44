"""Buckets, parameters and secrets of any of the systems."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from preview.recording import Recording
from tests.requirements.reading import (
    arn,
    at,
    document,
    of,
    one,
    only,
)
from tests.requirements.systems.shapes import containers


def every_bucket(stack: Recording, class_: str, wanted: Mapping[str, Any]) -> None:
    """Each bucket has one of a class with these inputs."""
    buckets = of(stack, "s3.Bucket")
    assert buckets
    for bucket in buckets:
        own = only(each for each in of(stack, class_) if each["bucket"] in (bucket.id, bucket["bucket"]))
        assert {key: own.inputs.get(key) for key in wanted} == wanted


def tls_only(stack: Recording) -> None:
    """Each bucket's policy refuses what does not come over TLS."""
    for bucket in of(stack, "s3.Bucket"):
        policy = only(each for each in of(stack, "s3.BucketPolicy") if each["bucket"] in (bucket.id, bucket["bucket"]))
        assert any(
            not statement.allows
            and statement.condition == {"Bool": {"aws:SecureTransport": "false"}}
            and statement.actions == ["s3:*"]
            and {*statement.resources} == {arn(bucket), f"{arn(bucket)}/*"}
            for statement in document(policy["policy"])
        )
    assert of(stack, "s3.Bucket")


def lifecycle(stack: Recording, name: str, transition: tuple[int, str] | None, expires: int | None) -> None:
    """A bucket's objects move and go after these days."""
    bucket = at(stack, "s3.Bucket", bucket=name)
    found = [each for each in of(stack, "s3.BucketLifecycleConfiguration") if each["bucket"] in (bucket.id, name)]
    rules = [rule for rule in only(found)["rules"] if rule["status"] == "Enabled"]
    moves = [(move["days"], move["storageClass"]) for rule in rules for move in rule.get("transitions", [])]
    assert transition is None or transition in moves
    assert expires is None or expires in [rule.get("expiration", {}).get("days") for rule in rules]


def versioned(stack: Recording, name: str, status: str | None) -> None:
    """Whether a bucket keeps versions."""
    bucket = at(stack, "s3.Bucket", bucket=name)
    found = [each for each in of(stack, "s3.BucketVersioning") if each["bucket"] in (bucket.id, name)]
    assert [each["versioningConfiguration"]["status"] for each in found] == ([status] if status else [])


def parameters(stack: Recording, family: str, wanted: Mapping[str, str], absent: Sequence[str] = ()) -> None:
    """The database's parameter group has these parameters, and lacks others."""
    group_ = only(each for each in of(stack, "rds.ParameterGroup") if each["family"] == family)
    assert one(stack, "rds.Instance")["parameterGroupName"] in (group_["name"], group_.id)
    given = {each["name"]: each["value"] for each in group_["parameters"]}
    assert {name: given.get(name) for name in wanted} == wanted
    assert not given.keys() & {*absent}


def no_secret_in_environment(stack: Recording) -> None:
    """No variable of a container that everybody may read looks like a secret."""
    for each in containers(stack):
        for variable in each.get("environment", []):
            assert not re.search("PASSWORD|TOKEN|SECRET|DATABASE_URL|REDIS_URL", variable["name"])
            assert not re.search(r"://[^/@]+:[^/@]+@", variable["value"])


def password_is_secret(stack: Recording) -> None:
    """The database's password is generated, and marked secret wherever it stands."""
    database = one(stack, "rds.Instance")
    assert "password" in database.secrets
    assert len(database["password"]) >= 30
    assert "password" not in json.dumps({key: value for key, value in stack.config.items() if "database" in key})


def secret_in(stack: Recording, name: str) -> None:
    """A secret with a name, encrypted by the stack's key."""
    assert at(stack, "secretsmanager.Secret", name=name)["kmsKeyId"] == arn(only(of(stack, "kms.Key")))
