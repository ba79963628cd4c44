"""Runs a Pulumi program against a monitor that keeps everything the program registers, as the engine would see it."""

import asyncio
import contextvars
import os
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, unquote, urlsplit

from google.protobuf import empty_pb2, json_format
from google.protobuf.message import Message
from pulumi.runtime import mocks, run_in_stack
from pulumi.runtime.config import set_all_config
from pulumi.runtime.proto import callback_pb2, engine_pb2, resource_pb2, source_pb2
from pulumi.runtime.settings import Settings, configure

from preview import invokes
from preview.lean import lean, outputs
from preview.provider import Provider, check, created, planned
from preview.recording import Invoke, LogMessage, Options, RecordedResource, Recording
from preview.transforms import transformed
from preview.wire import UNKNOWN, Object, read, top_level, written

__all__ = ["UNKNOWN", "DuplicateUrnError", "Options", "ProgramExit", "RecordedResource", "Recording", "record"]

STACK = "pulumi:pulumi:Stack"


class DuplicateUrnError(Exception):
    """Two resources of one type and parent have the same name; the engine refuses the second."""


class ProgramExit(Exception):  # noqa: N818 an exit need not be an error
    """The program called `sys.exit`, after saying what it had to say."""

    def __init__(self, code: int, messages: tuple[LogMessage, ...]) -> None:
        super().__init__(f"the program exited with status {code}")
        self.code = code
        self.messages = messages


def record(
    program: Callable[[], object],
    *,
    project: str,
    stack: str,
    config: Mapping[str, str],
    secret_keys: Collection[str] = (),
    folder: Path | None = None,
    known: bool = False,
) -> Recording:
    """Run a program as the engine would and return what it registered.

    `config` has full keys (`aws:region`) and text, as in PULUMI_CONFIG. `folder` is where the project's Pulumi.yaml is;
    without it the current one. With `known` the run is an update in which every id and output is answered; without, it
    is the preview of a new stack. The program's own exception comes back to the caller after all outstanding
    registrations; its `sys.exit` comes back as ProgramExit.
    """
    monitor = Monitor(project, stack, config, known, folder or Path.cwd())
    # The SDK keeps its state in context variables: a context of its own isolates the runs of one process.
    contextvars.Context().run(_run, program, monitor, frozenset(secret_keys))
    return monitor.recording(frozenset(secret_keys))


def _run(program: Callable[[], object], monitor: "Monitor", secret_keys: Collection[str]) -> None:
    configure(
        Settings(
            project=monitor.project,
            stack=monitor.stack,
            monitor=monitor,
            engine=monitor.engine,
            dry_run=not monitor.known,
            organization="organization",
            root_directory=str(monitor.folder),
        )
    )
    set_all_config(dict(monitor.config), list(secret_keys))
    with lean():
        asyncio.run(run_in_stack(lambda: _settled(program, monitor)))


async def _settled(program: Callable[[], object], monitor: "Monitor") -> None:
    """Call the program and wait for its outputs.

    The SDK would wait for them too, one by one: with each that is done it begins to wait for all others anew.
    """
    _call(program, monitor)
    while pending := [output for output in list(outputs()) if not output.done()]:
        done, _ = await asyncio.wait(pending, return_when=asyncio.FIRST_EXCEPTION)
        if any(output.cancelled() or output.exception() for output in done):
            return  # to the SDK, which says what went wrong


def _call(program: Callable[[], object], monitor: "Monitor") -> None:
    try:
        program()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else bool(leaving.code)
        if code:
            raise ProgramExit(code, tuple(monitor.engine.messages)) from leaving


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


class _NoMocks(mocks.Mocks):
    """The monitor answers everything itself."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        raise NotImplementedError

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        raise NotImplementedError


class Monitor(mocks.MockMonitor):
    """The engine's resource monitor: gives URNs, applies transforms, completes inputs and keeps the registrations."""

    def __init__(self, project: str, stack: str, config: Mapping[str, str], known: bool, folder: Path) -> None:
        super().__init__(_NoMocks())
        self.project, self.stack, self.config, self.known = project, stack, config, known
        self.folder = folder  # of the project: what places are told from
        self.engine = EngineLog()
        self.lock = threading.Lock()  # the SDK registers from a pool of threads
        self.registered: dict[str, RecordedResource] = {}
        self.outputs: dict[str, Object] = {}
        self.invoked: list[Invoke] = []
        self.transforms: dict[str, list[callback_pb2.Callback]] = {}
        self.stack_transforms: list[callback_pb2.Callback] = []

    def recording(self, secret_keys: frozenset[str]) -> Recording:
        """Everything kept so far."""
        complete = {
            urn: replace(resource, registered=self.outputs.get(urn))
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
        inputs, secrets = read(properties)
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
        self.outputs[request.urn], _ = read(request.outputs)
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
    if not source.uri:
        return ""
    return f"project:///{quote(os.path.relpath(unquote(urlsplit(source.uri).path), folder))}#{source.line}"


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
