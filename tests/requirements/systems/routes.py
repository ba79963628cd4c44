"""Load balancers, routes and containers of all four systems."""

from tests.requirements.systems import shapes
from tests.requirements.systems.shapes import ANYWHERE
from tests.requirements.systems.table import (
    ABSENT,
    AtLeast,
    ClassProof,
    Matches,
    Proof,
    Ref,
    StackProof,
    Wanted,
    holds,
    one_of,
)

TASK = "containerDefinitions."
RULES, LISTENERS = ("lb.ListenerRule",), ("lb.Listener",)
INGRESS, EGRESS = ("vpc.SecurityGroupIngressRule",), ("vpc.SecurityGroupEgressRule",)
SIEM = ("starter", "staging", "prod")


def _host(stack: str) -> str:
    return "api.your-domain.com" if stack == "prod" else f"api.{stack}.your-domain.com"


def _route(id_: str, path: str, target: str) -> list[Proof]:
    """The host's path goes to a target group, on the listener of port 443."""
    return [
        ClassProof(
            id_,
            "lb.ListenerRule",
            {
                "conditions.0.hostHeader.values": [_host(stack)],
                "actions.0.type": "forward",
                "actions.0.targetGroupArn": Ref("lb.TargetGroup", {"name": Matches(f"{target}$")}, "arn"),
                "listenerArn": Ref("lb.Listener", {"port": 443}, "arn"),
                "priority": AtLeast(1),
            },
            {"conditions.1.pathPattern.values": holds(path)},
            1,
            (stack,),
        )
        for stack in SIEM
    ]


def _container(id_: str, family: str, name: str, position: int, values: dict[str, Wanted]) -> ClassProof:
    """One container of a task, by its position."""
    here = {f"{TASK}{position}.{path}": value for path, value in {"name": name, **values}.items()}
    return ClassProof(id_, "ecs.TaskDefinition", here, {"family": Matches(f"{family}$")}, 1)


SIEM_PLATFORM: list[Proof] = [
    StackProof("AA-SG-01", shapes.group, ("alb", [("tcp", 443, ANYWHERE)], [("tcp", 8000, "app"), ("tcp", 8080, "app")]), INGRESS + EGRESS),
    StackProof("AA-SG-02", shapes.group, ("app", [("tcp", 8000, "alb"), ("tcp", 8080, "alb")], [("tcp", 443, ANYWHERE), ("tcp", 5432, "rds"), ("tcp", 6379, "redis")]), INGRESS + EGRESS),
    StackProof("AA-SG-06", shapes.open_to_the_world, ((443,),), INGRESS),
    ClassProof("AA-LB-02", "lb.Listener", {"protocol": "HTTPS", "certificateArn": Ref("acm.Certificate", {"region": ABSENT}, "arn"), "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06", "defaultActions.0.type": "fixed-response", "defaultActions.0.fixedResponse.statusCode": "404"}, {"port": 443}, 1),
    ClassProof("AA-LB-03", "lb.Listener", {"port": 443, "protocol": "HTTPS"}, count=1),
    ClassProof("AA-LB-05", "lb.TargetGroup", {"port": 8000, "targetType": "ip", "healthCheck.path": "/health/live", "healthCheck.interval": 30}, {"name": Matches("repo2-tg$")}, 1),
    *_route("AA-LB-06", "/api/logs/*", "repo1-tg"),
    *_route("AA-LB-07", "/admin/*", "repo1-tg"),
    *_route("AA-LB-08", "/api/v1/*", "repo2-tg"),
    *_route("AA-LB-09", "/stats", "repo2-tg"),
    *_route("AA-LB-10", "/alerts", "repo2-tg"),
    *_route("AA-LB-11", "/health/*", "repo2-tg"),
    *_route("AA-LB-12", "/health", "repo1-tg"),
    ClassProof("AA-CMP-07", "ecs.TaskDefinition", {"cpu": "512", "memory": "1024", TASK + "0.portMappings.0.containerPort": 8000, TASK + "0.image": Matches(r"^123456789012\.dkr\.ecr\.eu-west-1\.amazonaws\.com/repo2(-\w+)?:"), TASK + "0.command": ["uvicorn", "src.api.main:app", "--host", "0.0.0.0", "--port", "8000"], TASK + "1": ABSENT}, {"family": Matches("repo2-api$")}, 1),
    ClassProof("AA-CMP-08", "ecs.Service", {"desiredCount": 2, "loadBalancers.0.containerPort": 8000, "loadBalancers.0.targetGroupArn": Ref("lb.TargetGroup", {"name": Matches("repo2-tg$")}, "arn"), "loadBalancers.1": ABSENT}, {"name": "repo2-api"}, 1),
    ClassProof("AA-CMP-10", "ecs.TaskDefinition", {"cpu": "256", "memory": "512", TASK + "0.portMappings": [], TASK + "0.image": Matches(r"/repo2(-\w+)?:bootstrap$"), TASK + "0.command": ["python", "-m", "src.services.redis_consumer"], TASK + "1": ABSENT}, {"family": Matches("repo2-consumer$")}, 1),
    ClassProof("AA-CMP-11", "ecs.Service", {"desiredCount": 2, "loadBalancers": ABSENT, "launchType": ABSENT, "capacityProviderStrategies.0.capacityProvider": "FARGATE_SPOT", "capacityProviderStrategies.0.weight": AtLeast(1), "capacityProviderStrategies.1": ABSENT}, {"name": "repo2-consumer"}, 1),
    ClassProof("AA-DR-03", "lb.TargetGroup", {"healthCheck.enabled": one_of(ABSENT, True), "healthCheck.path": Matches("^/health")}, count=2),
    *(ClassProof("AA-DR-03", "ecs.Service", {"loadBalancers.0.targetGroupArn": Ref("lb.TargetGroup", {"name": Matches(f"{target}$")}, "arn")}, {"name": service}, 1) for service, target in (("repo1-api", "repo1-tg"), ("repo2-api", "repo2-tg"))),
]  # fmt: skip
WEB_PLATFORM: list[Proof] = [
    StackProof("WP-SG-02", shapes.group, ("app", [("tcp", 80, "alb"), ("tcp", 3001, "alb")], None), INGRESS),
    ClassProof("WP-LB-04", "lb.TargetGroup", {"protocol": "HTTP", "targetType": "ip"}, count=2),
    ClassProof("WP-LB-04", "lb.TargetGroup", {"healthCheck.path": "/"}, {"port": 80}, 1),
    ClassProof("WP-LB-04", "lb.TargetGroup", {"healthCheck.path": "/api/health"}, {"port": 3001}, 1),
    ClassProof("WP-LB-04", "lb.Listener", {"defaultActions.0.type": "forward", "defaultActions.0.targetGroupArn": Ref("lb.TargetGroup", {"port": 80}, "arn")}, {"port": 443}, 1),
    ClassProof("WP-LB-04", "lb.ListenerRule", {"conditions.1.pathPattern.values": ["/api/*"], "actions.0.targetGroupArn": Ref("lb.TargetGroup", {"port": 3001}, "arn")}, count=1),
    ClassProof("WP-CMP-02", "ecs.Service", count=1),
    ClassProof("WP-CMP-02", "ecs.TaskDefinition", {TASK + "0.name": "frontend", TASK + "1.name": "backend", TASK + "2.name": "sidecar", TASK + "3": ABSENT}, count=1),
    _container("WP-CMP-03", "web", "frontend", 0, {"portMappings.0.containerPort": 80, "portMappings.0.protocol": "tcp", "portMappings.1": ABSENT, "image": Matches(r"^123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com/webplatform-\w+-ecr-frontend:")}),
    _container("WP-CMP-04", "web", "backend", 1, {"portMappings.0.containerPort": 3001, "portMappings.0.protocol": "tcp", "portMappings.1": ABSENT, "image": Matches(r"^123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com/webplatform-\w+-ecr-backend:")}),
    _container("WP-CMP-05", "web", "sidecar", 2, {"portMappings": [], "image": Matches(r"/webplatform-\w+-ecr-sidecar:")}),
    StackProof("WP-CMP-05", shapes.may, ("web", "cloudwatch:PutMetricData", {"StringEquals": {"cloudwatch:namespace": "WebPlatform/Business"}}), ("iam.RolePolicy",)),
    _container("WP-CMP-06", "web", "frontend", 0, {"healthCheck.command": ["CMD-SHELL", "wget -q -O- http://localhost/ || exit 1"]}),
    _container("WP-CMP-06", "web", "backend", 1, {"healthCheck.command": ["CMD-SHELL", "wget -q -O- http://localhost:3001/api/health || exit 1"]}),
    ClassProof("WP-CMP-08", "ecs.Service", {"loadBalancers.0.containerName": "frontend", "loadBalancers.0.containerPort": 80, "loadBalancers.0.targetGroupArn": Ref("lb.TargetGroup", {"port": 80}, "arn"), "loadBalancers.1.containerName": "backend", "loadBalancers.1.containerPort": 3001, "loadBalancers.1.targetGroupArn": Ref("lb.TargetGroup", {"port": 3001}, "arn"), "loadBalancers.2": ABSENT}, count=1),
    ClassProof("WP-ALARM-01", "cloudwatch.MetricAlarm", {"threshold": 1, "comparisonOperator": "LessThanThreshold", "treatMissingData": "breaching", "namespace": "AWS/ApplicationELB", "alarmActions.0": Matches("-critical$")}, {"metricName": "HealthyHostCount"}, 2),
    *(ClassProof("WP-ALARM-01", "cloudwatch.MetricAlarm", {"dimensions.LoadBalancer": Ref("lb.LoadBalancer", output="arnSuffix")}, {"metricName": "HealthyHostCount", "dimensions.TargetGroup": Ref("lb.TargetGroup", {"port": port}, "arnSuffix")}, 1) for port in (80, 3001)),
]  # fmt: skip
CLUB_APP: list[Proof] = [
    StackProof("CA-SG-01", shapes.group, ("alb", [("tcp", 80, ANYWHERE), ("tcp", 443, ANYWHERE)], None, "clubapp-dev-alb-sg"), INGRESS),
    ClassProof("CA-SG-01", "vpc.SecurityGroupEgressRule", {"ipProtocol": "-1", "cidrIpv4": ANYWHERE}, {"securityGroupId": Ref("ec2.SecurityGroup", {"name": "clubapp-dev-alb-sg"})}, 1),
    ClassProof("CA-LB-09", "lb.TargetGroup", {"stickiness": ABSENT}, count=1),
    ClassProof("CA-LB-10", "lb.TargetGroup", {"loadBalancingCrossZoneEnabled": "true"}, count=1),
    _container("CA-CMP-05", "clubapp-backend-task", "web", 0, {"essential": True, "cpu": 1024, "memory": 2048, "resourceRequirements": ABSENT}),
    ClassProof("CA-CMP-05", "ecs.TaskDefinition", {TASK + "1": ABSENT}, count=1),
    _container("CA-CMP-08", "clubapp-backend-task", "web", 0, {"environment": [{"name": name, "value": value} for name, value in (("LOG_LEVEL", "info"), ("NODE_ENV", "production"), ("PORT", "3000"), ("S3_ASSETS_BUCKET", "clubapp-dev-assets"), ("S3_RECEIPTS_BUCKET", "clubapp-dev-receipts"), ("S3_REGION", "us-east-1"))]}),
    *(ClassProof("CA-CMP-08", "s3.Bucket", count=1, where={"bucket": f"clubapp-dev-{each}"}) for each in ("assets", "receipts")),
    ClassProof("CA-CMP-10", "ecs.TaskDefinition", {f"containerDefinitions/0/logConfiguration/{path}": value for path, value in (("logDriver", "awslogs"), ("options/awslogs-group", "/ecs/clubapp-backend"), ("options/awslogs-region", "us-east-1"), ("options/awslogs-stream-prefix", "ecs"), ("options/awslogs-datetime-format", "[%Y-%m-%d %H:%M:%S]"))}, count=1),
]  # fmt: skip
TECHCORP: list[Proof] = [
    ClassProof("TC-LB-05", "lb.TargetGroup", {"port": 8080, "targetType": "ip"}),
    ClassProof("TC-LB-05", "ecs.Service", {"loadBalancers.0.containerPort": 8080, "loadBalancers.1": ABSENT}),
    ClassProof("TC-LB-05", "ecs.Service", {"loadBalancers.0.targetGroupArn": Ref("lb.TargetGroup", {"logical": "load-balancer-target-api"}, "arn")}, {"name": Matches("-api$")}, 1),
    ClassProof("TC-LB-05", "lb.ListenerRule", {"actions.0.type": "forward"}, count=14, stacks=("production-dr",)),
    ClassProof("TC-LB-05", "lb.ListenerRule", {"actions.0.type": "forward"}, count=30, stacks=("production",)),
    _container("TC-CMP-09", "techcorp-api", "api", 0, {"logConfiguration.logDriver": "awslogs", "logConfiguration.options.awslogs-group": "/ecs/techcorp-api", "logConfiguration.options.awslogs-stream-prefix": "ecs", "logConfiguration.options.awslogs-region": one_of("us-east-1", "us-west-2", "eu-west-1")}),
    ClassProof("TC-CMP-09", "cloudwatch.LogGroup", {}, {"name": "/ecs/techcorp-api"}, 1),
    ClassProof("TC-CMP-14", "ecs.TaskDefinition", {"cpu": "2048", "memory": "4096", TASK + "*.cpu": [1920, 128], TASK + "*.memory": [3840, 256]}, count=15, stacks=("production", "production-dr")),
    ClassProof("TC-CMP-14", "ecs.TaskDefinition", {TASK + "*.cpu": [384, 128], TASK + "*.memory": [768, 256]}, stacks=("staging", "development")),
    ClassProof("TC-CMP-14", "ecs.TaskDefinition", {TASK + "*.cpu": [1920, 128], TASK + "*.memory": [3840, 256]}, stacks=("production-eu",)),
]  # fmt: skip
ROWS = [*SIEM_PLATFORM, *WEB_PLATFORM, *CLUB_APP, *TECHCORP]
