"""CP-NET: one VPC, nine subnets, and the ways out of them."""

from collections import Counter
from ipaddress import ip_network

from preview.recording import Recording
from tests.requirements.breaches import Breach, add, change, drop, gateway, noticed, resource, route_table, subnet_id
from tests.requirements.expected import ANYWHERE, ENVIRONMENTS, REGION, SUBNETS, VPC, ZONES, environments, requirement
from tests.requirements.reach import INTERNET, Stop, Traveller, reaches
from tests.requirements.reading import (
    arn,
    at,
    endpoint_tables,
    groups,
    ids,
    of,
    one,
    only,
    role,
    routes_of,
    subnets,
    table_of,
    tables_of,
)
from tests.stacks import recorded

NATS = {"dev": 1, "staging": 1, "prod": 3}
COMMON_TAGS = {"Project", "Environment", "Owner", "ManagedBy"}


@requirement("CP-NET-01")
@environments
def test_one_vpc_with_the_addresses_of_its_environment(platform: Recording, stack: str) -> None:
    assert one(platform, "ec2.Vpc")["cidrBlock"] == VPC[stack]


@requirement("CP-NET-02")
@environments
def test_the_vpc_resolves_names(platform: Recording, stack: str) -> None:
    vpc = one(platform, "ec2.Vpc")
    assert (vpc["enableDnsSupport"], vpc["enableDnsHostnames"]) == (True, True)


@requirement("CP-NET-03")
@environments
def test_one_internet_gateway_is_attached(platform: Recording, stack: str) -> None:
    assert one(platform, "ec2.InternetGateway")["vpcId"] == one(platform, "ec2.Vpc").id


def _placed(platform: Recording, tier: str) -> list[tuple[str, str]]:
    """(addresses, zone) of the subnets that are tagged as a tier's, in the order of the zones."""
    found = [each for each in of(platform, "ec2.Subnet") if each["tags"].get("Tier") == tier]
    assert {each["vpcId"] for each in found} == {one(platform, "ec2.Vpc").id}
    return sorted(((each["cidrBlock"], each["availabilityZone"]) for each in found), key=lambda pair: pair[1])


@requirement("CP-NET-04")
@environments
def test_public_subnets(platform: Recording, stack: str) -> None:
    assert _placed(platform, "public") == list(zip(SUBNETS[stack]["public"], ZONES, strict=True))


@requirement("CP-NET-05")
@environments
def test_private_subnets(platform: Recording, stack: str) -> None:
    assert _placed(platform, "private") == list(zip(SUBNETS[stack]["private"], ZONES, strict=True))


@requirement("CP-NET-06")
@environments
def test_data_subnets(platform: Recording, stack: str) -> None:
    assert _placed(platform, "data") == list(zip(SUBNETS[stack]["data"], ZONES, strict=True))


@requirement("CP-NET-07")
@environments
def test_nine_subnets_one_a_tier_and_zone(platform: Recording, stack: str) -> None:
    placed = Counter((each["availabilityZone"], each["tags"]["Tier"]) for each in of(platform, "ec2.Subnet"))
    assert placed == Counter((zone, tier) for zone in ZONES for tier in ("public", "private", "data"))


@requirement("CP-NET-08")
@environments
def test_nat_gateways_stand_in_public_subnets(platform: Recording, stack: str) -> None:
    """One in zone a; in prod one in each zone, so that the loss of a zone leaves the others their way out."""
    public = subnets(platform, stack, "public")
    wanted = ids(public[: NATS[stack]])
    assert sorted(each["subnetId"] for each in of(platform, "ec2.NatGateway")) == sorted(wanted)


@requirement("CP-NET-09")
@environments
def test_each_nat_gateway_has_an_elastic_ip(platform: Recording, stack: str) -> None:
    addresses, nats = of(platform, "ec2.Eip"), of(platform, "ec2.NatGateway")
    assert len(addresses) == NATS[stack]
    assert {each["domain"] for each in addresses} == {"vpc"}
    allocated = [each.outputs["allocationId"] for each in addresses]
    assert sorted(each["allocationId"] for each in nats) == sorted(allocated)
    for address in addresses:
        assert {"Name", *COMMON_TAGS} <= address["tagsAll"].keys()


@requirement("CP-NET-10")
@environments
def test_public_subnets_route_to_the_internet_gateway_only(platform: Recording, stack: str) -> None:
    gateway = one(platform, "ec2.InternetGateway").id
    table = only(tables_of(platform, stack, "public"))
    assert routes_of(platform, table) == [{"destinationCidrBlock": ANYWHERE, "gatewayId": gateway}]


@requirement("CP-NET-11")
@environments
def test_private_subnets_route_to_nat_and_to_s3(platform: Recording, stack: str) -> None:
    """One table, in prod one a zone that leaves by the NAT gateway of its own zone; S3 by its gateway endpoint."""
    tables = tables_of(platform, stack, "private")
    assert len(tables) == NATS[stack]
    public = dict(zip(ZONES, ids(subnets(platform, stack, "public")), strict=True))
    s3 = at(platform, "ec2.VpcEndpoint", serviceName=f"com.amazonaws.{REGION}.s3")
    for zone, subnet in zip(ZONES, subnets(platform, stack, "private"), strict=True):
        table = table_of(platform, subnet)
        nat = at(platform, "ec2.NatGateway", subnetId=public[zone if stack == "prod" else ZONES[0]])
        assert routes_of(platform, table) == [{"destinationCidrBlock": ANYWHERE, "natGatewayId": nat.id}]
        assert table.id in endpoint_tables(platform, s3)


@requirement("CP-NET-12")
@environments
def test_data_subnets_have_no_route_out(platform: Recording, stack: str) -> None:
    table = only(tables_of(platform, stack, "data"))
    assert routes_of(platform, table) == []
    for endpoint in of(platform, "ec2.VpcEndpoint"):
        assert table.id not in endpoint_tables(platform, endpoint)
    others = {each.id for tier in ("public", "private") for each in tables_of(platform, stack, tier)}
    assert table.id not in others


@requirement("CP-NET-13")
@environments
def test_every_subnet_has_its_tiers_route_table(platform: Recording, stack: str) -> None:
    """A subnet without an association would fall back to the VPC's main table."""
    assert len(of(platform, "ec2.RouteTableAssociation")) == 9
    tiers = {tier: {each.id for each in tables_of(platform, stack, tier)} for tier in SUBNETS[stack]}
    assert len(set().union(*tiers.values())) == sum(map(len, tiers.values())), "two tiers share a table"
    associated = Counter(each["subnetId"] for each in of(platform, "ec2.RouteTableAssociation"))
    assert associated == Counter(ids(of(platform, "ec2.Subnet")))


@requirement("CP-NET-14")
@environments
def test_flow_logs_of_all_traffic_reach_cloudwatch(platform: Recording, stack: str) -> None:
    """Proves the flow log and its role; that records arrive is CP-NET-20."""
    log = one(platform, "ec2.FlowLog")
    assert log["vpcId"] == one(platform, "ec2.Vpc").id
    assert log["trafficType"] == "ALL"
    only(each for each in of(platform, "cloudwatch.LogGroup") if arn(each) == log["logDestination"])
    assert role(platform, log["iamRoleArn"])["name"] == f"cloudplatform-{stack}-role-flow-logs"


@requirement("CP-NET-15")
@environments
def test_every_part_stands_in_its_tier(platform: Recording, stack: str) -> None:
    public, private, data = (set(ids(subnets(platform, stack, tier))) for tier in ("public", "private", "data"))
    assert set(one(platform, "lb.LoadBalancer")["subnets"]) <= public
    assert {each["subnetId"] for each in of(platform, "ec2.NatGateway")} <= public
    assert set(one(platform, "ecs.Service")["networkConfiguration"]["subnets"]) <= private
    for function in of(platform, "lambda_.Function"):
        assert set(function.inputs.get("vpcConfig", {}).get("subnetIds", [])) <= private
    assert set(one(platform, "rds.SubnetGroup")["subnetIds"]) <= data
    assert set(one(platform, "elasticache.SubnetGroup")["subnetIds"]) <= data
    assert of(platform, "ec2.Instance") == []


CONNECTIONS = ("ec2.VpcPeeringConnection", "ec2transitgateway.VpcAttachment", "ec2.VpnGateway", "ec2.VpnConnection")


@requirement("CP-NET-18")
@environments
def test_environments_are_isolated(platform: Recording, stack: str) -> None:
    for name in CONNECTIONS:
        assert of(platform, name) == []
    for table in of(platform, "ec2.RouteTable"):
        for route in routes_of(platform, table):
            assert route.keys() <= {"destinationCidrBlock", "gatewayId", "natGatewayId"}
            assert not route.get("gatewayId", "igw-").startswith("vgw-")
    own = ip_network(one(platform, "ec2.Vpc")["cidrBlock"])
    others = [one(recorded(each, True), "ec2.Vpc")["cidrBlock"] for each in ENVIRONMENTS if each != stack]
    assert not any(own.overlaps(ip_network(other)) for other in others)


@requirement("CP-NET-19")
@environments
def test_a_private_workload_reaches_the_internet_through_nat(platform: Recording, stack: str) -> None:
    """Over the recorded routes, ACLs and the application group, TCP 443 leaves by NAT and its answers come back;
    nothing outside can open a connection inwards. On a real account a workload would show it."""
    group = groups(platform)["app"]
    for subnet in subnets(platform, stack, "private"):
        inside = Traveller(subnet, group)
        way = reaches(platform, inside, INTERNET, 443)
        assert not isinstance(way, Stop), way.why
        assert [hop.split("-")[0] for hop in way] == ["nat", "igw"]
        for port in (22, 80, 443, 8000):
            assert isinstance(reaches(platform, INTERNET, inside, port), Stop)


@environments
def test_what_flow_logs_need_is_there(platform: Recording, stack: str) -> None:
    """What the recording shows of CP-NET-20: the role may write to the group that the flow log names. That AWS delivers
    is for a deployed stack."""
    log = one(platform, "ec2.FlowLog")
    assert log["logDestinationType"] == "cloud-watch-logs"
    policy = at(platform, "iam.RolePolicy", role=role(platform, log["iamRoleArn"])["name"])
    assert log["logDestination"] in policy["policy"]


@environments
def test_routes_show_at_the_first_preview(first_preview: Recording, stack: str) -> None:
    """Of CP-NET-10 to -12, before any id is known: each route and association names its gateway and table."""
    gateway = one(first_preview, "ec2.InternetGateway").urn
    nats = {each.urn for each in of(first_preview, "ec2.NatGateway")}
    targets: dict[str, set[str]] = {}
    for route in of(first_preview, "ec2.Route"):
        table = only(route.property_dependencies["routeTableId"])
        [target] = route.property_dependencies.keys() - {"routeTableId"}
        targets.setdefault(table, set()).update(route.property_dependencies[target])
    tier_of = {each.urn: each["tags"]["Tier"] for each in of(first_preview, "ec2.Subnet")}
    by_tier: dict[str, set[str]] = {}
    for each in of(first_preview, "ec2.RouteTableAssociation"):
        tier = tier_of[only(each.property_dependencies["subnetId"])]
        by_tier.setdefault(tier, set()).update(targets.get(only(each.property_dependencies["routeTableId"]), set()))
    assert by_tier == {"public": {gateway}, "private": nats, "data": set()}


BREACHES = [
    Breach(
        "CP-NET-01",
        test_one_vpc_with_the_addresses_of_its_environment,
        change("ec2.Vpc", cidrBlock="10.9.0.0/16"),
    ),
    Breach("CP-NET-02", test_the_vpc_resolves_names, change("ec2.Vpc", enableDnsHostnames=False)),
    Breach("CP-NET-03", test_one_internet_gateway_is_attached, drop("ec2.InternetGateway")),
    Breach(
        "CP-NET-04",
        test_public_subnets,
        change("ec2.Subnet", "public-us-east-1b", availabilityZone="us-east-1a"),
    ),
    Breach("CP-NET-05", test_private_subnets, change("ec2.Subnet", "private-us-east-1c", cidrBlock="10.0.14.0/24")),
    Breach("CP-NET-06", test_data_subnets, drop("ec2.Subnet", "data-us-east-1a")),
    Breach("CP-NET-07", test_nine_subnets_one_a_tier_and_zone, drop("ec2.Subnet", "data-us-east-1c")),
    Breach("CP-NET-08", test_nat_gateways_stand_in_public_subnets, drop("ec2.NatGateway", "us-east-1c"), "prod"),
    Breach(
        "CP-NET-08",
        test_nat_gateways_stand_in_public_subnets,
        lambda s: change("ec2.NatGateway", subnetId=subnet_id("private")(s))(s),
    ),
    Breach("CP-NET-09", test_each_nat_gateway_has_an_elastic_ip, add("ec2.Eip", domain="vpc", tagsAll={})),
    Breach(
        "CP-NET-10",
        test_public_subnets_route_to_the_internet_gateway_only,
        add(
            "ec2.Route",
            routeTableId=route_table("public"),
            destinationCidrBlock="10.9.0.0/16",
            transitGatewayId="tgw-1",
        ),
    ),
    Breach(
        "CP-NET-11",
        test_private_subnets_route_to_nat_and_to_s3,
        lambda s: change(
            "ec2.Route", "private-us-east-1b", natGatewayId=resource(s, "ec2.NatGateway", "us-east-1a").id
        )(s),
        "prod",
    ),
    Breach(
        "CP-NET-12",
        test_data_subnets_have_no_route_out,
        add("ec2.Route", routeTableId=route_table("data"), destinationCidrBlock="0.0.0.0/0", gatewayId=gateway),
    ),
    Breach(
        "CP-NET-12",
        test_data_subnets_have_no_route_out,
        lambda s: change("ec2.VpcEndpoint", "gateway-s3", routeTableIds=lambda old: [*old, route_table("data")(s)])(s),
    ),
    Breach(
        "CP-NET-13",
        test_every_subnet_has_its_tiers_route_table,
        drop("ec2.RouteTableAssociation", "data-us-east-1b"),
    ),
    Breach("CP-NET-14", test_flow_logs_of_all_traffic_reach_cloudwatch, change("ec2.FlowLog", trafficType="REJECT")),
    Breach(
        "CP-NET-15",
        test_every_part_stands_in_its_tier,
        lambda s: change("rds.SubnetGroup", subnetIds=[subnet_id("public")(s)])(s),
    ),
    Breach("CP-NET-18", test_environments_are_isolated, change("ec2.Vpc", cidrBlock="10.1.0.0/16")),
    Breach("CP-NET-18", test_environments_are_isolated, add("ec2.VpcPeeringConnection", vpcId="vpc-1")),
    *(
        Breach("CP-NET-19", test_a_private_workload_reaches_the_internet_through_nat, drop(class_, which))
        for class_, which in (
            ("ec2.NetworkAclRule", "private-out-110"),
            ("ec2.NetworkAclRule", "private-in-110"),
            ("ec2.NetworkAclRule", "public-in-100"),
            ("ec2.NetworkAclRule", "public-in-120"),
            ("ec2.NetworkAclRule", "public-out-100"),
            ("ec2.Route", "route-private"),
            ("ec2.Route", "route-public"),
            ("vpc.SecurityGroupEgressRule", "app-to-internet"),
        )
    ),
]

test_breaches = noticed(BREACHES)
