"""Asks the pack as the engine does: the SDK's own servicer, inputs to Analyze, planned outputs to AnalyzeStack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from google.protobuf import json_format
from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel, Policy
from pulumi_policy.policy import _PolicyAnalyzerServicer
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from guard.crossguard.configuration import Chosen
from guard.crossguard.levels import CONFIGURATION
from guard.crossguard.pack import policies
from guard.model.rule import RULES, Profile
from tests.policy import sdk

TODAY = date(2026, 3, 1)
PROJECT = "urn:pulumi:test::foreign::"


@dataclass
class Declared:
    """A resource as a program declares it; `refs` maps a property path to another resource's output."""

    name: str
    type: str
    props: dict[str, Any] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    parent: str = ""  # another resource's name

    @property
    def urn(self) -> str:
        return f"{PROJECT}{self.type}::{self.name}"


@dataclass(frozen=True)
class Diagnostic:
    """One diagnostic of the pack."""

    policy: str
    mandatory: bool
    urn: str
    message: str


@dataclass(frozen=True)
class PackAnswer:
    """All that the pack said of a stack."""

    diagnostics: tuple[Diagnostic, ...]
    not_applicable: tuple[str, ...]

    def of(self, *policies: str) -> list[Diagnostic]:
        return [one for one in self.diagnostics if one.policy in policies]

    def problems(self) -> list[str]:
        """Return what is wrong with the configuration."""
        return [one.message.split("\n")[1] for one in self.of(CONFIGURATION)]

    def violations(self, family: str = "") -> list[Diagnostic]:
        """Return what blocks, of one family or of all."""
        return [one for one in self.diagnostics if one.mandatory and one.policy.startswith(family)]


PREFIXES = {
    "InternetGateway": "igw", "Subnet": "subnet", "Vpc": "vpc", "SecurityGroup": "sg", "RouteTable": "rtb",
    "ManagedPrefixList": "pl", "EgressOnlyInternetGateway": "eigw", "NatGateway": "nat", "VpnGateway": "vgw",
}  # fmt: skip


def literal(resource: Declared, output: str) -> Any:
    """Return the value that an existing resource's output would have."""
    if output in resource.props:
        return resource.props[output]
    kind = resource.type.rsplit(":", 1)[-1]
    own = f"{PREFIXES.get(kind, kind.lower())}-{resource.name}-0a1b2c3d"
    if output == "id":
        return own
    if output.lower().endswith("arn"):
        return f"arn:aws:{resource.type.split(':')[1].split('/')[0]}:eu-west-1:111122223333:{kind.lower()}/{own}"
    return f"{own}-{output}"


def put(props: dict[str, Any], path: str, value: Any) -> None:
    """Set a value at a path like a.b[0].c, creating what is missing on the way."""
    steps: list[str | int] = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)]
    node: Any = props
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        last = following is None
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(step, int):
            node.extend(None for _ in range(step + 1 - len(node)))
            node[step] = value if last else node[step] if node[step] is not None else empty
        else:
            node[step] = value if last else node.get(step) if node.get(step) is not None else empty
        node = node[step]


def planned(resources: Sequence[Declared], *, known: bool) -> list[tuple[Declared, dict[str, Any], dict[str, Any]]]:
    """Return every resource with its inputs and the outputs that the engine would show."""
    by_name = {resource.name: resource for resource in resources}
    return [(resource, *plan(resource, by_name, known=known)) for resource in resources]


def plan(resource: Declared, by_name: Mapping[str, Declared], *, known: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a resource's inputs, and the outputs that the engine would show."""
    inputs = _copied(resource.props)
    for path, ref in resource.refs.items():
        target, output = ref.split(".")
        put(inputs, path, literal(by_name[target], output) if known else UNKNOWN_STRING_VALUE)
    return inputs, _outputs(resource, inputs, by_name.values(), known=known)


def _copied(value: Any) -> Any:
    """Plain data, as `deepcopy` would copy it in six times the time."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _outputs(
    resource: Declared, inputs: dict[str, Any], everyone: Iterable[Declared], *, known: bool
) -> dict[str, Any]:
    if known:
        asked = {
            ref.split(".")[1] for one in everyone for ref in one.refs.values() if ref.split(".")[0] == resource.name
        }
        return {name: literal(resource, name) for name in {"id", *asked}} | inputs
    filled = (
        sdk.computed(resource.type) if resource.type.startswith("aws:") and sdk.resource_class(resource.type) else ()
    )
    return dict.fromkeys({"id", *filled}, UNKNOWN_STRING_VALUE) | inputs


class EngineRun:
    """A run of the engine with the pack."""

    def __init__(
        self, chosen: list[Policy] | None = None, *, today: date = TODAY, profile: Profile = Profile.BASELINE
    ) -> None:
        chosen = policies(today=today, chosen=Chosen(profile)) if chosen is None else chosen
        self.servicer = _PolicyAnalyzerServicer("test", "0.0.1", chosen, EnforcementLevel.ADVISORY)
        self.levels = {one.name: one.enforcement_level for one in chosen}

    def configure(self, settings: Mapping[str, Any]) -> EngineRun:
        """Configure as the engine does: every policy gets a level; `settings` are by policy, a level or a table."""
        request = proto.ConfigureAnalyzerRequest()
        for name, own in self.levels.items():
            given = settings.get(name, settings.get("all", {}))
            table = dict(given) if isinstance(given, dict) else {"enforcementLevel": given}
            level = table.pop("enforcementLevel", (own or EnforcementLevel.ADVISORY).value)
            request.policyConfig[name].enforcementLevel = proto.EnforcementLevel.Value(level.upper())
            request.policyConfig[name].properties.update(table)
        self.servicer.Configure(request, None)
        return self

    def remediate(self, resource: Declared) -> list[tuple[str, dict[str, Any]]]:
        """Return what each policy that is set to remediate makes of a resource's inputs."""
        request = proto.AnalyzeRequest(type=resource.type, urn=resource.urn, name=resource.name)
        request.properties.update(resource.props)
        answer = self.servicer.Remediate(request, None)
        return [(one.policyName, json_format.MessageToDict(one.properties)) for one in answer.remediations]

    def info(self) -> proto.AnalyzerInfo:
        return self.servicer.GetAnalyzerInfo(None, None)

    def preview(self, resources: Sequence[Declared], *, known: bool = False, record: bool = True) -> PackAnswer:
        """Preview a stack; with `record` off only AnalyzeStack is asked, as for resources that are only read."""
        plan = planned(resources, known=known)
        answers = [self._analyze(resource, inputs) for resource, inputs, _ in plan] if record else []
        answers.append(self._analyze_stack(plan, {resource.name: resource for resource in resources}))
        diagnostics = tuple(
            Diagnostic(one.policyName, one.enforcementLevel == proto.MANDATORY, one.urn, one.message)
            for answer in answers
            for one in answer.diagnostics
        )
        return PackAnswer(diagnostics, tuple(one.policy_name for answer in answers for one in answer.not_applicable))

    def _analyze(self, resource: Declared, inputs: dict[str, Any]) -> proto.AnalyzeResponse:
        request = proto.AnalyzeRequest(type=resource.type, urn=resource.urn, name=resource.name)
        request.properties.update(inputs)
        return self.servicer.Analyze(request, None)

    def _analyze_stack(
        self, plan: list[tuple[Declared, dict[str, Any], dict[str, Any]]], by_name: dict[str, Declared]
    ) -> proto.AnalyzeResponse:
        request = proto.AnalyzeStackRequest()
        for resource, _, outputs in plan:
            one = request.resources.add(type=resource.type, urn=resource.urn, name=resource.name)
            one.properties.update(outputs)
            one.parent = by_name[resource.parent].urn if resource.parent else ""
            for path, ref in resource.refs.items():
                urn = by_name[ref.split(".", maxsplit=1)[0]].urn
                one.propertyDependencies[re.split(r"[.\[]", path, maxsplit=1)[0]].urns.append(urn)
                one.dependencies.append(urn)
        return self.servicer.AnalyzeStack(request, None)


def violated(answer: PackAnswer) -> set[str]:
    """Return the ids of the rules that block."""
    found = {match[1] for one in answer.violations() if (match := re.search(r"\[([\w-]+)\]", one.message))}
    assert found <= set(RULES)
    return found
