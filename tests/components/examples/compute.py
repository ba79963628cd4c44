"""Examples of what runs code, and of what brings requests to it."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi_aws as aws

from components.component import Args, Component
from components.compute.bastion import Bastion, BastionArgs
from components.compute.canary import Canary, CanaryArgs
from components.compute.cluster import Cluster, ClusterArgs
from components.compute.cluster_events import ClusterEvents, ClusterEventsArgs
from components.compute.deployment_failures import DeploymentFailures, DeploymentFailuresArgs
from components.compute.function import Function, FunctionArgs, Scope
from components.compute.function_rule import FunctionRule, FunctionRuleArgs
from components.compute.image import Image, ImageArgs
from components.compute.load_balancer import LoadBalancer, LoadBalancerArgs
from components.compute.registry import Registry, RegistryArgs
from components.compute.scaling import Scaling, ScalingArgs
from components.compute.service import Service, ServiceArgs, ServiceImage
from components.handles import NamedLog, StoredSecret, VpcPlacement
from functions.rotate_database import ROTATE_DATABASE
from settings.tables.bastion import BastionTable
from settings.tables.compute import ClusterTable, RepositoryTable, ServiceTable
from settings.tables.functions import FunctionsTable, OnTable
from settings.tables.operations import MetricTable
from settings.tables.routing import LoadBalancerTable
from settings.tables.scaling import CountTable
from tests.components.examples.common import BY_ZONE, COMMON, FACTS, KEY, NAMES, SUBNETS, TOPICS, named_role
from tests.components.examples.data import bucket


def service_table(**changes: Any) -> ServiceTable:
    """A service with everything that a table can ask for."""
    table: dict[str, Any] = {
        "image": {"uri": "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1.2"},
        "port": 8080,
        "cpu": 512,
        "memory": 1024,
        "count": {"min": 2, "max": 6, "cpu": 55, "requests": 900},
        "health": {"command": ["CMD", "check"]},
        "routes": {"site": {"hosts": ["web.example.com"]}},
        "secrets": {"USER": "db/login#username", "PASSWORD": "db/login#password", "TOKEN": "app/token"},
        "environment": {"LEVEL": "info"},
        "buckets": {"media": {"prefix": "app/"}},
        "metrics": "acme/web",
        "deployment": {"owner": "pipeline"},
    }
    return ServiceTable.model_validate(table | changes)


def load_balancer_args(**changes: Any) -> LoadBalancerArgs:
    """A load balancer in front of `web`, which gets everything; `services` are others, by word."""
    services = changes.pop("services", None) or {"web": service_table(**changes.pop("target", {}))}
    given = {
        "table": LoadBalancerTable(logs="alb-logs"),
        "targets": [
            each for word, table in services.items() for each in table.task_containers(word) if each.table.routes
        ],
        "otherwise": "web",
        "drain": {word: table.drain for word, table in services.items()},
        "vpc_id": "vpc-1",
        "vpc_range": "10.0.0.0/16",
        "subnet_ids": SUBNETS,
        "group": "sg-alb",
        "certificate": "arn:aws:acm:eu-west-1:210987654321:certificate/c",
        "deletion_protection": True,
    }
    given["logs"] = changes.pop("logs", None) or bucket("alb-logs").handle
    return LoadBalancerArgs(**(COMMON | given | changes))


def cluster_args(**changes: Any) -> ClusterArgs:
    """A cluster without spare capacity and without shells."""
    given = {"table": ClusterTable(), "spot": False, "shell": False, "key": KEY}
    return ClusterArgs(**(COMMON | given | changes))


def service_args(**changes: Any) -> ServiceArgs:
    """The service `web`, reached through a load balancer, that reads two secrets and writes to a bucket."""
    table = changes.setdefault("table", service_table())
    paths = ("db/login", "app/token")
    secrets = {path: aws.secretsmanager.Secret(f"given-{path}", name=NAMES.of("secret", path)) for path in paths}
    writers = {
        path: aws.secretsmanager.SecretVersion(f"writer-{path}", secret_id=secret.id, secret_string="x")
        for path, secret in secrets.items()
    }
    given = {
        "word": "web",
        "images": {
            each.word: ServiceImage(uri=each.table.image.uri or "", repository=FACTS.repository("shop/web"))
            for each in table.task_containers("web")
        },
        "cluster": Cluster("cluster", cluster_args()),
        "subnet_ids": SUBNETS,
        "group": "sg-web",
        "execution_role": named_role("start"),
        "task_role": named_role("task"),
        "addresses": {"DATABASE_HOST": "db.internal"},
        "secrets": {path: StoredSecret(arn=secrets[path].arn, writer=writers[path]) for path in paths},
        "buckets": {"media": bucket().handle},
        "key": KEY,
        "network_path": [],
    }
    if "load_balancer" not in changes:
        given["load_balancer"] = LoadBalancer("load-balancer", load_balancer_args(services={"web": table}))
    return ServiceArgs(**(COMMON | given | changes))


def scaling_args(**changes: Any) -> ScalingArgs:
    """How many tasks of `web` run."""
    service = Service("service-web", service_args())
    given = {
        "table": CountTable(min=2, max=6, cpu=55, requests=900),
        "word": "web",
        "metrics": {"depth": MetricTable(namespace="Acme/Web", name="QueueDepth", stat="Maximum")},
        "cluster": Cluster("other", cluster_args()),
        "service": service,
        "requests": "app/x/1/targetgroup/y/2",
    }
    return ScalingArgs(**(COMMON | given | changes))


def _registry(**given: Any) -> RegistryArgs:
    repositories = {"web": RepositoryTable(keep_tags=("prod",), replicate_to=("eu-central-1",))}
    return RegistryArgs(repositories=repositories, key=KEY, force_destroy=False, protect=True, **given)


def function_args(**changes: Any) -> FunctionArgs:
    """The function that renews a database's password, beside the services."""
    secret = FACTS.secret(NAMES.of("secret", "db/login-AbCdEf"))
    given = {
        "definition": ROTATE_DATABASE,
        "table": FunctionsTable(log_days=30),
        "function_name": NAMES.of("lambda", "rotate-database"),
        "role": changes.get("role") or named_role("rotate"),
        "scopes": {"secret": Scope([secret]), "services": Scope([FACTS.service("shop", "web")])},
        "variables": {"CLUSTER": "shop", "SERVICES": '["web"]'},
        "key": KEY,
        "placement": VpcPlacement(subnet_ids=SUBNETS, group="sg-web"),
    }
    return FunctionArgs(**(COMMON | given | changes))


def function(word: str = "renewer", **changes: Any) -> Function:
    """A function of the stack."""
    return Function(f"function-{word}", function_args(**{"role": named_role(word), **changes}))


def _canary(**given: Any) -> CanaryArgs:
    shifted = {"kind": "canary", "owner": "pipeline"}
    balancer = LoadBalancer("load-balancer", load_balancer_args(target={"deployment": shifted}, canaries=["web"]))
    return CanaryArgs(load_balancer=balancer, function=function("test"), **given)


def _cluster_events(**given: Any) -> ClusterEventsArgs:
    log = NamedLog(name="/test/system", resource=aws.cloudwatch.LogGroup("given-log", name="/test/system"))
    return ClusterEventsArgs(cluster=Cluster("given-cluster", cluster_args()), log=log, **given)


def _deployment_failures(**given: Any) -> DeploymentFailuresArgs:
    return DeploymentFailuresArgs(cluster=Cluster("given-cluster", cluster_args()), topic=TOPICS["warning"], **given)


def bastion_args(changes: Mapping[str, Any] | None = None, **others: Any) -> BastionArgs:
    """Bastions in two zones; `changes` are the table's."""
    table = BastionTable.model_validate({"zones": 2, "image": "ami-0123456789abcdef0", **(changes or {})})
    given = {
        "table": table,
        "subnet_ids": BY_ZONE,
        "group": "sg-bastion",
        "key": KEY,
    }
    return BastionArgs(**(COMMON | given | others))


EXAMPLES: dict[type[Component], Callable[..., Args]] = {
    Bastion: bastion_args,
    Canary: _canary,
    Cluster: lambda **given: cluster_args(spot=True, shell=True, **given),
    ClusterEvents: _cluster_events,
    DeploymentFailures: _deployment_failures,
    Function: function_args,
    FunctionRule: lambda **given: FunctionRuleArgs(table=OnTable(every="1h"), function=function("x"), **given),
    Image: lambda **given: ImageArgs(folder="app", architecture="x86-64", repository_url="r.example.com/web", **given),
    LoadBalancer: lambda **given: load_balancer_args(behind_cdn=True, canaries=["web"], **given),
    Registry: _registry,
    Scaling: scaling_args,
    Service: service_args,
}
