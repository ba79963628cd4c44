"""The load balancer: HTTPS in front of a service, HTTP only redirects."""

import pytest

from components.compute.load_balancer import LoadBalancer
from settings.tables.routing import LoadBalancerTable
from tests.components.examples import SUBNETS, built, load_balancer_args, only, service_table, waits_for
from tests.contracts.recordings import referred

BALANCER, TARGET, LISTENER = (
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
    "aws:lb/listener:Listener",
)


def _balancer(**changes):
    return built(lambda: LoadBalancer("lb", load_balancer_args(**changes)))


@pytest.mark.parametrize("guarded", [False, True])
def test_the_load_balancer_itself(guarded):
    """Public, strict about headers, logged to its bucket, guarded as the posture says."""
    table = LoadBalancerTable(logs="alb-logs", idle=75)
    recording = _balancer(table=table, deletion_protection=guarded)
    balancer = only(recording, BALANCER)
    wanted = {
        "name": "acme-test-alb",
        "internal": False,
        "loadBalancerType": "application",
        "subnets": SUBNETS,
        "securityGroups": ["sg-alb"],
        "idleTimeout": 75,
        "dropInvalidHeaderFields": True,
        "desyncMitigationMode": "defensive",
        "enableDeletionProtection": guarded,
        "accessLogs": {"bucket": "acme-test-alb-logs", "enabled": True},
    }
    assert {name: balancer[name] for name in wanted} == wanted


def test_it_waits_until_its_logs_may_be_delivered():
    """AWS tries the bucket when it switches the logs on."""
    recording = _balancer()
    assert "bucket-alb-logs-policy" in waits_for(recording, only(recording, BALANCER))


def test_https_forwards():
    """With the table's policy and the certificate, to the service's target group."""
    recording = _balancer(table=LoadBalancerTable(logs="alb-logs", tls="ELBSecurityPolicy-TLS13-1-3-2021-06"))
    https = only(recording, LISTENER, "lb-https")
    assert (https["port"], https["protocol"], https["sslPolicy"]) == (
        443,
        "HTTPS",
        "ELBSecurityPolicy-TLS13-1-3-2021-06",
    )
    assert https["certificateArn"] == "arn:aws:acm:eu-west-1:210987654321:certificate/c"
    [action] = https["defaultActions"]
    assert (action["type"], action["targetGroupArn"]) == ("forward", only(recording, TARGET).outputs["arn"])


def test_http_only_redirects():
    """For good, to HTTPS on 443."""
    http = only(_balancer(), LISTENER, "lb-http")
    assert (http["port"], http["protocol"]) == (80, "HTTP")
    assert http["defaultActions"] == [
        {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
    ]


def test_how_the_service_tells_its_health():
    """Every figure is the service's table's."""
    health = {
        "path": "/alive",
        "status": "200-204",
        "interval": 20,
        "timeout": 4,
        "healthy": 3,
        "unhealthy": 5,
        "command": ["CMD", "x"],
    }
    target = only(_balancer(target=service_table(health=health, drain=45)), TARGET)
    assert (target["port"], target["protocol"], target["targetType"], target["vpcId"]) == (8080, "HTTP", "ip", "vpc-1")
    assert target["deregistrationDelay"] == 45
    assert target["healthCheck"] == {
        "path": "/alive",
        "matcher": "200-204",
        "protocol": "HTTP",
        "interval": 20,
        "timeout": 4,
        "healthyThreshold": 3,
        "unhealthyThreshold": 5,
    }


def test_the_target_groups_name_changes_with_its_port_only():
    """A listener holds the old group until the new one is there, so both must have room."""

    def name(**changes):
        return only(_balancer(target=service_table(**changes)), TARGET)["name"]

    assert name() == name(drain=99) == name(cpu=1024, memory=2048)
    assert name() != name(port=8081)


def test_what_neighbours_get():
    """Scaling by requests needs CloudWatch's name for them: both suffixes, joined."""
    recording = _balancer()
    registered = recording.named("lb")[0].registered
    balancer, target = only(recording, BALANCER), only(recording, TARGET)
    assert registered["request_label"] == f"{balancer.outputs['arnSuffix']}/{target.outputs['arnSuffix']}"
    assert registered["dns_name"] == balancer.outputs["dnsName"]
    assert referred(recording, only(recording, LISTENER, "lb-http"), "loadBalancerArn") == {"lb-balancer"}
