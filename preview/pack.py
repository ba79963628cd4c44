"""Asks a policy pack for its verdict on a recording, over the protocol by which the engine asks it."""

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, cast

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from preview.pack_process import environment_of, forked, spawned
from preview.recording import RecordedResource, Recording
from preview.verdict import Exempted, Note, PackVerdict
from preview.wire import marked, written

#: The project's own pack.
POLICY = Path(__file__).parent.parent / "policy"

#: Policies of the pack that report on its work and judge no resource, and where their notes belong.
NOTES = {"exemptions": "exemptions", "undecided": "undecided"}

#: Where a stack file gives its reasons.
EXEMPTIONS = "guard:exemptions"

#: How a policy's level is called among its settings.
LEVEL = "enforcementLevel"

#: The engine's limit too: a stack is sent in one message (pulumi_policy, _MAX_RPC_MESSAGE_SIZE).
MESSAGE_BYTES = 400 * 1024 * 1024
CHANNEL = [("grpc.max_receive_message_length", MESSAGE_BYTES), ("grpc.max_send_message_length", MESSAGE_BYTES)]


#: A stack with every id known, or what records it.
Later = Recording | Callable[[], Recording]


class PackError(Exception):
    """The pack did not start, or failed while it judged."""


class PackProcess(AbstractContextManager["PackProcess"]):
    """A pack at work on one stack.

    Each stack has a process of its own, as with the engine: the pack reads the stack's configuration (exemptions) from
    its environment, and it remembers what it saw. It starts on construction, so that its imports overlap with whatever
    the caller does next. With `fork` the process has what this one imported already; this one must have no other
    thread, and have asked no pack.
    """

    def __init__(
        self,
        project: str,
        stack: str,
        config: Mapping[str, str],
        *,
        known: bool = False,
        today: date | None = None,
        policy: Path = POLICY,
        fork: bool = False,
    ) -> None:
        self.today = today
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 open as long as the pack is
        environment = {**environment_of(project, stack, config, known), **_day(today)}
        self.process, self.output = (forked if fork else spawned)(policy, environment, self.errors)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        (self.process.join if isinstance(self.process, BaseProcess) else self.process.wait)()
        self.output.close()
        self.errors.close()

    def ask(
        self, recording: Recording, later: Later | None = None, settings: Mapping[str, Any] = MappingProxyType({})
    ) -> PackVerdict:
        """The pack's verdict: on each resource's inputs, then on the stack's outputs.

        `later` is the same stack with every id known, or records it. Where something stays undecided without, our own
        pack, as it is in this process, is asked about that too. `settings` is a policy configuration by policy.
        """
        port = self.output.readline().strip()
        if not port:
            raise PackError(f"the policy pack did not start:\n{self._stderr()}")
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=CHANNEL) as channel:
            try:
                return self._judged(analyzer_pb2_grpc.AnalyzerStub(channel), recording, later, settings)
            except grpc.RpcError as error:
                raise PackError(
                    f"the policy pack failed: {cast(grpc.Call, error).details()}\n{self._stderr()}"
                ) from error

    def _judged(
        self, analyzer: Any, recording: Recording, later: Later | None, settings: Mapping[str, Any]
    ) -> PackVerdict:
        info = analyzer.GetAnalyzerInfo(empty_pb2.Empty(), wait_for_ready=True)
        configured = _configuration(info.policies, settings)
        analyzer.Configure(configured)
        policies = {policy.name: policy for policy in info.policies}
        asked = _Asked(analyzer, recording)
        # While its process judges the stack, the update is judged here, if it is at hand.
        found = _of_update(later, configured, self.today) if isinstance(later, Recording) else None
        verdict = _verdict(asked.diagnostics(), policies, recording.config)
        if not (later and verdict.undecided):
            return verdict
        if found is None:
            found = _of_update(cast(Callable[[], Recording], later)(), configured, self.today)
        return verdict.with_update(_verdict(found, policies, recording.config))

    def _stderr(self) -> str:
        self.errors.seek(0)
        return self.errors.read().strip()


def ask(
    recording: Recording,
    *,
    today: date | None = None,
    policy: Path = POLICY,
    settings: Mapping[str, Any] = MappingProxyType({}),
) -> PackVerdict:
    """The verdict of a pack that is started for this one question. `today` decides which exemptions have expired."""
    project, stack, config = recording.project, recording.stack, recording.config
    with PackProcess(project, stack, config, known=recording.known, today=today, policy=policy) as pack:
        return pack.ask(recording, settings=settings)


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


def _day(today: date | None) -> dict[str, str]:
    """The day on which the pack judges exemptions, if it is not today."""
    return {"GUARD_TODAY": today.isoformat()} if today else {}


def _of_update(update: Recording, configured: Any, today: date | None) -> list[Any]:
    from preview.update import diagnostics  # here: without an update the pack's rules are in its own process alone

    return diagnostics(update, configured, today)


class _Asked:
    """What a pack is asked of each resource's inputs, and of the whole stack's outputs."""

    def __init__(self, analyzer: Any, recording: Recording) -> None:
        self.found: list[Any] = []
        for resource in recording.shown:
            answer = analyzer.Analyze(_request(recording, resource))
            for diagnostic in answer.diagnostics:
                diagnostic.urn = diagnostic.urn or resource.urn  # as the engine does: policies need not name it
            self.found += answer.diagnostics
        members = (_member(recording, resource) for resource in (recording.root, *recording.resources.values()))
        self.stack = analyzer.AnalyzeStack.future(analyzer_pb2.AnalyzeStackRequest(resources=members))

    def diagnostics(self) -> list[Any]:
        """All that it answers."""
        return [*self.found, *self.stack.result().diagnostics]


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
