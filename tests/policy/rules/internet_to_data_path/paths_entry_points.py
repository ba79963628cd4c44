"""Rows of the family internet-to-data-path: by way of what stands in front."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import GROUP, OTHER, Row, Verdict, db, r, unknown
from tests.policy.engine import Declared
from tests.policy.rules.internet_to_data_path.paths import (
    BALANCER_GROUP,
    CLUSTER,
    HERE,
    JUMP,
    NET,
    TIERS,
    TRUSTS_JUMP,
    VAULT,
    WORLD,
    admits,
    balancer,
    forwards,
    group,
    on,
    row,
    store,
)

ENTRY_POINTS = [
    row("ok", "three tiers", *TIERS, balancer()),
    row(
        "ok",
        "an internal balancer",
        *NET,
        GROUP,
        BALANCER_GROUP,
        VAULT,
        admits("vault", "front-group"),
        store(),
        balancer("data", internal=True),
    ),
    row(
        "breach",
        "a balancer that the store lets in",
        *NET,
        GROUP,
        BALANCER_GROUP,
        VAULT,
        admits("vault", "front-group"),
        store(),
        balancer(),
    ),
    row(
        "breach",
        "a network balancer hands on to the store",
        *NET,
        GROUP,
        group("vault", on(5432, **HERE)),
        store(),
        balancer(of="", loadBalancerType="network"),
        *forwards(),
    ),
    row(
        "breach",
        "the store by its address",
        *NET,
        GROUP,
        group("vault", on(5432, **HERE)),
        store(),
        balancer(of="", loadBalancerType="network"),
        *forwards("10.61.20.9"),
    ),
    row(
        "ok",
        "a network balancer hands on to something else",
        *NET,
        GROUP,
        group("vault", on(5432, **HERE)),
        store(),
        balancer(of="", loadBalancerType="network"),
        r("ec2/instance:Instance", "worker", refs={"subnetId": "edge.id"}, associatePublicIpAddress=False),
        *forwards("worker.privateIp"),
    ),
    row(
        "ok",
        "a target that the store's group keeps out",
        *NET,
        GROUP,
        VAULT,
        store(),
        balancer(of="", loadBalancerType="network"),
        *forwards(),
    ),
    row(
        "breach",
        "an API on to the store",
        *NET,
        GROUP,
        group("vault", on(5432, **HERE)),
        store(),
        balancer("data", of="", loadBalancerType="network", internal=True),
        *forwards(),
        r("apigateway/vpcLink:VpcLink", "inwards", refs={"targetArn": "front.arn"}),
    ),
    row(
        "ok",
        "a private API",
        *NET,
        GROUP,
        group("vault", on(5432, **HERE)),
        store(),
        balancer("data", of="", loadBalancerType="network", internal=True),
        *forwards(),
        r("apigateway/vpcLink:VpcLink", "inwards", refs={"targetArn": "front.arn"}),
        r("apigateway/restApi:RestApi", "api", endpointConfiguration={"types": "PRIVATE"}),
        r(
            "apigateway/integration:Integration",
            "use",
            connectionType="VPC_LINK",
            refs={"restApi": "api.id", "connectionId": "inwards.id"},
        ),
    ),
    row(
        "breach",
        "an API's link that the store lets in",
        *NET,
        GROUP,
        group("front-group"),
        VAULT,
        admits("vault", "front-group"),
        store(),
        r(
            "apigatewayv2/vpcLink:VpcLink",
            "inwards",
            refs={"subnetIds[0]": "data.id", "securityGroupIds[0]": "front-group.id"},
        ),
    ),
    row(
        "breach",
        "a distribution on to the store",
        *NET,
        GROUP,
        group("front-group"),
        VAULT,
        admits("vault", "front-group"),
        store(),
        balancer("data", internal=True),
        r("cloudfront/vpcOrigin:VpcOrigin", "origin", refs={"vpcOriginEndpointConfig.arn": "front.arn"}),
    ),
    row(
        "undecided",
        "a balancer of unknown kind",
        OTHER,
        *NET,
        GROUP,
        BALANCER_GROUP,
        VAULT,
        admits("vault", "front-group"),
        store(),
        Declared("front", balancer().type, {}, {**balancer().refs, **unknown("internal")}),
    ),
    row(
        "undecided",
        "a target that may be the store",
        *NET,
        GROUP,
        group("vault", on(5432, **HERE)),
        store(),
        db("twin", refs=CLUSTER),
        balancer(of="", loadBalancerType="network"),
        *forwards("10.61.20.9"),
    ),
]

# --- a balancer that passes connections on to a private machine, which the store lets in ---

LET_IN = group("jump", on(22, **HERE))
BY_GROUP = (group("jump"), admits("jump", "front-group", 22, "r9"))
ON_22 = group("front-group", on(22, **WORLD))
TEMPLATE = r("ec2/launchTemplate:LaunchTemplate", "lt", refs={"vpcSecurityGroupIds[0]": "jump.id"})
MACHINE = r(
    "ec2/instance:Instance",
    "hopper",
    refs={"subnetId": "data.id", "vpcSecurityGroupIds[0]": "jump.id"},
    associatePublicIpAddress=False,
)
AT = r(
    "lb/targetGroupAttachment:TargetGroupAttachment",
    "at",
    refs={"targetGroupArn": "targets.arn", "targetId": "hopper.id"},
)


def passes_on(*refs: str, entry: int = 22, name: str = "TCP", of: str = "", **group: Any) -> tuple[Declared, ...]:
    """A network balancer with its listener and target group; `refs` are properties of the group that nobody knows."""
    action = {"loadBalancerArn": "front.arn", "defaultActions[0].targetGroupArn": "targets.arn"}
    about = {key: value for key, value in {"port": 22, "protocol": name, **group}.items() if key not in refs}
    return (
        OTHER,
        balancer(of=of, loadBalancerType="network"),
        r("lb/targetGroup:TargetGroup", "targets", refs={"vpcId": "net.id", **unknown(*refs)}, **about),
        r("lb/listener:Listener", "ear", refs=action, port=entry, protocol=name, defaultActions=[{"type": "forward"}]),
    )


def behind(verdict: Verdict, about: str, *stack: Declared) -> Row:
    return row(verdict, about, *NET, GROUP, *TRUSTS_JUMP, store(), *stack)


def fleet(**refs: str) -> tuple[Declared, ...]:
    places = {"launchTemplate.id": "lt.id", "vpcZoneIdentifiers[0]": "data.id"}
    return TEMPLATE, r("autoscaling/group:Group", "fleet", minSize=1, maxSize=1, refs={**places, **refs})


def program(port: int) -> Declared:
    where = {"networkConfiguration.subnets[0]": "data.id", "networkConfiguration.securityGroups[0]": "jump.id"}
    block = [{"containerName": "c", "containerPort": port}]
    return r(
        "ecs/service:Service",
        "crew",
        refs={"loadBalancers[0].targetGroupArn": "targets.arn", **where},
        loadBalancers=block,
    )


def classic(name: str) -> Declared:
    ear = {"lbPort": 22, "lbProtocol": name, "instancePort": 22, "instanceProtocol": name}
    refs = {"subnets[0]": "edge.id", "securityGroups[0]": "front-group.id", "instances[0]": "hopper.id"}
    return r("elb/loadBalancer:LoadBalancer", "old", listeners=[ear], refs=refs)


PASSED_ON = [
    # A machine sees the client's address unless the target group says otherwise.
    behind("breach", "SSH passed on", JUMP, MACHINE, AT, *passes_on()),
    behind("ok", "the machine lets in the network only", LET_IN, MACHINE, AT, *passes_on()),
    behind("ok", "a partner's SSH", group("jump", on(22, cidrBlocks=["198.51.100.7/32"])), MACHINE, AT, *passes_on()),
    behind("breach", "it sees the balancer", LET_IN, MACHINE, AT, *passes_on(preserveClientIp="false")),
    behind("undecided", "whom it sees", LET_IN, MACHINE, AT, *passes_on("preserveClientIp")),
    # An address sees the balancer, but for datagrams.
    behind("breach", "by address", LET_IN, MACHINE, AT, *passes_on(targetType="ip")),
    behind("ok", "by address, clients kept", LET_IN, MACHINE, AT, *passes_on(targetType="ip", preserveClientIp="1")),
    behind("ok", "by address, both protocols", LET_IN, MACHINE, AT, *passes_on(name="TCP_UDP", targetType="ip")),
    # The balancer's own group.
    behind("breach", "by its group", ON_22, *BY_GROUP, MACHINE, AT, *passes_on(of="front-group")),
    behind("ok", "its group is shut", BALANCER_GROUP, *BY_GROUP, MACHINE, AT, *passes_on(of="front-group")),
    behind(
        "ok",
        "its group lets nothing out",
        group("front-group", on(22, **WORLD), egress=[]),
        JUMP,
        MACHINE,
        AT,
        *passes_on(of="front-group"),
    ),
    # What is passed on, and to what.
    behind("breach", "SSH behind the port of HTTPS", JUMP, MACHINE, AT, *passes_on(entry=443, name="TLS")),
    behind("breach", "a pooler", group("jump", on(5432, **WORLD)), MACHINE, AT, *passes_on(entry=5432, port=5432)),
    behind("ok", "a program", group("jump", on(8443, **WORLD)), MACHINE, AT, *passes_on(entry=443, port=8443)),
    behind("undecided", "an unknown port", JUMP, MACHINE, AT, *passes_on("port", entry=443)),
    behind("breach", "a fleet", JUMP, *fleet(**{"targetGroupArns[0]": "targets.arn"}), *passes_on()),
    behind(
        "breach",
        "a fleet, attached",
        JUMP,
        *fleet(),
        *passes_on(),
        r(
            "autoscaling/attachment:Attachment",
            refs={"autoscalingGroupName": "fleet.name", "lbTargetGroupArn": "targets.arn"},
        ),
    ),
    behind("breach", "tasks with SSH", LET_IN, program(22), *passes_on(targetType="ip")),
    behind("ok", "tasks", group("jump", on(80, **HERE)), program(80), *passes_on(entry=443, port=80, targetType="ip")),
    behind("breach", "a classic balancer", ON_22, *BY_GROUP, MACHINE, classic("tcp")),
    behind("ok", "a classic balancer's requests", ON_22, *BY_GROUP, MACHINE, classic("http")),
]

ROWS = [*ENTRY_POINTS, *PASSED_ON]
