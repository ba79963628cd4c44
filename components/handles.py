"""Handles: what one component gives another to hold, where the whole of it would be too much."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

#: The labels of a version whose secret somebody else writes from then on, and what is theirs of it. AWS deletes a
#: version that has lost its labels to newer ones, and after a refresh this program would write its old value again: a
#: label of our own keeps the version.
FIRST: Final = ("AWSCURRENT", "FIRST")
HANDED_OVER: Final = ("secret_string", "version_stages")


def copied(keys: Mapping[str, str]) -> list[aws.secretsmanager.SecretReplicaArgsDict] | None:
    """The copies of a secret in other regions, by what encrypts each; they follow every later version by themselves."""
    return [{"region": region, "kms_key_id": key} for region, key in keys.items()] or None


@dataclass(frozen=True, kw_only=True)
class NamedRole:
    """A role whose ARN is known before it exists; whatever names it depends on `resource`."""

    name: str
    arn: str
    resource: aws.iam.Role


@dataclass(frozen=True, kw_only=True)
class NamedBucket:
    """A bucket whose ARN is known before it exists; whatever names it depends on `component`."""

    name: str
    arn: str
    resource: aws.s3.Bucket
    policy: aws.s3.BucketPolicy  #: whoever delivers to the bucket depends on it
    component: pulumi.Resource  #: the bucket and all that belongs to it


@dataclass(frozen=True, kw_only=True)
class NamedTable:
    """A table whose ARN is known before it exists; whatever names it depends on `component`."""

    arn: str
    component: pulumi.Resource


@dataclass(frozen=True, kw_only=True)
class NamedFiles:
    """A file system; whoever mounts it waits for `component`, which has its mount targets."""

    files_id: pulumi.Output[str]
    arn: pulumi.Output[str]
    points: Mapping[str, pulumi.Output[str]]  #: ids of its access points, by word
    point_arns: Mapping[str, pulumi.Output[str]]  #: likewise
    component: pulumi.Resource


@dataclass(frozen=True, kw_only=True)
class StoredSecret:
    """A secret that a service may read, and what gives it its first value."""

    arn: pulumi.Output[str]
    writer: pulumi.Resource  #: a task that starts before it is there fails


@dataclass(frozen=True, kw_only=True)
class Connection:
    """How a service reaches a data store, and what opens it."""

    variables: Mapping[str, pulumi.Input[str]]  #: values of the variables of its kind, by their ends: HOST, PORT
    secret: StoredSecret


@dataclass(frozen=True, kw_only=True)
class NamedLog:
    """A log group, and its name while its resource is unknown."""

    name: str
    resource: aws.cloudwatch.LogGroup
