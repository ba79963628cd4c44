"""A stack as typed, plain data: properties are a value, ABSENT or UNKNOWN, and references lead to resources.

Only this module knows how the SDK hands resources over. Rules never touch its proxies: reading an unknown value there
raises, and a mandatory policy that raises silently becomes an advisory note.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, Final, cast

from pulumi_policy import Secret

from guard.model.locations import two_accounts
from guard.model.secrets import pattern

# The engine and the providers send the string sentinel for every type; the SDK knows six more.
SENTINELS: Final = frozenset({
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58", "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
})  # fmt: skip


class Missing(Enum):
    """Why a property has no value."""

    ABSENT = "absent"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        if self is Missing.UNKNOWN:
            raise TypeError("an unknown value is neither true nor false: compare it with UNKNOWN first")
        return False


ABSENT: Final = Missing.ABSENT
UNKNOWN: Final = Missing.UNKNOWN


def plain(value: Any, secrets: list[Any] | None = None) -> Any:
    """Return the SDK's proxies as plain data, unknown values as UNKNOWN, whole floats as integers.

    What is marked secret is read too; `secrets` takes it up.
    """
    if isinstance(value, Secret):
        found = plain(value.value, secrets)
        if secrets is not None:
            secrets.append(found)
        return found
    if isinstance(value, str):
        return UNKNOWN if value in SENTINELS else value
    if value is None or isinstance(value, int | float):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(value, Mapping):
        mapping = cast(Mapping[str, Any], value)
        inner = cast(Mapping[str, Any], mapping if isinstance(mapping, dict) else mapping["__target"])
        return {key: plain(item, secrets) for key, item in inner.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        sequence = cast(Any, value)
        elements = cast(list[Any], sequence if isinstance(sequence, list) else sequence["__target"])
        return [plain(element, secrets) for element in elements]
    # Assets and archives: no rule reads them, and two of the same file are not equal.
    return f"<{type(value).__name__}>"


# One thing under several tokens: deprecated modules and the S3 resources of provider version 6.
_MODULES: Final = {
    "aws:alb/": "aws:lb/",
    "aws:applicationloadbalancing/": "aws:lb/",
    "aws:elasticloadbalancingv2/": "aws:lb/",
    "aws:elasticloadbalancing/": "aws:elb/",
}
_S3_V2: Final = re.compile(r"^aws:s3/(bucket\w*)V2:(Bucket\w*)V2$")


def canonical(token: str) -> str:
    """Return the one token that a type goes by here."""
    for alias, module in _MODULES.items():
        if token.startswith(alias):
            return module + token[len(alias) :]
    return _S3_V2.sub(r"aws:s3/\1:\2", token)


def dig(value: Any, path: str) -> Any:
    """Follow a dotted path into plain data; through a list it collects what its elements hold there."""
    if isinstance(value, dict):
        key, _, rest = path.partition(".")
        inner = cast(dict[str, Any], value).get(key)
        if inner is None:
            return ABSENT
        return dig(inner, rest) if rest else inner
    if isinstance(value, list):
        found = [item for block in cast(list[Any], value) for item in items(dig(block, path))]
        # A block that may be given once is often wrapped in a list.
        return found if len(cast(list[Any], value)) > 1 else found[0] if len(found) == 1 else found or ABSENT
    return UNKNOWN if value is UNKNOWN else ABSENT


def items(value: Any) -> list[Any]:
    """Return a list's elements, a scalar as its only element, and nothing for an absent value."""
    if isinstance(value, list):
        return [item for item in cast(list[Any], value) if item is not None]
    return [] if value is None or value is ABSENT else [value]


def truth(value: Any, absent: bool) -> bool | Missing:
    """Read a switch: launch templates and some older resources write it as a string."""
    if value is UNKNOWN:
        return UNKNOWN
    if value is ABSENT or value == "":
        return absent
    return str(value).lower() in ("true", "1")


@dataclass(frozen=True)
class Finding:
    """What a rule says of a resource: a breach, or that it cannot decide yet."""

    urn: str
    name: str
    text: str
    at: str = ""
    about: str = ""
    undecided: bool = False

    @property
    def key(self) -> str:
        """What tells one finding of a rule on a resource from another: the property, and what about it."""
        return f"{self.at}::{self.about}" if self.about else self.at


@dataclass(frozen=True, eq=False)
class Resource:
    """One resource: what the program set, what is known of the rest, and what stands behind its properties."""

    urn: str
    type: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    depends: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    parent: str = ""
    provider_region: str = ""  # the provider's region
    account: str = ""  # and account: an id, another word for one, or nothing if it is that of the surroundings
    managed: bool = True  # False for what the program only reads
    secrets: tuple[Any, ...] = ()  # the values that came as secrets, wherever they stand

    @property
    def name(self) -> str:
        """The logical name."""
        return self.urn.rsplit("::", 1)[-1]

    def __getitem__(self, path: str) -> Any:
        """Return the value at a path as the program set it: a rule says the same of a new stack and an old one."""
        return dig(self.inputs, path)

    def known(self, path: str) -> Any:
        """Return the value at a path as the program set it or else, in an existing stack, as AWS did."""
        if (own := self[path]) is not ABSENT:
            return own
        return ABSENT if (state := dig(self.outputs, path)) is UNKNOWN else state

    def switch(self, path: str, absent: bool = False) -> bool | Missing:
        """Return a switch as a bool or UNKNOWN; `absent` is what AWS makes of an unset one."""
        return truth(self[path], absent)

    @cached_property
    def region(self) -> str:
        """The region it lives in, or nothing if that cannot be told."""
        zone = self.known("availabilityZone")
        by_zone = zone[:-1] if isinstance(zone, str) and re.search(r"\d[a-z]$", zone) else ""
        own = self.known("region")
        return own if isinstance(own, str) else by_zone if own is UNKNOWN else self.provider_region or by_zone

    def finding(self, text: str, at: str = "", about: str = "") -> Finding:
        """Say how this resource breaches the rule.

        `at` names the property, `about` what in it (a container, an action, a port), so that an exemption can name one
        finding of several; neither holds a value that may be secret.
        """
        return Finding(self.urn, self.name, text, at, about)

    def undecided(self, at: str, about: str = "") -> Finding:
        """Say which property must be known before the rule can decide."""
        return Finding(self.urn, self.name, f"`{at}` is not known yet", at, about, undecided=True)

    def unclear(self, text: str) -> Finding:
        """Say what nobody can tell yet of the resource, where no property of its own would tell."""
        return Finding(self.urn, self.name, text, undecided=True)


@dataclass(frozen=True)
class Targets:
    """What a property refers to."""

    sure: tuple[Resource, ...] = ()
    maybe: tuple[Resource, ...] = ()  # one of these, or some: a component's, or several behind one unknown value
    outside: tuple[str, ...] = ()  # literal ids and names of nothing in this stack
    unknown: bool = False  # something that nobody can name yet

    @property
    def nodes(self) -> tuple[Resource | str, ...]:
        """What is referred to for certain, in the stack or outside it."""
        return self.sure + self.outside

    @property
    def complete(self) -> bool:
        """Whether `nodes` is all there is."""
        return not self.unknown and not self.maybe


def _leaves(value: Any) -> Iterator[Any]:
    for item in items(value):
        if isinstance(item, dict):
            for inner in cast(dict[str, Any], item).values():
                yield from _leaves(inner)
        elif isinstance(item, list):
            yield from _leaves(item)
        elif item != "":
            yield item


# Under these properties another resource may name a resource. The default tables and groups are their VPC's.
_IDENTITIES: Final = (
    "id", "arn", "name", "bucket", "identifier", "clusterIdentifier", "replicationGroupId", "clusterId", "domainName",
    "dbSnapshotArn", "dbClusterSnapshotArn", "mainRouteTableId", "defaultRouteTableId",
)  # fmt: skip
# An id as AWS gives it to what has no name: it names that thing alone.
_ID: Final = re.compile(r"(?:[a-z]{1,8}|eipalloc|eipassoc)-(?:[0-9a-f]{8}|[0-9a-f]{17})")
# Services whose names hold in all regions.
_WORLDWIDE: Final = ("aws:iam/", "aws:s3/", "aws:cloudfront/", "aws:route53/", "aws:organizations/",
                     "aws:globalaccelerator/")  # fmt: skip


def _blanks(source: Resource, path: str, blanks: int) -> int:
    """Return how many unknown values stand in the whole property of a path, whose dependencies are told together."""
    whole = source.inputs.get(path.split(".", 1)[0], ABSENT)
    return max(blanks, sum(leaf is UNKNOWN for leaf in _leaves(whole)))


class Stack:
    """All resources of a stack, by URN, by type and by every name another resource may know them by."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = {resource.urn: resource for resource in resources}
        self._types: dict[str, list[Resource]] = defaultdict(list)
        self._children: dict[str, list[Resource]] = defaultdict(list)
        self._names: dict[str, list[Resource]] = defaultdict(list)
        self._nameless: set[str] = set()  # types of which one has a name that nobody knows yet
        for resource in self.resources.values():
            self._types[resource.type].append(resource)
            self._children[resource.parent].append(resource)
            for key in _IDENTITIES:
                own, made = resource.inputs.get(key), resource.outputs.get(key)
                if own is UNKNOWN:
                    self._nameless.add(resource.type)
                elif isinstance(own, str) and own:  # a component may call anything by these names
                    self._names[own].append(resource)
                if isinstance(made, str) and made and made != own:
                    self._names[made].append(resource)

    @cached_property
    def hidden(self) -> re.Pattern[str] | None:
        """What finds the secrets of its resources in a text."""
        return pattern(secret for resource in self.resources.values() for secret in resource.secrets)

    def of(self, *types: str) -> list[Resource]:
        """Return the resources of some types."""
        return [resource for token in types for resource in self._types.get(token, ())]

    def targets(self, source: Resource, path: str, *types: str) -> Targets:
        """Return what the property at a path refers to, by known ids and names, else by its dependencies."""
        return self.resolve(source, path, source[path], *types)

    def resolve(self, source: Resource, path: str, value: Any, *types: str) -> Targets:
        """Return what a value found under a path refers to."""
        sure: dict[str, Resource] = {}
        outside: list[str] = []
        blanks = 0
        for leaf in _leaves(value):
            if leaf is UNKNOWN:
                blanks += 1
            elif hits := self._named(str(leaf), source, types):
                sure |= {hit.urn: hit for hit in hits}
            else:
                outside.append(str(leaf))
        if not blanks and not outside:
            return Targets(tuple(sure.values()))
        if not blanks and self._nameless.intersection(types) and not all(map(_ID.fullmatch, outside)):
            return Targets(tuple(sure.values()), outside=tuple(outside), unknown=True)
        behind, within = self._behind(source, path, types)
        fresh = {urn: resource for urn, resource in behind.items() if urn not in sure}
        if not blanks:
            # A known text that no resource admits to, and a dependency that explains it: an id only of what a template
            # made, of which no id is known.
            foreign = [text for text in outside if _ID.fullmatch(text)]
            explained = fresh if (derived := [text for text in outside if text not in foreign]) else {}
            maybe = tuple(one for one in within.values() if foreign and one.parent and not one.outputs)
            outside = [*(() if maybe else foreign), *(derived[len(fresh) :] if fresh else [] if within else derived)]
            return Targets(tuple((sure | explained).values()), maybe, tuple(outside))
        if fresh and _blanks(source, path, blanks) < len(fresh):
            # More resources than values: it is one of them, or some, and nobody knows which.
            return Targets(tuple(sure.values()), (*fresh.values(), *within.values()), tuple(outside))
        maybe = tuple(within.values()) if blanks > len(fresh) else ()
        return Targets(
            sure=tuple((sure | fresh).values()),
            maybe=maybe,
            outside=tuple(outside),
            unknown=blanks > len(fresh) and not maybe,
        )

    def _named(self, text: str, source: Resource, types: Sequence[str]) -> list[Resource]:
        region, account = source.region, source.account
        hits = self._names.get(text)
        if hits is None and text.startswith("arn:") and text.count(":") >= 5:
            region, account = (part or own for part, own in zip(text.split(":")[3:5], (region, account), strict=True))
            hits = self._names.get(re.split("[:/]", text)[-1])
        # Another account's is another thing, but for a bucket: its name is the world's.
        found = [hit for hit in hits or () if hit.type in types]
        wanted = [hit for hit in found if hit.type.startswith("aws:s3/") or not two_accounts(account, hit.account)]
        # The same name in two regions is two things, but for what is the world's.
        here = [hit for hit in wanted if hit.region == region]
        return here or [hit for hit in wanted if not (hit.region and region) or hit.type.startswith(_WORLDWIDE)]

    def _behind(
        self, source: Resource, path: str, types: Sequence[str]
    ) -> tuple[dict[str, Resource], dict[str, Resource]]:
        """Return what stands behind a property: resources of the wanted types, and those within components."""
        direct: dict[str, Resource] = {}
        within: dict[str, Resource] = {}
        for urn in sorted(source.depends.get(path.split(".", 1)[0], ())):  # a set, as the engine hands it over
            resource = self.resources.get(urn)
            if resource is None:
                continue
            if resource.type in types:
                direct[urn] = resource
            elif not resource.type.startswith("aws:") or resource.type.startswith("aws:cloudformation/"):
                within |= {child.urn: child for child in self._descendants(urn) if child.type in types}
        return direct, within

    def _descendants(self, urn: str) -> Iterator[Resource]:
        for child in self._children.get(urn, ()):
            yield child
            yield from self._descendants(child.urn)
