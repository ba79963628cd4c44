"""Who reaches whom in a deployed stack: looked at by a task in the private subnets, from outside, and by AWS itself."""

import json
import time
from ipaddress import ip_address, ip_network

import pytest

from tests.acceptance.deployed import Deployed
from tests.requirements.expected import environments, requirement
from tests.requirements.reading import of, one

#: Prints which of its arguments, host:port, takes a connection, at what address.
REACH = """
import json, socket, sys
found = {}
for place in sys.argv[1:]:
    host, _, port = place.rpartition(":")
    try:
        address = socket.gethostbyname(host)
        socket.create_connection((address, int(port)), 5).close()
    except OSError:
        address = ""
    found[place] = address
print(json.dumps(found))
"""
#: Where AWS answers, by the endpoint's service.
HOSTS = {
    "ecr.api": "api.ecr.{region}.amazonaws.com",
    "ecr.dkr": "{account}.dkr.ecr.{region}.amazonaws.com",
}


def reached(deployed: Deployed, *places: str) -> dict[str, str]:
    """The addresses at which a task beside the service's reaches places; those that it cannot are empty."""
    ended = deployed.inside.run(["python", "-c", REACH, *places])
    assert ended.well, ended
    found: dict[str, str] = json.loads(ended.lines[-1])
    assert found.keys() == set(places)
    return found


def way(deployed: Deployed, source: str, target: str, port: int) -> bool:
    """Whether AWS's own reachability analysis finds a way."""
    ec2 = deployed.client("ec2")
    path = ec2.create_network_insights_path(Source=source, Destination=target, Protocol="tcp", DestinationPort=port)
    id_ = path["NetworkInsightsPath"]["NetworkInsightsPathId"]
    started = ec2.start_network_insights_analysis(NetworkInsightsPathId=id_)["NetworkInsightsAnalysis"]
    asked = [started["NetworkInsightsAnalysisId"]]
    try:

        def done() -> dict[str, object] | None:
            [found] = ec2.describe_network_insights_analyses(NetworkInsightsAnalysisIds=asked)[
                "NetworkInsightsAnalyses"
            ]
            return found if found["Status"] != "running" else None

        found = deployed.eventually(done, f"the analysis of {id_}")
        assert found["Status"] == "succeeded", found
        return bool(found["NetworkPathFound"])
    finally:
        ec2.delete_network_insights_analysis(NetworkInsightsAnalysisId=asked[0])
        ec2.delete_network_insights_path(NetworkInsightsPathId=id_)


def interface(deployed: Deployed, group: str) -> str:
    """One network interface that carries a security group, by the group's name."""
    found = deployed.client("ec2").describe_network_interfaces(Filters=[{"Name": "group-name", "Values": [group]}])
    return found["NetworkInterfaces"][0]["NetworkInterfaceId"]


def is_private(deployed: Deployed, address: str) -> bool:
    cidr = ip_network(one(deployed.recording, "ec2.Vpc")["cidrBlock"])
    return bool(address) and ip_address(address) in cidr


@pytest.mark.deployed
@requirement("CP-NET-20")
@environments
def test_flow_logs_arrive(deployed: Deployed, stack: str) -> None:
    """Records of the last hour, accepted and rejected ones, with the default format's fourteen fields."""
    group = one(deployed.recording, "ec2.FlowLog")["logDestination"].partition("log-group:")[2]
    since = int((time.time() - 3600) * 1000)
    logs = deployed.client("logs")
    events = deployed.eventually(
        lambda: logs.filter_log_events(logGroupName=group, startTime=since, limit=50)["events"], f"records in {group}"
    )
    for event in events:
        fields = event["message"].split()
        assert len(fields) == 14
        assert fields[12] in ("ACCEPT", "REJECT", "-")


@pytest.mark.deployed
@requirement("CP-ENDPT-11")
@environments
def test_endpoints_are_reached_without_nat(deployed: Deployed, stack: str) -> None:
    """Each service's name leads to an address in the VPC, where it answers; S3's to one that the gateway endpoint
    takes, by the route tables of the private subnets."""
    settings = deployed.settings
    assert settings.network
    assert settings.network.endpoints
    given = {"region": settings.region, "account": settings.account}
    services = [*settings.network.endpoints.interface]
    places = [f"{HOSTS.get(each, each + '.{region}.amazonaws.com').format(**given)}:443" for each in services]
    bucket = f"s3.{settings.region}.amazonaws.com:443"
    found = reached(deployed, *places, bucket)
    assert len(places) == 7
    for place in places:
        assert is_private(deployed, found[place]), f"{place} leads to {found[place] or 'nobody'}"
    ec2 = deployed.client("ec2")
    [prefixes] = ec2.describe_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": [f"com.amazonaws.{settings.region}.s3"]}]
    )["PrefixLists"]
    assert found[bucket]
    assert any(ip_address(found[bucket]) in ip_network(cidr) for cidr in prefixes["Cidrs"])
    subnets = deployed.service()["networkConfiguration"]["awsvpcConfiguration"]["subnets"]
    for subnet in subnets:
        [table] = ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])[
            "RouteTables"
        ]
        gateways = {route.get("DestinationPrefixListId"): route.get("GatewayId", "") for route in table["Routes"]}
        assert gateways.get(prefixes["PrefixListId"], "").startswith("vpce-"), subnet


@pytest.mark.deployed
@requirement("CP-DB-21")
@environments
def test_the_database_is_reached_from_the_application_only(deployed: Deployed, stack: str) -> None:
    database = deployed.database()
    host, port = database["Endpoint"]["Address"], database["Endpoint"]["Port"]
    found = reached(deployed, f"{host}:{port}")
    assert is_private(deployed, found[f"{host}:{port}"])
    assert database["PubliclyAccessible"] is False
    assert not deployed.web.connects(host, port)
    groups = {each.name: each["name"] for each in of(deployed.recording, "ec2.SecurityGroup")}
    gateway = deployed.client("ec2").describe_internet_gateways(
        Filters=[{"Name": "attachment.vpc-id", "Values": [database["DBSubnetGroup"]["VpcId"]]}]
    )["InternetGateways"][0]["InternetGatewayId"]
    assert not way(deployed, gateway, interface(deployed, groups["firewall-database"]), port)


@pytest.mark.deployed
@requirement("CP-CACHE-10")
@environments
def test_the_cache_is_reached_from_private_subnets_only(deployed: Deployed, stack: str) -> None:
    """From where the application stands, and neither from the public subnets, where the load balancer does, nor from
    outside."""
    [store] = deployed.client("elasticache").describe_replication_groups(
        ReplicationGroupId=deployed.name("elasticache.ReplicationGroup", "replicationGroupId")
    )["ReplicationGroups"]
    endpoint = store["NodeGroups"][0]["PrimaryEndpoint"]
    place = f"{endpoint['Address']}:{endpoint['Port']}"
    assert is_private(deployed, reached(deployed, place)[place])
    assert not deployed.web.connects(endpoint["Address"], endpoint["Port"])
    groups = {each.name: each["name"] for each in of(deployed.recording, "ec2.SecurityGroup")}
    public, cache = (interface(deployed, groups[f"firewall-{word}"]) for word in ("load-balancer", "cache"))
    assert not way(deployed, public, cache, endpoint["Port"])
