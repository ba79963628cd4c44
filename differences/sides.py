"""The two sides of a comparison: each is a stack as plain data, read from a preview's JSON or recorded."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from costs.comment import Rows
from costs.estimate import estimate_in
from preview import words
from preview.document import VERSION, document
from preview.recording import RecordedResource, Recording
from preview.stack import PreviewError
from preview.verdict import PackVerdict
from preview.wire import Object

#: What a name or an address is made of; punctuation ends it.
TOKEN: Final = re.compile(r"[A-Za-z0-9:/._-]{8,}")
ADDRESSES: Final = (
    "address",
    "allocationId",
    "arn",
    "arnSuffix",
    "configurationEndpointAddress",
    "defaultNetworkAclId",
    "defaultRouteTableId",
    "defaultSecurityGroupId",
    "dnsName",
    "endpoint",
    "fqdn",
    "primaryEndpointAddress",
    "readerEndpointAddress",
    "url",
)


@dataclass(frozen=True, kw_only=True)
class ComparedResource:
    """A resource that a provider manages."""

    type: str
    kind: str
    name: str  #: logical
    component: str  #: the outermost that holds it, or empty
    properties: Object
    aliases: frozenset[str] = frozenset()  #: logical names that it had before


@dataclass(frozen=True, kw_only=True)
class ComparedStack:
    """A stack as it is compared."""

    name: str  #: what the command line called it
    stack: str
    settings: Object
    resources: Mapping[str, ComparedResource]  #: by URN without stack and project
    exposure: frozenset[str] = frozenset()  #: who may talk to whom, a line each
    rows: Rows = field(default_factory=dict[str, float | None])  #: USD a month
    #: The same, of all whose price is known: also of what stands in a row beside something unpriced. None: of nothing.
    total: float | None = 0.0
    baseline: float = 0.0  #: of it, what is there whether it is used or not
    most: float | None = None  #: the total with all that scaling and growing may add; older documents do not say
    unassumed: tuple[str, ...] = ()  #: what usage.yaml leaves out of it, and what to write, a sentence each


def read(file: Path) -> ComparedStack:
    """A preview's JSON document. Raises PreviewError where it is none."""
    wanted = f"wants what `python -m preview STACK --format json --out {file.name}` writes"
    try:
        found: Any = json.loads(file.read_text(encoding="utf-8"))
    except OSError as problem:
        raise PreviewError(f"{file} cannot be read: {problem.strerror}; diff {wanted}") from problem
    except ValueError as problem:
        raise PreviewError(f"{file} is no JSON; diff {wanted}") from problem
    if isinstance(found, list):
        raise PreviewError(f"{file} holds several previews; diff {wanted}, of one stack")
    if not isinstance(found, dict) or not {"version", "stack", "resources"} <= cast(Object, found).keys():
        raise PreviewError(f"{file} is no JSON of a preview; diff {wanted}")
    written = cast(Object, found)
    if written["version"] != VERSION:
        raise PreviewError(f"{file} is of version {written['version']}, not {VERSION}; diff {wanted} today")
    return of(written, str(file))


def recorded(recording: Recording, name: str, folder: Path) -> ComparedStack:
    """A recorded stack. Ids and ARNs in its properties are replaced by `{Type name}` of their resource."""
    called = _called(recording)
    written = document(recording, PackVerdict(), estimated=estimate_in(folder, recording))
    for each in written["resources"]:
        each["properties"] = _renamed(each["properties"], called)
    aliases = {urn: _aliases(each.options.aliases) for urn, each in recording.resources.items()}
    return of(written, name, aliases)


def earlier(recording: Recording | None, stack: str, revision: str, folder: Path) -> ComparedStack:
    """A stack as a revision has it, recorded by that revision's program; empty if it does not have the stack."""
    if recording:
        return recorded(recording, f"{stack} at {revision}", folder)
    return ComparedStack(name=f"{revision}, which has no {stack}", stack=stack, settings={}, resources={})


def of(written: Object, name: str, aliases: Mapping[str, frozenset[str]] | None = None) -> ComparedStack:
    """A preview's document as a side."""
    by_urn = {each["urn"]: each for each in written["resources"]}
    resources = {
        urn.split("::", 2)[2]: ComparedResource(
            type=each["type"],
            kind=each["kind"],
            name=each["name"],
            component=_component(each, by_urn),
            properties={key: value for key, value in each["properties"].items() if key != "tagsAll"},
            aliases=(aliases or {}).get(urn, frozenset()),
        )
        for urn, each in by_urn.items()
        if not each["component"] and not each["type"].startswith("pulumi:")
    }
    return ComparedStack(
        name=name,
        stack=written["stack"],
        settings=written["settings"],
        resources=resources,
        exposure=frozenset(_exposed(written["exposure"])),
        rows={row["row"]: row["usd"] for row in written["costs"]["rows"]},
        total=words.total(written["costs"]),
        baseline=written["costs"].get("baseline", 0.0),
        most=written["costs"].get("most"),
        unassumed=tuple(_unassumed(written["costs"])),
    )


def _unassumed(costs: Object) -> Iterator[str]:
    """Also of a document that is older than the line of usage.yaml in it."""
    if costs.get("unassumed") and "usage_line" in costs:
        yield words.unassumed(costs)
        yield f"Write {words.to_write(costs)}"


def _exposed(exposure: Object) -> Iterator[str]:
    """A line for each permitted connection: `fastapi → database on 5432/tcp`."""
    for each in exposure["entry_points"]:
        yield from (f"internet → {each['name']} on {port}" for port in each["ports"] or ["any port"])
    for each in exposure["matrix"]:
        sure = " (not known before the deployment)" if each["undecided"] else ""
        yield from (f"{each['from']} → {each['to']} on {port}{sure}" for port in each["ports"])


def _component(resource: Object, by_urn: Mapping[str, Object]) -> str:
    found = ""
    while parent := by_urn.get(resource["parent"]):
        resource, found = parent, parent["name"]
    return found


def _aliases(given: tuple[Mapping[str, Any], ...]) -> frozenset[str]:
    """The former names in aliases. An alias is a URN, or names only what was different."""
    names = (each.get("urn", "").rpartition("::")[2] or each.get("spec", {}).get("name", "") for each in given)
    return frozenset(name for name in names if name)


def _called(recording: Recording) -> dict[str, str]:
    """Address → resource: `vpc-0a1b…` is `{Vpc network-vpc}`. An address among a resource's inputs is another's."""
    return {
        value: f"{{{each.type.rpartition(':')[2]} {each.name}}}"
        for each in recording.resources.values()
        if each.custom
        for value in _addresses(each)
        if value not in map(str, each.inputs.values())
    }


def _addresses(resource: RecordedResource) -> Iterator[str]:
    """What AWS makes up for a resource: ids, ARNs, host names, and the DNS records that prove a certificate."""
    found = [resource.id, *(resource.outputs.get(key) for key in ADDRESSES)]
    for proof in resource.outputs.get("domainValidationOptions") or ():
        found += [proof.get("resourceRecordName"), proof.get("resourceRecordValue")]
    return (value for value in found if isinstance(value, str))


def _renamed(value: Any, called: Mapping[str, str]) -> Any:
    match value:
        case dict():
            return {key: _renamed(item, called) for key, item in cast(Object, value).items()}
        case list():
            return [_renamed(item, called) for item in cast(list[Any], value)]
        case str():
            return TOKEN.sub(lambda found: _owned(found[0], called), value)
        case _:
            return value


def _owned(address: str, called: Mapping[str, str]) -> str:
    """An address as its resource. What follows it stays, such as the JSON key after a secret's ARN."""
    known = address
    while known and known not in called:
        known = known.rpartition(":")[0]
    return called[known] + address.removeprefix(known) if known else address
