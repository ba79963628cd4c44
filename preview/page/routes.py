"""The routes of a resource in words: who reaches it, whom it reaches, what roles may do, and where a subnet leads."""

from collections import defaultdict
from collections.abc import Mapping

from preview.exposure import line
from preview.wire import Object


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
    for row in exposure["ways"]:
        for urn in (row["subnet"], *row["tables"]):
            found[urn] = list(dict.fromkeys([*found[urn], *row["routes"]]))
    return found
