"""What one run of a program registered, as plain data."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from preview.wire import Object


@dataclass(frozen=True)
class LogMessage:
    """What the program said through `pulumi.log`."""

    severity: str  #: debug, info, warning or error
    text: str
    urn: str = ""


@dataclass(frozen=True)
class Options:
    """A resource's options as the engine gets them: property names as on the wire, resources as URNs."""

    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    delete_before_replace: bool | None = None
    retain_on_delete: bool = False
    deleted_with: str = ""
    aliases: tuple[Mapping[str, Any], ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    custom_timeouts: Mapping[str, str] = field(default_factory=dict[str, str])
    import_id: str = ""
    version: str = ""


@dataclass(frozen=True)
class RecordedResource:
    """A registered resource. Values are plain JSON: an unknown one is UNKNOWN, a secret one is in clear."""

    urn: str
    type: str
    name: str
    parent: str  #: URN
    custom: bool  #: managed by a provider; else a component
    remote: bool  #: a component of another language, such as awsx's
    read: bool  #: looked up with `get`, not created
    provider: str  #: URN of the explicit provider, or empty
    id: str | None  #: None where it is unknown, and for components
    inputs: Object  #: completed as the provider's Check does
    outputs: Object
    secrets: frozenset[str]  #: paths of secret inputs, such as `environment.variables[0]`
    dependencies: tuple[str, ...]  #: URNs
    property_dependencies: Mapping[str, tuple[str, ...]]  #: URNs by top-level property
    options: Options
    registered: Mapping[str, Any] | None = None  #: what `register_outputs` was given; None if it never was called
    position: str = ""  #: where the program declares it, as `project:///main.py#12`
    digests: tuple[tuple[str, str], ...] = ()  #: by property, of what is in its files and archives

    def __getitem__(self, name: str) -> Any:
        return self.inputs[name]

    @property
    def package(self) -> str:
        """The package of its type: `aws`."""
        return self.type.partition(":")[0]


@dataclass(frozen=True)
class Invoke:
    """A provider function that the program called."""

    token: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Recording:
    """All that one run of a program registered, sorted by URN."""

    project: str
    stack: str
    config: Mapping[str, str]  #: by full key
    secret_keys: frozenset[str]
    known: bool  #: whether ids and outputs were answered, as in an update, or unknown, as at a first preview
    root: RecordedResource  #: the stack itself; what the program exports is `root.registered`
    resources: Mapping[str, RecordedResource]  #: by URN, without the stack
    invokes: tuple[Invoke, ...]
    messages: tuple[LogMessage, ...]

    def __repr__(self) -> str:
        """Short, as it stands in the message of a test that fails: all of it is megabytes."""
        return f"Recording({self.project}/{self.stack}, known={self.known}, {len(self.resources)} resources)"

    @property
    def pack_environment(self) -> dict[str, str]:
        """The environment that the engine gives a policy pack (its analyzer_plugin.go, constructEnv)."""
        return {
            "PULUMI_PROJECT": self.project,
            "PULUMI_STACK": self.stack,
            "PULUMI_ORGANIZATION": "organization",
            "PULUMI_DRY_RUN": "false" if self.known else "true",
            "PULUMI_CONFIG": json.dumps(dict(self.config)),
        }

    def of(self, token: str) -> list[RecordedResource]:
        """The resources of a type such as `aws:ec2/vpc:Vpc`."""
        return [*self._by_type.get(token, ())]

    @cached_property
    def _by_type(self) -> Mapping[str, Sequence[RecordedResource]]:
        found = defaultdict[str, list[RecordedResource]](list)
        for resource in self.resources.values():
            found[resource.type].append(resource)
        return found

    def named(self, name: str) -> list[RecordedResource]:
        """The resources with a logical name."""
        return [resource for resource in self.resources.values() if resource.name == name]

    def children(self, urn: str) -> list[RecordedResource]:
        """The resources whose parent has a URN."""
        return [resource for resource in self.resources.values() if resource.parent == urn]

    @property
    def shown(self) -> list[RecordedResource]:
        """The resources whose inputs the policy pack gets, in the engine's order.

        The engine does not send look-ups (step_generator.go, GenerateReadSteps), and a component before its children.
        """
        return sorted((each for each in self.resources.values() if not each.read), key=lambda each: each.custom)

    @property
    def outputs(self) -> Mapping[str, Any]:
        """What the program exports, by name."""
        return self.root.registered or {}
