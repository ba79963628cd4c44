"""Which addresses of the internet's kinds a thing gets: as it says itself, or as its subnet does."""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

from guard.aws.networks import ANYWHERE, Addresses, addresses
from guard.aws.nodes import DEFAULT_SUBNET, SUBNET, Node
from guard.aws.spans import Spans
from guard.model.graph import ABSENT, UNKNOWN, Missing, Resource, items
from guard.model.logic import some
from guard.reach.placements import BALANCER, CLASSIC_BALANCER


class Asks(Enum):
    """What of its subnet decides whether a thing gets an address."""

    AUTO = "whether the subnet hands out addresses"
    RANGE = "whether the subnet has a range of them"


Address = bool | Missing | Asks


class Says(NamedTuple):
    """A property that tells whether a thing gets an address, the values that say yes, and what an unset one means."""

    path: str
    values: tuple[str, ...] = ("true", "1")
    unset: Address = False

    def of(self, thing: Resource) -> Address:
        """Return what a thing says."""
        values = [value for value in items(thing[self.path]) if value != ""]
        answers = [UNKNOWN if value is UNKNOWN else str(value).lower() in self.values for value in values]
        return some(answers) if answers else self.unset


class Shown(NamedTuple):
    """How a kind of thing gets addresses that the internet can reach; most get none."""

    four: Says | Address = False
    six: Says | Address = False
    needs_four: bool = False  # for IPv6 the switch must be on as well


def shown(thing: Resource) -> Shown:
    """Return how a thing of this kind gets its addresses."""
    return _SHOWN.get(thing.type, _HIDDEN)


def asked(thing: Resource, says: Says | Address) -> Address:
    """Return what a thing answers by a property, or what holds for all of its kind."""
    return says.of(thing) if isinstance(says, Says) else says


def numbered(thing: Resource, block: str = "") -> Address:
    """Return whether a machine, an interface or a template asks for addresses of IPv6."""
    counts = items(thing[f"{block}ipv6AddressCount"])
    wanted = [*counts, *items(thing[f"{block}ipv6Addresses"])]
    if any(value not in (0, "0", "", UNKNOWN) for value in wanted):
        return True
    return UNKNOWN if UNKNOWN in wanted else False if counts else Asks.AUTO


def assigns_public_address(subnet: Node | None) -> bool | Missing:
    """Say whether a subnet gives public addresses of IPv4 to what starts in it; a default subnet does."""
    if not isinstance(subnet, Resource):
        return True if subnet == DEFAULT_SUBNET else UNKNOWN
    return subnet.switch("mapPublicIpOnLaunch", absent=subnet.type == DEFAULT_SUBNET)


def assigns_ipv6_address(subnet: Node | None) -> bool | Missing:
    """Say whether a subnet gives addresses of IPv6 to what starts in it."""
    if not isinstance(subnet, Resource):
        return False if subnet == DEFAULT_SUBNET else UNKNOWN
    return some((subnet.switch("assignIpv6AddressOnCreation"), subnet.switch("ipv6Native")))


def has_six(subnet: Node | None) -> bool | Missing:
    """Say whether a subnet has a range of IPv6."""
    if not isinstance(subnet, Resource):
        return False if subnet == DEFAULT_SUBNET else UNKNOWN
    length = subnet["ipv6NetmaskLength"] if subnet.type == SUBNET else ABSENT
    written = subnet["ipv6CidrBlock"] not in (ABSENT, "") or length is not ABSENT
    return some((written, assigns_ipv6_address(subnet)))


def ranges(subnet: Node | None) -> Addresses:
    """Return the addresses of which a thing in a subnet has one; of an unknown range it may be any."""
    if subnet == DEFAULT_SUBNET:
        return _DEFAULT_RANGE
    if not isinstance(subnet, Resource):
        return ANYWHERE
    cidr = subnet.known("cidrBlock") if subnet.type == SUBNET else UNKNOWN
    six = subnet.known("ipv6CidrBlock")
    known = addresses((six,)).six if isinstance(six, str) and six else ANYWHERE.six
    return Addresses(
        addresses((cidr,)).four if isinstance(cidr, str) else ANYWHERE.four,
        known if has_six(subnet) is not False else Spans(),
    )


_DEFAULT_RANGE: Final = addresses(("172.31.0.0/16",))  # of the default VPC, always
_HIDDEN: Final = Shown()

_PUBLIC: Final = Says("publiclyAccessible")
_FACING: Final = Says("internal", ("false", "0"), unset=True)
_DUAL: Final = Says("networkType", ("dual",))
_TASK: Final = "networkConfiguration.assignPublicIp"
_BY_SUBNET: Final = Shown(Asks.AUTO, Asks.AUTO)
_CACHE: Final = Shown(six=Says("networkType", ("ipv6", "dual_stack")))
_MOUNT: Final = Shown(six=Says("ipAddressType", ("ipv6_only", "dual_stack")))

_SHOWN: Final[dict[str, Shown]] = {
    "aws:rds/instance:Instance": Shown(_PUBLIC, _DUAL, needs_four=True),
    "aws:rds/cluster:Cluster": Shown(_PUBLIC, _DUAL, needs_four=True),
    "aws:timestreaminfluxdb/dbInstance:DbInstance": Shown(_PUBLIC, _DUAL, needs_four=True),
    "aws:timestreaminfluxdb/dbCluster:DbCluster": Shown(_PUBLIC, _DUAL, needs_four=True),
    "aws:redshift/cluster:Cluster": Shown(_PUBLIC),
    "aws:redshiftserverless/workgroup:Workgroup": Shown(_PUBLIC),
    "aws:mq/broker:Broker": Shown(_PUBLIC),
    "aws:msk/cluster:Cluster": Shown(
        Says("brokerNodeGroupInfo.connectivityInfo.publicAccess.type", ("service_provided_eips",))
    ),
    # These never have a public address of IPv4.
    "aws:elasticache/replicationGroup:ReplicationGroup": _CACHE,
    "aws:elasticache/cluster:Cluster": _CACHE,
    "aws:elasticache/serverlessCache:ServerlessCache": _CACHE,
    "aws:memorydb/cluster:Cluster": _CACHE,
    "aws:efs/mountTarget:MountTarget": _MOUNT,
    "aws:s3/filesMountTarget:FilesMountTarget": _MOUNT,
    "aws:fsx/windowsFileSystem:WindowsFileSystem": Shown(six=_DUAL),
    "aws:fsx/ontapFileSystem:OntapFileSystem": Shown(six=_DUAL),
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": Shown(six=_DUAL),
    "aws:opensearch/domain:Domain": Shown(six=Says("ipAddressType", ("dualstack",))),
    # Tasks get an address of IPv6 wherever there is a range.
    "aws:ecs/service:Service": Shown(Says(_TASK), Asks.RANGE),
    "aws:ecs/taskSet:TaskSet": Shown(Says(_TASK), Asks.RANGE),
    "aws:cloudwatch/eventTarget:EventTarget": Shown(Says(f"ecsTarget.{_TASK}"), Asks.RANGE),
    "aws:scheduler/schedule:Schedule": Shown(Says(f"target.ecsParameters.{_TASK}"), Asks.RANGE),
    "aws:ecs/expressGatewayService:ExpressGatewayService": Shown(UNKNOWN, Asks.RANGE),  # AWS does not say
    "aws:ec2/instance:Instance": Shown(Says("associatePublicIpAddress", unset=Asks.AUTO)),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": Shown(Says("associatePublicIpAddress", unset=Asks.AUTO)),
    "aws:ec2/spotFleetRequest:SpotFleetRequest": Shown(
        Says("launchSpecifications.associatePublicIpAddress", unset=Asks.AUTO), Asks.AUTO
    ),
    "aws:autoscaling/group:Group": _BY_SUBNET,
    "aws:ec2/fleet:Fleet": _BY_SUBNET,
    "aws:eks/nodeGroup:NodeGroup": _BY_SUBNET,
    "aws:batch/computeEnvironment:ComputeEnvironment": _BY_SUBNET,
    "aws:ecs/capacityProvider:CapacityProvider": _BY_SUBNET,
    "aws:emr/cluster:Cluster": _BY_SUBNET,
    "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration": _BY_SUBNET,
    BALANCER: Shown(_FACING, Says("ipAddressType", ("dualstack", "dualstack-without-public-ipv4")), needs_four=True),
    CLASSIC_BALANCER: Shown(_FACING),
}
