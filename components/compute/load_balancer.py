"""The load balancer: HTTPS in front of one service; HTTP only redirects."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.component import Args, Component
from components.handles import NamedBucket
from settings.tables.compute import ServiceTable
from settings.tables.routing import LoadBalancerTable

PASSPHRASE: Final = "X-Origin-Passphrase"  #: the header by which a distribution shows that it is ours


@dataclass(frozen=True, kw_only=True)
class LoadBalancerArgs(Args):
    """The load balancer's table, the service behind it, and what it takes from its neighbours."""

    table: LoadBalancerTable
    service: str  #: the service that gets the requests
    target: ServiceTable  #: that service's table: its port and how it tells its health
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]  #: public ones, one a zone
    group: pulumi.Input[str]  #: id of its security group
    certificate: pulumi.Input[str]  #: ARN
    logs: NamedBucket  #: takes the access logs
    behind_cdn: bool = False  #: CloudFront stands before it, and nobody else gets an answer
    deletion_protection: bool


class LoadBalancer(Component):
    """The one way from the internet to the services.

    Creates the load balancer, a target group for the service's tasks, and two listeners: HTTPS forwards to the service,
    HTTP redirects to HTTPS. Behind CloudFront, HTTPS forwards what knows the passphrase, and refuses the rest. Shield
    Advanced protects it where the table asks for that.
    """

    arn: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]  #: of the zone that AWS keeps the DNS name in
    target_group_arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]  #: how CloudWatch names it
    target_group_suffix: pulumi.Output[str]  #: how CloudWatch names the target group
    request_label: pulumi.Output[str]  #: how CloudWatch names the requests to the target group
    passphrase: pulumi.Output[str] | None  #: what CloudFront must send; None: anybody is answered
    listener: pulumi.Resource  #: a service depends on it: ECS refuses a target group that no listener uses

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
        target = self._target_group(args)
        self.passphrase = self._passphrase() if args.behind_cdn else None
        self.listener = self._https(args, balancer, target)
        if args.table.shield:
            aws.shield.Protection(
                self.child("shield"), name=physical, resource_arn=balancer.arn, tags=self.named(physical),
                opts=self.owned(),
            )  # fmt: skip
        self._redirect(args, balancer)
        self.arn = balancer.arn
        self.dns_name = balancer.dns_name
        self.zone_id = balancer.zone_id
        self.target_group_arn = target.arn
        self.arn_suffix = balancer.arn_suffix
        self.target_group_suffix = target.arn_suffix
        self.request_label = pulumi.Output.concat(self.arn_suffix, "/", self.target_group_suffix)
        self.register_outputs(
            {
                "arn": self.arn,
                "dns_name": self.dns_name,
                "zone_id": self.zone_id,
                "target_group_arn": self.target_group_arn,
                "arn_suffix": self.arn_suffix,
                "target_group_suffix": self.target_group_suffix,
                "request_label": self.request_label,
                "passphrase": self.passphrase,
            }
        )

    def _target_group(self, args: LoadBalancerArgs) -> aws.lb.TargetGroup:
        health, port = args.target.health, args.target.listens
        # AWS replaces a target group for any of these, and a listener holds the old one until the new one is there.
        forced = {"port": port, "protocol": "HTTP", "target_type": "ip"}
        name = args.names.replaceable("tg", args.service, forced=forced)
        return aws.lb.TargetGroup(
            self.child("target", args.service),
            name=name,
            port=port,
            protocol="HTTP",
            target_type="ip",
            vpc_id=args.vpc_id,
            deregistration_delay=args.target.drain,
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
            opts=self.owned(),
        )

    def _passphrase(self) -> pulumi.Output[str]:
        """Long enough that nobody guesses it; whoever reads the state knows it."""
        password = random.RandomPassword(self.child("passphrase"), length=40, special=False, opts=self.owned())
        return password.result

    def _https(
        self, args: LoadBalancerArgs, balancer: aws.lb.LoadBalancer, target: aws.lb.TargetGroup
    ) -> pulumi.Resource:
        """The listener; behind CloudFront, its rule for requests with the passphrase."""
        forward: Any = {"type": "forward", "target_group_arn": target.arn}
        refuse: Any = {
            "type": "fixed-response",
            "fixed_response": {"content_type": "text/plain", "status_code": "403", "message_body": "Forbidden"},
        }
        listener = aws.lb.Listener(
            self.child("https"),
            load_balancer_arn=balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=args.table.tls,
            certificate_arn=args.certificate,
            default_actions=[refuse if args.behind_cdn else forward],
            tags=self.named(args.names.of("alb", "https")),
            opts=self.owned(),
        )
        if self.passphrase is None:
            return listener
        return aws.lb.ListenerRule(
            self.child("passphrase"),
            listener_arn=listener.arn,
            priority=1,
            actions=[forward],
            conditions=[{"http_header": {"http_header_name": PASSPHRASE, "values": [self.passphrase]}}],
            tags=self.named(args.names.of("alb", "passphrase")),
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
