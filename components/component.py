"""What every component of the platform has in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from components.facts import Facts
from settings.names import Names


@dataclass(frozen=True, kw_only=True)
class Args:
    """The arguments of every component."""

    names: Names  #: the stack's physical names
    facts: Facts  #: its account and region
    tags: Mapping[str, str] = field(default_factory=dict[str, str])  #: beside the provider's default tags

    @property
    def component_inputs(self) -> Mapping[str, Any] | None:
        """Inputs of the component itself, for the policy pack.

        A child's text with one unknown part is wholly unknown at a first preview. Here the pack reads its known parts.
        """
        return None


class Component(pulumi.ComponentResource):
    """A part of the platform whose children carry its name and have it as their parent."""

    def __init__(self, name: str, args: Args, opts: pulumi.ResourceOptions | None = None) -> None:
        # The token is part of every child's URN: renaming a class or its folder replaces what it built.
        folder = type(self).__module__.split(".")[1]
        super().__init__(f"cloudplatform:{folder}:{type(self).__name__}", name, args.component_inputs, opts)
        for word in args.component_inputs or ():
            vars(self).pop(word)  # the SDK makes an attribute of each input; ours are declared outputs alone
        self._tags = args.tags

    def child(self, *words: str) -> str:
        """The logical name of a child, by meaning and never by position: `child("private", "us-east-1a")`."""
        return "-".join((self.pulumi_resource_name, *words))

    def was(self, *words: str) -> list[pulumi.Alias]:
        """The alias of a child that had another logical name before: the engine renames what it would replace."""
        return [pulumi.Alias(name=self.child(*words))]

    def named(self, physical: str) -> dict[str, str]:
        """The tags of a child: Name, and those that every child of this component has."""
        return {"Name": physical, **self._tags}

    def owned(self, **options: Any) -> pulumi.ResourceOptions:
        """Options of a child. The component's own options are not passed on: they could change the child's URN."""
        return pulumi.ResourceOptions(parent=self, **options)
