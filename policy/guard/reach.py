"""What can talk to what: the route table in force for a subnet, its way to the internet, groups and their holders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from guard.graph import ABSENT, UNKNOWN, Missing, Resource, Stack, dig, items
from guard.networks import broad

Node = Resource | str  # something in the stack, or the literal id of something outside it

VPC: Final = "aws:ec2/vpc:Vpc"
DEFAULT_VPC: Final = "aws:ec2/defaultVpc:DefaultVpc"
SUBNET: Final = "aws:ec2/subnet:Subnet"
DEFAULT_SUBNET: Final = "aws:ec2/defaultSubnet:DefaultSubnet"
TABLE: Final = "aws:ec2/routeTable:RouteTable"
DEFAULT_TABLE: Final = "aws:ec2/defaultRouteTable:DefaultRouteTable"
ROUTE: Final = "aws:ec2/route:Route"
GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"
PREFIX_LIST: Final = "aws:ec2/managedPrefixList:ManagedPrefixList"
GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
LEGACY_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
SUBNETS: Final = (SUBNET, DEFAULT_SUBNET)
VPCS: Final = (VPC, DEFAULT_VPC)
TABLES: Final = (TABLE, DEFAULT_TABLE)
GROUPS: Final = (GROUP, DEFAULT_GROUP)


# How a rule writes its addresses: the older resources in lists, the newer one by one.
_LISTS: Final = ("cidrBlocks", "ipv6CidrBlocks", "prefixListIds")
_SINGLE: Final = ("cidrIpv4", "cidrIpv6", "prefixListId")


def key(node: Node) -> str:
    """Return what tells one node from another."""
    return node.urn if isinstance(node, Resource) else node


def called(node: Node) -> str:
    """Return what people call a node."""
    return node.name if isinstance(node, Resource) else node


@dataclass(frozen=True)
class Main:
    """The main route table that came with a VPC, adopted by no resource."""

    vpc: Resource


Table = Resource | Main | str


@dataclass(frozen=True)
class Way:
    """How a subnet reaches the internet."""

    table: str
    route: str

    def __str__(self) -> str:
        return f"table {self.table}, route {self.route}"


@dataclass(frozen=True)
class Admission:
    """One ingress rule of a security group, whatever it was written as; sources are addresses, never groups."""

    group: Node
    rule: Resource  # where it is written
    at: str
    ports: str
    sources: tuple[str, ...]


class Network:
    """The network of a stack. Answers are three-valued: a way, None, or UNKNOWN."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    # --- routes ---

    def way_out(self, subnet: Node) -> Way | Missing | None:
        """Return how a subnet's effective route table leads to an internet gateway, or None if it does not."""
        answers: list[Way | Missing | None] = [self._leads_out(table) for table in self._tables(subnet)]
        ways = [answer for answer in answers if isinstance(answer, Way)]
        return ways[0] if ways else UNKNOWN if UNKNOWN in answers else None

    def _tables(self, subnet: Node) -> list[Table | Missing]:
        """Return the table in force: the associated one, else the VPC's main one."""
        associated = self._associations.get(key(subnet), [])
        if associated:
            return associated
        if self._stray_association:
            return [UNKNOWN]
        if not isinstance(subnet, Resource):
            return [UNKNOWN]
        if subnet.type == DEFAULT_SUBNET:
            return [self._default_main]
        vpcs = self.stack.targets(subnet, "vpcId", *VPCS)
        return [UNKNOWN] if not vpcs.complete or not vpcs.nodes else [self._main(vpc) for vpc in vpcs.nodes]

    @cached_property
    def _associations(self) -> dict[str, list[Table | Missing]]:
        found: dict[str, list[Table | Missing]] = {}
        for link in self.stack.of("aws:ec2/routeTableAssociation:RouteTableAssociation"):
            for subnet in self.stack.targets(link, "subnetId", *SUBNETS).nodes:
                found.setdefault(key(subnet), []).extend(self._tables_of(link))
        return found

    @cached_property
    def _stray_association(self) -> bool:
        """Whether an association exists whose subnet nobody can name."""
        links = self.stack.of("aws:ec2/routeTableAssociation:RouteTableAssociation")
        return any(not self.stack.targets(link, "subnetId", *SUBNETS).complete for link in links)

    def _tables_of(self, source: Resource) -> list[Table | Missing]:
        """Return the tables that a `routeTableId` names; a VPC behind it means the table that came with it."""
        targets = self.stack.targets(source, "routeTableId", *TABLES, *VPCS)
        tables = [node for node in targets.sure if node.type in TABLES]
        vpcs = [node for node in targets.sure if node.type in VPCS] if not tables else []
        outside = [] if tables or vpcs else list(targets.outside)
        unknown: list[Table | Missing] = [] if targets.complete else [UNKNOWN]
        return [*tables, *(self._original(vpc) for vpc in vpcs), *outside, *unknown]

    def _original(self, vpc: Resource) -> Table:
        """Return the table that came with a VPC, as adopted or as it is."""
        for table in self.stack.of(DEFAULT_TABLE):
            if vpc in self.stack.targets(table, "defaultRouteTableId", *VPCS).sure:
                return table
        return Main(vpc)

    def _main(self, vpc: Node) -> Table | Missing:
        for link in self.stack.of("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"):
            if key(vpc) in map(key, self.stack.targets(link, "vpcId", *VPCS).nodes):
                return (self._tables_of(link) or [UNKNOWN])[0]
        return self._original(vpc) if isinstance(vpc, Resource) else UNKNOWN

    @cached_property
    def _default_main(self) -> Table | Missing:
        """Return the main table of the default VPC, which leads to the internet unless somebody changed it."""
        for vpc in self.stack.of(DEFAULT_VPC):
            return self._main(vpc)
        return DEFAULT_VPC

    def _leads_out(self, table: Table | Missing) -> Way | Missing | None:
        """Return the route of a table that leads to an internet gateway."""
        if table == DEFAULT_VPC or (isinstance(table, Main) and table.vpc.type == DEFAULT_VPC):
            return Way("of the default VPC", "to its internet gateway, made by AWS")
        if isinstance(table, Missing):
            return UNKNOWN
        doubt = isinstance(table, str)  # a table outside the stack may hold any route
        open_destinations: list[str] = []
        for name, source, at, route in self._routes(table):
            answer = self._to_gateway(source, at, route)
            doubt = doubt or answer is UNKNOWN
            if answer is not True:
                continue
            destinations = self._destinations(source, at, route)
            doubt = doubt or UNKNOWN in destinations
            open_destinations += [text for text in destinations if isinstance(text, str)]
            if broad(open_destinations):
                return Way(table if isinstance(table, str) else _table_name(table), name)
        return UNKNOWN if doubt else None

    def _routes(self, table: Table) -> Iterator[tuple[str, Resource, str, dict[str, Any] | Missing]]:
        """Yield a table's routes: who calls them what, where they are written, and what they say."""
        if isinstance(table, Resource):
            for route in items(table["routes"]):
                yield f"in {table.name}", table, "routes", route
        for route in self._standalone.get(_table_key(table), []):
            yield route.name, route, "", {}

    @cached_property
    def _standalone(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for route in self.stack.of(ROUTE):
            for table in self._tables_of(route):
                if not isinstance(table, Missing):
                    found.setdefault(_table_key(table), []).append(route)
        return found

    def _to_gateway(self, source: Resource, at: str, route: Any) -> bool | Missing:
        """Return whether a route goes to an internet gateway; NAT, transit and egress-only gateways are none."""
        if route is UNKNOWN:
            return UNKNOWN
        via = source["gatewayId"] if not at else dig(route, "gatewayId")
        if via in (ABSENT, ""):
            carrier = source["carrierGatewayId"] if not at else dig(route, "carrierGatewayId")
            return carrier not in (ABSENT, "")
        path = at or "gatewayId"
        targets = self.stack.resolve(source, path, via, GATEWAY, "aws:ec2/vpnGateway:VpnGateway")
        if any(gateway.type == GATEWAY for gateway in targets.sure):
            return True
        if any(literal.startswith("igw-") for literal in targets.outside):
            return True
        return not targets.complete and UNKNOWN

    def _destinations(self, source: Resource, at: str, route: Any) -> list[str | Missing]:
        """Return the ranges that a route is for, prefix lists opened."""
        if at:
            ranges = [dig(route, "cidrBlock"), dig(route, "ipv6CidrBlock")]
            prefix_list = dig(route, "destinationPrefixListId")
        else:
            ranges = [source["destinationCidrBlock"], source["destinationIpv6CidrBlock"]]
            prefix_list = source["destinationPrefixListId"]
        opened = self.prefixes(source, at or "destinationPrefixListId", prefix_list)
        return [text for text in ranges if text not in (ABSENT, "")] + opened

    def prefixes(self, source: Resource, path: str, value: Any) -> list[str | Missing]:
        """Return the ranges in the prefix lists that a value names; UNKNOWN for one outside the stack."""
        targets = self.stack.resolve(source, path, value, PREFIX_LIST)
        found: list[str | Missing] = [UNKNOWN] if targets.outside or not targets.complete else []
        for prefix_list in targets.sure:
            found += [dig(entry, "cidr") for entry in items(prefix_list["entries"])]
            found += [entry["cidr"] for entry in self._entries.get(prefix_list.urn, [])]
        return found

    @cached_property
    def _entries(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for entry in self.stack.of("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"):
            for prefix_list in self.stack.targets(entry, "prefixListId", PREFIX_LIST).sure:
                found.setdefault(prefix_list.urn, []).append(entry)
        return found

    # --- security groups ---

    @cached_property
    def admissions(self) -> list[Admission]:
        """All ingress rules that name addresses: inline, standalone, old and new."""
        return [*self._inline(), *self._legacy(), *self._modern()]

    @cached_property
    def by_rule(self) -> dict[str, list[Admission]]:
        """The same by the URN of the resource that each is written in."""
        found: dict[str, list[Admission]] = {}
        for admission in self.admissions:
            found.setdefault(admission.rule.urn, []).append(admission)
        return found

    def has_stray_addresses(self, rule: Resource) -> bool:
        """Say whether a resource may admit addresses to a group that nobody can name, or inline in ways unknown."""
        if rule.type in GROUPS:
            return UNKNOWN in items(rule["ingress"])
        addressed = _sources(rule, *(_LISTS if rule.type == LEGACY_RULE else _SINGLE))
        return bool(addressed) and not self.stack.targets(rule, "securityGroupId", *GROUPS).complete

    def _inline(self) -> Iterator[Admission]:
        for group in self.stack.of(*GROUPS):
            for rule in items(group["ingress"]):
                sources = _sources(rule, *_LISTS)
                yield Admission(group, group, "ingress", _ports(rule, "protocol"), sources)

    def _legacy(self) -> Iterator[Admission]:
        for rule in self.stack.of(LEGACY_RULE):
            if rule["type"] != "egress":
                sources = _sources(rule, *_LISTS)
                for group in self._groups_of(rule):
                    yield Admission(group, rule, "type", _ports(rule, "protocol"), sources)

    def _modern(self) -> Iterator[Admission]:
        for rule in self.stack.of(INGRESS_RULE):
            sources = _sources(rule, *_SINGLE)
            for group in self._groups_of(rule):
                yield Admission(group, rule, "", _ports(rule, "ipProtocol"), sources)

    def _groups_of(self, rule: Resource) -> tuple[Node, ...]:
        return self.stack.targets(rule, "securityGroupId", *GROUPS).nodes

    @cached_property
    def holders(self) -> dict[str, list[Resource]]:
        """Who carries which group, by the group's key."""
        found: dict[str, list[Resource]] = {}
        for holder in self.stack.of(*HOLDERS):
            for group in self._carried(holder):
                found.setdefault(key(group), []).append(holder)
        return found

    def _carried(self, holder: Resource) -> list[Node]:
        paths = HOLDERS[holder.type]
        if holder.type in FALL_BACK and all(holder[path] in (ABSENT, []) for path in paths):
            return [group for group in self.stack.of(DEFAULT_GROUP) if group.region == holder.region]
        return [group for path in paths for group in self.stack.targets(holder, path, *GROUPS).nodes]


def _table_key(table: Table) -> str:
    return f"main table of {table.vpc.urn}" if isinstance(table, Main) else key(table)


def _table_name(table: Resource | Main) -> str:
    return f"main of {table.vpc.name}" if isinstance(table, Main) else table.name


def _read(rule: Any, path: str) -> Any:
    return rule[path] if isinstance(rule, Resource) else dig(rule, path)


def _sources(rule: Any, *paths: str) -> tuple[str, ...]:
    """Return a rule's address sources; an unknown one is a source all the same."""
    if rule is UNKNOWN:
        return ()
    values = [item for path in paths for item in items(_read(rule, path))]
    return tuple("an address not known yet" if value is UNKNOWN else str(value) for value in values if value != "")


def _ports(rule: Any, protocol: str) -> str:
    if rule is UNKNOWN:
        return ""
    name, low, high = (_read(rule, path) for path in (protocol, "fromPort", "toPort"))
    if str(name) in ("-1", "all") or low is ABSENT:
        return "all ports"
    return f"port {low}" if low == high else f"ports {low}-{high}"


@lru_cache(maxsize=1)
def network(stack: Stack) -> Network:
    """Return the network of a stack, worked out once for all rules."""
    return Network(stack)


# Who carries security groups, and under which property.
HOLDERS: Final[dict[str, tuple[str, ...]]] = {
    "aws:rds/instance:Instance": ("vpcSecurityGroupIds",),
    "aws:rds/cluster:Cluster": ("vpcSecurityGroupIds",),
    "aws:rds/proxy:Proxy": ("vpcSecurityGroupIds",),
    "aws:docdb/cluster:Cluster": ("vpcSecurityGroupIds",),
    "aws:docdb/elasticCluster:ElasticCluster": ("vpcSecurityGroupIds",),
    "aws:neptune/cluster:Cluster": ("vpcSecurityGroupIds",),
    "aws:redshift/cluster:Cluster": ("vpcSecurityGroupIds",),
    "aws:redshiftserverless/workgroup:Workgroup": ("securityGroupIds",),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("securityGroupIds",),
    "aws:elasticache/cluster:Cluster": ("securityGroupIds",),
    "aws:elasticache/serverlessCache:ServerlessCache": ("securityGroupIds",),
    "aws:memorydb/cluster:Cluster": ("securityGroupIds",),
    "aws:dax/cluster:Cluster": ("securityGroupIds",),
    "aws:efs/mountTarget:MountTarget": ("securityGroups",),
    "aws:fsx/lustreFileSystem:LustreFileSystem": ("securityGroupIds",),
    "aws:fsx/windowsFileSystem:WindowsFileSystem": ("securityGroupIds",),
    "aws:fsx/ontapFileSystem:OntapFileSystem": ("securityGroupIds",),
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": ("securityGroupIds",),
    "aws:opensearch/domain:Domain": ("vpcOptions.securityGroupIds",),
    "aws:opensearch/serverlessVpcEndpoint:ServerlessVpcEndpoint": ("securityGroupIds",),
    "aws:elasticsearch/domain:Domain": ("vpcOptions.securityGroupIds",),
    "aws:msk/cluster:Cluster": ("brokerNodeGroupInfo.securityGroups",),
    "aws:msk/serverlessCluster:ServerlessCluster": ("vpcConfigs.securityGroupIds",),
    "aws:mq/broker:Broker": ("securityGroups",),
    "aws:timestreaminfluxdb/dbInstance:DbInstance": ("vpcSecurityGroupIds",),
    "aws:dms/replicationInstance:ReplicationInstance": ("vpcSecurityGroupIds",),
    "aws:ecs/service:Service": ("networkConfiguration.securityGroups",),
    "aws:ecs/taskSet:TaskSet": ("networkConfiguration.securityGroups",),
    "aws:ecs/expressGatewayService:ExpressGatewayService": ("networkConfigurations.securityGroups",),
    "aws:eks/cluster:Cluster": ("vpcConfig.securityGroupIds",),
    "aws:batch/computeEnvironment:ComputeEnvironment": ("computeResources.securityGroupIds",),
    "aws:codebuild/project:Project": ("vpcConfig.securityGroupIds",),
    "aws:lambda/function:Function": ("vpcConfig.securityGroupIds",),
    "aws:apprunner/vpcConnector:VpcConnector": ("securityGroups",),
    "aws:sagemaker/notebookInstance:NotebookInstance": ("securityGroups",),
    "aws:synthetics/canary:Canary": ("vpcConfig.securityGroupIds",),
    "aws:mwaa/environment:Environment": ("networkConfiguration.securityGroupIds",),
    "aws:emr/cluster:Cluster": (
        "ec2Attributes.emrManagedMasterSecurityGroup",
        "ec2Attributes.emrManagedSlaveSecurityGroup",
        "ec2Attributes.additionalMasterSecurityGroups",
        "ec2Attributes.additionalSlaveSecurityGroups",
    ),
    "aws:ec2/instance:Instance": ("vpcSecurityGroupIds", "securityGroups"),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ("vpcSecurityGroupIds", "securityGroups"),
    "aws:ec2/launchTemplate:LaunchTemplate": ("vpcSecurityGroupIds", "networkInterfaces.securityGroups"),
    "aws:ec2/launchConfiguration:LaunchConfiguration": ("securityGroups",),
    "aws:ec2/networkInterface:NetworkInterface": ("securityGroups",),
    "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment": ("securityGroupId",),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("securityGroupIds",),
    "aws:ec2/securityGroupAssociation:SecurityGroupAssociation": ("securityGroupId",),
    "aws:lb/loadBalancer:LoadBalancer": ("securityGroups",),
    "aws:elb/loadBalancer:LoadBalancer": ("securityGroups",),
}

# Without a group of their own these join the default group of their VPC.
FALL_BACK: Final = (
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:docdb/cluster:Cluster",
    "aws:neptune/cluster:Cluster",
    "aws:redshift/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/serverlessCache:ServerlessCache",
    "aws:efs/mountTarget:MountTarget",
    "aws:ec2/instance:Instance",
)
