"""Functions of the SDK as a recording needs them: the SDK's own take a third of its time and most of its memory."""

import asyncio
import functools
import inspect
import traceback
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, cast
from unittest.mock import patch

import pulumi
from pulumi.output import _OutputData  # pyright: ignore[reportPrivateUsage] what an output holds
from pulumi.runtime import known_types, resource, rpc
from pulumi.runtime.proto import source_pb2

Resolver = Callable[..., None]

#: Constructors between the program and the registration: of Resource, of its direct subclass, and of the class itself.
CONSTRUCTORS = 3


@contextmanager
def lean() -> Generator[None]:
    """Resources are registered with these functions. What is registered is the same."""
    with ExitStack() as patched:
        patched.enter_context(patch.object(resource, "_get_stack_trace", declaration))
        patched.enter_context(patch.object(rpc, "transfer_properties", transfer_properties))
        patched.enter_context(patch.object(rpc, "contains_unknowns", contains_unknowns))
        yield


def declaration() -> source_pb2.StackTrace:
    """Where the program declares a resource: the one frame of a stack trace that the recorder reads.

    The SDK makes a path of each frame, up to the interpreter's first.
    """
    frame = inspect.currentframe()
    seen = 0
    while frame and seen < CONSTRUCTORS:
        seen += frame.f_code.co_name == "__init__"
        frame = frame.f_back
    if frame is None:
        return source_pb2.StackTrace()
    summary = traceback.FrameSummary(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name, lookup_line=False)
    position = resource._get_source_position_for_frame(summary)  # noqa: SLF001, RUF100  # pyright: ignore[reportPrivateUsage]
    return source_pb2.StackTrace(frames=[source_pb2.StackFrame(pc=position)])


def transfer_properties(res: pulumi.Resource, props: Mapping[str, Any], custom: bool) -> dict[str, Resolver]:  # noqa: FBT001, RUF100
    """An output for each property, and what resolves it by the name of the property.

    One future a property holds all four parts of its output, where the SDK has a future for each and a task that waits
    for them: 55 KB a resource, of all resources at once, for the program declares them all before the first is sent.
    """
    resolvers: dict[str, Resolver] = {}
    for name in props:
        if name == "urn" or (name == "id" and custom):  # which the SDK resolves itself
            continue
        data: asyncio.Future[_OutputData[Any]] = asyncio.Future()
        resolvers[name] = functools.partial(_resolve, res, data)
        vars(res)[name] = pulumi.Output._from_data(data)  # noqa: SLF001, RUF100  # pyright: ignore[reportPrivateUsage]
    return resolvers


def _resolve(
    res: pulumi.Resource,
    data: "asyncio.Future[_OutputData[Any]]",
    value: Any,
    is_known: bool,  # noqa: FBT001, RUF100
    is_secret: bool,  # noqa: FBT001, RUF100
    deps: set[pulumi.Resource] | None,
    failed: Exception | None,
) -> None:
    if failed is not None:
        data.set_exception(failed)
    else:
        data.set_result(_OutputData({*(deps or ()), res}, value, is_known, is_secret))


def contains_unknowns(value: Any) -> bool:
    """Whether a part of a value is unknown. Each call of the SDK's own leaves what only a search for garbage frees."""
    pending, seen = [value], set[int]()
    while pending:
        each = pending.pop()
        if known_types.is_unknown(each):
            return True
        if isinstance(each, dict | list) and id(cast(object, each)) not in seen:
            seen.add(id(cast(object, each)))
            pending += cast(dict[Any, Any], each).values() if isinstance(each, dict) else cast(list[Any], each)
    return False
