"""The phrases of a preview that all output formats share."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from preview.wire import Object

ROUTES: Final = {
    "internet": "to the internet",
    "nat": "out through NAT",
    "none": "with no way out",
    "unknown": "whose way out nobody knows yet",
}
BAR: Final = 20  #: characters of a budget that is used up
BUDGET: Final = "Of the budget"  #: the line of a preview that says so
SOME: Final = 3  #: words of use that a sentence names
EXAMPLES: Final = 3  #: of findings that are alike; the JSON document has all
SHORT: Final = 200  #: characters of an undecided note; the whole of it is in the JSON document

#: The findings of a document that are about resources: its key, the mark of one in a tree, and its section's title.
MARKS: Final = {"violations": "✖", "advisories": "⚠"}


def count(number: int, one: str, many: str) -> str:
    """A number and its noun."""
    return f"{number} {one if number == 1 else many}"


def several(name: str, number: int) -> str:
    """A name, and how often it is there."""
    return f"{name}×{number}" if number > 1 else name  # no space: a line must not break there


def verdict(document: Object) -> str:
    """Whether it may be deployed."""
    if document["verdict"] == "clean":
        return "✔ may be deployed"
    return f"✖ blocked by {count(len(document['violations']), 'violation', 'violations')}"


def size(document: Object) -> str:
    """The number of resources and components, and the profile of the policy pack."""
    figures = document["figures"]
    resources = count(figures["resources"], "resource", "resources")
    components = count(figures["components"], "component", "components")
    profile = f", judged by the {document['profile']} profile" if document["profile"] else ""
    return f"{resources} in {components}{profile}"


# Findings.


class FindingGroup(NamedTuple):
    """The findings of a rule."""

    rule: str
    severity: str
    fix: str
    lines: list[str]  #: of findings that are alike but for the resource, examples and a count
    number: int


def grouped(notes: Sequence[Object], whole: bool = False) -> list[FindingGroup]:
    """Findings by rule, and those that are alike with a count; `whole` lists each."""
    return [
        _group(rule, fix, list(group), whole)
        for (rule, fix), group in groupby(notes, key=lambda n: (n["rule"], n["fix"]))
    ]


def _group(rule: str, fix: str, notes: list[Object], whole: bool) -> FindingGroup:
    alike: dict[str, list[Object]] = {}
    for note in notes:
        alike.setdefault(note["message"].replace(note["resource"], ""), []).append(note)
    lines = [line for each in alike.values() for line in _listed(each, whole)]
    return FindingGroup(rule, notes[0]["severity"], fix, lines, len(notes))


def _listed(notes: list[Object], whole: bool) -> Iterator[str]:
    shown = notes if whole or len(notes) <= EXAMPLES + 1 else notes[:EXAMPLES]
    yield from map(about, shown)
    if rest := notes[len(shown) :]:
        yield f"the same of {len(rest)} more: {', '.join(note['resource'] for note in rest)}"


def about(note: Object) -> str:
    """A note's message with the resource's name, which other packs may leave out, and its place in the stack file."""
    message: str = note["message"]
    sentence = message if note["resource"] in message else f"{note['resource']}: {message}"
    when = " (`pulumi preview` cannot tell yet: it shows in the update)" if note.get("update_only") else ""
    cause = f"  {note['cause']}" if note.get("cause") else ""
    return sentence + when + cause


def answers(note: Object) -> str:
    """An exemption's owner and its end or decision; empty if the pack does not say."""
    until = f"until {note['expires']}" if note["expires"] else f"decided in {note['decision']}"
    return f"{note['owner']}, {until}" if note["owner"] else ""


def undecided(notes: Iterable[Object]) -> list[tuple[str, str]]:
    """Undecided notes, joined by the value that must be known first: the rules, and the message."""
    rules: dict[str, list[str]] = {}
    for note in notes:
        rules.setdefault(note["message"].removeprefix("undecided, "), []).append(note["rule"])  # the section says so
    return [(", ".join(waiting), text if len(text) <= SHORT else f"{text[:SHORT]}…") for text, waiting in rules.items()]


def marks(document: Object) -> Mapping[str, Mapping[str, list[str]]]:
    """The rules with findings on a resource: URN → key of the document → rules."""
    found: dict[str, dict[str, list[str]]] = {}
    for key in MARKS:
        for note in document[key]:
            rules = found.setdefault(note["urn"], {}).setdefault(key, [])
            if note["rule"] not in rules:
                rules.append(note["rule"])
    return found


# Figures, money, exposure.


def figures(found: Object) -> Iterator[tuple[str, str]]:
    """Labels and values of the key figures; those that a stack does not have are left out."""
    endpoints: dict[str, list[str]] = found["endpoints"]
    subnets = ", ".join(f"{found['subnets'][way]} {words}" for way, words in ROUTES.items() if found["subnets"][way])
    lines: list[tuple[str, Any]] = [
        ("Public entry points", "\n".join(_entry(point) for point in found["entry_points"])),
        ("Zones", ", ".join(found["zones"])),
        ("Subnets", subnets),
        ("NAT gateways", found["nat_gateways"]),
        ("Gateway endpoints", ", ".join(endpoints["gateway"])),
        ("Interface endpoints", ", ".join(endpoints["interface"])),
        ("Certificates", ", ".join(found["certificates"])),
        ("Encryption keys", found["keys"]),
        ("Alarms", _alarms(found["alarms"])),
        ("Budgets", ", ".join(f"{one['amount']} {one['unit']} {one['time']}" for one in found["budgets"])),
        ("Resources by kind", _kinds(found["kinds"])),
    ]
    return ((label, str(value)) for label, value in lines if value)


def _alarms(alarms: Mapping[str, int]) -> str:
    composite = f", and {alarms['composite']} composite" if alarms["composite"] else ""
    return f"{alarms['single']}{composite}" if any(alarms.values()) else ""


def _kinds(kinds: Mapping[str, int]) -> str:
    """Types with several resources, and the number of types with one: the tree names these."""
    known = [several(name, number) for name, number in most_first(kinds) if number > 1]
    single = len(kinds) - len(known)
    return ", ".join([*known, *([f"{single} kinds once each"] if single else [])])


def _entry(point: Object) -> str:
    names = ", ".join(point["names"]) or "no name of ours"
    ports = ", ".join(f"{item['port']} {item['protocol']} {item['action']}" for item in point["listeners"])
    return f"{names} → {point['name']}" + (f" ({ports})" if ports else "")


def money(costs: Object) -> Iterator[tuple[str, str]]:
    """Labels and values of the costs: sum, share of budget, what the sum leaves out. Empty without AWS resources."""
    if not costs["charges"]:
        return
    if total(costs) is not None:
        yield from _sum(costs)
    if costs["unpriced"]:
        yield "No price known", ", ".join(costs["unpriced"])
    if not_sure := unsure(costs):
        yield "It rests on", " ".join(not_sure)
    if costs["unassumed"]:
        yield "No use assumed", unassumed(costs)
        yield "What to write", to_write(costs)
    yield "Resources", ", ".join(f"{number} {charge}" for charge, number in most_first(costs["charges"]))


def total(costs: Object) -> float | None:
    """USD a month of all that has a price; None where nothing has, for 0.00 would be wrong."""
    return costs["total"] if costs["total"] or not costs["unpriced"] else None


def amount(costs: Object) -> str:
    """The same in words."""
    return f"{usd(total(costs))} {costs['currency']} a month" if total(costs) is not None else usd(None)


def _sum(costs: Object) -> Iterator[tuple[str, str]]:
    used = "nothing for its use" if without_use(costs) else f"{costs['usage']:.2f} for use as usage.yaml assumes it"
    yield (
        "A month",
        f"{costs['total']:.2f} {costs['currency']} at list prices of {costs['prices_of']}: "
        f"{costs['baseline']:.2f} for what is there, {used}",
    )
    if costs["most"] > costs["total"]:
        yield "At most", most(costs)
    if costs["budget"]:
        yield BUDGET, f"{bar(costs['total'], costs['budget'])} {budget(costs)}"
    rows = sorted(costs["rows"], key=lambda row: -(row["usd"] or 0))
    yield "By row", ", ".join(f"{row['row']} {usd(row['usd'])}" for row in rows if row["usd"] != 0)


def most(costs: Object) -> str:
    """What the upper limits cost: the sum is of what a stack starts with."""
    return f"{costs['most']:.2f} with all that scaling, growing and the rotation of keys may add"


def without_use(costs: Object) -> bool:
    """Whether usage.yaml has no line for a stack that is billed by use too."""
    return bool(costs["unassumed"]) and not costs["usage_line"]["line"]


def unassumed(costs: Object) -> str:
    """What only use decides that is not in the sum, and why. Only of a stack that has such."""
    given = costs["usage_line"]
    if without_use(costs):
        return f"usage.yaml has no line for {given['stack']}, so the sum holds nothing of what only its use decides"
    named = [f"{use['what']} (`{use['word']}`)" for use in costs["unassumed"]]
    more = f" and {len(named) - SOME} more" if len(named) > SOME else ""  # what to write names them all
    left_out = ", ".join(named[:SOME]) + more
    return f"usage.yaml:{given['line']} says nothing of {left_out} for {given['stack']}, so the sum holds nothing of it"


def to_write(costs: Object) -> str:
    """What makes up for it, as it is to be written in usage.yaml."""
    given = costs["usage_line"]
    where = f"into usage.yaml:{given['line']}" if given["line"] else "into usage.yaml, beside Pulumi.yaml"
    if given["line"] and given["write"].startswith(f"{given['stack']}: "):
        where = f"in place of what usage.yaml:{given['line']} says of {given['stack']}"
    whose = (
        f"{given['figures_of']}'s figures of a month"
        if given["figures_of"]
        else "each 0 stands for a figure of a month"
    )
    return f"{where}: `{given['write']}` ({whose}: put in your own; costs/usage.py says of what)"


def unsure(costs: Object) -> list[str]:
    """What the sum rests on that is not sure: prices, and prices that nobody read for their region."""
    lines = {line["price"]: line for line in costs["lines"] if line["quantity"]}
    low = sorted(f"`{price}`" for price, line in lines.items() if line["sure"] == "low")
    said = [f"Prices that are not sure: {', '.join(low)}."] if low else []
    for taken, region in dict.fromkeys((line["taken_from"], line["region"]) for line in lines.values()):
        if taken:
            number = sum(line["taken_from"] == taken and line["region"] == region for line in lines.values())
            said.append(f"Taken as equal to {taken}'s, as two tables say of {region}: {number} prices.")
    return said


def budget(costs: Object) -> str:
    """How much of the stack's budget is used up; nothing where it has none, or nothing has a price."""
    return share(costs["total"], costs["budget"]) if costs["budget"] and total(costs) is not None else ""


def bar(total: float, budget: float) -> str:
    """How much of a budget is used up, as a bar; beyond it the bar is full."""
    full = min(BAR, round(BAR * total / budget))
    return "█" * full + "░" * (BAR - full)


def share(total: float, budget: float) -> str:
    """The same in words."""
    over = f", {total - budget:.2f} over it" if total > budget else ""
    return f"{total / budget:.0%} of {budget:.2f}{over}"


def usd(value: float | None) -> str:
    """An amount, or that nobody knows it."""
    return "no price known" if value is None else f"{value:.2f}"


def exposure(found: Object) -> list[tuple[str, str, str]]:
    """What the internet reaches, then who may talk to whom on which port: from, to, ports."""
    from preview.exposure import INTERNET, grouped  # here: the pack's modules would delay the start of the recording

    points = [{"from": INTERNET, "to": each["name"], "undecided": False, **each} for each in found["entry_points"]]
    rows = [*grouped(points), *grouped(found["matrix"])]
    return [(froms, to, ports or "by an API or a distribution") for froms, to, ports in rows]


# The tree.


class ResourceTree:
    """The resources of a document, by what they belong to."""

    def __init__(self, document: Object) -> None:
        self.children: dict[str, list[Object]] = {}
        for resource in document["resources"]:
            self.children.setdefault(resource["parent"], []).append(resource)

    def tiers(self) -> Iterator[tuple[str, list[Object]]]:
        """The outermost components by tier, which is the middle of a token such as `cloudplatform:network:Network`."""
        components = sorted((each for each in self.children.get("", []) if each["component"]), key=_tier)
        for tier, group in groupby(components, key=lambda each: _tier(each)[0]):
            yield tier, list(group)

    @property
    def outside(self) -> list[Object]:
        """The resources that are in no component."""
        return [each for each in self.children.get("", []) if not each["component"]]

    def own(self, urn: str) -> list[Object]:
        """The resources of a component, without those of the components in it."""
        return [each for each in self.children.get(urn, []) if not each["component"]]

    def nested(self, urn: str) -> list[Object]:
        """The components in a component."""
        return [each for each in self.children.get(urn, []) if each["component"]]


def _tier(component: Object) -> tuple[str, str]:
    return component["type"].split(":")[1], component["name"]


def tally(resources: Iterable[Object]) -> str:
    """Numbers of resources by type, most first, without the service: the component's name tells that."""
    counted = Counter(item["kind"].rpartition(".")[2] for item in resources)
    return ", ".join(several(name, number) for name, number in most_first(counted))


def most_first(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    """Names with their numbers, the highest first."""
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))
