"""The load balancer: HTTPS in front of the services; HTTP only redirects, or is not there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.component import Args, Component
from components.handles import NamedBucket
from settings.tables.compute import TaskContainer
from settings.tables.routing import LAST, LoadBalancerTable, RouteTable

PASSPHRASE: Final = "X-Origin-Passphrase"  #: the header by which a distribution shows that it is ours


@dataclass(frozen=True, kw_only=True)
class LoadBalancerArgs(Args):
    """The load balancer's table, the containers behind it, and what it takes from its neighbours."""

    table: LoadBalancerTable
    targets: Sequence[TaskContainer]
    otherwise: str | None  #: the word of the target that gets what no route takes; None: nobody does
    drain: Mapping[str, int]  #: seconds that a leaving task may finish its requests, by service
    vpc_id: pulumi.Input[str]
    vpc_range: str  #: its addresses; others make another VPC
    subnet_ids: Sequence[pulumi.Input[str]]  #: public ones, one a zone
    group: pulumi.Input[str]  #: id of its security group
    certificate: pulumi.Input[str]  #: ARN
    logs: NamedBucket  #: takes the access logs
    behind_cdn: bool = False  #: CloudFront stands before it, and nobody else gets an answer
    deletion_protection: bool


@dataclass(frozen=True, kw_only=True)
class TargetGroup:
    """The tasks that one container's requests go to."""

    arn: pulumi.Output[str]
    suffix: pulumi.Output[str]  #: how CloudWatch names it
    request_label: pulumi.Output[str]  #: how CloudWatch names the requests to it
    used_by: Sequence[pulumi.Resource]  #: a service waits for them: ECS refuses a target group that no listener uses


class LoadBalancer(Component):
    """The one way from the internet to the services.

    Creates the load balancer, a target group for each container with routes, and the listeners: HTTPS with a rule a
    route, and HTTP that redirects to it. Behind CloudFront only who knows the passphrase gets an answer. Shield
    Advanced protects it where the table asks for that.
    """

    arn: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]  #: of the zone that AWS keeps the DNS name in
    arn_suffix: pulumi.Output[str]  #: how CloudWatch names it
    targets: Mapping[str, TargetGroup]  #: by the word of its container
    passphrase: pulumi.Output[str] | None  #: what CloudFront must send; None: anybody is answered

    def __init__(self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        physical = args.names.of("alb")
        balancer = aws.lb.LoadBalancer(
            self.child("balancer"),
            name=physical,
            load_balancer_type="application",
            internal=False,
            subnets=list(args.subnet_ids),
            security_groups=[args.group],
            idle_timeout=args.table.idle,
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            enable_deletion_protection=args.deletion_protection,
            access_logs={"bucket": args.logs.resource.bucket, "enabled": True},
            tags=self.named(physical),
            # AWS tries the bucket when it switches the logs on.
            opts=self.owned(depends_on=[args.logs.policy]),
        )
        groups = {target.word: self._target_group(args, target) for target in args.targets}
        self.passphrase = self._passphrase() if args.behind_cdn else None
        used_by = self._https(args, balancer, groups)
        if args.table.shield:
            aws.shield.Protection(self.child("shield"), name=physical, resource_arn=balancer.arn,
                                  tags=self.named(physical), opts=self.owned())  # fmt: skip
        if args.table.http == "redirect":
            self._redirect(args, balancer)
        self.arn, self.arn_suffix = balancer.arn, balancer.arn_suffix
        self.dns_name, self.zone_id = balancer.dns_name, balancer.zone_id
        self.targets = {
            word: TargetGroup(
                arn=group.arn,
                suffix=group.arn_suffix,
                request_label=pulumi.Output.concat(balancer.arn_suffix, "/", group.arn_suffix),
                used_by=used_by[word],
            )
            for word, group in groups.items()
        }
        self.register_outputs(
            {
                "arn": self.arn,
                "dns_name": self.dns_name,
                "zone_id": self.zone_id,
                "arn_suffix": self.arn_suffix,
                "targets": {word: _registered(target) for word, target in self.targets.items()},
                "passphrase": self.passphrase,
            }
        )

    def _target_group(self, args: LoadBalancerArgs, target: TaskContainer) -> aws.lb.TargetGroup:
        health, balancing, port = target.table.health, target.table.balancing, target.table.listens
        # AWS replaces a target group for any of these, and a listener holds the old one until the new one is there.
        forced = {"port": port, "protocol": "HTTP", "target_type": "ip", "vpc": args.vpc_range}
        name = args.names.replaceable("tg", target.word, forced=forced)
        sticky: Any = {"type": "lb_cookie", "enabled": True, "cookie_duration": balancing.sticky_seconds}
        return aws.lb.TargetGroup(
            self.child("target", target.word),
            name=name,
            port=port,
            protocol="HTTP",
            target_type="ip",
            vpc_id=args.vpc_id,
            deregistration_delay=args.drain[target.service],
            load_balancing_cross_zone_enabled=_word(balancing.cross_zone),
            stickiness=sticky if balancing.sticky_seconds else None,
            health_check={
                "path": health.path,
                "matcher": health.status,
                "protocol": "HTTP",
                "interval": health.interval,
                "timeout": health.timeout,
                "healthy_threshold": health.healthy,
                "unhealthy_threshold": health.unhealthy,
            },
            tags=self.named(name),
            opts=self.owned(delete_before_replace=args.names.stays("tg", target.word) or None),
        )

    def _passphrase(self) -> pulumi.Output[str]:
        """Long enough that nobody guesses it; whoever reads the state knows it."""
        password = random.RandomPassword(self.child("passphrase"), length=40, special=False, opts=self.owned())
        return password.result

    def _https(
        self, args: LoadBalancerArgs, balancer: aws.lb.LoadBalancer, groups: Mapping[str, aws.lb.TargetGroup]
    ) -> dict[str, list[pulumi.Resource]]:
        """The listener and its rules, by the targets that they send requests to."""
        forward: dict[str, Any] = {
            word: {"type": "forward", "target_group_arn": group.arn} for word, group in groups.items()
        }
        last = forward[args.otherwise] if args.otherwise else _answer("404", "Not found")
        listener = aws.lb.Listener(
            self.child("https"),
            load_balancer_arn=balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=args.table.tls,
            certificate_arn=args.certificate,
            default_actions=[_answer("403", "Forbidden") if args.behind_cdn else last],
            tags=self.named(args.names.of("alb", "https")),
            opts=self.owned(),
        )
        known = [{"http_header": {"http_header_name": PASSPHRASE, "values": [self.passphrase]}}]
        before: list[Any] = known if args.behind_cdn else []
        used_by: dict[str, list[pulumi.Resource]] = {word: [] for word in groups}
        for target, word, route in _ordered(args.targets):
            words, conditions = ("rule", target.word, word), [*_conditions(route), *before]
            rule = self._rule(args, listener, words, conditions, forward[target.word], route.order)
            used_by[target.word].append(rule)
        default: pulumi.Resource = listener
        if args.behind_cdn:
            default = self._rule(args, listener, ("passphrase",), before, last, LAST)
        if args.otherwise:
            used_by[args.otherwise].append(default)
        return used_by

    def _rule(
        self,
        args: LoadBalancerArgs,
        listener: aws.lb.Listener,
        words: tuple[str, ...],
        conditions: list[Any],
        action: Any,
        order: int | None,
    ) -> aws.lb.ListenerRule:
        return aws.lb.ListenerRule(
            self.child(*words),
            listener_arn=listener.arn,
            priority=order,
            actions=[action],
            conditions=conditions,
            tags=self.named(args.names.of("alb", *words)),
            opts=self.owned(),
        )

    def _redirect(self, args: LoadBalancerArgs, balancer: aws.lb.LoadBalancer) -> None:
        aws.lb.Listener(
            self.child("http"),
            load_balancer_arn=balancer.arn,
            port=80,
            protocol="HTTP",
            default_actions=[
                {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}}
            ],
            tags=self.named(args.names.of("alb", "http")),
            opts=self.owned(),
        )


def _registered(target: TargetGroup) -> dict[str, pulumi.Output[str]]:
    return {"arn": target.arn, "suffix": target.suffix, "request_label": target.request_label}


def _ordered(targets: Sequence[TaskContainer]) -> Iterator[tuple[TaskContainer, str, RouteTable]]:
    """The routes that have a place among the others, each with its target and its word."""
    for target in targets:
        yield from ((target, word, route) for word, route in target.table.routes.items() if route.order is not None)


def _conditions(route: RouteTable) -> list[Any]:
    """What a request must have; paths only where not all are meant."""
    paths = [{"path_pattern": {"values": list(route.paths)}}] if route.paths else []
    return [{"host_header": {"values": list(route.hosts)}}, *paths]


def _answer(status: str, text: str) -> Any:
    """An answer without a target."""
    fixed = {"content_type": "text/plain", "status_code": status, "message_body": text}
    return {"type": "fixed-response", "fixed_response": fixed}


def _word(value: bool | None) -> str | None:
    """How this property of a target group is written: it could also be use_load_balancer_configuration."""
    return None if value is None else str(value).lower()
