"""What the SDK hands to resource policies and to stack policies, put together: inputs beside outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi_policy import PolicyResource, ResourceValidationArgs

from guard.model.graph import UNKNOWN, Resource, canonical, plain
from guard.model.locations import Location, location_of

#: Texts that one unknown part makes wholly unknown; a component above the resource may say the same part by part.
IN_PARTS: Final = {"aws:ecs/taskDefinition:TaskDefinition": "containerDefinitions"}


def in_parts(token: str, inputs: dict[str, Any], component: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs, with what the component above tells in place of a text that is not known yet."""
    name = IN_PARTS.get(token, "")
    told = component.get(name)
    return {**inputs, name: told} if isinstance(told, list) and inputs.get(name) is UNKNOWN else inputs


#: The stack itself, whose outputs are what the program exports.
STACK: Final = "pulumi:pulumi:Stack"


class RecordedInputs:
    """Keeps every resource's inputs by URN, so that a stack policy can tell an unset property from an unknown one."""

    def __init__(self) -> None:
        self.inputs: dict[str, Mapping[str, Any]] = {}
        self.locations: dict[str, Location] = {}
        self.secrets: dict[str, list[Any]] = {}
        self._last: tuple[Mapping[str, Any], Resource] | None = None  # what was noted last, and of which properties

    def note(self, args: ResourceValidationArgs) -> Resource:
        """Record a resource's inputs and return it as a rule sees it: read once for all policies that are shown it."""
        last = self._last
        if last is None or last[0] is not args.props:
            last = self._last = (args.props, self._read(args))
        return last[1]

    def _read(self, args: ResourceValidationArgs) -> Resource:
        location = location_of(plain(args.provider.props)) if args.provider else Location()
        secrets: list[Any] = []
        token, inputs = canonical(args.resource_type), plain(args.props, secrets)
        parent = args.opts.parent if args.opts else None
        inputs = in_parts(token, inputs, self.inputs.get(parent or "", {}))
        self.inputs[args.urn], self.locations[args.urn], self.secrets[args.urn] = inputs, location, secrets
        return Resource(
            args.urn, token, inputs, provider_region=location.region, account=location.account, secrets=tuple(secrets)
        )

    def view(self, resource: PolicyResource) -> Resource:
        """Return a resource of the stack, its recorded inputs beside its outputs."""
        secrets = list(self.secrets.get(resource.urn, ()))
        outputs = plain(resource.props, secrets)
        provider = resource.provider
        location = location_of(plain(provider.props)) if provider else self.locations.get(resource.urn, Location())
        depends = {key: tuple(sorted(dep.urn for dep in deps)) for key, deps in resource.property_dependencies.items()}
        inputs = self.inputs.get(resource.urn)
        if inputs is None:
            # Never seen by Analyze. Unknown with nothing behind it is an unset property that AWS will compute.
            inputs = {key: value for key, value in outputs.items() if value is not UNKNOWN or depends.get(key)}
        return Resource(
            urn=resource.urn,
            type=canonical(resource.resource_type),
            inputs=inputs,
            outputs=outputs,
            depends=depends,
            parent=resource.parent.urn if resource.parent else "",
            provider_region=location.region,
            account=location.account,
            managed=resource.urn in self.inputs or not self.inputs or resource.resource_type == STACK,
            secrets=tuple(secrets),
        )
