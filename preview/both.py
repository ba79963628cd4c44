"""One run of a program, recorded twice: with every value known, as in an update, and as a first preview would see it.

The program runs with known values. An output that a preview would not know has `LATER` among its resources: the SDK
carries those along to whatever is made of it. On its way to the engine it is marked, and each recording reads the mark
in its own way. What the program registers must not follow from an output's value, as it never does in ours.
"""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import pulumi
from google.protobuf import empty_pb2, struct_pb2
from pulumi.output import _OutputData  # pyright: ignore[reportPrivateUsage] what an output holds
from pulumi.runtime import rpc
from pulumi.runtime.proto import callback_pb2, resource_pb2

from preview import lean
from preview.monitor import Monitor
from preview.wire import LATER as LATER_KEY
from preview.wire import MARK, WireSignature, has_unknown, read

#: Among the resources of an output: a preview does not know it.
LATER = cast(pulumi.Resource, object())


class Both(Monitor):
    """The monitor of a run with known values, and beside it the monitor of its preview."""

    def __init__(self, project: str, stack: str, config: Mapping[str, str], folder: Path) -> None:
        super().__init__(project, stack, config, folder, known=True)
        self.preview = Monitor(project, stack, config, folder, known=False, early=True)
        self.preview.engine = self.engine
        self.alike = True  #: whether the program did nothing of which the preview cannot be told from the update

    def RegisterResource(  # noqa: N802
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Register with both; the answer is the update's, and names the properties that the preview knows too."""
        self.alike = self.alike and not any(map(_nothing, request.object.fields.values()))
        answer = super().RegisterResource(request)
        early, _ = read(self.preview.RegisterResource(request).object)
        if digests := self.registered[answer.urn].digests:  # of the same files
            previewed = self.preview.registered
            previewed[answer.urn] = replace(previewed[answer.urn], digests=digests)
        for name, value in early.items():
            if not has_unknown(value):
                answer.propertyDependencies[name].SetInParent()
        return answer

    def RegisterResourceOutputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> empty_pb2.Empty:  # noqa: N802
        """Keep the outputs in both recordings."""
        self.preview.RegisterResourceOutputs(request)
        return super().RegisterResourceOutputs(request)

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:  # noqa: N802
        """A look-up's outputs are known in a preview too, which the SDK does not tell `_transfer`."""
        self.alike = False
        return super().ReadResource(request)

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:  # noqa: N802
        """A preview does not call a function whose arguments it does not know."""
        self.alike = False
        return super().Invoke(request)

    def RegisterStackTransform(self, request: callback_pb2.Callback) -> empty_pb2.Empty:  # noqa: N802
        """A transform may look at values."""
        self.alike = False
        return super().RegisterStackTransform(request)


def _nothing(value: struct_pb2.Value) -> bool:
    """Whether a property is unknown in a preview and not there in an update."""
    return (
        value.struct_value.fields["value"].HasField("null_value") if LATER_KEY in value.struct_value.fields else False
    )


@contextmanager
def marking() -> Generator[None]:
    """Outputs that a preview would not know are marked, from the registration on."""
    with ExitStack() as patched:
        patched.enter_context(patch.object(rpc, "transfer_properties", _transfer))
        patched.enter_context(patch.object(rpc, "serialize_property", _serialize))
        yield


def _transfer(res: pulumi.Resource, props: Mapping[str, Any], custom: bool) -> lean.Resolvers:  # noqa: FBT001, RUF100
    resolvers = lean.transfer_properties(res, props, custom)
    resolvers.unsure = (LATER,)
    if custom:
        told: lean.Data = vars(res)["id"]._data
        later: lean.Data = asyncio.Future()
        told.add_done_callback(lambda done: _later(done, later))
        vars(res)["id"] = lean.output_of(later)
    return resolvers


def _later(told: lean.Data, later: lean.Data) -> None:
    if told.cancelled() or told.exception():
        later.cancel()
        return
    found = told.result()
    later.set_result(_OutputData({*found.resources, LATER}, found.value, found.is_known, found.is_secret))


async def _serialize(value: Any, deps: list[pulumi.Resource] | None, *rest: Any, **named: Any) -> Any:
    """A value in the protocol's form; marked if it is an output that a preview does not know."""
    written = await lean.serialize_property(value, deps, *rest, **named)
    if not isinstance(value, pulumi.Output):
        return written
    data = await cast(lean.Data, cast(Any, value)._data)
    if LATER not in data.resources:
        return written
    if deps is not None:
        deps[:] = [each for each in deps if each is not LATER]
    if data.is_secret:
        return {**written, "value": _marked(written["value"])}
    return _marked(written)


def _marked(written: Any) -> dict[str, Any]:
    return {MARK: WireSignature.OUTPUT.value, LATER_KEY: True, "value": written}
