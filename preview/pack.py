"""Asks our policy pack for its verdict on a recording, by the requests with which the engine asks it.

They go to the SDK's own servicer, which answers them in the pack's process too: to send them there takes longer than to
answer them. Tests hold that over the protocol the pack says the same.
"""

import contextvars
import json
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast
from unittest.mock import patch

from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.config import set_all_config
from pulumi.runtime.proto import analyzer_pb2

from preview.recording import RecordedResource, Recording
from preview.verdict import Exempted, Note, PackVerdict
from preview.wire import marked, written

#: Policies of the pack that report on its work and judge no resource, and where their notes belong.
NOTES = {"exemptions": "exemptions", "undecided": "undecided"}

#: Where a stack file gives its reasons.
EXEMPTIONS = "guard:exemptions"

#: How a policy's level is called among its settings.
LEVEL = "enforcementLevel"

#: A stack with every id known, or what records it.
Later = Recording | Callable[[], Recording]


def ask(
    recording: Recording,
    today: date,
    later: Later | None = None,
    *,
    settings: Mapping[str, Any] = MappingProxyType({}),
) -> PackVerdict:
    """The verdict on each resource's inputs, then on the stack's outputs.

    `today` decides which exemptions have expired. `later` is the same stack with every id known, or records it: where
    something stays undecided without, the pack is asked about that too. `settings` is a policy configuration by policy.
    """
    verdict = _alone(recording, today, settings)
    if not (later and verdict.undecided):
        return verdict
    return verdict.with_update(_alone(later if isinstance(later, Recording) else later(), today, settings))


def _alone(recording: Recording, today: date, settings: Mapping[str, Any]) -> PackVerdict:
    """One verdict. What the pack reads of its surroundings, and what it leaves there, is this question's alone."""
    with patch.dict(os.environ, recording.pack_environment):
        return contextvars.copy_context().run(_here, recording, today, settings)


def _here(recording: Recording, today: date, settings: Mapping[str, Any]) -> PackVerdict:
    # Imported here: nobody waits for the rules before the stack is recorded, and `--watch` forgets changed ones.
    from pulumi_policy import EnforcementLevel
    from pulumi_policy.policy import _PolicyAnalyzerServicer  # pyright: ignore[reportPrivateUsage]

    from guard.crossguard.pack import policies

    set_all_config(dict(recording.config))  # in a process of its own the pack reads it from the environment
    servicer = _PolicyAnalyzerServicer("pack", "1", policies(today=today), EnforcementLevel.ADVISORY)
    return judged(servicer, recording, settings)


def judged(analyzer: Any, recording: Recording, settings: Mapping[str, Any]) -> PackVerdict:
    """The verdict of a pack's servicer, or of a stub that reaches one."""
    info = analyzer.GetAnalyzerInfo(empty_pb2.Empty(), None)
    analyzer.Configure(_configuration(info.policies, settings), None)
    policies = {policy.name: policy for policy in info.policies}
    return _verdict(_asked(analyzer, recording), policies, recording.config)


def settings_in(file: Path) -> dict[str, Any]:
    """A policy configuration file, as `pulumi preview --policy-pack-config` takes it; ValueError says what is wrong."""
    from guard.crossguard import configuration
    from guard.crossguard.levels import OWN, Levels
    from guard.rules import RULES

    found: Any = json.loads(file.read_text())
    profile = configuration.profile(os.environ.get(configuration.VARIABLE), None).profile
    rule_sets = configuration.rule_sets(RULES.values(), profile)
    overlay = configuration.overlay(found, rule_sets, OWN)
    off = Levels(overlay.levels, overlay.properties).problems(rule_sets)
    if problems := [*off, *overlay.problems]:
        raise ValueError("\n".join(problems))
    return found


def _asked(analyzer: Any, recording: Recording) -> list[Any]:
    """What a pack says of each resource's inputs, and of the whole stack's outputs."""
    found: list[Any] = []
    for resource in recording.shown:
        answer = analyzer.Analyze(_request(recording, resource), None)
        for diagnostic in answer.diagnostics:
            diagnostic.urn = diagnostic.urn or resource.urn  # as the engine does: policies need not name it
        found += answer.diagnostics
    members = (_member(recording, resource) for resource in (recording.root, *recording.resources.values()))
    found += analyzer.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=members), None).diagnostics
    return found


def _configuration(policies: Iterable[Any], settings: Mapping[str, Any]) -> analyzer_pb2.ConfigureAnalyzerRequest:
    """What the engine sends of a policy configuration: every policy's level, and its settings with their defaults."""
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    for policy in policies:
        own = of_policy(settings, policy.name)
        defaults = {name: schema["default"] for name, schema in _schemas(policy) if "default" in schema}
        level = own.pop(LEVEL, None) or _all(settings)
        entry = request.policyConfig[policy.name]
        entry.enforcementLevel = (
            analyzer_pb2.EnforcementLevel.Value(level.upper()) if level else policy.enforcementLevel
        )
        entry.properties.update({**defaults, **own})
    return request


def of_policy(settings: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What a configuration says of a policy, which may be its level alone."""
    given: Any = settings.get(name, {})
    return dict(cast(dict[str, Any], given)) if isinstance(given, dict) else {LEVEL: given}


def _all(settings: Mapping[str, Any]) -> Any:
    every: Any = settings.get("all")
    return cast(dict[str, Any], every).get(LEVEL) if isinstance(every, dict) else every


def _schemas(policy: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    return json_format.MessageToDict(policy.configSchema.properties).items()


def _request(recording: Recording, resource: RecordedResource) -> analyzer_pb2.AnalyzeRequest:
    """A resource as a resource policy sees it: its completed inputs."""
    return analyzer_pb2.AnalyzeRequest(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        properties=_properties(resource, resource.inputs),
        options=_options(resource),
        provider=_provider(recording, resource),
    )


def _member(recording: Recording, resource: RecordedResource) -> analyzer_pb2.AnalyzerResource:
    """A resource as a stack policy sees it: its outputs, and whose values went into its inputs."""
    dependencies = {
        name: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
        for name, urns in resource.property_dependencies.items()
    }
    return analyzer_pb2.AnalyzerResource(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        parent=resource.parent,
        properties=_properties(
            resource, resource.outputs if resource.custom or resource.remote else resource.registered or {}
        ),
        options=_options(resource),
        provider=_provider(recording, resource),
        dependencies=resource.dependencies,
        propertyDependencies=dependencies,
    )


def _properties(resource: RecordedResource, values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Properties with their secrets marked: the engine keeps the marks (analyzer_plugin.go, KeepSecrets)."""
    paths = resource.secrets | set(resource.options.additional_secret_outputs)
    return written(marked(values, paths) if paths else values)


def _options(resource: RecordedResource) -> analyzer_pb2.AnalyzerResourceOptions:
    options = resource.options
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=options.protect,
        ignoreChanges=options.ignore_changes,
        deleteBeforeReplace=bool(options.delete_before_replace),
        deleteBeforeReplaceDefined=options.delete_before_replace is not None,
        additionalSecretOutputs=options.additional_secret_outputs,
        parent=resource.parent,
    )


def _provider(recording: Recording, resource: RecordedResource) -> analyzer_pb2.AnalyzerProviderResource | None:
    provider = recording.resources.get(resource.provider)
    if provider is None:
        return None
    return analyzer_pb2.AnalyzerProviderResource(
        urn=provider.urn, type=provider.type, name=provider.name, properties=written(provider.inputs)
    )


def _verdict(diagnostics: list[Any], policies: Mapping[str, Any], config: Mapping[str, str]) -> PackVerdict:
    from guard.crossguard import configuration, exemptions
    from guard.model import rule  # here: it would delay the start of the recording

    kinds: dict[str, set[Note]] = {"violations": set(), "advisories": set(), "exemptions": set(), "undecided": set()}
    for diagnostic in diagnostics:
        mandatory = diagnostic.enforcementLevel == analyzer_pb2.MANDATORY
        kind = NOTES.get(diagnostic.policyName, "violations" if mandatory else "advisories")
        kinds[kind].add(_note(diagnostic, policies, rule.read))
    excuses = exemptions.written(config.get(EXEMPTIONS))
    chosen = configuration.profile(os.environ.get(configuration.VARIABLE), config.get(configuration.PROFILE))
    return PackVerdict(
        violations=tuple(sorted(kinds["violations"])),
        advisories=tuple(sorted(kinds["advisories"])),
        exemptions=tuple(_exempted(note, excuses) for note in sorted(kinds["exemptions"])),
        undecided=tuple(sorted(kinds["undecided"])),
        profile=chosen.profile,
    )


def _note(diagnostic: Any, policies: Mapping[str, Any], read: Callable[[str], Any]) -> Note:
    """A diagnostic in its parts. A message that is not in our pack's form counts whole, its fix is the policy's."""
    parts = read(diagnostic.message)
    severity = analyzer_pb2.PolicySeverity.Name(diagnostic.severity).removeprefix("POLICY_SEVERITY_").lower()
    return Note(
        rule=parts.rule or diagnostic.policyName,
        urn=diagnostic.urn,
        message=parts.text,
        fix=parts.fix or ("" if parts.rule else policies[diagnostic.policyName].remediation_steps),
        severity="" if severity == "unspecified" else severity,
        policy=diagnostic.policyName,
    )


def _exempted(note: Note, entries: Iterable[Any]) -> Exempted:
    """A note on a finding that is exempted, with the stack file's entry that the note ends in."""
    for entry in entries:
        if entry.rule == note.rule and note.message.endswith(str(entry)):
            text = note.message.removesuffix(str(entry)).rstrip(" .")
            expires = entry.expires.isoformat() if entry.expires else ""
            return Exempted(note.rule, note.urn, text, entry.reason, entry.owner, expires, entry.decision)
    return Exempted(note.rule, note.urn, note.message, "", "", "", "")
