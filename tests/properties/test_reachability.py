"""Who can connect to whom: the policy pack's answer is that of a reference that sends single packets."""

from collections.abc import Iterator
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from guard.model.graph import UNKNOWN, Resource, Stack
from guard.reach.blockers import blockers
from guard.reach.connections import connections
from guard.reach.interfaces import interfaces
from guard.reach.paths import NetworkPath, Paths
from tests.properties import network_reference as reference
from tests.properties.declared_networks import stack
from tests.properties.effort import examples
from tests.properties.network_reference import Net
from tests.properties.networks import nets

Question = tuple[str, int, int]  # what is asked, about which things


def questions(net: Net) -> Iterator[Question]:
    """All that can be asked about a network."""
    for one, thing in enumerate(net.things):
        yield "internet", one, one
        if thing.kind == "store":
            yield "data", one, one
        for other in range(len(net.things)):
            if one != other:
                yield "between", one, other


def truth(net: Net, question: Question) -> bool:
    """What the reference answers."""
    what, one, other = question
    if what == "internet":
        return reference.internet_connects(net, net.things[one])
    if what == "data":
        return reference.internet_to_data(net, net.things[one])
    return reference.thing_connects(net, net.things[one], net.things[other])


def answer(paths: Paths, things: list[Resource], question: Question) -> bool | None:
    """What the pack answers; None if it cannot tell."""
    what, one, other = question
    asked: dict[str, Any] = {
        "internet": lambda: paths.from_internet(things[one]),
        "data": lambda: paths.to_data(things[one]),
        "between": lambda: paths.between(things[one], things[other]),
    }
    found = asked[what]()
    return None if found is UNKNOWN else isinstance(found, NetworkPath)


def things_of(net: Net, made: Stack) -> list[Resource]:
    """The resources of a network's things, in their order."""
    names = {resource.name: resource for resource in made.resources.values()}
    return [names[f"{thing.kind}{number}"] for number, thing in enumerate(net.things)]


@given(nets(), st.booleans(), st.booleans())
@examples(50)
def test_what_is_known_is_answered_right(net, inline, known):
    """Every answer is yes or no, and the reference's."""
    made = stack(net, inline=inline, known=known)
    paths, things = Paths(made), things_of(net, made)
    asked = list(questions(net))
    right = {question: truth(net, question) for question in asked}
    for what, value in {(what, right[what, *rest]) for what, *rest in asked}:
        event(f"{what}: {value}")
    assert {question: answer(paths, things, question) for question in asked} == right


@given(nets(blanks=3, hub=True), st.booleans(), st.booleans())
@examples(30)
def test_what_is_not_known_is_never_guessed(net, inline, known):
    """An answer holds whatever the blanks turn out to be."""
    made = stack(net, inline=inline, known=known)
    paths, things = Paths(made), things_of(net, made)
    answers = {question: answer(paths, things, question) for question in questions(net)}
    for (what, *_), found in answers.items():
        event(f"{what}: {found}")
    claims = {question: found for question, found in answers.items() if found is not None}
    for whole in reference.completions(net):
        assert {question: truth(whole, question) for question in claims} == claims


def open_ports(made: Stack, one: Resource | None, other: Resource) -> set[tuple[str, int]]:
    """Of the ports that make a difference, those that the pack says are open."""
    found = [
        (name, passing)
        for there in interfaces(made).of(other)
        for here in (interfaces(made).of(one) if one else (None,))
        for name, passing in connections(made).ports(here, there).items()
    ]
    assert all(passing.sure == passing.maybe for _, passing in found)
    return {(name, port) for name, passing in found for port in reference.PORTS if port in passing.sure}


@given(nets(), st.booleans(), st.booleans())
@examples(20)
def test_the_ports_between_two_things_are_those_that_single_packets_pass(net, inline, known):
    """On each port alone; and what is shut has a reason, asked of all ports."""
    made = stack(net, inline=inline, known=known)
    paths, things = Paths(made), things_of(net, made)
    for one, here in enumerate(net.things):
        for other, there in enumerate(net.things):
            if one == other:
                continue
            opened = open_ports(made, things[one], things[other])
            assert opened == set(reference.ports_between(net, here, there))
            assert bool(opened) == isinstance(paths.between(things[one], things[other]), NetworkPath)
            assert opened or blockers(made, things[one], things[other])
        from_internet = paths.from_internet(things[one])
        assert from_internet is not None or blockers(made, None, things[one])
