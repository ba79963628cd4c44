"""Planted breaches: changes of a recording, as somebody's change of the program would leave it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from preview.recording import Options, Recording, Resource
from tests.requirements.reading import of, token

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


def _with(stack: Recording, *resources: Resource) -> Recording:
    changed = {**stack.resources, **{each.urn: each for each in resources}}
    return replace(stack, resources=dict(sorted(changed.items())))


def _chosen(stack: Recording, class_: str, which: str) -> list[Resource]:
    found = [each for each in of(stack, class_) if which in each.name]
    if not found:
        raise LookupError(f"the stack has no {class_} {which}")
    return found


def change(class_: str, which: str = "", /, **inputs: Any) -> Mutation:
    """Other inputs, at the resources of a class whose logical name holds a word; a function is given the old value."""

    def changed(resource: Resource) -> Resource:
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

    def detached(resource: Resource) -> Resource:
        return replace(resource, dependencies=tuple(each for each in resource.dependencies if gone not in each))

    return lambda stack: _with(stack, *map(detached, _chosen(stack, class_, which)))


def drop(class_: str, which: str = "") -> Mutation:
    """Without the resources of a class whose logical name holds a word."""

    def dropped(stack: Recording) -> Recording:
        gone = {each.urn for each in _chosen(stack, class_, which)}
        return replace(stack, resources={urn: each for urn, each in stack.resources.items() if urn not in gone})

    return dropped


def plant(class_: str, **inputs: Any) -> Mutation:
    """With one more resource. An input that is a function is given the stack."""

    def planted(stack: Recording) -> Recording:
        given = {name: value(stack) if callable(value) else value for name, value in inputs.items()}
        type_ = token(class_)
        urn = f"urn:pulumi:{stack.stack}::{stack.project}::{type_}::planted"
        shape = next(iter(stack.resources.values()))
        resource = replace(
            shape,
            urn=urn,
            type=type_,
            name="planted",
            id="planted-0123",
            inputs=given,
            outputs={**given, "arn": "arn:aws:planted", "allocationId": "eipalloc-planted"},
            secrets=frozenset(),
            dependencies=(),
            property_dependencies={},
            options=Options(),
            registered=None,
        )
        return _with(stack, resource)

    return planted


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


def container(**parts: Any) -> Callable[[str], str]:
    """Container definitions whose one container has other members; a function is given the old member."""
    return text(
        lambda old: [
            {**old[0], **{name: value(old[0].get(name)) if callable(value) else value for name, value in parts.items()}}
        ]
    )
