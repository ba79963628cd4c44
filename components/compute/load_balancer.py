"""The load balancer: HTTPS in front of the services; HTTP only redirects, or is not there."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.component import Args, Component
from components.handles import NamedBucket
from settings.tables.compute import TaskContainer
from settings.tables.routing import LAST, LoadBalancerTable, RouteTable

PASSPHRASE_HEADER: Final = "X-Origin-Passphrase"  #: the header by which a distribution shows that it is ours
TEST_HEADER: Final = "X-Deployment-Test"  #: the header by which a test reaches a new version, before anybody else
ALL, NONE = 100, 0  #: weights of a rule's target groups, until ECS shifts them


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
    canaries: Container[str] = ()  #: services of which ECS shifts the requests, from one group of tasks to another
    deletion_protection: bool  #: AWS refuses to delete it


@dataclass(frozen=True, kw_only=True)
class AlternateGroup:
    """The second target group of a canary deployment, and the rules whose requests ECS shifts between the two."""

    arn: pulumi.Output[str]
    suffix: pulumi.Output[str]  #: how CloudWatch names it
    production: pulumi.Output[str]  #: ARN of the rule for everybody
    test: pulumi.Output[str]  #: ARN of the rule for whoever sends the header of tests


@dataclass(frozen=True, kw_only=True)
class TargetGroup:
    """A target group: the tasks that get the requests to one container."""

    arn: pulumi.Output[str]
    suffix: pulumi.Output[str]  #: how CloudWatch names it
    request_label: pulumi.Output[str]  #: how CloudWatch names the requests to it
    used_by: Sequence[pulumi.Resource]  #: a service waits for them: ECS refuses a target group that no listener uses
    alternate: AlternateGroup | None = None  #: of a service that deploys by canary


@dataclass(frozen=True)
class _Rules:
    """The listener's rules, by the word of their target."""

    used_by: Mapping[str, list[pulumi.Resource]]
    production: dict[str, aws.lb.ListenerRule] = field(default_factory=dict[str, aws.lb.ListenerRule])
    test: dict[str, aws.lb.ListenerRule] = field(default_factory=dict[str, aws.lb.ListenerRule])


class LoadBalancer(Component):
    """The one way from the internet to the services.

    Creates the load balancer, a target group for each container with routes, and the listeners: HTTPS with a rule a
    route, and HTTP that redirects to it. Behind CloudFront only who knows the passphrase gets an answer. Shield
    Advanced protects it where the table asks for that. A service that deploys by canary has a second target group, and
    a second rule for the requests with the header of tests; ECS owns the weights of both rules.
    """

    name: str  #: physical
    shifted: list[str]  #: physical names of the target groups that tasks move between
    arn: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]  #: of the zone that AWS keeps the DNS name in
    arn_suffix: pulumi.Output[str]  #: how CloudWatch names it
    targets: Mapping[str, TargetGroup]  #: by the word of its container
    passphrase: pulumi.Output[str] | None  #: what CloudFront must send; None: anybody is answered
    test_passphrase: pulumi.Output[str] | None  #: what tests of new versions must send; None: there are none

    def __init__(self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.name, self.shifted = args.names.of("alb"), []
        balancer = aws.lb.LoadBalancer(
            self.child("balancer"),
            name=self.name,
            load_balancer_type="application",
            internal=False,
            subnets=list(args.subnet_ids),
            security_groups=[args.group],
            idle_timeout=args.table.idle,
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            enable_deletion_protection=args.deletion_protection,
            access_logs={"bucket": args.logs.resource.bucket, "enabled": True},
            tags=self.named(self.name),
            # AWS tries the bucket when it switches the logs on.
            opts=self.owned(depends_on=[args.logs.policy]),
        )
        groups = {target.word: self._target_group(args, target) for target in args.targets}
        shifted = [target for target in args.targets if target.service in args.canaries]
        others = {target.word: self._target_group(args, target, "alternate") for target in shifted}
        self.passphrase = self._passphrase("passphrase") if args.behind_cdn else None
        self.test_passphrase = self._passphrase("test-passphrase") if shifted else None
        rules = self._https(args, balancer, groups, others)
        if args.table.shield:
            aws.shield.Protection(self.child("shield"), name=self.name, resource_arn=balancer.arn,
                                  tags=self.named(self.name), opts=self.owned())  # fmt: skip
        if args.table.http == "redirect":
            self._redirect(args, balancer)
        self.arn, self.arn_suffix = balancer.arn, balancer.arn_suffix
        self.dns_name, self.zone_id = balancer.dns_name, balancer.zone_id
        self.targets = {word: _target(balancer, word, group, others.get(word), rules) for word, group in groups.items()}
        self.register_outputs(
            {
                "arn": self.arn,
                "dns_name": self.dns_name,
                "zone_id": self.zone_id,
                "arn_suffix": self.arn_suffix,
                "targets": {word: _outputs(target) for word, target in self.targets.items()},
                "passphrase": self.passphrase,
                "name": self.name,
                "shifted": self.shifted,
                "test_passphrase": self.test_passphrase,
            }
        )

    def _target_group(self, args: LoadBalancerArgs, target: TaskContainer, *words: str) -> aws.lb.TargetGroup:
        health, balancing, port = target.table.health, target.table.balancing, target.table.listens
        # AWS replaces a target group for any of these, and a listener holds the old one until the new one is there.
        forced = {"port": port, "protocol": "HTTP", "target_type": "ip", "vpc": args.vpc_range}
        name = args.names.replaceable("tg", target.word, *words, forced=forced)
        self.shifted += [name] if target.service in args.canaries else []
        sticky: Any = {"type": "lb_cookie", "enabled": True, "cookie_duration": balancing.sticky_seconds}
        return aws.lb.TargetGroup(
            self.child("target", target.word, *words),
            name=name,
            port=port,
            protocol="HTTP",
            target_type="ip",
            vpc_id=args.vpc_id,
            deregistration_delay=args.drain[target.service],
            load_balancing_cross_zone_enabled=_text(balancing.cross_zone),
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
            opts=self.owned(delete_before_replace=args.names.stays("tg", target.word, *words) or None),
        )

    def _passphrase(self, word: str) -> pulumi.Output[str]:
        """A passphrase. Nobody guesses it, but whoever can read the state or the listener's rules knows it."""
        password = random.RandomPassword(self.child(word), length=40, special=False, opts=self.owned())
        return password.result

    def _https(
        self,
        args: LoadBalancerArgs,
        balancer: aws.lb.LoadBalancer,
        groups: Mapping[str, aws.lb.TargetGroup],
        others: Mapping[str, aws.lb.TargetGroup],
    ) -> _Rules:
        """The listener and its rules."""
        forward = {word: _forward(group, others.get(word)) for word, group in groups.items()}
        last = forward[args.otherwise] if args.otherwise else _answer("404", "Not found")
        listener = aws.lb.Listener(
            self.child("https"),
            load_balancer_arn=balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=args.table.tls,
            certificate_arn=args.certificate,
            default_actions=[_default(args, last, args.otherwise in others)],
            tags=self.named(args.names.of("alb", "https")),
            opts=self.owned(),
        )
        ours = [_header(PASSPHRASE_HEADER, self.passphrase)] if args.behind_cdn else []
        rules = _Rules({word: [] for word in groups})
        for target, word, route in _ordered(args.targets):
            words, conditions = ("rule", target.word, word), [*_conditions(route), *ours]
            rule = self._rule(args, listener, words, conditions, forward[target.word], route.order)
            rules.used_by[target.word].append(rule)
            rules.production[target.word] = rule
        default: pulumi.Resource = listener
        if args.behind_cdn:
            default = self._rule(args, listener, ("passphrase",), ours, last, LAST)
        if args.otherwise:
            if args.otherwise in others:
                words = ("rule", args.otherwise, "rest")
                default = rules.production[args.otherwise] = self._rule(
                    args, listener, words, [_paths(["/*"])], last, LAST
                )
            rules.used_by[args.otherwise].append(default)
        self._tests(args, listener, forward, rules)
        return rules

    def _tests(
        self, args: LoadBalancerArgs, listener: aws.lb.Listener, forward: Mapping[str, Any], rules: _Rules
    ) -> None:
        """For each route that ECS shifts, the rule just before it, for requests with the header of tests.

        A listener of its own would need a port that the load balancer's security group admits.
        """
        for target in args.targets:
            for route in target.table.routes.values() if target.service in args.canaries else ():
                conditions = [*_conditions(route), _header(TEST_HEADER, self.test_passphrase)]
                action, place = forward[target.word], route.place - 1
                rule = self._rule(args, listener, ("test", target.word), conditions, action, place)
                rules.used_by[target.word].append(rule)
                rules.test[target.word] = rule

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
            # ECS changes weights with each deployment; an update would send requests to the version before.
            opts=self.owned(ignore_changes=["actions"] if "forward" in action else None),
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


def _target(
    balancer: aws.lb.LoadBalancer,
    word: str,
    group: aws.lb.TargetGroup,
    other: aws.lb.TargetGroup | None,
    rules: _Rules,
) -> TargetGroup:
    """The ARN and names of a service's target group, for the service and its alarms."""
    return TargetGroup(
        arn=group.arn,
        suffix=group.arn_suffix,
        request_label=pulumi.Output.concat(balancer.arn_suffix, "/", group.arn_suffix),
        used_by=rules.used_by[word],
        alternate=AlternateGroup(
            arn=other.arn,
            suffix=other.arn_suffix,
            production=rules.production[word].arn,
            test=rules.test[word].arn,
        )
        if other
        else None,
    )


def _outputs(target: TargetGroup) -> dict[str, Any]:
    told = {"arn": target.arn, "suffix": target.suffix, "request_label": target.request_label}
    return {**told, "alternate": vars(target.alternate)} if target.alternate else told


def _forward(group: aws.lb.TargetGroup, other: aws.lb.TargetGroup | None) -> Any:
    """The forward action to a target group; for a canary to two by weights, the second by 0, which ECS changes."""
    if not other:
        return {"type": "forward", "target_group_arn": group.arn}
    weights = [{"arn": group.arn, "weight": ALL}, {"arn": other.arn, "weight": NONE}]
    return {"type": "forward", "forward": {"target_groups": weights}}


def _default(args: LoadBalancerArgs, last: Any, shifted: bool) -> Any:
    """The listener's default action. A canary has a rule for all its requests, because ECS only shifts rules."""
    if args.behind_cdn:
        return _answer("403", "Forbidden")
    return _answer("404", "Not found") if shifted else last


def _ordered(targets: Sequence[TaskContainer]) -> Iterator[tuple[TaskContainer, str, RouteTable]]:
    """The routes with an order, each with its target and word. The others are the default action."""
    for target in targets:
        yield from ((target, word, route) for word, route in target.table.routes.items() if route.order is not None)


def _conditions(route: RouteTable) -> list[Any]:
    """The conditions of a route's rule: hosts, and paths if the route has some."""
    paths = [_paths(route.paths)] if route.paths else []
    return [{"host_header": {"values": list(route.hosts)}}, *paths]


def _paths(patterns: Sequence[str]) -> Any:
    return {"path_pattern": {"values": list(patterns)}}


def _header(name: str, value: pulumi.Input[str] | None) -> Any:
    return {"http_header": {"http_header_name": name, "values": [value]}}


def _answer(status: str, text: str) -> Any:
    """An answer without a target."""
    fixed = {"content_type": "text/plain", "status_code": status, "message_body": text}
    return {"type": "fixed-response", "fixed_response": fixed}


def _text(value: bool | None) -> str | None:
    """A switch of the target group as AWS writes it: text, since use_load_balancer_configuration is a third value."""
    return None if value is None else str(value).lower()
