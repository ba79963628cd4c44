"""A data store that is built, whatever its kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from components.compute.function import Scope
from components.handles import Connection, StoredSecret
from components.operations.watch.model import Subject


@dataclass(frozen=True, kw_only=True)
class BuiltStore:
    """A data store that is built: how it is reached, and what the rest of the stack does with it."""

    component: pulumi.Resource
    name: str  #: physical
    connection: Connection
    users: Mapping[str, StoredSecret] = field(default_factory=dict[str, StoredSecret])  #: secrets of services' users
    exports: Mapping[str, Any]  #: by what follows the store's word
    subjects: Sequence[Subject] = ()  #: what has alarms
    arn: pulumi.Output[str] | None = None  #: of what AWS Backup can back up
    resource_id: pulumi.Output[str] | None = None  #: AWS's own id, by which IAM knows its users
    scopes: Mapping[str, Scope] = field(default_factory=dict[str, Scope])  #: of its rotation, beside secret and clients
    variables: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])  #: likewise
