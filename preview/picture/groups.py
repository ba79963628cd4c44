"""Things that are alike: of the same kind and place, which connect to and from the same others on the same ports."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping

from preview.wire import Object


def ports(row: Object) -> str:
    """The ports of a row of the matrix, TCP unsaid: `443, 53/udp`; `?` where they are not known yet."""
    found = ", ".join(port.removesuffix("/tcp") for port in row["ports"])
    return f"{found} ?".lstrip() if row.get("undecided") else found


def alike(about: Mapping[str, Hashable], matrix: Iterable[Object]) -> list[tuple[str, ...]]:
    """Words of things, those together that nothing tells apart; `about` says what a thing is, by its word.

    Things that connect to each other are alike too if each does so to each, on the same ports.
    """
    out: dict[str, set[tuple[str, str]]] = defaultdict(set)
    into: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in matrix:
        out[row["from"]].add((row["to"], ports(row)))
        into[row["to"]].add((row["from"], ports(row)))
    found: list[list[str]] = []
    for name, what in about.items():
        twins = [
            group
            for group in found
            if about[group[0]] == what and _twins(group[0], name, out) and _twins(group[0], name, into)
        ]
        if twins:
            twins[0].append(name)
        else:
            found.append([name])
    return [tuple(each) for each in found]


def _twins(one: str, other: str, side: Mapping[str, set[tuple[str, str]]]) -> bool:
    """Whether two have the same connections on a side, each with the other in its place."""
    swap = {one: other, other: one}
    return {(swap.get(name, name), port) for name, port in side.get(one, ())} == set(side.get(other, ()))
