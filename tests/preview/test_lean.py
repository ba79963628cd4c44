"""What a recording takes from the SDK in a leaner form registers the same, byte for byte, and fails the same."""

import asyncio
import threading
import typing
from collections.abc import Callable
from contextlib import nullcontext
from types import ModuleType
from typing import Any
from unittest import mock

import pulumi
import pulumi_aws as aws
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi import _types
from pulumi.runtime import resource_cycle_breaker, rpc

from preview import lean, monitor, recorder
from preview.recorder import Recording, record
from preview.wire import UNKNOWN


def run(program: Callable[[], object], *, known: bool = False) -> Recording:
    return record(program, project="p", stack="s", config={"aws:region": "eu-west-1"}, known=known)


class Tiered(pulumi.ComponentResource):
    """A component with a secret, an unknown, a nested type and an explicit dependency."""

    def __init__(self, name: str) -> None:
        super().__init__("test:index:Tiered", name)
        inside = pulumi.ResourceOptions(parent=self)
        key = aws.kms.Key(f"{name}-key", opts=inside)
        self.bucket = aws.s3.Bucket(
            f"{name}-bucket", tags={"Key": key.arn, "Name": pulumi.Output.secret("n")}, opts=inside
        )
        aws.s3.BucketVersioning(
            f"{name}-versions",
            bucket=self.bucket.id,
            versioning_configuration={"status": "Enabled"},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[key]),
        )
        self.register_outputs({"bucket": self.bucket.bucket})


def program() -> None:
    tier = Tiered("one")
    aws.sqs.Queue("queue", name=tier.bucket.arn.apply(lambda arn: arn.replace(":", "-")))
    pulumi.export("bucket", tier.bucket.id)


@pytest.mark.parametrize("known", [False, True])
def test_the_same_is_recorded_as_with_the_functions_of_the_sdk(monkeypatch, known):
    """Resources with inputs, outputs, secrets, dependencies and the places where they are declared."""
    leaner = run(program, known=known)
    monkeypatch.setattr(recorder, "lean", nullcontext)
    assert run(program, known=known) == leaner
    assert len(leaner.resources) == 5
    assert all("test_lean.py#" in each.position for each in leaner.resources.values())


def test_nothing_of_it_stays_behind():
    before = rpc.transfer_properties, rpc.contains_unknowns
    run(program)
    assert (rpc.transfer_properties, rpc.contains_unknowns) == before


class Waiting:
    """A resource as the walk over dependencies sees it."""

    def __init__(self) -> None:
        self.urn = mock.Mock()
        self.urn._data.done.return_value = False


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40))
def test_the_same_dependencies_close_a_circle(pairs):
    """Asked in the same order: what is refused, for it would make resources wait for each other."""
    refused: list[list[bool]] = []
    for reachable in (resource_cycle_breaker._reachable, lean.Reachable()):  # noqa: SLF001, RUF100
        resources: list[Any] = [Waiting() for _ in range(10)]
        with mock.patch.object(resource_cycle_breaker, "_reachable", reachable):
            refused.append(
                [not resource_cycle_breaker.declare_dependency(resources[a], resources[b]) for a, b in pairs]
            )
    assert refused[0] == refused[1]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=40))
def test_the_same_circles_are_found_while_registrations_end(steps):
    """A resource is registered when all that it waits for are; from then on it waits for nothing else."""
    found: list[list[bool]] = []
    for reachable in (resource_cycle_breaker._reachable, lean.Reachable()):  # noqa: SLF001, RUF100
        resources: list[Any] = [Waiting() for _ in range(10)]
        answers: list[bool] = []
        with mock.patch.object(resource_cycle_breaker, "_reachable", reachable):
            for a, b, ends in steps:
                if not resources[a].urn._data.done():
                    answers.append(resource_cycle_breaker.declare_dependency(resources[a], resources[b]))
                waited = resource_cycle_breaker._deps(resources[b])  # noqa: SLF001, RUF100
                if ends and all(each.urn._data.done() for each in waited):
                    resources[b].urn._data.done.return_value = True
        found.append(answers)
    assert found[0] == found[1]


#: What a program may give: plain to the last part, or with an output somewhere in it.
GIVEN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just("an output"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def with_outputs(value: Any) -> Any:
    if isinstance(value, list):
        return [with_outputs(each) for each in value]
    if isinstance(value, dict):
        return {key: with_outputs(each) for key, each in value.items()}
    return pulumi.Output.secret("s") if value == "an output" else value


@given(GIVEN)
def test_an_output_of_a_value_holds_what_the_sdks_own_holds(given):
    async def held() -> None:
        ours, sdks = [make(with_outputs(given)) for make in (lean.from_input, pulumi.Output.from_input)]
        assert await ours._data == await sdks._data

    with mock.patch.object(pulumi.Output, "_track"), mock.patch.object(pulumi.Output, "_untrack"):
        asyncio.run(held())


def test_an_output_keeps_the_value_that_it_was_made_of():
    """A program that goes on to fill the same table changes nothing of what it has given away."""

    def filling() -> None:
        tags: dict[str, Any] = {"a": ["1"]}
        given = pulumi.Output.from_input(tags)
        tags["a"].append("2")
        tags["b"] = "3"
        pulumi.export("tags", given)

    assert run(filling).outputs == {"tags": {"a": ["1"]}}


@pytest.mark.parametrize(
    ("parent", "made"),
    [
        ("urn:pulumi:s::p::test:index:Tiered::one", "urn:pulumi:s::p::test:index:Tiered$aws:sqs/queue:Queue::q"),
        (None, "urn:pulumi:stack::project::aws:sqs/queue:Queue::q"),
    ],
)
def test_a_urn_is_the_one_that_the_sdk_makes(parent, made):
    async def urns() -> list[str | None]:
        makers = (lean.create_urn, pulumi.runtime.resource.create_urn)
        return [await make("q", "aws:sqs/queue:Queue", parent).future() for make in makers]

    assert asyncio.run(urns()) == [made, made]


def test_a_registration_that_fails_fails_the_recording_and_all_that_waits_for_it():
    waited: list[str] = []

    def broken() -> None:
        bucket = aws.s3.Bucket("b", tags={"a": object()})  # pyright: ignore[reportArgumentType] what cannot be sent
        bucket.arn.apply(waited.append)
        aws.sqs.Queue("q", name=bucket.arn)

    with pytest.raises(Exception, match="unexpected input of type object"):
        run(broken, known=True)
    assert waited == []


@pytest.mark.parametrize(
    ("value", "unknown"),
    [
        (pulumi.UNKNOWN, True),
        ({"a": [1, {"b": pulumi.UNKNOWN}]}, True),
        ([[], {}, "text", None, UNKNOWN], False),
        ({}, False),
    ],
)
def test_an_unknown_part_is_found_wherever_it_is(value, unknown):
    assert lean.contains_unknowns(value) == unknown == rpc.contains_unknowns(value)


def test_a_generated_type_with_a_property_called_values_is_looked_through():
    part = aws.ec2.outputs.GetVpcsFilterResult(name="n", values=["v"])
    assert not lean.contains_unknowns([part])
    assert not rpc.contains_unknowns([part])


def test_a_value_that_holds_itself_is_no_endless_search():
    ring: list[object] = [1]
    ring.append(ring)
    assert not lean.contains_unknowns(ring)


def getters(module: ModuleType) -> list[tuple[Any, type]]:
    """What answers for each property of the resources and types of a module, with the class that has it."""
    found = [each for name in dir(module) if isinstance(each := getattr(module, name), type)]
    ours = (
        each
        for each in found
        if issubclass(each, pulumi.Resource) or _types.is_input_type(each) or _types.is_output_type(each)
    )
    return [(getter.fget, each) for each in ours for _, _, getter in _types._py_properties(each)]


@pytest.mark.parametrize("module", [aws.sqs, aws.backup, aws.backup._inputs, aws.backup.outputs, aws.rds._inputs])
def test_types_are_those_that_typing_finds(module):
    """Of resources, of their nested inputs and of their nested outputs."""
    local = {"Output": pulumi.Output, "T": type(None)}
    found = getters(module)
    assert len(found) > 50
    for getter, of in found:
        names = _types._globals_for_cls(of)
        assert lean.type_hints(getter, names, local) == typing.get_type_hints(getter, globalns=names, localns=local)


def test_annotations_that_are_no_text_are_left_to_typing():
    def of() -> list["pulumi.Output[int]"]: ...

    local = {"Output": pulumi.Output, "T": type(None)}
    assert lean.type_hints(of, globals(), local) == {"return": list[pulumi.Output[int]]}


@pytest.mark.parametrize("transforms", [False, True])
def test_registrations_need_no_thread_unless_the_loop_must_be_free(transforms):
    """A transform is called back in the loop while the monitor waits for it."""
    threads: set[str] = set()
    kept = monitor.Monitor.RegisterResource

    def register(self: monitor.Monitor, request: Any) -> Any:
        threads.add(threading.current_thread().name)
        return kept(self, request)

    def program() -> None:
        if transforms:
            pulumi.runtime.register_resource_transform(
                lambda args: pulumi.ResourceTransformResult(args.props, args.opts)
            )
        aws.sqs.Queue("queue")

    with mock.patch.object(monitor.Monitor, "RegisterResource", register):
        run(program)
    assert (threads == {threading.main_thread().name}) is not transforms


def test_what_the_program_itself_sends_to_a_thread_runs_in_one():
    found: list[str] = []

    async def other() -> str:
        return await asyncio.get_running_loop().run_in_executor(None, lambda: threading.current_thread().name)

    run(lambda: pulumi.Output.from_input(other()).apply(found.append))
    assert found
    assert found != [threading.main_thread().name]
