"""Asks our own pack about a stack's update, in which every id is known: its policies as they are, without the protocol.

The pack's process was asked about the preview, as the engine asks it. Here the same policies see the update's
resources, and no message travels: that is a fifth of the work.
"""

import contextlib
import contextvars
import os
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, cast
from unittest.mock import patch

from google.protobuf import json_format
from pulumi.runtime.config import set_all_config
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Secret,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.policy import _NotApplicableError  # pyright: ignore[reportPrivateUsage]

from guard.crossguard.configuration import PROFILE, VARIABLE, profile
from guard.crossguard.dispatch import Policies
from guard.crossguard.levels import OWN
from guard.crossguard.pack import policies
from guard.model.rule import read
from preview.recording import RecordedResource, Recording
from preview.wire import MARK, Object, WireSignature, marked

#: No rule reads a resource's options.
OPTIONS = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [], None)

Diagnostic = analyzer_pb2.AnalyzeDiagnostic


class PolicyConfig(NamedTuple):
    """How a policy is configured."""

    level: EnforcementLevel
    settings: dict[str, Any]


def diagnostics(
    recording: Recording, configured: analyzer_pb2.ConfigureAnalyzerRequest, today: date
) -> list[Diagnostic]:
    """What the policies report of a recording with every id known. `today` decides which exemptions have expired."""
    chosen = profile(os.environ.get(VARIABLE), recording.config.get(PROFILE))
    pack = policies(today=today, chosen=chosen)
    with patch.dict(os.environ, recording.pack_environment):  # where a rule finds what is configured
        return contextvars.copy_context().run(_asked, recording, cast(Policies, pack), configured)


def _asked(recording: Recording, pack: Policies, configured: analyzer_pb2.ConfigureAnalyzerRequest) -> list[Diagnostic]:
    set_all_config(dict(recording.config))  # where the pack finds the exemptions
    found: list[Diagnostic] = []
    on = {name: config for name, config in _configs(configured) if config.level is not EnforcementLevel.DISABLED}
    for resource in recording.shown:
        properties = _plain(resource, resource.inputs)
        for policy in pack:
            if isinstance(policy, ResourceValidationPolicy) and policy.name in on:
                args = _arguments(recording, resource, properties, on[policy.name])
                _ask(policy, args, _reporting(pack, policy, on[policy.name], found, resource.urn))
    members = _members(recording)
    for policy in pack:
        if isinstance(policy, StackValidationPolicy) and policy.name in on:
            args = StackValidationArgs(members, on[policy.name].settings)
            _ask(policy, args, _reporting(pack, policy, on[policy.name], found, ""))
    return found


def _configs(configured: analyzer_pb2.ConfigureAnalyzerRequest) -> Iterator[tuple[str, PolicyConfig]]:
    """Yield how each policy is configured. The pack's own policies stay on, and what would be mended blocks."""
    levels = {analyzer_pb2.EnforcementLevel.Value(level.name): level for level in EnforcementLevel}
    for name, about in configured.policyConfig.items():
        level = OWN[name][0] if name in OWN else levels[about.enforcementLevel]
        firm = EnforcementLevel.MANDATORY if level is EnforcementLevel.REMEDIATE else level
        yield name, PolicyConfig(firm, json_format.MessageToDict(about.properties))


def _ask(policy: Any, args: Any, report: ReportViolation) -> None:
    with contextlib.suppress(_NotApplicableError):  # after it has reported what there is
        policy.validate(args, report)


def _reporting(
    pack: Policies, policy: Policy, config: PolicyConfig, found: list[Diagnostic], urn: str
) -> ReportViolation:
    def report(message: str, of: str | None = None) -> None:
        severity = pack.severities.get(read(message).rule, policy.severity)
        name = f"POLICY_SEVERITY_{severity.name if severity else 'UNSPECIFIED'}"
        found.append(
            Diagnostic(
                policyName=policy.name,
                message=message,
                urn=of or urn,
                enforcementLevel=analyzer_pb2.EnforcementLevel.Value(config.level.name),
                severity=analyzer_pb2.PolicySeverity.Value(name),
            )
        )

    return report


def _arguments(
    recording: Recording, resource: RecordedResource, properties: Object, config: PolicyConfig
) -> ResourceValidationArgs:
    return ResourceValidationArgs(
        resource.type,
        properties,
        resource.urn,
        resource.name,
        OPTIONS,
        _provider(recording, resource),
        config.settings,
        {},
    )


def _provider(recording: Recording, resource: RecordedResource) -> PolicyProviderResource | None:
    own = recording.resources.get(resource.provider)
    return PolicyProviderResource(own.type, own.inputs, own.urn, own.name) if own else None


def _members(recording: Recording) -> list[PolicyResource]:
    """All resources as a stack policy sees them: their outputs, and whose values went into their inputs."""
    resources = {each.urn: each for each in (recording.root, *recording.resources.values())}
    members = {
        urn: PolicyResource(
            each.type,
            _plain(each, each.outputs if each.custom or each.remote else each.registered or {}),
            urn,
            each.name,
            OPTIONS,
            _provider(recording, each),
            None,
            [],
            {},
        )
        for urn, each in resources.items()
    }
    for urn, each in resources.items():
        members[urn].parent = members.get(each.parent)
        members[urn].property_dependencies = {
            name: [members[behind] for behind in behinds if behind in members]
            for name, behinds in each.property_dependencies.items()
        }
    return list(members.values())


def _plain(resource: RecordedResource, values: Mapping[str, Any]) -> Object:
    """Properties with their secrets marked as the SDK marks them for a policy."""
    paths = resource.secrets | set(resource.options.additional_secret_outputs)
    return _marked(marked(values, paths)) if paths else dict(values)


def _marked(value: Any) -> Any:
    if isinstance(value, list):
        return [_marked(each) for each in cast(list[Any], value)]
    if not isinstance(value, dict):
        return value
    table = cast(Object, value)
    if table.get(MARK) == WireSignature.SECRET:
        return Secret(_marked(table["value"]))
    return {key: _marked(each) for key, each in table.items()}
