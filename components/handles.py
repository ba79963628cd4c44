"""What one component hands to another: the few names, ARNs and resources of it that the other needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


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
    """A file system. A service that mounts it depends on `component`, which holds the mount targets."""

    files_id: pulumi.Output[str]
    arn: pulumi.Output[str]
    points: Mapping[str, pulumi.Output[str]]  #: ids of its access points, by word
    point_arns: Mapping[str, pulumi.Output[str]]  #: likewise
    component: pulumi.Resource


@dataclass(frozen=True, kw_only=True)
class StoredSecret:
    """A secret that a service may read, and what gives it its first value."""

    arn: pulumi.Output[str]
    writer: pulumi.Resource  #: services depend on it: a task fails if its secret has no value yet


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A data store's addresses, and the secret with which a service opens it."""

    variables: Mapping[str, pulumi.Input[str]]  #: by the end of the variable's name: HOST of DATABASE_HOST
    secret: StoredSecret


@dataclass(frozen=True, kw_only=True)
class NamedLog:
    """A log group whose name is known before it exists."""

    name: str
    resource: aws.cloudwatch.LogGroup


@dataclass(frozen=True, kw_only=True)
class VpcPlacement:
    """Where something is placed in the VPC."""

    subnet_ids: Sequence[pulumi.Input[str]]  #: of its tier, in the order of the zones
    group: pulumi.Input[str]  #: id of its security group
