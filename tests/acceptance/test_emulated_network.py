"""The acceptance tests of the network, against an emulated AWS."""

import json

import pytest

from tests.acceptance import test_network
from tests.acceptance.emulated import ELSEWHERE, INSIDE, Emulated, fails
from tests.aws import now

S3 = {"PrefixListId": "pl-s3", "PrefixListName": "com.amazonaws.us-east-1.s3", "Cidrs": ["52.216.0.0/15"]}


def test_flow_logs(dev: Emulated) -> None:
    """None, then one of the default format, then one that is cut."""
    proof = test_network.test_flow_logs_arrive
    fails(proof, dev.deployed, "dev")
    group = {"logGroupName": "/dev/vpc/flow-logs", "logStreamName": "eni-1-all"}
    logs = dev.aws.session.client("logs")
    logs.create_log_stream(**group)
    record = "2 123456789012 eni-1 10.0.1.5 10.0.11.9 443 49152 6 8 960 1700000000 1700000060 ACCEPT OK"
    logs.put_log_events(**group, logEvents=[{"timestamp": now(), "message": record}])
    proof(dev.deployed, "dev")
    logs.put_log_events(**group, logEvents=[{"timestamp": now(), "message": "2 123456789012"}])
    fails(proof, dev.deployed, "dev")


def _endpoints(dev: Emulated) -> dict[str, str]:
    """What a task sees, with everything as it should be."""
    dev.answers("ec2", "DescribePrefixLists", {"PrefixLists": [S3]})
    ec2 = dev.aws.session.client("ec2")
    place = dev.deployed.service()["networkConfiguration"]["awsvpcConfiguration"]
    table = ec2.create_route_table(VpcId=next(iter(dev.aws.ids.values())))["RouteTable"]["RouteTableId"]
    for subnet in place["subnets"]:
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    tables = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    tables[0]["Routes"].append({"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-1"})
    dev.answers("ec2", "DescribeRouteTables", {"RouteTables": tables})
    names = ["sts", "ssm", "kms", "logs", "secretsmanager", "api.ecr", "123456789012.dkr.ecr"]
    return {f"{name}.us-east-1.amazonaws.com:443": INSIDE for name in names} | {
        "s3.us-east-1.amazonaws.com:443": "52.216.1.1"
    }


@pytest.mark.parametrize(
    ("place", "address"),
    [("", ""), ("kms", ELSEWHERE), ("sts", ""), ("s3", ELSEWHERE), ("s3", "")],
    ids=["well", "through NAT", "not at all", "not by the endpoint", "S3 not at all"],
)
def test_endpoints(dev: Emulated, place: str, address: str) -> None:
    found = _endpoints(dev)
    proof = test_network.test_endpoints_are_reached_without_nat
    dev.inside(found | ({f"{place}.us-east-1.amazonaws.com:443": address} if place else {}))
    if place:
        fails(proof, dev.deployed, "dev")
    else:
        proof(dev.deployed, "dev")


def test_a_private_subnet_without_its_way_to_s3(dev: Emulated) -> None:
    dev.inside(_endpoints(dev))
    dev.answers("ec2", "DescribeRouteTables", {"RouteTables": [{"Routes": [{"NatGatewayId": "nat-1"}]}]})
    fails(test_network.test_endpoints_are_reached_without_nat, dev.deployed, "dev")


def _analysis(dev: Emulated, found: bool) -> None:
    """AWS's reachability analysis, which moto does not do."""
    path = {"NetworkInsightsPath": {"NetworkInsightsPathId": "nip-1"}}
    done = {"NetworkInsightsAnalysisId": "nia-1", "Status": "succeeded", "NetworkPathFound": found}
    dev.answers("ec2", "CreateNetworkInsightsPath", path)
    dev.answers("ec2", "StartNetworkInsightsAnalysis", {"NetworkInsightsAnalysis": done})
    dev.answers("ec2", "DescribeNetworkInsightsAnalyses", {"NetworkInsightsAnalyses": [done]})
    dev.answers("ec2", "DeleteNetworkInsightsAnalysis", {"NetworkInsightsAnalysisId": "nia-1"})
    dev.answers("ec2", "DeleteNetworkInsightsPath", {"NetworkInsightsPathId": "nip-1"})
    dev.answers("ec2", "DescribeNetworkInterfaces", {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1"}]})


def _gateway(dev: Emulated) -> None:
    ec2 = dev.aws.session.client("ec2")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=next(iter(dev.aws.ids.values())))


@pytest.mark.parametrize("what", ["well", "not from inside", "by a public address", "a way", "open"])
def test_the_database(dev: Emulated, what: str) -> None:
    _gateway(dev)
    _analysis(dev, found=what == "a way")
    endpoint = dev.deployed.database()["Endpoint"]
    address = {"not from inside": "", "by a public address": ELSEWHERE}.get(what, INSIDE)
    dev.inside({f"{endpoint['Address']}:{endpoint['Port']}": address})
    dev.web.open = frozenset({5432}) if what == "open" else frozenset()
    proof = test_network.test_the_database_is_reached_from_the_application_only
    if what == "well":
        proof(dev.deployed, "dev")
    else:
        fails(proof, dev.deployed, "dev")


@pytest.mark.parametrize("what", ["well", "not from inside", "a way", "open"])
def test_the_cache(dev: Emulated, what: str) -> None:
    _analysis(dev, found=what == "a way")
    group = {"NodeGroups": [{"PrimaryEndpoint": {"Address": "redis.internal", "Port": 6379}}]}
    dev.answers("elasticache", "DescribeReplicationGroups", {"ReplicationGroups": [group]})
    dev.inside({"redis.internal:6379": "" if what == "not from inside" else INSIDE})
    dev.web.open = frozenset({6379}) if what == "open" else frozenset()
    proof = test_network.test_the_cache_is_reached_from_private_subnets_only
    if what == "well":
        proof(dev.deployed, "dev")
    else:
        fails(proof, dev.deployed, "dev")


def test_a_look_that_fails_is_no_proof(dev: Emulated) -> None:
    """A task that cannot start must not read as "not reachable"."""
    endpoint = dev.deployed.database()["Endpoint"]
    dev.aws.tasks(status=1, says=json.dumps({f"{endpoint['Address']}:5432": INSIDE}))
    fails(test_network.reached, dev.deployed, "a:1")
