"""The routes of a resource in words: who reaches it, whom it reaches, what roles may do, and where a subnet leads."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from preview.exposure import line
from preview.figures import ASSOCIATION, ROUTE, SUBNET
from preview.wire import Object

TABLE: Final = "aws:ec2/routeTable:RouteTable"


def routes(document: Object) -> Mapping[str, list[str]]:
    """The lines of each resource that has some, by URN."""
    exposure = document["exposure"]
    found: dict[str, list[str]] = defaultdict(list)

    def say(word: str, text: str) -> None:
        for urn in exposure["called"].get(word, ()):
            if text not in found[urn]:
                found[urn].append(text)

    for point in exposure["entry_points"]:
        say(point["name"], point["path"].replace("->", "→"))
    for row in exposure["matrix"]:
        ports = ", ".join(row["ports"]) + (" (not known before the deployment)" if row["undecided"] else "")
        for word in (row["from"], row["to"]):
            say(word, f"{row['from']} → {row['to']}: {ports}")
    for row in exposure["permissions"]:
        for word in (row["role"], row["store"]):
            say(word, f"{row['role']} → {row['store']}: {row['effect'].lower()} {line(row)}")
    for urn, text in _subnets(document):
        found[urn].append(text)
    return found


def _subnets(document: Object) -> Iterator[tuple[str, str]]:
    """Where the table of each subnet leads."""
    by_urn = {each["urn"]: each for each in document["resources"]}

    def used(resource: Object, type_: str) -> list[Object]:
        return [by_urn[urn] for urn in resource["uses"] if by_urn[urn]["type"] == type_]

    leads: dict[str, list[str]] = defaultdict(list)
    for route in (each for each in document["resources"] if each["type"] == ROUTE):
        for table in used(route, TABLE):
            targets = [by_urn[urn]["name"] for urn in route["uses"] if urn != table["urn"]]
            to = route["properties"].get("destinationCidrBlock", "elsewhere")
            leads[table["urn"]].append(f"{to} → {', '.join(targets) or 'a target of its own'} ({route['name']})")
    for each in (each for each in document["resources"] if each["type"] == ASSOCIATION):
        for subnet in used(each, SUBNET):
            for table in used(each, TABLE):
                for text in leads[table["urn"]] or [f"no way out of the VPC ({table['name']})"]:
                    yield subnet["urn"], text
    for urn, texts in leads.items():
        yield from ((urn, text) for text in texts)
