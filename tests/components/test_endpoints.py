"""Endpoints: gateways in route tables, interfaces in subnets."""

from components.network.endpoints import Endpoints, EndpointsArgs
from settings.tables.network import EndpointsTable
from tests.components.examples import COMMON, SUBNETS, built, counted


def _endpoints(**table):
    args = EndpointsArgs(
        table=EndpointsTable(**table),
        vpc_id="vpc-1",
        route_table_ids=["rtb-1", "rtb-2"],
        subnet_ids=SUBNETS,
        group="sg-1",
        **COMMON,
    )
    return built(lambda: Endpoints("ep", args))


def test_gateways():
    """In the given route tables, without subnets or groups."""
    found = {each.name: each for each in _endpoints(gateway=("s3", "dynamodb")).of("aws:ec2/vpcEndpoint:VpcEndpoint")}
    assert {name: each["serviceName"] for name, each in found.items()} == {
        "ep-gateway-s3": "com.amazonaws.eu-west-1.s3",
        "ep-gateway-dynamodb": "com.amazonaws.eu-west-1.dynamodb",
    }
    for each in found.values():
        assert (each["vpcEndpointType"], each["routeTableIds"]) == ("Gateway", ["rtb-1", "rtb-2"])
        assert each.inputs.keys() & {"subnetIds", "securityGroupIds", "privateDnsEnabled"} == set()


def test_interfaces():
    """In as many zones as the table says, from the first; they answer the service's own name."""
    for zones in (1, 2):
        [each] = _endpoints(interface=("ecr.api",), zones=zones).of("aws:ec2/vpcEndpoint:VpcEndpoint")
        assert each.name == "ep-interface-ecr.api"
        assert each["serviceName"] == "com.amazonaws.eu-west-1.ecr.api"
        assert (each["vpcEndpointType"], each["subnetIds"]) == ("Interface", SUBNETS[:zones])
        assert (each["securityGroupIds"], each["privateDnsEnabled"]) == (["sg-1"], True)
        assert each["tags"]["Name"] == "acme-test-vpce-ecr-api"


def test_none():
    """An empty table makes nothing."""
    assert counted(_endpoints()) == {}
