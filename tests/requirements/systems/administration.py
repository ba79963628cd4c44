"""How techcorp's administrators get in: the VPN, and nothing beside it."""

import json
from collections.abc import Sequence

from preview.recording import Recording
from tests.requirements.reading import arn, of, one, only
from tests.requirements.systems.shapes import ANYWHERE
from tests.requirements.systems.table import ClassProof, Matches, Proof, StackProof, holds

ENDPOINT, JOINED = "ec2clientvpn.Endpoint", "ec2clientvpn.NetworkAssociation"
RULE, GROUP = "ec2clientvpn.AuthorizationRule", "ec2.SecurityGroup"
INGRESS, EGRESS = "vpc.SecurityGroupIngressRule", "vpc.SecurityGroupEgressRule"
SAML, FUNCTION = "iam.SamlProvider", "lambda_.Function"
REGIONS = {"production": "us-east-1", "production-dr": "us-west-2", "production-eu": "eu-west-1"}


def leads_into(stack: Recording, block: str, subnets: Sequence[str]) -> None:
    """The endpoint is joined to subnets by their blocks, and whoever is in may reach the whole VPC."""
    endpoint, vpc = one(stack, ENDPOINT), one(stack, "ec2.Vpc")
    assert (endpoint["vpcId"], vpc["cidrBlock"]) == (vpc.id, block)
    blocks = {each.id: each["cidrBlock"] for each in of(stack, "ec2.Subnet")}
    joined = of(stack, JOINED)
    assert [blocks[each["subnetId"]] for each in joined] == [*subnets]
    rule = only(each for each in of(stack, RULE) if each["targetNetworkCidr"] == block)
    assert {each["clientVpnEndpointId"] for each in (*joined, rule)} == {endpoint.id}


def asks_the_identity_provider(stack: Recording) -> None:
    """Beside the certificate, never instead of it; where MFA is asked for is the provider's part of the metadata."""
    endpoint, provider = one(stack, ENDPOINT), one(stack, SAML)
    assert {each["type"] for each in endpoint["authenticationOptions"]} == {
        "certificate-authentication",
        "federated-authentication",
    }
    federated = only(each for each in endpoint["authenticationOptions"] if each["type"] == "federated-authentication")
    assert federated == {"type": "federated-authentication", "samlProviderArn": arn(provider)}
    assert "<md:SingleSignOnService" in provider["samlMetadataDocument"]


def admits(stack: Recording, networks: Sequence[str]) -> None:
    """A function of AWS's prefix, which has the list and no way to reach anything, decides about each connection."""
    asked = one(stack, ENDPOINT)["clientConnectOptions"]
    function = only(each for each in of(stack, FUNCTION) if each["name"].startswith("AWSClientVPN-"))
    assert asked == {"enabled": True, "lambdaFunctionArn": arn(function)}
    assert function["handler"] == "functions.client_vpn.handler.handle"
    assert json.loads(function["environment"]["variables"]["ADMITS"]) == [*networks]


def no_other_way_in(stack: Recording, vpns: int) -> None:
    """From the internet 80 and 443 of the load balancer alone; no machine to log in to; the VPN where there is one.

    The VPN's own group lets nobody in, and lets out HTTPS alone.
    """
    assert of(stack, "ec2.Instance") + of(stack, "ec2.KeyPair") == []
    world = [each for each in of(stack, INGRESS) if each.inputs.get("cidrIpv4") or each.inputs.get("cidrIpv6")]
    assert {(each["ipProtocol"], each["fromPort"], each["toPort"]) for each in world} == {
        ("tcp", 80, 80),
        ("tcp", 443, 443),
    }
    balancer = one(stack, "lb.LoadBalancer")
    assert {each["securityGroupId"] for each in world} == {*balancer["securityGroups"]}
    endpoints = of(stack, ENDPOINT)
    assert len(endpoints) == vpns
    for endpoint in endpoints:
        [group] = endpoint["securityGroupIds"]
        assert group in {each.id for each in of(stack, GROUP)}
        named = [each for each in of(stack, INGRESS) if str(group) in json.dumps(each.inputs, default=str)]
        assert named == []
        out = only(each for each in of(stack, EGRESS) if each["securityGroupId"] == group)
        assert (out["ipProtocol"], out["fromPort"], out["toPort"], out["cidrIpv4"]) == ("tcp", 443, 443, ANYWHERE)


def _certificate(stack: str, number: int) -> str:
    first = [*REGIONS].index(stack) + 1
    return f"arn:aws:acm:{REGIONS[stack]}:333333333333:certificate/{first}0000000-0000-4000-8000-00000000000{number}"


def _mutual(stack: str) -> ClassProof:
    clients = {"type": "certificate-authentication", "rootCertificateChainArn": _certificate(stack, 2)}
    values = {"authenticationOptions": holds(clients), "serverCertificateArn": _certificate(stack, 1)}
    return ClassProof("TC-NET-12", ENDPOINT, values, count=1, stacks=(stack,))


#: The VPC's block, and the subnets that the VPN is joined to.
JOINS = {
    "production": ("10.0.0.0/16", ("10.0.11.0/24", "10.0.12.0/24")),
    "production-dr": ("10.1.0.0/16", ("10.1.11.0/24",)),
    "production-eu": ("10.2.0.0/16", ("10.2.11.0/24",)),
}
ROWS: list[Proof] = [
    *(StackProof("TC-NET-11", leads_into, join, (ENDPOINT, JOINED, RULE), (stack,)) for stack, join in JOINS.items()),
    *(_mutual(stack) for stack in JOINS),
    ClassProof("TC-NET-13", SAML, {"name": Matches("^techcorp-production[a-z-]*-saml-client-vpn$")}, count=1),
    StackProof("TC-NET-13", asks_the_identity_provider, (), (ENDPOINT, SAML)),
    StackProof("TC-NET-14", admits, (["203.0.113.0/24"],), (ENDPOINT, FUNCTION)),
    StackProof("TC-IAM-03", no_other_way_in, (1,), (ENDPOINT, INGRESS, GROUP, EGRESS), (*JOINS,)),
    StackProof("TC-IAM-03", no_other_way_in, (0,), (INGRESS,), ("staging", "development")),
]
