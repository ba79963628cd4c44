"""What every component of the platform has in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from components.facts import Facts
from settings.names import Names


@dataclass(frozen=True, kw_only=True)
class Args:
    """What every component is given."""

    names: Names  #: the stack's physical names
    facts: Facts  #: its account and region
    tags: Mapping[str, str] = field(default_factory=dict[str, str])  #: beside the provider's default tags

    @property
    def told(self) -> Mapping[str, Any] | None:
        """What the policy pack should know of a child's text of which a part is unknown at a first preview."""
        return None


class Component(pulumi.ComponentResource):
    """A part of the platform whose children carry its name and have it as their parent."""

    def __init__(self, name: str, args: Args, opts: pulumi.ResourceOptions | None = None) -> None:
        # The token is part of every child's URN: renaming a class or its folder replaces what it built.
        folder = type(self).__module__.split(".")[1]
        super().__init__(f"cloudplatform:{folder}:{type(self).__name__}", name, args.told, opts)
        for word in args.told or ():
            vars(self).pop(word)  # an attribute that the SDK makes of an input, and that nobody declares
        self._tags = args.tags

    def child(self, *words: str) -> str:
        """The logical name of a child, by meaning and never by position: `child("private", "us-east-1a")`."""
        return "-".join((self.pulumi_resource_name, *words))

    def was(self, *words: str) -> list[pulumi.Alias]:
        """The alias of a child that had another logical name before: the engine renames what it would replace."""
        return [pulumi.Alias(name=self.child(*words))]

    def named(self, physical: str) -> dict[str, str]:
        """The tags of a child: its name for people, and what the caller adds."""
        return {"Name": physical, **self._tags}

    def owned(self, **options: Any) -> pulumi.ResourceOptions:
        """Options for a child; the caller's own stay with the component, since merged in they would move the child."""
        return pulumi.ResourceOptions(parent=self, **options)
