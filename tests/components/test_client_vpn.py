"""Client VPN: what it asks of a person, where it leads, and what it writes down."""

import pytest

from components.network.client_vpn import ClientVpn
from components.network.conversations import CLIENT_VPN, INTERNET, conversations, groups
from settings.file import reading, stackfile
from tests.components.examples import BY_ZONE, SUBNETS, built, client_vpn_args, counted, only
from tests.settings.checks.test_client_vpn import VPN
from tests.stack_files import config, written

KIND = "aws:ec2clientvpn/"
ENDPOINT, JOINED = f"{KIND}endpoint:Endpoint", f"{KIND}networkAssociation:NetworkAssociation"
RULE, ROUTE = f"{KIND}authorizationRule:AuthorizationRule", f"{KIND}route:Route"
SAML, LOG = "aws:iam/samlProvider:SamlProvider", "aws:cloudwatch/logGroup:LogGroup"


def _vpn(known=True, **table):
    return built(lambda: ClientVpn("client-vpn", client_vpn_args(table)), known)


@pytest.mark.parametrize("known", [True, False])
def test_what_is_made(known):
    """The same children whatever is known, one of joined place and route a subnet."""
    assert counted(_vpn(known)) == {SAML: 1, LOG: 1, ENDPOINT: 1, RULE: 2, JOINED: len(SUBNETS), ROUTE: len(SUBNETS)}


def test_all_three_are_asked():
    """A certificate, the identity provider and the function; each alone would admit too many."""
    recording = _vpn()
    endpoint, args = only(recording, ENDPOINT), client_vpn_args()
    assert endpoint["authenticationOptions"] == [
        {"type": "certificate-authentication", "rootCertificateChainArn": args.table.client_certificates},
        {"type": "federated-authentication", "samlProviderArn": only(recording, SAML).outputs["arn"]},
    ]
    assert endpoint["serverCertificateArn"] == args.table.server_certificate
    assert endpoint["clientConnectOptions"] == {"enabled": True, "lambdaFunctionArn": args.handler}
    assert only(recording, SAML)["samlMetadataDocument"] == args.metadata


@pytest.mark.parametrize("hours", [8, 24])
def test_a_session_ends(hours):
    """By itself, and nobody is connected again without being asked."""
    endpoint = only(_vpn(hours=hours), ENDPOINT)
    assert (endpoint["sessionTimeoutHours"], endpoint["disconnectOnSessionTimeout"]) == (hours, True)


def test_everything_goes_through_the_vpc():
    """To the VPC by the route that AWS adds, and to the internet by each subnet, once it is joined."""
    recording = _vpn()
    endpoint = only(recording, ENDPOINT)
    assert (endpoint["splitTunnel"], endpoint["dnsServers"]) == (False, ["10.9.0.2"])
    rules = {each["targetNetworkCidr"] for each in recording.of(RULE)}
    assert rules == {"10.9.0.0/16", "0.0.0.0/0"}
    assert {each.name for each in recording.of(JOINED)} == {f"client-vpn-subnet-{zone}" for zone in BY_ZONE}
    assert {each.name for each in recording.of(ROUTE)} == {f"client-vpn-internet-{zone}" for zone in BY_ZONE}
    joined = {each["subnetId"]: each for each in recording.of(JOINED)}
    assert list(joined) == SUBNETS
    for each in recording.of(ROUTE):
        assert each["destinationCidrBlock"] == "0.0.0.0/0"
        assert joined[each["targetVpcSubnetId"]].urn in each.dependencies
    for each in (*recording.of(RULE), *recording.of(ROUTE), *recording.of(JOINED)):
        assert each["clientVpnEndpointId"] == endpoint.id


def test_who_comes_is_written_down():
    recording = _vpn(**{"log-days": 365})
    log = only(recording, LOG)
    assert (log["name"], log["retentionInDays"]) == ("/test/client-vpn", 365)
    wanted = {"enabled": True, "cloudwatchLogGroup": log["name"]}
    assert only(recording, ENDPOINT)["connectionLogOptions"] == wanted


def test_its_group_lets_nobody_in(tmp_path):
    """A security group of its own, from which only HTTPS leaves; no store and no service knows it."""
    tables = config("dev")
    tables["cloudplatform:client-vpn"] = VPN
    found = reading.read(
        stackfile.read(written(tmp_path, "dev", tables), "cloudplatform"), project="cloudplatform", stack="dev"
    )
    assert CLIENT_VPN in groups(found)
    [talk] = [each for each in conversations(found) if CLIENT_VPN in (each.client, each.server)]
    assert (talk.client, talk.server, talk.port, talk.protocol) == (CLIENT_VPN, INTERNET, 443, "tcp")
