"""Functions of the SDK as a recording needs them: the SDK's own take a third of its time and most of its memory."""

import asyncio
import functools
import inspect
import typing
from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import CodeType
from typing import Any, cast
from unittest.mock import patch

import pulumi
from pulumi import _types  # pyright: ignore[reportPrivateUsage] which type a property has
from pulumi.output import _OutputData  # pyright: ignore[reportPrivateUsage] what an output holds
from pulumi.runtime import (
    _context,  # pyright: ignore[reportPrivateUsage] whose functions are the SDK's calls
    known_types,
    resource,
    resource_cycle_breaker,
    rpc,
)
from pulumi.runtime._callbacks import _CallbackServicer  # pyright: ignore[reportPrivateUsage] who is called back
from pulumi.runtime.proto import source_pb2
from pulumi.runtime.settings import SETTINGS

_unwrapped = functools.cache(_types.unwrap_type)  # it is asked of each value that is sent

T = typing.TypeVar("T")
Data = asyncio.Future[_OutputData[Any]]  #: of one output

#: Constructors between the program and the registration: of Resource, of its direct subclass, and of the class itself.
CONSTRUCTORS = 3

PLAIN = (str, int, float, bool, type(None))


@contextmanager
def lean() -> Generator[None]:
    """Resources are registered with these functions. What is registered is the same."""
    with ExitStack() as patched:
        for owner, name, ours in (
            (resource, "_get_stack_trace", declaration),
            (resource, "create_urn", create_urn),
            (rpc, "transfer_properties", transfer_properties),
            (rpc, "serialize_property", serialize_property),
            (rpc, "contains_unknowns", contains_unknowns),
            (resource_cycle_breaker, "_reachable", Reachable()),
            (pulumi.Output, "from_input", staticmethod(from_input)),
            (pulumi.log, "debug", _unheard),
            (_types, "get_type_hints", type_hints),
            (_types, "unwrap_type", _unwrapped),
            (asyncio.BaseEventLoop, "run_in_executor", run_in_executor),
        ):
            patched.enter_context(patch.object(owner, name, ours))
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
    uri = _uri(frame.f_code.co_filename) if frame else ""
    if not (frame and uri):
        return source_pb2.StackTrace()
    position = source_pb2.SourcePosition(uri=uri, line=frame.f_lineno)
    return source_pb2.StackTrace(frames=[source_pb2.StackFrame(pc=position)])


@functools.cache
def _uri(file: str) -> str:
    """Few files declare many resources. What is no file (`<string>`) has none."""
    return Path(file).as_uri() if Path(file).is_absolute() else ""


_in_a_thread = asyncio.BaseEventLoop.run_in_executor


def run_in_executor(
    loop: asyncio.BaseEventLoop, executor: Executor | None, function: Callable[..., Any], *args: Any
) -> asyncio.Future[Any]:
    """What the SDK calls in a thread of its own, called at once: the monitor answers here and waits for nobody.

    Where the program has transforms, the monitor waits for the loop, which must be free. Whether it has any, only the
    list of servers for them tells: SETTINGS.callbacks is set in the task that starts one, and no other task sees it.
    """
    called_back = any(each._loop is loop for each in cast(Any, _CallbackServicer)._servicers)
    if function.__module__ != _context.__name__ or called_back:
        return _in_a_thread(loop, executor, function, *args)
    called: asyncio.Future[Any] = loop.create_future()
    try:
        called.set_result(function(*args))
    except Exception as error:  # noqa: BLE001, RUF100 as a thread does: whoever awaits it has it
        called.set_exception(error)
    return called


def transfer_properties(res: pulumi.Resource, props: Mapping[str, Any], custom: bool) -> "Resolvers":  # noqa: FBT001, RUF100
    """An output for each property, and what resolves it by the name of the property.

    One future a property holds all four parts of its output, where the SDK has a future for each and a task that waits
    for them: 55 KB a resource, of all resources at once, for the program declares them all before the first is sent.
    """
    resolvers = Resolvers(res)
    for name in props:
        if name == "urn" or (name == "id" and custom):  # which the SDK resolves itself
            continue
        data: Data = asyncio.Future()
        resolvers[name] = data
        vars(res)[name] = output_of(data)
    return resolvers


def output_of(data: Data) -> pulumi.Output[Any]:
    """The output that holds this. The end of the program waits for the registration that resolves it."""
    output = cast(pulumi.Output[Any], object.__new__(pulumi.Output))
    output._data = data  # noqa: SLF001, RUF100  # pyright: ignore[reportPrivateUsage]
    return output


_from_input = pulumi.Output.from_input


def from_input(value: Any) -> pulumi.Output[Any]:
    """An output of a value. Where no part of the value is an output, it is known at once.

    The SDK makes an output of each part, and tasks that put them together (findings/pulumi_plain_value_tasks.sh).
    """
    copied = _copied(value)
    return _from_input(value) if copied is ... else _known(copied)


def _copied(value: Any) -> Any:
    """A copy of what is plain to the last part, as the program may change the value later; `...` of all else."""
    if type(value) in PLAIN:
        return value
    if type(value) is list:
        copies = [_copied(each) for each in cast(list[Any], value)]
        return ... if any(each is ... for each in copies) else copies
    if type(value) is dict:
        members = {key: _copied(each) for key, each in cast(dict[Any, Any], value).items()}
        return ... if any(each is ... for pair in members.items() for each in map(_copied, pair)) else members
    return ...


def _known(value: Any) -> pulumi.Output[Any]:
    data: Data = asyncio.Future()
    data.set_result(_OutputData(resources=set(), value=value, is_known=True, is_secret=False))
    return output_of(data)


_create_urn = resource.create_urn


def create_urn(name: Any, type_: Any, parent: Any = None, *rest: Any) -> pulumi.Output[str]:
    """A resource's URN. The SDK makes one of outputs with each registration, for want of a monitor."""
    if not all(isinstance(each, str) for each in (name, type_, parent)):
        return _create_urn(name, type_, parent, *rest)
    return _known(f"{parent.rpartition('::')[0]}${type_}::{name}")


def _unheard(*_: Any, **__: Any) -> None:
    """What the SDK says of its own doing; the monitor would drop it."""


def outputs() -> set[Data]:
    """The outputs of the running program that the SDK knows of and that are not resolved."""
    return cast(Any, SETTINGS).outputs


def registrations() -> list[asyncio.Future[Any]]:
    """Those of the running program that have begun."""
    return cast(Any, SETTINGS).rpc_manager.rpcs


class Resolvers(dict[str, Data]):
    """The future of each property, which those who ask get as what resolves it."""

    def __init__(self, res: pulumi.Resource) -> None:
        super().__init__()
        self.res = res
        self.unsure: tuple[pulumi.Resource, ...] = ()  #: joins the resources of outputs that the engine does not name

    def get(self, name: str, default: None = None) -> Callable[..., None] | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """What resolves a property."""
        return functools.partial(_resolve, self, self[name]) if name in self else default

    def items(self) -> Iterator[tuple[str, Callable[..., None]]]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """What resolves each property."""
        return ((name, functools.partial(_resolve, self, data)) for name, data in super().items())


def _resolve(
    resolvers: Resolvers,
    data: Data,
    value: Any,
    is_known: bool,  # noqa: FBT001, RUF100
    is_secret: bool,  # noqa: FBT001, RUF100
    deps: set[pulumi.Resource] | None,
    failed: Exception | None,
) -> None:
    if data.done():
        return  # what failed is another property: those that came before it stay as they are
    if failed is not None:
        data.set_exception(failed)
        data.exception()  # perhaps nobody asks for it; the registration fails with it
    else:
        beside = resolvers.unsure if deps is None else deps
        data.set_result(_OutputData({*beside, resolvers.res}, value, is_known, is_secret))


_serialize = rpc.serialize_property


async def serialize_property(value: Any, deps: list[pulumi.Resource] | None, *rest: Any, **named: Any) -> Any:
    """A value in the protocol's form: what is plain is asked first, of which the SDK asks a dozen questions."""
    if type(value) in PLAIN and not named.get("return_protobuf_value"):
        return value
    return await _serialize(value, deps, *rest, **named)


def contains_unknowns(value: Any) -> bool:
    """Whether a part of a value is unknown. Each call of the SDK's own leaves what only a search for garbage frees."""
    if isinstance(value, str | int | float | None):  # most are
        return False
    pending, seen = [value], set[int]()
    while pending:
        each = pending.pop()
        if known_types.is_unknown(each):
            return True
        if isinstance(each, dict | list) and id(cast(object, each)) not in seen:
            seen.add(id(cast(object, each)))
            # A generated type may have a property called `values`.
            members = cast(dict[Any, Any] | list[Any], each)
            pending += dict.values(members) if isinstance(members, dict) else members
    return False


class Reachable:
    """Whether one resource waits for another, by way of others too.

    The SDK asks it of each dependency. Its own walk goes all the way each time, is a generator within a generator for
    each step, and ends in a RecursionError after a thousand (findings/pulumi_depends_on_chain.sh).
    """

    def __init__(self) -> None:
        #: Registered, as is all that they wait for. They will wait for nothing else, least of all for who asks.
        self.closed: set[pulumi.Resource] = set()

    def __call__(self, from_resource: pulumi.Resource, to_resource: pulumi.Resource) -> bool:
        """Whether the one that is depended on waits for the one that is to depend on it, and is not registered yet."""
        pending, seen = [from_resource], {from_resource}
        while pending:
            each = pending.pop()
            if each is to_resource:
                return True
            further = resource_cycle_breaker._deps(each) - seen - self.closed  # noqa: SLF001, RUF100  # pyright: ignore[reportPrivateUsage]
            seen |= further
            pending += further
        if all(each.urn._data.done() for each in seen):  # noqa: SLF001, RUF100  # pyright: ignore[reportPrivateUsage]
            self.closed |= seen
        return False


class _Pulumi:
    """The SDK's words as annotations use them: `Input` without the text that stands for an output in it."""

    Input = typing.Union[T, Awaitable[T], pulumi.Output[None]]  # noqa: UP007 what `typing` makes of it

    def __getattr__(self, name: str) -> Any:
        return getattr(pulumi, name)


_PULUMI = _Pulumi()


def type_hints(of: Any, globalns: dict[str, Any], localns: dict[str, Any]) -> dict[str, Any]:
    """The types that a getter or a class of a generated SDK is annotated with, as `typing.get_type_hints` finds them.

    Each annotation is a text. It is evaluated once, without the quotes in it; `typing` evaluates what is quoted apart,
    and looks at each part once more.
    """
    texts = inspect.get_annotations(of)
    if not all(isinstance(text, str) for text in texts.values()):
        return typing.get_type_hints(of, globalns=globalns, localns=localns)
    names = {**localns, "pulumi": _PULUMI}
    return {name: _type(eval(_compiled(text), globalns, names)) for name, text in texts.items()}


def _type(evaluated: Any) -> Any:
    return type(None) if evaluated is None else evaluated


@functools.cache
def _compiled(text: str) -> CodeType:
    return compile(text.replace("'", "").replace('"', ""), "<annotation>", "eval")
