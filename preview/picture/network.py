"""A recording as nested boxes: region, VPC, tier with its subnets by zone, and what stands there; and connections.

Who may connect to whom is what `exposure` says. Things that are alike in kind, place and connections share a box.
"""

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from guard.aws.nodes import SUBNETS, VPCS, key
from guard.model.graph import Resource
from guard.reach.interfaces import interfaces
from preview.exposure import INTERNET, SERVICES, Exposure
from preview.figures import DISTRIBUTION, NAT_GATEWAY, kind
from preview.picture.boxes import Arrow, Box, every, word
from preview.picture.groups import alike, ports
from preview.recording import Recording
from preview.wire import Object

WIDE: Final = 46  #: characters of a line of names
#: In which order tiers stand, and how that is said.
WAYS: Final = {
    "internet": "with a route to the internet",
    "nat": "out through NAT",
    "unknown": "whose way out nobody knows yet",
    "none": "no way out",
}
#: What is said of a thing beside its kind: properties, with what stands around them.
SAID: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "aws:rds/instance:Instance": (("engine", "{} "), ("engineVersion", "{}, "), ("instanceClass", "{}")),
    "aws:elasticache/replicationGroup:ReplicationGroup": (
        ("engine", "{} "), ("engineVersion", "{}, "), ("nodeType", "{}"),
    ),
    "aws:lambda/function:Function": (("runtime", "{}"),),
    "aws:ec2/instance:Instance": (("instanceType", "{}"),),
}  # fmt: skip
#: What stands in no network, and is reached through AWS's APIs.
BESIDE: Final = {
    "aws:s3/bucket:Bucket": ("bucket", "buckets"),
    "aws:dynamodb/table:Table": ("DynamoDB table", "DynamoDB tables"),
    "aws:sqs/queue:Queue": ("queue", "queues"),
    "aws:sns/topic:Topic": ("topic", "topics"),
    "aws:secretsmanager/secret:Secret": ("secret", "secrets"),
    "aws:ecr/repository:Repository": ("image repository", "image repositories"),
    "aws:kms/key:Key": ("key", "keys"),
}
ASIDE: Final = "beside"
BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
BUCKET: Final = "aws:s3/bucket:Bucket"
ACL: Final = "aws:wafv2/webAcl:WebAcl"
ASSOCIATION: Final = "aws:wafv2/webAclAssociation:WebAclAssociation"


class StackNetwork(NamedTuple):
    """What is drawn."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True, kw_only=True)
class SubnetTier:
    """The subnets of a VPC that are for the same: their logical names end in its name and a zone."""

    vpc: str  #: key
    name: str
    way: str  #: out of it: a key of WAYS
    subnets: tuple[Resource, ...]

    @property
    def id(self) -> str:
        """Of its box."""
        return word(f"tier_{self.vpc.rpartition('::')[2]}_{self.name}")


@dataclass(frozen=True, kw_only=True)
class ThingGroup:
    """Things that are alike, by their words; they share a box."""

    things: Mapping[str, Sequence[Resource]]  #: by word
    place: frozenset[str]  #: the subnets in which each stands, by key
    tiers: tuple[SubnetTier, ...]  #: which those are of

    @property
    def id(self) -> str:
        """Of its box."""
        return word(f"thing_{next(iter(self.things))}")


def network(recording: Recording, exposure: Object | None = None) -> StackNetwork:
    """What is drawn of a stack; `exposure` is what its document has, where that was worked out already."""
    return NetworkReader(recording, exposure).network()


class NetworkReader:
    """Reads one recording."""

    def __init__(self, recording: Recording, exposure: Object | None) -> None:
        self.recording = recording
        found = Exposure(recording)
        self.stack, self.things, self.word = found.stack, found.things, found.word
        self.exposure = exposure or found.document()
        self.ways: Mapping[str, str] = {each["subnet"]: each["way"] for each in self.exposure["ways"]}

    def network(self) -> StackNetwork:
        """All of it."""
        loose = [self._thing(each) for each in self.groups if not each.tiers]
        inside = (*self._vpcs(), *loose, *self._beside())
        region = Box("region", self.recording.config.get("aws:region", "region"), inside, "region")
        internet = (Box(INTERNET, INTERNET, kind="outside"),) if self.exposure["entry_points"] else ()
        boxes = (*internet, *self._points(), *((region,) if inside else ()))
        ids = {box.id for box in every(boxes)}
        arrows = dict.fromkeys(each for each in self._arrows() if {each.source, each.target} <= ids)
        return StackNetwork(boxes, tuple(arrows))

    # --- places ---

    @cached_property
    def tiers(self) -> tuple[SubnetTier, ...]:
        """The tiers from the outermost in."""
        found: dict[tuple[str, str], list[Resource]] = {}
        for subnet in self.stack.of(*SUBNETS):
            found.setdefault((self._vpc(subnet), _tier(subnet)), []).append(subnet)
        made = [self._made(vpc, name, subnets) for (vpc, name), subnets in found.items()]
        return tuple(sorted(made, key=lambda tier: (tier.vpc, list(WAYS).index(tier.way), tier.name)))

    def _made(self, vpc: str, name: str, subnets: list[Resource]) -> SubnetTier:
        way = min((self.ways[each.urn] for each in subnets), key=list(WAYS).index)
        return SubnetTier(vpc=vpc, name=name, way=way, subnets=tuple(sorted(subnets, key=lambda each: each.name)))

    def _vpc(self, subnet: Resource) -> str:
        return next(map(key, self.stack.targets(subnet, "vpcId", *VPCS).nodes), "")

    def _vpcs(self) -> Iterator[Box]:
        for one in dict.fromkeys(tier.vpc for tier in self.tiers):
            vpc = self.stack.resources.get(one)
            label = f"VPC {vpc.known('cidrBlock')}" if vpc else "a VPC that is not this stack's"
            tiers = [self._tier_box(tier) for tier in self.tiers if tier.vpc == one]
            across = [self._thing(each) for each in self.groups if len(each.tiers) > 1 and each.tiers[0].vpc == one]
            id_ = word(f"vpc_{vpc.name if vpc else one}")
            yield Box(id_, label, (*tiers, *across), "vpc", {label: (one,)} if vpc else {})

    def _tier_box(self, tier: SubnetTier) -> Box:
        inside = tuple(self._thing(each) for each in self.groups if each.tiers == (tier,))
        chips = tuple(map(self._chip, tier.subnets))
        return Box(tier.id, f"{tier.name} subnets|{WAYS[tier.way]}", inside, "tier", chips=chips)

    def _chip(self, subnet: Resource) -> Box:
        """A subnet: its zone, its addresses, and the NAT gateways in it."""
        zone = _zone(subnet)
        gateways = [each for each in self.stack.of(NAT_GATEWAY)
                    if subnet in self.stack.targets(each, "subnetId", *SUBNETS).sure]  # fmt: skip
        cidr = subnet["cidrBlock"]
        inside = {"NAT gateway": tuple(each.urn for each in gateways)} if gateways else {}
        words = ", ".join([*([cidr] if isinstance(cidr, str) else []), *inside])
        return Box(word(f"subnet_{subnet.name}"), f"{zone}|{words}".rstrip("|"), urns={zone: (subnet.urn,), **inside})

    # --- things ---

    @cached_property
    def groups(self) -> tuple[ThingGroup, ...]:
        """All that stands in the network, those together that are alike."""
        faced = {point["name"]: point["name"] for point in self.exposure["entry_points"]}
        about = {
            name: (tuple(sorted(kind(each.type) for each in things)), self._place(things), faced.get(name))
            for name, things in sorted(self.things.items())
        }
        tiers = {subnet.urn: tier for tier in self.tiers for subnet in tier.subnets}
        return tuple(
            ThingGroup(
                things={name: self.things[name] for name in names},
                place=(place := self._place(self.things[names[0]])),
                tiers=tuple(tier for tier in self.tiers if tier in [tiers.get(each) for each in place]),
            )
            for names in alike(about, self.exposure["matrix"])
        )

    def _place(self, things: Iterable[Resource]) -> frozenset[str]:
        at = interfaces(self.stack)
        return frozenset(key(each) for thing in things for one in at.of(thing) for each in one.subnets.nodes)

    def _thing(self, group: ThingGroup) -> Box:
        """A box with the names, what they are, and in which zones if not in all of the tier's."""
        all_ = [thing for things in group.things.values() for thing in things]
        lines = _names(group.things)
        kinds = Counter(kind(thing.type) for thing in all_)
        lines += [f"{name} × {count}" if count > 1 else name for name, count in sorted(kinds.items())]
        lines += sorted({said for each in all_ if (said := _said(each))})
        lines += self._acls(all_)
        if len(group.tiers) > 1:
            lines.append("in " + ", ".join(tier.name for tier in group.tiers))
        elif group.tiers and len(group.place) < len(group.tiers[0].subnets):
            lines.append("in " + ", ".join(_zone(each) for each in group.tiers[0].subnets if each.urn in group.place))
        urns = {name: tuple(each.urn for each in things) for name, things in group.things.items()}
        return Box(group.id, "|".join(lines), urns=urns)

    def _acls(self, things: Sequence[Resource]) -> list[str]:
        """The web ACLs before something."""
        links = [(each, "webAclArn") for each in self.stack.of(ASSOCIATION)
                 if set(self.stack.targets(each, "resourceArn").nodes) & set(things)]  # fmt: skip
        links += [(each, "webAclId") for each in things if each.type == DISTRIBUTION]
        found = {acl.name for link, path in links for acl in self.stack.targets(link, path, ACL).sure}
        return [f"behind {name}" for name in sorted(found)]

    # --- outside ---

    @cached_property
    def points(self) -> Mapping[tuple[str, str], list[Resource]]:
        """What faces the internet outside any network, such as distributions: by kind and the web ACLs before it."""
        faced = {(point["name"], point["kind"]) for point in self.exposure["entry_points"]}
        found: dict[tuple[str, str], list[Resource]] = {}
        for each in self.stack.of(*SERVICES):
            if (self.word(each), kind(each.type)) in faced:
                found.setdefault((kind(each.type), "|".join(self._acls([each]))), []).append(each)
        return found

    def _points(self) -> Iterator[Box]:
        for (what, acls), resources in self.points.items():
            urns: dict[str, tuple[str, ...]] = {}
            for each in resources:
                urns[self.word(each)] = (*urns.get(self.word(each), ()), each.urn)
            count = f" × {len(resources)}" if len(resources) > 1 else ""
            lines = [*_names(urns), f"{what}{count}", *filter(None, [acls])]
            yield Box(_point_id(resources), "|".join(lines), kind="outside", urns=urns)

    def _beside(self) -> Iterator[Box]:
        found = [(words, tuple(each.urn for each in self.stack.of(token))) for token, words in BESIDE.items()]
        urns = {f"{len(these)} {words[len(these) > 1]}": these for words, these in found if these}
        if urns:
            yield Box(ASIDE, "|".join(["through AWS's APIs", *urns]), urns=urns)

    # --- arrows ---

    def _arrows(self) -> Iterator[Arrow]:
        groups = {name: group for group in self.groups for name in group.things}
        points = {self.word(each): _point_id(each_) for each_ in self.points.values() for each in each_}
        for each in self.exposure["entry_points"]:
            group = groups.get(each["name"])
            yield Arrow(INTERNET, group.id if group else points.get(each["name"], ""), ports(each))
        for resources in self.points.values():
            for each in resources:
                behind = self.stack.targets(each, "origins.domainName", BALANCER, BUCKET).sure
                yield from (Arrow(_point_id(resources), id_) for id_ in map(self._origin, behind))
        for row in self.exposure["matrix"]:
            source, target = groups[row["from"]], groups[row["to"]]
            if source is not target:
                yield Arrow(source.id, target.id, ports(row), self._rank(target) < self._rank(source))

    def _origin(self, origin: Resource) -> str:
        return next((each.id for each in self.groups if self.word(origin) in each.things), ASIDE)

    def _rank(self, group: ThingGroup) -> int:
        return self.tiers.index(group.tiers[0]) if group.tiers else 0


def _point_id(resources: Sequence[Resource]) -> str:
    return word(f"point_{resources[0].name}")


def _names(names: Iterable[str]) -> list[str]:
    return textwrap.wrap(", ".join(names), WIDE, break_on_hyphens=False, break_long_words=False)


def _tier(subnet: Resource) -> str:
    """The tier of a subnet, which stands in its logical name: `network-subnet-<tier>-<zone>`."""
    return subnet.name.removesuffix(_zone(subnet)).rstrip("-").rpartition("-")[2]


def _zone(subnet: Resource) -> str:
    found = subnet.known("availabilityZone")
    return found if isinstance(found, str) else subnet.name


def _said(thing: Resource) -> str:
    words = (form.format(thing[name]) for name, form in SAID.get(thing.type, ()) if isinstance(thing[name], str))
    return "".join(words).rstrip(", ")
