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
    target = only(_balancer(target={"health": health, "drain": 45}), TARGET)
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


def test_the_target_groups_name_changes_with_its_port_and_its_vpc_only():
    """A listener holds the old group until the new one is there, so both must have room."""

    def name(**changes):
        return only(_balancer(**changes), TARGET)["name"]

    assert name() == name(target={"drain": 99}) == name(target={"cpu": 1024, "memory": 2048})
    others = [name(target={"port": 8081}), name(vpc_range="10.1.0.0/16")]
    assert len({name(), *others}) == 3


def test_what_neighbours_get():
    """Scaling by requests needs CloudWatch's name for them: both suffixes, joined."""
    recording = _balancer()
    registered = recording.named("lb")[0].registered
    balancer, target = only(recording, BALANCER), only(recording, TARGET)
    assert (
        registered["targets"]["web"]["request_label"]
        == f"{balancer.outputs['arnSuffix']}/{target.outputs['arnSuffix']}"
    )
    assert registered["dns_name"] == balancer.outputs["dnsName"]
    assert referred(recording, only(recording, LISTENER, "lb-http"), "loadBalancerArn") == {"lb-balancer"}


RULE = "aws:lb/listenerRule:ListenerRule"
API_ROUTES = {
    "orders": {"hosts": ["api.example.com"], "paths": ["/orders/*", "/carts"], "order": 10},
    "all": {"hosts": ["api.example.com", "api.example.org"], "order": 20},
}


def _two(otherwise: str | None = "web", **changes):
    """`web` with a route of its own or without, and `api` with two rules; `api` has a further container with one."""
    docs = {"docs": {"hosts": ["docs.example.com"], "order": 30}}
    side = {"image": {"uri": "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop/docs:1"}, "port": 9000, "routes": docs}
    services = {
        "web": service_table(),
        "api": service_table(port=3001, drain=5, routes=API_ROUTES, containers={"docs": side}),
    }
    return _balancer(services=services, otherwise=otherwise, **changes)


def test_each_container_with_routes_has_a_target_group():
    """The first container's is called as its service; a further one's name follows."""
    recording = _two()
    groups = {each.name: (each["port"], each["deregistrationDelay"]) for each in recording.of(TARGET)}
    assert groups == {"lb-target-web": (8080, 30), "lb-target-api": (3001, 5), "lb-target-api-docs": (9000, 5)}
    assert {*recording.named("lb")[0].registered["targets"]} == {"web", "api", "api-docs"}


def test_a_route_is_a_rule_by_host_and_path():
    """At its place; a route without one has no rule, but the listener's last action."""
    recording = _two()
    rules = {each.name: each for each in recording.of(RULE)}
    assert {name: each["priority"] for name, each in rules.items()} == {
        "lb-rule-api-orders": 10,
        "lb-rule-api-all": 20,
        "lb-rule-api-docs-docs": 30,
    }
    assert rules["lb-rule-api-orders"]["conditions"] == [
        {"hostHeader": {"values": ["api.example.com"]}},
        {"pathPattern": {"values": ["/orders/*", "/carts"]}},
    ]
    assert rules["lb-rule-api-all"]["conditions"] == [
        {"hostHeader": {"values": ["api.example.com", "api.example.org"]}}
    ]
    for name, target in {"orders": "api", "all": "api", "docs-docs": "api-docs"}.items():
        assert referred(recording, rules[f"lb-rule-api-{name}"], "actions") == {f"lb-target-{target}"}
        assert referred(recording, rules[f"lb-rule-api-{name}"], "listenerArn") == {"lb-https"}


@pytest.mark.parametrize(("otherwise", "action"), [("web", "forward"), (None, "fixed-response")])
def test_what_no_route_takes(otherwise, action):
    """Goes to one target, or to nobody."""
    recording = _two(otherwise)
    [last] = only(recording, LISTENER, "lb-https")["defaultActions"]
    assert last["type"] == action
    if otherwise is None:
        assert last["fixedResponse"] == {"contentType": "text/plain", "statusCode": "404", "messageBody": "Not found"}
    else:
        assert last["targetGroupArn"] == only(recording, TARGET, "lb-target-web").outputs["arn"]


def test_behind_cloudfront_each_rule_asks_for_the_passphrase():
    """The last rule takes what no route does; whoever does not know the passphrase is refused."""
    recording = _two(behind_cdn=True)
    [refused] = only(recording, LISTENER, "lb-https")["defaultActions"]
    assert refused["fixedResponse"]["statusCode"] == "403"
    for rule in recording.of(RULE):
        headers = [each["httpHeader"]["httpHeaderName"] for each in rule["conditions"] if "httpHeader" in each]
        assert headers == ["X-Origin-Passphrase"]
    last = only(recording, RULE, "lb-passphrase")
    assert (last["priority"], referred(recording, last, "actions")) == (50000, {"lb-target-web"})


def test_no_listener_of_http_where_the_table_wants_none():
    """Not even a redirect."""
    recording = _balancer(table=LoadBalancerTable(logs="alb-logs", http="none"))
    assert [each.name for each in recording.of(LISTENER)] == ["lb-https"]


@pytest.mark.parametrize(("zones", "written"), [(None, None), (True, "true"), (False, "false")])
def test_how_tasks_are_chosen(zones, written):
    """AWS's own default, or across zones or not; a caller stays with a task for as long as the table says."""
    target = only(_balancer(target={"balancing": {"cross-zone": zones, "sticky-seconds": 600}}), TARGET)
    assert target.inputs.get("loadBalancingCrossZoneEnabled") == written
    assert target["stickiness"] == {"type": "lb_cookie", "enabled": True, "cookieDuration": 600}
    assert "stickiness" not in only(_balancer(), TARGET).inputs
