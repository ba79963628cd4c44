"""Breaches: changes of a recording, as somebody's change of the program would leave it.

A module of proofs ends with its `BREACHES` and `test_breaches = noticed(BREACHES)`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from preview.recording import Options, RecordedResource, Recording
from tests.requirements.reading import of, one, tables_of, token
from tests.rows import for_each
from tests.stacks import recorded

Mutation = Callable[[Recording], Recording]
Proof = Callable[..., None]
GONE = object()  #: stands for an input that is left out


class Breach(NamedTuple):
    """A proof, and a change that must make it fail."""

    id: str
    proof: Proof
    mutation: Mutation
    stack: str = "dev"
    more: dict[str, Any] = {}


def noticed(breaches: Sequence[Breach]) -> Callable[[], None]:
    """The test of a module that each of its breaches takes its proof away."""

    @for_each(breaches, name=lambda breach: f"{breach.id} in {breach.stack}")
    def test(breach: Breach) -> None:
        sound = recorded(breach.stack, True)
        breach.proof(sound, breach.stack, **breach.more)
        with pytest.raises(AssertionError):
            breach.proof(breach.mutation(sound), breach.stack, **breach.more)

    return test


def _with(stack: Recording, *resources: RecordedResource) -> Recording:
    changed = {**stack.resources, **{each.urn: each for each in resources}}
    return replace(stack, resources=dict(sorted(changed.items())))


def _chosen(stack: Recording, class_: str, which: str) -> list[RecordedResource]:
    found = [each for each in of(stack, class_) if which in each.name]
    if not found:
        raise LookupError(f"the stack has no {class_} {which}")
    return found


def change(class_: str, which: str = "", /, **inputs: Any) -> Mutation:
    """Other inputs, at the resources of a class whose logical name holds a word; a function is given the old value."""

    def changed(resource: RecordedResource) -> RecordedResource:
        new = {name: value(resource.inputs.get(name)) if callable(value) else value for name, value in inputs.items()}
        kept = {name: value for name, value in {**resource.inputs, **new}.items() if value is not GONE}
        return replace(resource, inputs=kept)

    return lambda stack: _with(stack, *map(changed, _chosen(stack, class_, which)))


def unmark(class_: str, which: str, *names: str) -> Mutation:
    """Inputs that are no longer marked secret."""
    return lambda stack: _with(
        stack, *(replace(each, secrets=each.secrets - {*names}) for each in _chosen(stack, class_, which))
    )


def detach(class_: str, which: str, gone: str) -> Mutation:
    """Without the dependencies whose URN holds a word."""

    def detached(resource: RecordedResource) -> RecordedResource:
        return replace(resource, dependencies=tuple(each for each in resource.dependencies if gone not in each))

    return lambda stack: _with(stack, *map(detached, _chosen(stack, class_, which)))


def drop(class_: str, which: str = "") -> Mutation:
    """Without the resources of a class whose logical name holds a word."""

    def dropped(stack: Recording) -> Recording:
        gone = {each.urn for each in _chosen(stack, class_, which)}
        return replace(stack, resources={urn: each for urn, each in stack.resources.items() if urn not in gone})

    return dropped


def add(class_: str, **inputs: Any) -> Mutation:
    """With one more resource. An input that is a function is given the stack."""

    def added(stack: Recording) -> Recording:
        values = {name: value(stack) if callable(value) else value for name, value in inputs.items()}
        type_ = token(class_)
        any_other = next(iter(stack.resources.values()))
        resource = replace(
            any_other,
            urn=f"urn:pulumi:{stack.stack}::{stack.project}::{type_}::added",
            type=type_,
            name="added",
            id="added-0123",
            inputs=values,
            outputs={**values, "arn": "arn:aws:added", "allocationId": "eipalloc-added"},
            secrets=frozenset(),
            dependencies=(),
            property_dependencies={},
            options=Options(),
            registered=None,
        )
        return _with(stack, resource)

    return added


def export(**outputs: Any) -> Mutation:
    """Other outputs of the stack."""
    return lambda stack: replace(stack, root=replace(stack.root, registered={**stack.outputs, **outputs}))


def text(edit: Callable[[Any], Any]) -> Callable[[str], str]:
    """A change of a JSON text, for `change`."""
    return lambda old: json.dumps(edit(json.loads(old)))


def statement(**parts: Any) -> Callable[[str], str]:
    """A document with one statement more."""
    more = {"Effect": "Allow", **parts}
    return text(lambda document: {**document, "Statement": [*document["Statement"], more]})


def merged(**parts: Any) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """An object with other members."""
    return lambda old: {key: value for key, value in {**old, **parts}.items() if value is not GONE}


def containers(**parts: Any) -> Callable[[str], str]:
    """Container definitions whose one container has other members; a function is given the old member."""
    return text(
        lambda old: [
            {**old[0], **{name: value(old[0].get(name)) if callable(value) else value for name, value in parts.items()}}
        ]
    )


# What is added refers to what is there: ids of a recorded stack.


def resource(stack: Recording, class_: str, which: str) -> RecordedResource:
    """The first of a class whose logical name holds a word."""
    return _chosen(stack, class_, which)[0]


def gateway(stack: Recording) -> str:
    """The internet gateway's id."""
    return str(one(stack, "ec2.InternetGateway").id)


def route_table(tier: str) -> Callable[[Recording], str]:
    """The id of a tier's first route table."""
    return lambda stack: str(tables_of(stack, stack.stack, tier)[0].id)


def security_group(name: str) -> Callable[[Recording], str]:
    """The id of a security group."""
    return lambda stack: str(
        next(each.id for each in of(stack, "ec2.SecurityGroup") if each.name == f"firewall-{name}")
    )


def subnet_id(tier: str) -> Callable[[Recording], str]:
    """The id of a tier's first subnet."""
    return lambda stack: str(resource(stack, "ec2.Subnet", f"-{tier}-").id)


def ingress_rule(group: str, port: int, **peer: Any) -> Mutation:
    """With one more rule into a security group."""
    return _rule("Ingress", group, port, **peer)


def egress_rule(group: str, port: int, **peer: Any) -> Mutation:
    """With one more rule out of a security group."""
    return _rule("Egress", group, port, **peer)


def _rule(way: str, group: str, port: int, **peer: Any) -> Mutation:
    return add(
        f"vpc.SecurityGroup{way}Rule",
        securityGroupId=security_group(group),
        ipProtocol="tcp",
        fromPort=port,
        toPort=port,
        **peer,
    )


def acl_rule(tier: str, number: int, egress: bool = False) -> Mutation:
    """With one more rule in a tier's network ACL, that lets everything through."""
    return add(
        "ec2.NetworkAclRule",
        networkAclId=lambda stack: str(
            next(each.id for each in of(stack, "ec2.NetworkAcl") if each.name == f"acls-{tier}")
        ),
        ruleNumber=number,
        egress=egress,
        ruleAction="allow",
        protocol="-1",
        cidrBlock="0.0.0.0/0",
    )
