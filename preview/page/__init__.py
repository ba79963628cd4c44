"""Previews as one HTML page: self-contained, without anything from the network, the same bytes for the same input.

`template.html` is filled by Jinja, which escapes whatever it is given; `page.js` shows a resource that is chosen.
How a page looks and what is clicked belongs here; what a document says in words is in `preview.words`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from preview import words
from preview.page.routes import routes
from preview.wire import Object

FOLDER: Final = Path(__file__).parent


def page(documents: Sequence[Object], pictures: Sequence[str]) -> str:
    """Documents of previews as one page; `pictures` are SVG, one for each, or empty."""
    stacks = [_stack(each, picture) for each, picture in zip(documents, pictures, strict=True)]
    data = [stack.pop("data") for stack in stacks]
    return _template().render(
        title=", ".join(f"{each['project']} {each['stack']}" for each in documents),
        stacks=stacks,
        data=_script(data),
        style=Markup((FOLDER / "page.css").read_text(encoding="utf-8")),  # noqa: S704, RUF100 ours
        script=Markup((FOLDER / "page.js").read_text(encoding="utf-8")),  # noqa: S704, RUF100 ours
    )


@cache
def _template() -> Template:
    found = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return found.get_template("template.html")


def _script(data: Any) -> Markup:
    """Data that a script element holds: no text in it ends the element."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028"))  # noqa: S704, RUF100 nothing is left of it


def _stack(document: Object, picture: str) -> Object:
    """What the template shows of a stack."""
    index = {each["urn"]: number for number, each in enumerate(document["resources"])}
    costs = document["costs"]
    return {
        "document": document,
        "verdict": words.verdict(document),
        "size": words.size(document),
        "money": [row for row in words.money(costs) if row[0] != words.BUDGET],  # the bar above says it
        "sum": words.amount(costs),
        "budget": words.budget(costs),
        "rows": sorted(costs["rows"], key=lambda row: -(row["usd"] or 0)),
        "figures": list(words.figures(document["figures"])),
        "exposure": words.exposure(document["exposure"]),
        "blocks": words.grouped(document["violations"], whole=True),
        "advice": words.grouped(document["advisories"]),
        "exemptions": [(note, words.about(note), words.answers(note)) for note in document["exemptions"]],
        "undecided": words.undecided(document["undecided"]),
        "differences": list(_differences(document)),
        "against": document.get("differences", {}).get("before", ""),
        "tree": _tree(document, index),
        "picture": Markup(picture),  # noqa: S704, RUF100 our own SVG, which escapes what it writes
        "data": {"stack": document["stack"], "resources": list(_resources(document, index))},
    }


def _differences(document: Object) -> Iterator[tuple[str, list[str]]]:
    if "differences" in document:
        from differences.render import sections

        yield from sections(document["differences"])


def _tree(document: Object, index: Mapping[str, int]) -> list[Object]:
    """Tiers, in them components, in these resources and components."""
    tree, marks = words.ResourceTree(document), words.marks(document)

    def leaf(resource: Object) -> Object:
        found = marks.get(resource["urn"], {})
        marked = [(key, words.MARKS[key], ", ".join(rules)) for key, rules in found.items()]
        return {"number": index[resource["urn"]], "name": resource["name"], "kind": resource["kind"], "marks": marked}

    def component(resource: Object) -> Object:
        urn = resource["urn"]
        own = [leaf(each) for each in tree.own(urn)]
        marked = any(each["marks"] for each in own) or bool(marks.get(urn))
        nested = [component(each) for each in tree.nested(urn)]
        return {**leaf(resource), "own": own, "nested": nested, "marked": marked or any(n["marked"] for n in nested)}

    tiers = [{"name": tier, "components": [component(each) for each in found]} for tier, found in tree.tiers()]
    if tree.outside:
        outside: Object = {
            "number": -1,
            "name": "outside components",
            "kind": "",
            "marks": [],
            "nested": [],
            "marked": False,
        }
        tiers.append({"name": "", "components": [{**outside, "own": [leaf(each) for each in tree.outside]}]})
    return tiers


def _resources(document: Object, index: Mapping[str, int]) -> Iterator[Object]:
    """What a chosen resource shows; others are named by their number."""
    findings: dict[str, list[Object]] = {}
    for key in ("violations", "advisories", "exemptions", "undecided"):
        for note in document[key]:
            shown = {"as": key, "rule": note["rule"], "text": words.about(note), "fix": note.get("fix", "")}
            findings.setdefault(note["urn"], []).append(shown)
    ways = routes(document)
    for each in document["resources"]:
        properties = {key: value for key, value in each["properties"].items() if key != "tagsAll"}
        yield {
            "urn": each["urn"],
            "name": each["name"],
            "kind": each["kind"],
            "protect": each["protect"],
            "charge": each["charge"],
            "usd": each["usd"],
            "properties": properties,
            "uses": [index[urn] for urn in each["uses"]],
            "findings": findings.get(each["urn"], []),
            "routes": ways.get(each["urn"], []),
        }
