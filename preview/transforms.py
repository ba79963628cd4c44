"""Resource transforms: functions of the program that change a registration, called back as the engine calls them."""

from collections.abc import Iterable
from typing import Any, cast

import grpc
from google.protobuf import struct_pb2
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from preview.wire import as_outputs

Options = resource_pb2.TransformResourceOptions
Request = resource_pb2.RegisterResourceRequest


def transformed(request: Request, callbacks: Iterable[callback_pb2.Callback]) -> tuple[struct_pb2.Struct, Options]:
    """A registration's properties and options after all transforms, each of which sees what the one before it made."""
    properties, options = request.object, options_of(request)
    dependencies = {name: list(item.urns) for name, item in request.propertyDependencies.items()}
    for callback in callbacks:
        sent = resource_pb2.TransformRequest(
            type=request.type,
            name=request.name,
            custom=request.custom,
            parent=request.parent,
            properties=as_outputs(properties, dependencies),
            options=options,
        )
        response = resource_pb2.TransformResponse.FromString(_called(callback, sent.SerializeToString()))
        properties = response.properties
        options = response.options if response.HasField("options") else options
    return properties, options


def _called(callback: callback_pb2.Callback, argument: bytes) -> bytes:
    with grpc.insecure_channel(callback.target) as channel:
        request = callback_pb2.CallbackInvokeRequest(token=callback.token, request=argument)
        stub = cast(Any, callback_pb2_grpc.CallbacksStub(channel))
        return stub.Invoke(request).response


def options_of(request: Request) -> Options:
    """A registration's options in the form that transforms get (the engine's source_eval.go, RegisterResource)."""
    options = Options(
        depends_on=request.dependencies,
        protect=request.protect,
        ignore_changes=request.ignoreChanges,
        replace_on_changes=request.replaceOnChanges,
        version=request.version,
        aliases=[*request.aliases, *({"urn": urn} for urn in request.aliasURNs)],
        provider=request.provider,
        providers=request.providers,
        retain_on_delete=request.retainOnDelete,
        deleted_with=request.deletedWith,
        additional_secret_outputs=request.additionalSecretOutputs,
        custom_timeouts=request.customTimeouts if request.HasField("customTimeouts") else None,
    )
    setattr(options, "import", request.importId)  # a word of the language
    if request.deleteBeforeReplaceDefined:
        options.delete_before_replace = request.deleteBeforeReplace
    return options
