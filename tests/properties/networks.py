"""Small networks that Hypothesis makes, and the same as resources of a program."""

from typing import Any

from hypothesis import strategies as st

from tests.properties.network_reference import (
    Blank,
    Net,
    ReferenceEntry,
    ReferenceRoute,
    ReferenceRouteTable,
    ReferenceRule,
    Subnet,
    Thing,
)

VPCS = ("10.0.0.0/16", "10.1.0.0/16")
WORLD = ("0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "52.0.0.0/8", "52.0.0.0/9", "52.128.0.0/9", "8.8.8.8/32")
WORLD_SIX = ("::/0", "2000::/3", "2a05:d018::/32")
HERE = (*VPCS, "10.0.0.0/8", "10.0.0.0/24", "10.1.1.0/24", "2a05:d018:1::/48")
SPANS = ((0, 65535), (0, 65535), (1024, 65535), (22, 22), (443, 443), (5432, 5432), (5432, 5432), (80, 6379))
KINDS = ("store", "machine", "service", "balancer")


class _Maker:
    """Draws the parts of a network; some values are blanked out."""

    def __init__(self, draw: st.DrawFn, blanks: int, hub: bool) -> None:
        self.draw, self.blanks = draw, blanks
        self.vpcs = VPCS[: self.pick(1, 1, 2)]
        self.groups = self.pick(2, 3)
        self.far = ("peer", "tgw") if hub else ("peer",)

    def pick(self, *values: Any) -> Any:
        return self.draw(st.sampled_from(values))

    def some(self, most: int, least: int = 0) -> range:
        return range(self.draw(st.integers(least, most)))

    def maybe(self, value: Any, *others: Any) -> Any:
        """Blank a value out, which may then be another, if there is a blank left."""
        if self.blanks and self.pick(*[False] * 4, True):
            self.blanks -= 1
            return Blank((value, *(other for other in others if other != value)))
        return value

    def table(self, vpc: int) -> ReferenceRouteTable:
        far = self.far if len(self.vpcs) > 1 else ()
        cidrs = self.pick(
            ("0.0.0.0/0", "::/0"), ("0.0.0.0/0", "::/0"), ("0.0.0.0/0", "52.0.0.0/9"), ("52.0.0.0/9",), ("::/0",), ()
        )
        routes = [self.route(cidr, far) for cidr in cidrs]
        between = [ReferenceRoute(VPCS[1 - vpc], self.pick(*far))] if far and self.pick(True, True, False) else []
        return ReferenceRouteTable(vpc, (*routes, *between))

    def route(self, cidr: str, far: tuple[str, ...]) -> ReferenceRoute:
        if ":" in cidr:
            return ReferenceRoute(cidr, self.pick("igw", "igw", "igw", "eigw"))
        to = self.pick("igw", "igw", "igw", "igw", "nat", *far)
        return ReferenceRoute(self.maybe(cidr, "0.0.0.0/1"), self.maybe(to, "igw", "nat"))

    def door(self) -> ReferenceRule:
        """A rule that is rather open, so that there is something to reach."""
        spans = self.pick((0, 65535), (5432, 5432), (22, 22), (80, 6379))
        world = self.maybe(self.pick("0.0.0.0/0", "0.0.0.0/0", "::/0", "52.0.0.0/8"), "0.0.0.0/0", "8.8.8.8/32")
        return ReferenceRule("ingress", self.pick("tcp", "-1"), *spans, world)

    def rule(self) -> ReferenceRule:
        other: Any = {
            "world": lambda: self.maybe(self.pick(*WORLD), self.pick(*WORLD), "8.8.8.8/32"),
            "six": lambda: self.pick(*WORLD_SIX),
            "here": lambda: self.pick(*HERE),
            "group": lambda: self.maybe(self.pick(*range(self.groups)), 0, 99),
        }[self.pick("world", "world", "six", "here", "group", "group")]()
        direction = self.pick("ingress", "ingress", "ingress", "egress")
        return ReferenceRule(direction, self.pick("tcp", "tcp", "udp", "-1"), *self.pick(*SPANS), other)

    def entry(self, number: int) -> ReferenceEntry:
        cidr = self.pick("::/0", *["0.0.0.0/0"] * 8, *WORLD, *HERE)
        return ReferenceEntry(
            self.pick("ingress", "egress"),
            self.maybe(10 * number, 10 * number + 15),
            self.maybe(self.pick(True, True, False), True, False),
            self.pick("tcp", "-1", "-1"),
            *self.pick(SPANS[0], SPANS[0], *SPANS),
            cidr if ":" in cidr else self.maybe(cidr, "10.0.0.0/8"),
        )

    def subnet(self, number: int, tables: tuple[ReferenceRouteTable, ...], acls: int) -> Subnet:
        vpc = number % len(self.vpcs)
        own = [index for index, one in enumerate(tables) if one.vpc == vpc]
        return Subnet(
            vpc,
            f"10.{vpc}.{number}.0/24",
            self.pick("", f"2a05:d018:{vpc + 1}:{number}::/64"),
            maps=self.maybe(self.pick(True, False), True, False),
            table=self.maybe(self.pick(None, *own[1:]), *own[1:]),
            acl=self.maybe(self.pick(None, None, *range(acls)), *range(acls)),
        )

    def thing(self, kind: str, subnets: tuple[Subnet, ...], stores: tuple[int, ...]) -> Thing:
        home = self.pick(*subnets).vpc
        here = [index for index, one in enumerate(subnets) if one.vpc == home]
        machine, balancer = kind == "machine", kind == "balancer"
        places = self.draw(st.lists(st.sampled_from(here), min_size=1, max_size=1 if machine else 2, unique=True))
        carried = st.lists(st.integers(0, self.groups - 1), min_size=not balancer, max_size=2, unique=True)
        public = self.pick(True, True, False, *[None] * machine)
        return Thing(
            kind,
            tuple(places),
            tuple(self.draw(carried)),
            public if public is None else self.maybe(public, True, False),
            self.pick(True, False) and all(subnets[place].six for place in places),
            tuple(self.pick(*stores) for _ in self.some(1)) if balancer else (),
        )


@st.composite
def nets(draw: st.DrawFn, blanks: int = 0, hub: bool = False) -> Net:
    """A network of a few parts, so many of its values blank at most; with a transit gateway that may join its VPCs."""
    make = _Maker(draw, blanks, hub)
    own = range(len(make.vpcs))
    tables = tuple(make.table(vpc) for vpc in (*own, *(make.pick(*own) for _ in make.some(2))))
    acls = tuple(tuple(make.entry(number) for number in make.some(6, 1)) for _ in make.some(2))
    subnets = tuple(make.subnet(number, tables, len(acls)) for number in make.some(3, 1))
    stores = tuple(make.thing("store", subnets, ()) for _ in make.some(2, 1))
    others = tuple(make.thing(make.pick(*KINDS[1:]), subnets, tuple(range(len(stores)))) for _ in make.some(2, 1))
    return Net(
        make.vpcs,
        tables,
        acls,
        tuple(
            tuple(make.door() if not (group or number) else make.rule() for number in make.some(4))
            for group in range(make.groups)
        ),
        subnets,
        (*stores, *others),
        blocked=make.maybe(make.pick(*[False] * 5, True), True, False),
        hub=Blank((False, True)) if hub else False,
    )
