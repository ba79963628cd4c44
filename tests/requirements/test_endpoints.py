"""CP-ENDPT: eight AWS services inside the VPC."""

import pytest

from preview.recording import RecordedResource, Recording
from tests.requirements.breaches import Breach, add, change, drop, noticed
from tests.requirements.expected import environments, requirement
from tests.requirements.reach import Traveller, reaches
from tests.requirements.reading import at, endpoint_tables, groups, ids, of, one, subnets, tables_of


def _endpoint(platform: Recording, service: str) -> RecordedResource:
    return at(platform, "ec2.VpcEndpoint", serviceName=f"com.amazonaws.us-east-1.{service}")


@requirement("CP-ENDPT-01")
@environments
def test_s3_is_in_the_private_route_tables(platform: Recording, stack: str) -> None:
    endpoint = _endpoint(platform, "s3")
    assert endpoint["vpcEndpointType"] == "Gateway"
    assert sorted(endpoint_tables(platform, endpoint)) == sorted(ids(tables_of(platform, stack, "private")))


SERVICES = {
    "ecr.api": "CP-ENDPT-02",
    "ecr.dkr": "CP-ENDPT-03",
    "logs": "CP-ENDPT-04",
    "secretsmanager": "CP-ENDPT-05",
    "ssm": "CP-ENDPT-06",
    "kms": "CP-ENDPT-07",
    "sts": "CP-ENDPT-08",
}


@environments
@pytest.mark.parametrize("service", [pytest.param(name, marks=requirement(id_)) for name, id_ in SERVICES.items()])
def test_interface_endpoint(platform: Recording, stack: str, service: str) -> None:
    endpoint = _endpoint(platform, service)
    assert endpoint["vpcEndpointType"] == "Interface"
    assert endpoint["vpcId"] == one(platform, "ec2.Vpc").id


ZONES = {"dev": 1, "staging": 1, "prod": 2}


@requirement("CP-ENDPT-09")
@environments
def test_interface_endpoints_stand_in_the_private_tier(platform: Recording, stack: str) -> None:
    """With the endpoints' group only, answering the services' own names; in prod the loss of one zone leaves the
    other."""
    private = ids(subnets(platform, stack, "private"))
    found = [each for each in of(platform, "ec2.VpcEndpoint") if each["vpcEndpointType"] == "Interface"]
    assert found
    for endpoint in found:
        assert endpoint["securityGroupIds"] == [groups(platform)["endpoint"]]
        assert set(endpoint["subnetIds"]) <= set(private)
        assert len(set(endpoint["subnetIds"])) >= ZONES[stack]
        assert endpoint["privateDnsEnabled"] is True


@requirement("CP-ENDPT-10")
@environments
def test_eight_endpoints(platform: Recording, stack: str) -> None:
    kinds = sorted(each["vpcEndpointType"] for each in of(platform, "ec2.VpcEndpoint"))
    assert kinds == ["Gateway", *["Interface"] * 7]


@environments
def test_the_application_reaches_the_endpoints_without_nat(platform: Recording, stack: str) -> None:
    """What the recording shows of CP-ENDPT-11: from each private subnet TCP 443 to every interface, through no gateway.
    That the services answer is for a deployed stack."""
    group = groups(platform)
    by_id = {each.id: each for each in of(platform, "ec2.Subnet")}
    places = {subnet for each in of(platform, "ec2.VpcEndpoint") for subnet in each.inputs.get("subnetIds", [])}
    assert places
    for subnet in subnets(platform, stack, "private"):
        for place in places:
            inside, endpoint = Traveller(subnet, group["app"]), Traveller(by_id[place], group["endpoint"])
            assert reaches(platform, inside, endpoint, 443) == []


BREACHES = [
    Breach(
        "CP-ENDPT-01",
        test_s3_is_in_the_private_route_tables,
        change("ec2.VpcEndpoint", "gateway-s3", routeTableIds=[]),
    ),
    *(
        Breach(
            id_,
            test_interface_endpoint,
            drop("ec2.VpcEndpoint", f"interface-{service}"),
            "dev",
            {"service": service},
        )
        for service, id_ in SERVICES.items()
    ),
    Breach(
        "CP-ENDPT-09",
        test_interface_endpoints_stand_in_the_private_tier,
        change("ec2.VpcEndpoint", "interface-logs", subnetIds=lambda old: old[:1]),
        "prod",
    ),
    Breach("CP-ENDPT-10", test_eight_endpoints, add("ec2.VpcEndpoint", vpcEndpointType="Interface")),
]

test_breaches = noticed(BREACHES)
