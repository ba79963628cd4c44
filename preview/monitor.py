"""The engine's resource monitor, as far as a recording needs it: it answers registrations and keeps them."""

import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import cast
from urllib.parse import quote, unquote, urlsplit

from google.protobuf import empty_pb2, json_format
from google.protobuf.message import Message
from pulumi.runtime import mocks
from pulumi.runtime.proto import callback_pb2, engine_pb2, resource_pb2, source_pb2

from preview import invokes
from preview.assets import digests
from preview.provider import Provider, check, created, planned
from preview.recording import Invoke, LogMessage, Options, RecordedResource, Recording
from preview.transforms import transformed
from preview.wire import Object, read, top_level, written

STACK = "pulumi:pulumi:Stack"


class DuplicateUrnError(Exception):
    """Two resources of one type and parent have the same name; the engine refuses the second."""


class EngineLog:
    """The part of the engine that a program logs to."""

    def __init__(self) -> None:
        self.messages: list[LogMessage] = []

    def Log(self, request: engine_pb2.LogRequest) -> empty_pb2.Empty:  # noqa: N802 the protocol's name
        """Keep a message; debugging chatter of the SDK is dropped."""
        severity = engine_pb2.LogSeverity.Name(request.severity).lower()
        if severity != "debug":
            self.messages.append(LogMessage(severity, request.message, request.urn))
        return empty_pb2.Empty()


class Monitor(mocks.MockMonitor):
    """The engine's resource monitor: gives URNs, applies transforms, completes inputs and keeps the registrations."""

    def __init__(
        self, project: str, stack: str, config: Mapping[str, str], folder: Path, *, known: bool, early: bool = False
    ) -> None:
        super().__init__(cast(mocks.Mocks, None))  # this monitor answers everything itself
        self.project, self.stack, self.config, self.known = project, stack, config, known
        self.early = early  # reads what only an update knows as unknown
        self.folder = folder  # of the project: what places are told from
        self.program = os.getcwd()  # noqa: PTH109 its folder: where the engine looks for files and archives
        self.engine = EngineLog()
        self.lock = threading.Lock()  # the SDK registers from a pool of threads
        self.registered: dict[str, RecordedResource] = {}
        self.outputs: dict[str, Object] = {}
        self.secret_outputs: dict[str, frozenset[str]] = {}  # the paths of secrets among them
        self.invoked: list[Invoke] = []
        self.transforms: dict[str, list[callback_pb2.Callback]] = {}
        self.stack_transforms: list[callback_pb2.Callback] = []

    def recording(self, secret_keys: frozenset[str]) -> Recording:
        """Everything kept so far."""
        complete = {
            urn: replace(
                resource,
                registered=self.outputs.get(urn),
                secrets=resource.secrets.union(self.secret_outputs.get(urn, ())),
            )
            for urn, resource in sorted(self.registered.items())
        }
        (root,) = [resource for resource in complete.values() if resource.type == STACK]
        return Recording(
            project=self.project,
            stack=self.stack,
            config=self.config,
            secret_keys=secret_keys,
            known=self.known,
            root=root,
            resources={urn: resource for urn, resource in complete.items() if resource is not root},
            invokes=tuple(sorted(self.invoked, key=repr)),
            messages=tuple(self.engine.messages),
        )

    # The methods below have the protocol's names (resource.proto, service ResourceMonitor).

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The URN as the engine makes it: with the types of all ancestors but the stack."""
        ancestors = parent.split("::")[2] if parent else STACK
        qualified = type_ if ancestors == STACK else f"{ancestors}${type_}"
        return f"urn:pulumi:{self.stack}::{self.project}::{qualified}::{name}"

    def RegisterResource(  # noqa: N802
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Keep a resource and answer with what its provider would make of it."""
        urn = self.make_urn(request.parent, request.type, request.name)
        properties, options = transformed(request, self._transforms_of(request))
        inputs, secrets = read(properties, early=self.early)
        reference = options.provider or request.providers.get(request.type.partition(":")[0], "")
        provider = self._provider(reference)
        resource = RecordedResource(
            urn=urn,
            type=request.type,
            name=request.name,
            parent=request.parent,
            custom=request.custom,
            remote=request.remote,
            read=False,
            provider=_urn_of(reference),
            id=None,
            inputs=check(request.type, request.name, urn, inputs, provider) if request.custom else inputs,
            outputs={},
            secrets=secrets,
            dependencies=tuple(sorted(options.depends_on)),
            property_dependencies={
                name: tuple(sorted(dependencies.urns))
                for name, dependencies in sorted(request.propertyDependencies.items())
                if dependencies.urns
            },
            options=_options(options),
            position=_position(cast(source_pb2.SourcePosition, request.sourcePosition), self.folder),
            digests=() if self.early else digests(inputs, self.program),  # `Both` takes them from the update
        )
        callbacks = cast(Iterable[callback_pb2.Callback], request.transforms)
        return self._answer(self._keep(self._with_outputs(resource, provider), callbacks))

    def _with_outputs(self, resource: RecordedResource, provider: Provider) -> RecordedResource:
        if not (resource.custom or resource.remote):
            return resource
        if self.known:
            outputs = created(resource.type, resource.name, resource.urn, resource.inputs, provider)
            return replace(resource, id=outputs["id"], outputs=outputs)
        return replace(resource, outputs=planned(resource.type, resource.inputs, provider))

    def _keep(self, resource: RecordedResource, transforms: Iterable[callback_pb2.Callback] = ()) -> RecordedResource:
        with self.lock:
            if resource.urn in self.registered:
                raise DuplicateUrnError(f"{resource.urn} is registered twice; give one of the two another name")
            self.registered[resource.urn] = resource
            self.transforms[resource.urn] = list(transforms)
        return resource

    def _answer(self, resource: RecordedResource) -> resource_pb2.RegisterResourceResponse:
        secret = top_level(resource.secrets) | set(resource.options.additional_secret_outputs)
        return resource_pb2.RegisterResourceResponse(
            urn=resource.urn, id=resource.id or "", object=written(resource.outputs, secret)
        )

    def _provider(self, reference: str) -> Provider:
        explicit = self.registered.get(_urn_of(reference))
        if explicit:
            return Provider.of(explicit.inputs)
        settings = {key.removeprefix("aws:"): value for key, value in self.config.items() if key.startswith("aws:")}
        return Provider.of(settings)

    def RegisterResourceOutputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> empty_pb2.Empty:  # noqa: N802
        """Keep what a component says of itself at the end of its constructor, and what the program exports."""
        self.outputs[request.urn], secrets = read(request.outputs, early=self.early)
        self.secret_outputs[request.urn] = secrets
        return empty_pb2.Empty()

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:  # noqa: N802
        """Keep a look-up. What it finds is there already, so it is known in a preview too."""
        urn = self.make_urn(request.parent, request.type, request.name)
        given, secrets = read(request.properties)
        found = given
        if request.type != "pulumi:pulumi:StackReference":  # whose outputs only the other stack's state could tell
            provider = self._provider(request.provider)
            found = {**created(request.type, request.name, urn, given, provider), "id": request.id}
        self._keep(
            RecordedResource(
                urn=urn,
                type=request.type,
                name=request.name,
                parent=request.parent,
                custom=True,
                remote=False,
                read=True,
                provider=_urn_of(request.provider),
                id=request.id,
                inputs={},
                outputs=found,
                secrets=secrets,
                dependencies=tuple(sorted(request.dependencies)),
                property_dependencies={},
                options=Options(),
            )
        )
        return resource_pb2.ReadResourceResponse(urn=urn, id=request.id, properties=written(found))

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:  # noqa: N802
        """Answer a provider function from tables."""
        arguments, _ = read(request.args)
        if request.tok == "pulumi:pulumi:getResource":
            found = self.registered[arguments["urn"]]
            state = {"urn": found.urn, "id": found.id or "", "state": found.outputs}
            return _returned(state)
        self.invoked.append(Invoke(request.tok, arguments))
        provider = self._provider(request.provider)
        return _returned(invokes.answer(request.tok, arguments, provider.region, provider.account))

    def RegisterStackTransform(self, request: callback_pb2.Callback) -> empty_pb2.Empty:  # noqa: N802
        """Keep a transform of every resource that is registered after it."""
        self.stack_transforms.append(request)
        return empty_pb2.Empty()

    def _transforms_of(self, request: resource_pb2.RegisterResourceRequest) -> list[callback_pb2.Callback]:
        transforms = list(cast(Iterable[callback_pb2.Callback], request.transforms))
        ancestor = self.registered.get(request.parent)
        while ancestor:
            transforms += self.transforms[ancestor.urn]
            ancestor = self.registered.get(ancestor.parent)
        return [*transforms, *self.stack_transforms]


def _returned(result: Object) -> resource_pb2.ResourceInvokeResponse:
    response = resource_pb2.ResourceInvokeResponse()
    getattr(response, "return").CopyFrom(written(result))  # a word of the language
    return response


def _urn_of(reference: str) -> str:
    """The URN in a provider reference, which is `<urn>::<id>`."""
    return reference.rpartition("::")[0]


def _position(source: source_pb2.SourcePosition, folder: Path) -> str:
    """Where a program declares a resource, as the engine keeps it (source_eval.go, parseSourcePosition)."""
    return f"project:///{_relative(source.uri, folder)}#{source.line}" if source.uri else ""


@cache
def _relative(uri: str, folder: Path) -> str:
    """Few files declare many resources."""
    return quote(os.path.relpath(unquote(urlsplit(uri).path), folder))


def _options(options: resource_pb2.TransformResourceOptions) -> Options:
    return Options(
        protect=options.protect,
        ignore_changes=tuple(options.ignore_changes),
        replace_on_changes=tuple(options.replace_on_changes),
        delete_before_replace=options.delete_before_replace if options.HasField("delete_before_replace") else None,
        retain_on_delete=options.retain_on_delete,
        deleted_with=options.deleted_with,
        aliases=tuple(json_format.MessageToDict(alias) for alias in cast(Iterable[Message], options.aliases)),
        additional_secret_outputs=tuple(options.additional_secret_outputs),
        custom_timeouts={each.name: value for each, value in options.custom_timeouts.ListFields()},
        import_id=getattr(options, "import"),
        version=options.version,
    )
